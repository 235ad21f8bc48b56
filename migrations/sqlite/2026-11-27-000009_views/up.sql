-- What the team calls conversations. An archived tag stays on what carries it, so that it can come back.
CREATE TABLE tags (
    id         BLOB NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    hue        TEXT NOT NULL,
    archived   INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX tags_name ON tags (lower(name)) WHERE archived = 0;

-- Which conversations carry a tag: what a filter asks. A conversation keeps its own tags too, to be shown in one row.
CREATE TABLE conversation_tags (
    tag_id          BLOB NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, conversation_id)
) STRICT, WITHOUT ROWID;

-- JSON, read whole.
ALTER TABLE conversations ADD COLUMN tags TEXT;
ALTER TABLE conversations ADD COLUMN priority TEXT NOT NULL DEFAULT 'none'
    CHECK (priority IN ('none', 'low', 'normal', 'high', 'urgent'));
ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER
    CHECK (snoozed_until IS NULL OR status IN ('waiting', 'active'));
-- Name, and address and subject, without upper and lower case: what a filter's text looks in. What is there is folded as
-- far as SQLite can, and wholly with the next change of its conversation.
ALTER TABLE conversations ADD COLUMN folded_name TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN folded_about TEXT NOT NULL DEFAULT '';
UPDATE conversations SET
    folded_name = substr(lower(contact_name), 1, 200),
    folded_about = substr(lower(
        coalesce(reply_to, '') || char(10) || coalesce(json_extract(mail, '$.subject'), '')
    ), 1, 200);

-- In the order of the lists, with all that a filter asks for: whatever is asked, this alone is walked, and no further
-- than to the end of the page.
DROP INDEX conversations_activity;
CREATE INDEX conversations_activity ON conversations (
    last_activity_at, id, status, team_id, owner_id, channel_id, priority, snoozed_until, awaiting_reply_since,
    created_at, folded_name, folded_about
);
CREATE INDEX conversations_snoozed ON conversations (snoozed_until, id) WHERE snoozed_until IS NOT NULL;

-- What is snoozed is counted apart.
CREATE TABLE new_queue_counts (
    team_id      BLOB NOT NULL,
    owner_id     BLOB NOT NULL,
    status       TEXT NOT NULL,
    needs_answer INTEGER NOT NULL,
    snoozed      INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    PRIMARY KEY (team_id, owner_id, status, needs_answer, snoozed)
) STRICT, WITHOUT ROWID;
INSERT INTO new_queue_counts SELECT team_id, owner_id, status, needs_answer, 0, count FROM queue_counts;
DROP TABLE queue_counts;
ALTER TABLE new_queue_counts RENAME TO queue_counts;

-- Lists that somebody has saved. What is deleted can be had back for a while.
CREATE TABLE views (
    id         BLOB NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    audience   TEXT NOT NULL CHECK (audience IN ('me', 'team', 'everyone')),
    team_id    BLOB REFERENCES teams (id) ON DELETE CASCADE,
    -- JSON.
    listing    TEXT NOT NULL,
    made_by    BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CHECK ((audience = 'team') = (team_id IS NOT NULL))
) STRICT;
CREATE INDEX views_maker ON views (made_by);
