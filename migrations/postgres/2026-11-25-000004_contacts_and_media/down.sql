DROP TABLE awaited_files;
ALTER TABLE messages DROP COLUMN awaited;
DROP TABLE contact_merges;
DROP INDEX contacts_phone;
DROP INDEX contacts_email;
DROP INDEX contacts_merged_into;
ALTER TABLE contacts DROP COLUMN merged_into;
