-- Pre-written messages with macros, found by their shortcuts.
CREATE TABLE canned_responses (
    id          BLOB NOT NULL PRIMARY KEY,
    -- Whose it is, or which team's; with neither it is everyone's.
    operator_id BLOB REFERENCES operators (id) ON DELETE CASCADE,
    team_id     BLOB REFERENCES teams (id) ON DELETE CASCADE,
    -- Without its slash, in lower case.
    shortcut    TEXT NOT NULL,
    title       TEXT NOT NULL,
    text        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    -- Kept for a while, so that it can be brought back.
    deleted_at  INTEGER,
    CHECK (operator_id IS NULL OR team_id IS NULL)
) STRICT;
-- Within a scope a shortcut is one response's.
CREATE UNIQUE INDEX canned_personal ON canned_responses (operator_id, shortcut)
    WHERE operator_id IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX canned_team ON canned_responses (team_id, shortcut)
    WHERE team_id IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX canned_everyone ON canned_responses (shortcut)
    WHERE operator_id IS NULL AND team_id IS NULL AND deleted_at IS NULL;
CREATE INDEX canned_deleted ON canned_responses (deleted_at) WHERE deleted_at IS NOT NULL;

-- How often somebody has sent one.
CREATE TABLE canned_uses (
    canned_id   BLOB NOT NULL REFERENCES canned_responses (id) ON DELETE CASCADE,
    operator_id BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    uses        INTEGER NOT NULL,
    PRIMARY KEY (canned_id, operator_id)
) STRICT, WITHOUT ROWID;

-- What an operator wrote where the message says something else, because its macros were filled: the same send, repeated,
-- is known by it.
CREATE TABLE written (
    message_id BLOB NOT NULL PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    text       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
