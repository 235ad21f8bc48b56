-- What can be sought: messages and notes, and persons by the contact that is kept. The server folds the words and writes
-- them with the message; how they are folded stands in one place, so that both databases find the same.
CREATE TABLE search_entries (
    -- The milliseconds since 1970 in the upper bits: the newest is found first without sorting.
    id         INTEGER NOT NULL PRIMARY KEY,
    subject_id BLOB NOT NULL UNIQUE
) STRICT;
-- The tokenizer only splits at spaces: everything that is not ASCII is a letter to it.
CREATE VIRTUAL TABLE search_index USING fts5(
    words,
    content = '',
    contentless_delete = 1,
    tokenize = "ascii tokenchars '_'"
);
-- Each message is a segment of its own at first: merged a little later, they cost half.
INSERT INTO search_index (search_index, rank) VALUES ('automerge', 8);
-- The words that there are: a beginning is sought by what begins so.
CREATE VIRTUAL TABLE search_words USING fts5vocab('search_index', 'instance');

-- What was there before, and is still to be put into the index. A row goes when all of its kind is in.
CREATE TABLE search_backlog (
    kind TEXT NOT NULL PRIMARY KEY CHECK (kind IN ('messages', 'contacts'))
) STRICT, WITHOUT ROWID;
INSERT INTO search_backlog (kind) VALUES ('messages'), ('contacts');

-- Who is named in a note, and where: JSON, read whole.
ALTER TABLE messages ADD COLUMN mentions TEXT;

-- What operators are told of, until they have read it and for a while after.
CREATE TABLE notifications (
    id              BLOB NOT NULL PRIMARY KEY,
    operator_id     BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL CHECK (kind IN ('mention', 'team_mention', 'new_in_queue', 'reply_in_mine')),
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    -- The message that it leads to.
    seq             INTEGER NOT NULL,
    -- By whom, in which team's name, and how the message begins.
    by_name         TEXT NOT NULL,
    team_name       TEXT,
    excerpt         TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    read_at         INTEGER
) STRICT;
CREATE INDEX notifications_operator ON notifications (operator_id, id);
CREATE INDEX notifications_unread ON notifications (operator_id, conversation_id) WHERE read_at IS NULL;
CREATE INDEX notifications_created ON notifications (created_at);

-- What somebody wants to be told of, where that is not the usual.
CREATE TABLE notification_rules (
    operator_id BLOB NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    rule        TEXT NOT NULL CHECK (rule IN ('mentions', 'new_in_queue', 'reply_in_mine')),
    enabled     INTEGER NOT NULL,
    PRIMARY KEY (operator_id, rule)
) STRICT, WITHOUT ROWID;
