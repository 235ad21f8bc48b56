-- Ids are UUIDv7, times are microseconds since 1970 UTC, words are checked.

CREATE TABLE teams (
    id         BLOB NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX teams_name ON teams (lower(name));

CREATE TABLE operators (
    id            BLOB NOT NULL PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('operator', 'supervisor', 'admin')),
    enabled       INTEGER NOT NULL,
    -- Raised when the password, the role or the teams change: older sessions and streams end.
    auth_epoch    INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE team_members (
    team_id     BLOB NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    operator_id BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, operator_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_members_operator ON team_members (operator_id);

CREATE TABLE sessions (
    id          BLOB NOT NULL PRIMARY KEY,
    -- SHA-256 of the cookie's token.
    token_hash  BLOB NOT NULL UNIQUE,
    operator_id BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    auth_epoch  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE channels (
    id         BLOB NOT NULL PRIMARY KEY,
    -- Public: it stands in the widget's tag and in hook addresses.
    key        TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL CHECK (kind IN ('chatbot', 'live_chat', 'sms', 'email')),
    name       TEXT NOT NULL,
    hue        TEXT,
    team_id    BLOB REFERENCES teams (id) ON DELETE SET NULL,
    enabled    INTEGER NOT NULL,
    -- JSON, by kind.
    settings   TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE contacts (
    id         BLOB NOT NULL PRIMARY KEY,
    name       TEXT,
    email      TEXT,
    phone      TEXT,
    created_at INTEGER NOT NULL
) STRICT;

-- Addresses that are proven to be a contact's; what a visitor merely typed is not here.
CREATE TABLE contact_identities (
    kind       TEXT NOT NULL CHECK (kind IN ('email', 'phone', 'bot_user')),
    address    TEXT NOT NULL,
    contact_id BLOB NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (kind, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_identities_contact ON contact_identities (contact_id);

CREATE TABLE conversations (
    id                   BLOB NOT NULL PRIMARY KEY,
    contact_id           BLOB NOT NULL REFERENCES contacts (id),
    -- What the contact is called, kept here so that a list is one table.
    contact_name         TEXT NOT NULL,
    channel_id           BLOB NOT NULL REFERENCES channels (id),
    channel_kind         TEXT NOT NULL,
    reply_channel_id     BLOB NOT NULL REFERENCES channels (id),
    team_id              BLOB REFERENCES teams (id),
    owner_id             BLOB REFERENCES operators (id),
    status               TEXT NOT NULL CHECK (status IN ('open', 'waiting', 'active', 'resolved')),
    handler              TEXT NOT NULL CHECK (handler IN ('bot', 'human')),
    control_epoch        INTEGER NOT NULL,
    last_seq             INTEGER NOT NULL,
    customer_messages    INTEGER NOT NULL,
    last_message         TEXT,
    last_activity_at     INTEGER NOT NULL,
    awaiting_reply_since INTEGER,
    created_at           INTEGER NOT NULL,
    resolved_at          INTEGER,
    resolved_by          BLOB REFERENCES operators (id),
    previous_id          BLOB REFERENCES conversations (id),
    CHECK (status <> 'active' OR owner_id IS NOT NULL),
    CHECK ((status = 'resolved') = (resolved_at IS NOT NULL))
) STRICT;
-- One index for each list that the inbox shows.
CREATE INDEX conversations_activity ON conversations (last_activity_at, id);
CREATE INDEX conversations_status ON conversations (status, last_activity_at, id);
CREATE INDEX conversations_owner ON conversations (owner_id, last_activity_at, id) WHERE status = 'active';
CREATE INDEX conversations_team ON conversations (team_id, last_activity_at, id) WHERE status <> 'resolved';
CREATE INDEX conversations_awaiting ON conversations (awaiting_reply_since, id) WHERE awaiting_reply_since IS NOT NULL;
CREATE INDEX conversations_contact ON conversations (contact_id, last_activity_at, id);

CREATE TABLE messages (
    id                BLOB NOT NULL PRIMARY KEY,
    conversation_id   BLOB NOT NULL REFERENCES conversations (id),
    -- Gapless from 1: the order of commit.
    seq               INTEGER NOT NULL,
    sender            TEXT NOT NULL CHECK (sender IN ('contact', 'bot', 'operator', 'system')),
    sender_id         BLOB,
    sender_name       TEXT NOT NULL,
    channel_id        BLOB NOT NULL REFERENCES channels (id),
    channel_kind      TEXT NOT NULL,
    body              TEXT NOT NULL,
    note              INTEGER NOT NULL,
    system            TEXT,
    client_msg_id     BLOB,
    delivery          TEXT CHECK (delivery IN
                      ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unconfirmed', 'cancelled')),
    -- The number of customer messages up to and including this one.
    customer_messages INTEGER NOT NULL,
    created_at        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_seq ON messages (conversation_id, seq);
-- The same send, repeated, is one message.
CREATE UNIQUE INDEX messages_client ON messages (sender_id, client_msg_id) WHERE client_msg_id IS NOT NULL;

CREATE TABLE visitor_sessions (
    id              BLOB NOT NULL PRIMARY KEY,
    -- SHA-256 of the token that the visitor's browser keeps.
    token_hash      BLOB NOT NULL UNIQUE,
    channel_id      BLOB NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    contact_id      BLOB NOT NULL REFERENCES contacts (id),
    conversation_id BLOB REFERENCES conversations (id),
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE read_marks (
    conversation_id   BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    operator_id       BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    seq               INTEGER NOT NULL,
    customer_messages INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, operator_id)
) STRICT, WITHOUT ROWID;

-- Who has unread customer messages where, and it is their business: kept with every change, so that no list looks
-- through everything that is in work.
CREATE TABLE unread (
    operator_id     BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    PRIMARY KEY (operator_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX unread_conversation ON unread (conversation_id);

CREATE TABLE drafts (
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    operator_id     BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    body            TEXT NOT NULL,
    note            INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, operator_id)
) STRICT, WITHOUT ROWID;

-- Every change of owner, for accountability.
CREATE TABLE ownership_changes (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    from_id         BLOB REFERENCES operators (id),
    to_id           BLOB REFERENCES operators (id),
    by_id           BLOB REFERENCES operators (id),
    reason          TEXT NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX ownership_changes_conversation ON ownership_changes (conversation_id, id);

-- Every resolve, and what ended it: reopened work keeps its first resolution.
CREATE TABLE resolutions (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    resolved_at     INTEGER NOT NULL,
    resolved_by     BLOB REFERENCES operators (id),
    reopened_at     INTEGER
) STRICT;
CREATE INDEX resolutions_conversation ON resolutions (conversation_id, id);

-- How many conversations have the same facts, kept with every change so that no list counts.
-- The nil UUID stands for "none".
CREATE TABLE queue_counts (
    team_id      BLOB NOT NULL,
    owner_id     BLOB NOT NULL,
    status       TEXT NOT NULL,
    needs_answer INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    PRIMARY KEY (team_id, owner_id, status, needs_answer)
) STRICT, WITHOUT ROWID;

-- The log that every client learns from. One writer, so the id is the commit order.
CREATE TABLE events (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind            TEXT NOT NULL,
    contact_id      BLOB,
    payload         TEXT NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;
-- One row: everything up to here has been taken out of the log; a client that is further behind must load anew.
CREATE TABLE event_floor (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    xid      INTEGER NOT NULL,
    event_id INTEGER NOT NULL
) STRICT;
INSERT INTO event_floor (id, xid, event_id) VALUES (1, 0, 0);
-- For a visitor's stream that comes back.
CREATE INDEX events_contact ON events (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX events_created ON events (created_at);

-- Work that must happen after a commit, or at a time.
CREATE TABLE jobs (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    payload     TEXT NOT NULL,
    run_at      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    -- Until then the runner that took it has it alone; the epoch tells its late answer from a newer runner's.
    lease_until INTEGER,
    lease_epoch INTEGER NOT NULL,
    last_error  TEXT,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at, id);
