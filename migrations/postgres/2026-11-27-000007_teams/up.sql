-- A team that is archived is in no list any more. What would come to it goes to the other one; none: to no team.
ALTER TABLE teams ADD COLUMN archived_at BIGINT;
ALTER TABLE teams ADD COLUMN archived_into UUID REFERENCES teams (id);

-- Whether somebody takes work: they choose it; 'idle' is away by itself.
ALTER TABLE operators ADD COLUMN availability TEXT NOT NULL DEFAULT 'online'
    CHECK (availability IN ('online', 'idle', 'away', 'handing_over', 'offline'));

-- Every change of team, for accountability.
CREATE TABLE team_changes (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    -- No reference: what moves a conversation must not wait for those who change a team.
    from_id         UUID,
    to_id           UUID,
    by_id           UUID REFERENCES operators (id),
    reason          TEXT NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX team_changes_conversation ON team_changes (conversation_id, id);
