DROP TABLE views;
CREATE TABLE old_queue_counts (
    team_id      BLOB NOT NULL,
    owner_id     BLOB NOT NULL,
    status       TEXT NOT NULL,
    needs_answer INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    PRIMARY KEY (team_id, owner_id, status, needs_answer)
) STRICT, WITHOUT ROWID;
INSERT INTO old_queue_counts
    SELECT team_id, owner_id, status, needs_answer, sum(count) FROM queue_counts
    GROUP BY team_id, owner_id, status, needs_answer;
DROP TABLE queue_counts;
ALTER TABLE old_queue_counts RENAME TO queue_counts;
DROP INDEX conversations_snoozed;
DROP INDEX conversations_activity;
CREATE INDEX conversations_activity ON conversations (last_activity_at, id);
ALTER TABLE conversations DROP COLUMN folded_about;
ALTER TABLE conversations DROP COLUMN folded_name;
ALTER TABLE conversations DROP COLUMN snoozed_until;
ALTER TABLE conversations DROP COLUMN priority;
ALTER TABLE conversations DROP COLUMN tags;
DROP TABLE conversation_tags;
DROP TABLE tags;
