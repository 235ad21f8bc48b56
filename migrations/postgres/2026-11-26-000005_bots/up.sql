-- Bots: who answers before a person does. Secrets are encrypted; the key is not in the database.
CREATE TABLE bots (
    id         UUID NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('api', 'openai', 'faq')),
    name       TEXT NOT NULL,
    enabled    BOOLEAN NOT NULL,
    -- JSON, by kind.
    settings   TEXT NOT NULL,
    secret     BYTEA,
    created_at BIGINT NOT NULL
);

-- What a conversation keeps of its bot, and what a message tells of a handoff: JSON, each read whole.
ALTER TABLE conversations ADD COLUMN ai TEXT;
ALTER TABLE messages ADD COLUMN handoff TEXT;
-- Only of what a bot says: it leaves only while the conversation's epoch is still this one.
ALTER TABLE deliveries ADD COLUMN control_epoch BIGINT;

-- A bot's work on what a customer wrote, until it has answered, has failed, or is no longer asked.
CREATE TABLE turns (
    id              UUID NOT NULL PRIMARY KEY,
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    bot_id          UUID NOT NULL REFERENCES bots (id),
    control_epoch   BIGINT NOT NULL,
    -- The customer's newest message then.
    seq             BIGINT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'overtaken', 'failed')),
    -- When the bot first showed that it is at work.
    alive_at        BIGINT,
    ended_at        BIGINT,
    -- Why it failed.
    words           TEXT,
    created_at      BIGINT NOT NULL
);
CREATE INDEX turns_waiting ON turns (conversation_id) WHERE state = 'waiting';
-- What bots did in the last days is counted.
CREATE INDEX turns_answered ON turns (created_at, bot_id) WHERE state = 'answered';
CREATE INDEX messages_handoff ON messages (created_at) WHERE handoff IS NOT NULL;
CREATE INDEX conversations_ai_resolved ON conversations (resolved_at) WHERE ai IS NOT NULL;

-- What the offline bot answers from.
CREATE TABLE faq_entries (
    id         UUID NOT NULL PRIMARY KEY,
    question   TEXT NOT NULL,
    answer     TEXT NOT NULL,
    enabled    BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- What customers asked, and which entry answered; none if nothing did.
CREATE TABLE faq_questions (
    id              UUID NOT NULL PRIMARY KEY,
    entry_id        UUID REFERENCES faq_entries (id) ON DELETE SET NULL,
    conversation_id UUID NOT NULL REFERENCES conversations (id),
    question        TEXT NOT NULL,
    -- Of 1,000.
    confidence      BIGINT NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX faq_questions_entry ON faq_questions (entry_id, created_at);

-- Who may use the HTTP API; as a bot where one is named.
CREATE TABLE api_tokens (
    id           UUID NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    -- SHA-256 of the token.
    token_hash   BYTEA NOT NULL UNIQUE,
    bot_id       UUID REFERENCES bots (id),
    created_by   UUID REFERENCES operators (id),
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at   BIGINT
);

-- What was answered to a request, so that the same one again is answered the same and does nothing.
CREATE TABLE api_answers (
    token_id   UUID NOT NULL REFERENCES api_tokens (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    -- SHA-256 of method, path and body.
    request    BYTEA NOT NULL,
    -- None while it is being worked on.
    status     BIGINT,
    body       TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (token_id, key)
);
CREATE INDEX api_answers_created ON api_answers (created_at);

-- Who is told of what happens.
CREATE TABLE webhooks (
    id            UUID NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    url           TEXT NOT NULL,
    secret        BYTEA NOT NULL,
    -- Only what is about conversations of this bot, and turns to answer; none: everything.
    bot_id        UUID REFERENCES bots (id),
    -- JSON: the kinds of calls that are wanted; empty for all.
    kinds         TEXT NOT NULL,
    enabled       BOOLEAN NOT NULL,
    failing_since BIGINT,
    failing_words TEXT,
    created_at    BIGINT NOT NULL
);

-- One telling of one thing to one of them.
CREATE TABLE webhook_calls (
    id              UUID NOT NULL PRIMARY KEY,
    webhook_id      UUID NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    -- What it is known by at the other end: the same when somebody has it called once more.
    call_id         UUID NOT NULL,
    -- No reference: what tells must not wait for those who write.
    conversation_id UUID NOT NULL,
    kind            TEXT NOT NULL,
    body            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    attempts        BIGINT NOT NULL,
    -- The last answer: its status, if there was one, and what it said or why there was none.
    status          BIGINT,
    words           TEXT,
    created_at      BIGINT NOT NULL,
    ended_at        BIGINT
);
CREATE INDEX webhook_calls_webhook ON webhook_calls (webhook_id, created_at);
CREATE INDEX webhook_calls_created ON webhook_calls (created_at);

-- How far the event log has been told to them, and since when a stretch of it is missing that was gone before it was.
CREATE TABLE webhook_cursor (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    xid        BIGINT NOT NULL,
    event_id   BIGINT NOT NULL,
    skipped_at BIGINT
);
INSERT INTO webhook_cursor (id, xid, event_id) VALUES (1, 0, 0);
