DROP TABLE mail_cursors;
DROP TABLE participants;
DROP TABLE mails;
DROP TABLE files;
ALTER TABLE messages DROP COLUMN attachments;
ALTER TABLE messages DROP COLUMN mail;
ALTER TABLE conversations DROP COLUMN mail;
