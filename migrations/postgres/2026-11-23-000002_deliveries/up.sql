-- How a channel reaches its provider. The credentials are encrypted; the key is not in the database.
ALTER TABLE channels ADD COLUMN provider TEXT NOT NULL DEFAULT 'none';
ALTER TABLE channels ADD COLUMN credentials BYTEA;

-- Where the customer's latest message came from, and to which address of ours: a reply goes back the same way.
ALTER TABLE conversations ADD COLUMN reply_from TEXT;
ALTER TABLE conversations ADD COLUMN reply_to TEXT;

-- The provider's id of an inbound message: the same message, told again, is one message.
ALTER TABLE messages ADD COLUMN provider_id TEXT;
CREATE UNIQUE INDEX messages_provider ON messages (channel_id, provider_id) WHERE provider_id IS NOT NULL;
-- When the state of its delivery was reached, and the provider's words about a failure.
ALTER TABLE messages ADD COLUMN delivery_at BIGINT;
ALTER TABLE messages ADD COLUMN delivery_words TEXT;

-- Jobs of one lane are done one after another, in the order they were made; others are not held up by them.
ALTER TABLE jobs ADD COLUMN lane UUID;
CREATE INDEX jobs_lane ON jobs (lane, id) WHERE lane IS NOT NULL;

-- One message on its way to one address.
CREATE TABLE deliveries (
    id              UUID NOT NULL PRIMARY KEY,
    message_id      UUID NOT NULL REFERENCES messages (id),
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    channel_id      UUID NOT NULL REFERENCES channels (id),
    -- From which address of ours, to which of the customer's.
    ours            TEXT NOT NULL,
    peer            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN
                    ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unconfirmed', 'cancelled')),
    attempts        BIGINT NOT NULL,
    provider_id     TEXT,
    -- The provider's code of the last failure, and its words.
    code            TEXT,
    words           TEXT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);
CREATE INDEX deliveries_message ON deliveries (message_id);
CREATE INDEX deliveries_conversation ON deliveries (conversation_id, id);
CREATE INDEX deliveries_provider ON deliveries (channel_id, provider_id) WHERE provider_id IS NOT NULL;

-- What providers told us, as it came: stored before it is read, so that nothing is lost that cannot be read.
CREATE TABLE hooks (
    id           UUID NOT NULL PRIMARY KEY,
    channel_id   UUID NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    -- The same for every repetition of the same event.
    key          TEXT NOT NULL,
    target       TEXT NOT NULL,
    content_type TEXT NOT NULL,
    body         BYTEA NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'unreadable')),
    -- Why there was nothing to do, or why it cannot be read.
    remark       TEXT,
    received_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX hooks_key ON hooks (channel_id, key);
CREATE INDEX hooks_received ON hooks (state, received_at);

-- Parts of messages that providers send in pieces, until all are there.
CREATE TABLE message_parts (
    channel_id  UUID NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    peer        TEXT NOT NULL,
    reference   TEXT NOT NULL,
    number      BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    provider_id TEXT NOT NULL,
    text        TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (channel_id, peer, reference, number)
);

-- Who asked not to be written to, by which address of ours.
CREATE TABLE opt_outs (
    ours       TEXT NOT NULL,
    peer       TEXT NOT NULL,
    channel_id UUID NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (ours, peer)
);

-- When an address of ours may send next: providers take so many messages a second from one number.
CREATE TABLE send_slots (
    ours    TEXT NOT NULL PRIMARY KEY,
    next_at BIGINT NOT NULL
);

-- How a channel has been doing, for those who look after it.
CREATE TABLE channel_health (
    channel_id       UUID NOT NULL PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
    last_sent_at     BIGINT,
    last_received_at BIGINT,
    failing_since    BIGINT,
    failing_words    TEXT
);
