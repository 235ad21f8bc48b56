-- Mails that the installation itself sends: they belong to no conversation's thread.
CREATE TABLE service_mails (
    id         UUID NOT NULL PRIMARY KEY,
    -- By which it leaves.
    channel_id UUID NOT NULL REFERENCES channels (id),
    kind       TEXT NOT NULL CHECK (kind IN ('invitation', 'reset', 'transcript')),
    to_address TEXT NOT NULL,
    subject    TEXT NOT NULL,
    -- Encrypted; the key is not in the database. None before it is written, and once it has left or was given up.
    text       BYTEA,
    -- The invitation, the operator or the conversation: no reference, for that may be gone.
    about      UUID,
    -- None: nobody who is known.
    asked_by   UUID REFERENCES operators (id),
    state      TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    -- Why the last attempt was in vain.
    words      TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX service_mails_about ON service_mails (about, id);
CREATE INDEX service_mails_to ON service_mails (to_address, kind);
CREATE INDEX service_mails_updated ON service_mails (updated_at);
