-- Contacts that are one person: each keeps its own conversations and addresses, so that nothing has to be moved back.
ALTER TABLE contacts ADD COLUMN merged_into UUID REFERENCES contacts (id);
CREATE INDEX contacts_merged_into ON contacts (merged_into) WHERE merged_into IS NOT NULL;
-- For whoever may be the same: what visitors typed is no identity, but a hint.
CREATE INDEX contacts_email ON contacts (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX contacts_phone ON contacts (phone) WHERE phone IS NOT NULL;

-- Who said that two contacts are one person, and who took it back.
CREATE TABLE contact_merges (
    id         UUID NOT NULL PRIMARY KEY,
    kept_id    UUID NOT NULL REFERENCES contacts (id),
    gone_id    UUID NOT NULL REFERENCES contacts (id),
    -- JSON: the contacts that had been merged into the one that is gone, and followed it.
    followers  TEXT NOT NULL,
    merged_by  UUID REFERENCES operators (id),
    merged_at  BIGINT NOT NULL,
    undone_by  UUID REFERENCES operators (id),
    undone_at  BIGINT
);
CREATE INDEX contact_merges_kept ON contact_merges (kept_id);
CREATE INDEX contact_merges_gone ON contact_merges (gone_id);

-- What a message waits for: files that its provider keeps until we have fetched them. JSON, read whole.
ALTER TABLE messages ADD COLUMN awaited TEXT;

-- Where they lie. A row goes when its file is here.
CREATE TABLE awaited_files (
    id           UUID NOT NULL PRIMARY KEY,
    message_id   UUID NOT NULL REFERENCES messages (id),
    channel_id   UUID NOT NULL REFERENCES channels (id),
    url          TEXT NOT NULL,
    content_type TEXT,
    created_at   BIGINT NOT NULL
);
CREATE INDEX awaited_files_message ON awaited_files (message_id);
