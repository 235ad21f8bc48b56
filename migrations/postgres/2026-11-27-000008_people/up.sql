-- People: how they come in, how they sign in, and what was done by whom. Of every token only the SHA-256 is kept.

-- The one that a person has chosen; none: as their device has it.
ALTER TABLE operators ADD COLUMN time_zone TEXT;
-- When they last asked for anything, to some minutes.
ALTER TABLE operators ADD COLUMN seen_at BIGINT;

-- Where a session was begun, and when it was last used, to some minutes.
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET seen_at = created_at;
CREATE INDEX sessions_operator ON sessions (operator_id);

-- Who may make an account for themselves, once.
CREATE TABLE invitations (
    id         UUID NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    email      TEXT NOT NULL CHECK (email = lower(email)),
    role       TEXT NOT NULL CHECK (role IN ('operator', 'supervisor', 'admin')),
    -- JSON: ids of teams, which may be gone by then.
    teams      TEXT NOT NULL,
    invited_by UUID REFERENCES operators (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When it was used, or withdrawn.
    ended_at   BIGINT
);
CREATE INDEX invitations_open ON invitations (email) WHERE ended_at IS NULL;

-- Who may choose another password without the old one, once.
CREATE TABLE password_resets (
    id          UUID NOT NULL PRIMARY KEY,
    token_hash  BYTEA NOT NULL UNIQUE,
    operator_id UUID NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    -- When it was used, or another took its place.
    ended_at    BIGINT
);
CREATE INDEX password_resets_operator ON password_resets (operator_id) WHERE ended_at IS NULL;

-- The second step of signing in: codes of an app (RFC 6238). The secret is encrypted; the key is not in the database.
CREATE TABLE second_steps (
    operator_id UUID NOT NULL PRIMARY KEY REFERENCES operators (id) ON DELETE CASCADE,
    secret      BYTEA NOT NULL,
    -- None until a first code has proven that the app has the secret.
    on_at       BIGINT,
    -- The newest time step of which a code was taken: none of it, or of an older one, is taken again.
    last_step   BIGINT NOT NULL
);
CREATE TABLE recovery_codes (
    operator_id UUID NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    code_hash   BYTEA NOT NULL,
    used_at     BIGINT,
    PRIMARY KEY (operator_id, code_hash)
);

-- Browsers that have given the right password, and have yet to give a code.
CREATE TABLE half_sign_ins (
    token_hash  BYTEA NOT NULL PRIMARY KEY,
    operator_id UUID NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    auth_epoch  BIGINT NOT NULL,
    tries       BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX half_sign_ins_expires ON half_sign_ins (expires_at);

-- Who did what to whom. Names are kept as they were then.
CREATE TABLE audit (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         TEXT NOT NULL,
    -- None: nobody who is known, or the command line.
    by_id        UUID REFERENCES operators (id),
    by_name      TEXT NOT NULL,
    -- Whatever it was done to: no reference, for that may be gone.
    subject_id   UUID,
    subject_name TEXT NOT NULL,
    details      TEXT NOT NULL,
    address      TEXT NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE INDEX audit_by ON audit (by_id, id);
CREATE INDEX audit_subject ON audit (subject_id, id);
CREATE INDEX audit_kind ON audit (kind, id);
CREATE INDEX audit_created ON audit (created_at);

-- What belongs to the whole workspace.
CREATE TABLE workspace (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL
);
INSERT INTO workspace (id, name) VALUES (1, 'Live Operator');
