CREATE INDEX conversations_ai_resolved ON conversations (resolved_at) WHERE ai IS NOT NULL;
CREATE INDEX messages_handoff ON messages (created_at) WHERE handoff IS NOT NULL;
DROP TABLE channel_counts;
DROP TABLE measured_days;
DROP TABLE episodes;
