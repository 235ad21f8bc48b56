DROP TABLE team_changes;
ALTER TABLE operators DROP COLUMN availability;
ALTER TABLE teams DROP COLUMN archived_into;
ALTER TABLE teams DROP COLUMN archived_at;
