-- What a conversation by mail keeps of it (subject, copies), what a thread shows of a mail, and a message's files: JSON,
-- each read whole.
ALTER TABLE conversations ADD COLUMN mail TEXT;
ALTER TABLE messages ADD COLUMN mail TEXT;
ALTER TABLE messages ADD COLUMN attachments TEXT;

-- Files that go with messages. Their bytes lie in the file store, under the key.
CREATE TABLE files (
    id           UUID NOT NULL PRIMARY KEY,
    -- Unguessable: whoever knows it may read the file.
    key          TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size         BIGINT NOT NULL,
    width        BIGINT,
    height       BIGINT,
    -- The operator or the visitor's session that alone may send it.
    uploaded_by  UUID,
    -- None until it is sent; what stays unsent is deleted after a while.
    message_id   UUID REFERENCES messages (id),
    created_at   BIGINT NOT NULL
);
CREATE INDEX files_message ON files (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX files_unsent ON files (created_at) WHERE message_id IS NULL;

-- The mails among the messages, in and out: what others name them by, and what they look like.
CREATE TABLE mails (
    message_id UUID NOT NULL PRIMARY KEY REFERENCES messages (id),
    channel_id UUID NOT NULL REFERENCES channels (id),
    -- The Message-ID, without angle brackets.
    mail_id    TEXT,
    -- Cleaned, and safe to show.
    html       TEXT,
    -- The mail as it came.
    hook_id    UUID REFERENCES hooks (id)
);
CREATE INDEX mails_mail_id ON mails (channel_id, mail_id) WHERE mail_id IS NOT NULL;

-- Who has a part in a conversation by mail: only they can add to it.
CREATE TABLE participants (
    conversation_id UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    address         TEXT NOT NULL,
    PRIMARY KEY (conversation_id, address)
);

-- How far a mailbox has been read (RFC 9051: an identifier means something only with its validity).
CREATE TABLE mail_cursors (
    channel_id   UUID NOT NULL PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
    uid_validity BIGINT NOT NULL,
    last_uid     BIGINT NOT NULL
);
