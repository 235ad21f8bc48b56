-- What operators note of a contact, by names of their own. Of a person who is several contacts it stands with the one for
-- whom it was written, so that nothing has to be moved back when a merge is.
CREATE TABLE contact_attributes (
    contact_id BLOB NOT NULL REFERENCES contacts (id),
    -- The name in lower case.
    key        TEXT NOT NULL,
    name       TEXT NOT NULL,
    value      TEXT NOT NULL,
    updated_by BLOB NOT NULL REFERENCES operators (id),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (contact_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_notes (
    id         BLOB NOT NULL PRIMARY KEY,
    contact_id BLOB NOT NULL REFERENCES contacts (id),
    author_id  BLOB NOT NULL REFERENCES operators (id),
    text       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Kept, so that it can be brought back.
    deleted_by BLOB REFERENCES operators (id),
    deleted_at INTEGER
) STRICT;
CREATE INDEX contact_notes_contact ON contact_notes (contact_id);

-- Whose messages come into no queue, who said so, and who took it back.
CREATE TABLE contact_blocks (
    id           BLOB NOT NULL PRIMARY KEY,
    contact_id   BLOB NOT NULL REFERENCES contacts (id),
    blocked_by   BLOB NOT NULL REFERENCES operators (id),
    blocked_at   INTEGER NOT NULL,
    -- JSON: the conversations that were resolved with it, to be reopened when it is taken back.
    closed       TEXT NOT NULL,
    unblocked_by BLOB REFERENCES operators (id),
    unblocked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX contact_blocks_in_force ON contact_blocks (contact_id) WHERE unblocked_at IS NULL;
