DROP INDEX messages_in_reply_to;
ALTER TABLE messages DROP COLUMN answered;
ALTER TABLE messages DROP COLUMN in_reply_to;
