-- What the team calls conversations. An archived tag stays on what carries it, so that it can come back.
CREATE TABLE tags (
    id         UUID NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    hue        TEXT NOT NULL,
    archived   BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tags_name ON tags (lower(name)) WHERE NOT archived;

-- Which conversations carry a tag: what a filter asks. A conversation keeps its own tags too, to be shown in one row.
CREATE TABLE conversation_tags (
    tag_id          UUID NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    conversation_id UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, conversation_id)
);

-- JSON, read whole.
ALTER TABLE conversations ADD COLUMN tags TEXT;
ALTER TABLE conversations ADD COLUMN priority TEXT NOT NULL DEFAULT 'none'
    CHECK (priority IN ('none', 'low', 'normal', 'high', 'urgent'));
ALTER TABLE conversations ADD COLUMN snoozed_until BIGINT
    CHECK (snoozed_until IS NULL OR status IN ('waiting', 'active'));
-- Name, and address and subject, without upper and lower case: what a filter's text looks in.
ALTER TABLE conversations ADD COLUMN folded_name TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN folded_about TEXT NOT NULL DEFAULT '';
UPDATE conversations SET
    folded_name = left(lower(contact_name), 200),
    folded_about = left(lower(coalesce(reply_to, '') || chr(10) || coalesce(mail::jsonb ->> 'subject', '')), 200);

-- In the order of the lists, with all that a filter asks for: whatever is asked, this alone is walked, and no further
-- than to the end of the page.
DROP INDEX conversations_activity;
CREATE INDEX conversations_activity ON conversations (last_activity_at, id) INCLUDE (
    status, team_id, owner_id, channel_id, priority, snoozed_until, awaiting_reply_since, created_at, folded_name,
    folded_about
);
CREATE INDEX conversations_snoozed ON conversations (snoozed_until, id) WHERE snoozed_until IS NOT NULL;

-- What is snoozed is counted apart.
ALTER TABLE queue_counts ADD COLUMN snoozed BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE queue_counts DROP CONSTRAINT queue_counts_pkey;
ALTER TABLE queue_counts ADD PRIMARY KEY (team_id, owner_id, status, needs_answer, snoozed);

-- Lists that somebody has saved. What is deleted can be had back for a while.
CREATE TABLE views (
    id         UUID NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    audience   TEXT NOT NULL CHECK (audience IN ('me', 'team', 'everyone')),
    team_id    UUID REFERENCES teams (id) ON DELETE CASCADE,
    -- JSON.
    listing    TEXT NOT NULL,
    made_by    UUID NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    CHECK ((audience = 'team') = (team_id IS NOT NULL))
);
CREATE INDEX views_maker ON views (made_by);
