DROP TABLE notification_rules;
DROP TABLE notifications;
ALTER TABLE messages DROP COLUMN mentions;
DROP TABLE search_backlog;
DROP TABLE search_words;
DROP TABLE search_index;
DROP TABLE search_entries;
