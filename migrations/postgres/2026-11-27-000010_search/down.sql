DROP TABLE notification_rules;
DROP TABLE notifications;
ALTER TABLE messages DROP COLUMN mentions;
DROP TABLE search_backlog;
DROP TABLE search_entries;
