-- What can be sought: messages and notes, and persons by the contact that is kept. The server folds the words and writes
-- them with the message; how they are folded stands in one place, so that both databases find the same.
CREATE TABLE search_entries (
    -- The milliseconds since 1970 in the upper bits: the newest is found first without sorting.
    id         BIGINT NOT NULL PRIMARY KEY,
    subject_id UUID NOT NULL UNIQUE,
    words      TSVECTOR NOT NULL
);
-- What is not merged into it yet is looked through by each search: little of it.
CREATE INDEX search_entries_words ON search_entries USING GIN (words) WITH (gin_pending_list_limit = 256);

-- What was there before, and is still to be put into the index. A row goes when all of its kind is in.
CREATE TABLE search_backlog (
    kind TEXT NOT NULL PRIMARY KEY CHECK (kind IN ('messages', 'contacts'))
);
INSERT INTO search_backlog (kind) VALUES ('messages'), ('contacts');

-- Who is named in a note, and where: JSON, read whole.
ALTER TABLE messages ADD COLUMN mentions TEXT;

-- What operators are told of, until they have read it and for a while after.
CREATE TABLE notifications (
    id              UUID NOT NULL PRIMARY KEY,
    operator_id     UUID NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL CHECK (kind IN ('mention', 'team_mention', 'new_in_queue', 'reply_in_mine')),
    conversation_id UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    -- The message that it leads to.
    seq             BIGINT NOT NULL,
    -- By whom, in which team's name, and how the message begins.
    by_name         TEXT NOT NULL,
    team_name       TEXT,
    excerpt         TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    read_at         BIGINT
);
CREATE INDEX notifications_operator ON notifications (operator_id, id);
CREATE INDEX notifications_unread ON notifications (operator_id, conversation_id) WHERE read_at IS NULL;
CREATE INDEX notifications_created ON notifications (created_at);

-- What somebody wants to be told of, where that is not the usual.
CREATE TABLE notification_rules (
    operator_id UUID NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    rule        TEXT NOT NULL CHECK (rule IN ('mentions', 'new_in_queue', 'reply_in_mine')),
    enabled     BOOLEAN NOT NULL,
    PRIMARY KEY (operator_id, rule)
);
