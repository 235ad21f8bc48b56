-- The earlier message of the same conversation that a reply answers, where its writer named one.
ALTER TABLE messages ADD COLUMN in_reply_to UUID REFERENCES messages (id) ON DELETE SET NULL;
-- Whose that is, where it stands and how it begins: JSON, read whole.
ALTER TABLE messages ADD COLUMN answered TEXT;
CREATE INDEX messages_in_reply_to ON messages (in_reply_to) WHERE in_reply_to IS NOT NULL;
