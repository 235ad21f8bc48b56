DROP TABLE views;
CREATE TABLE old_queue_counts AS
    SELECT team_id, owner_id, status, needs_answer, sum(count)::bigint AS count FROM queue_counts
    GROUP BY team_id, owner_id, status, needs_answer;
DELETE FROM queue_counts;
ALTER TABLE queue_counts DROP CONSTRAINT queue_counts_pkey;
ALTER TABLE queue_counts DROP COLUMN snoozed;
ALTER TABLE queue_counts ADD PRIMARY KEY (team_id, owner_id, status, needs_answer);
INSERT INTO queue_counts (team_id, owner_id, status, needs_answer, count)
    SELECT team_id, owner_id, status, needs_answer, count FROM old_queue_counts;
DROP TABLE old_queue_counts;
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
