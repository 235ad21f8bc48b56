DROP TABLE contact_blocks;
DROP TABLE contact_notes;
DROP TABLE contact_attributes;
