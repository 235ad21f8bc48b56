-- What came of conversations: an episode is a conversation from when it begins, or is reopened, until it is resolved. What
-- is counted over time is counted here. Nothing refers to people, teams or channels: what was is counted, whoever is gone.
CREATE TABLE episodes (
    conversation_id    BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    -- From 1 in each conversation.
    number             INTEGER NOT NULL,
    channel_id         BLOB NOT NULL,
    -- Each time with the team that had the conversation then.
    began_at           INTEGER NOT NULL,
    began_team_id      BLOB,
    -- Who owned it when it was resolved before.
    reopened_from_id   BLOB,
    -- Which bot had the word in it, if one had.
    bot_id             BLOB,
    -- Whether it ever waited for a person, or was owned by one.
    with_people        INTEGER NOT NULL,
    handed_off_at      INTEGER,
    handed_off_team_id BLOB,
    bot_failed         INTEGER NOT NULL,
    -- The first answer of a person to a customer who waited, and how long they had.
    answered_at        INTEGER,
    answered_team_id   BLOB,
    answered_by_id     BLOB,
    answered_after     INTEGER,
    -- How long the customer waited for people in all, and of that for the last answer.
    waited             INTEGER NOT NULL,
    last_wait          INTEGER NOT NULL,
    ended_at           INTEGER,
    ended_team_id      BLOB,
    -- Who owned it then.
    ended_owner_id     BLOB,
    PRIMARY KEY (conversation_id, number)
) STRICT;
CREATE INDEX episodes_began ON episodes (began_at);
CREATE INDEX episodes_handed_off ON episodes (handed_off_at) WHERE handed_off_at IS NOT NULL;
CREATE INDEX episodes_answered ON episodes (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX episodes_ended ON episodes (ended_at) WHERE ended_at IS NOT NULL;

-- What a day's episodes add to what is counted, packed, so that months are read quickly: only of days that are over. None
-- where something of such a day has changed since.
CREATE TABLE measured_days (
    -- Since 1970-01-01 UTC.
    day     INTEGER NOT NULL PRIMARY KEY,
    tallies BLOB
) STRICT;

-- How many conversations each channel has in work, kept with every change.
CREATE TABLE channel_counts (
    channel_id BLOB NOT NULL,
    load       TEXT NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (channel_id, load)
) STRICT, WITHOUT ROWID;

-- As far as it can be known of what was before: the team is the one that has the conversation now, and of the waits only
-- the first is known.
WITH
    places AS (
        SELECT
            conversation_id, resolved_at, reopened_at,
            row_number() OVER (PARTITION BY conversation_id ORDER BY id) AS place
        FROM resolutions
    ),
    beginnings AS (
        SELECT id AS conversation_id, 1 AS number, created_at AS began_at FROM conversations
        UNION ALL
        SELECT conversation_id, place + 1, reopened_at FROM places WHERE reopened_at IS NOT NULL
    ),
    spans AS (
        SELECT
            b.conversation_id, b.number, b.began_at, c.channel_id, c.team_id, c.owner_id, c.ai, c.status,
            c.ai IS NOT NULL AND b.number = 1 AND (c.handler = 'bot' OR c.control_epoch > 0) AS by_bot,
            coalesce(p.resolved_at, CASE WHEN c.status = 'resolved' THEN c.resolved_at END) AS ended_at,
            earlier.resolved_at AS resolved_before
        FROM beginnings b
        JOIN conversations c ON c.id = b.conversation_id
        LEFT JOIN places p ON p.conversation_id = b.conversation_id AND p.place = b.number
        LEFT JOIN places earlier
            ON earlier.conversation_id = b.conversation_id AND earlier.place = b.number - 1
    ),
    found AS (
        SELECT
            s.*,
            CASE WHEN s.ended_at IS NULL THEN s.owner_id ELSE (
                SELECT o.to_id FROM ownership_changes o
                WHERE o.conversation_id = s.conversation_id AND o.created_at <= s.ended_at
                ORDER BY o.id DESC LIMIT 1
            ) END AS last_owner_id,
            (
                SELECT min(m.seq) FROM messages m
                WHERE m.conversation_id = s.conversation_id AND m.sender = 'operator' AND m.note = 0
                    AND m.sender_id IS NOT NULL AND coalesce(m.delivery, '') <> 'cancelled'
                    AND m.created_at >= s.began_at AND (s.ended_at IS NULL OR m.created_at <= s.ended_at)
            ) AS answer,
            (
                SELECT min(m.seq) FROM messages m
                WHERE m.conversation_id = s.conversation_id AND m.handoff IS NOT NULL
                    AND m.created_at >= s.began_at AND (s.ended_at IS NULL OR m.created_at <= s.ended_at)
            ) AS handoff
        FROM spans s
    ),
    measured AS (
        SELECT
            f.*,
            reply.created_at AS answered_at, reply.sender_id AS answered_by_id,
            card.created_at AS handed_off_at, coalesce(card.system = 'bot_failed', 0) AS bot_failed,
            reply.created_at - CASE
                WHEN f.handoff < f.answer THEN card.created_at
                WHEN NOT f.by_bot THEN (
                    SELECT min(m.created_at) FROM messages m
                    WHERE m.conversation_id = f.conversation_id AND m.sender = 'contact'
                        AND m.created_at >= f.began_at AND m.seq < f.answer
                )
            END AS wait
        FROM found f
        LEFT JOIN messages reply ON reply.conversation_id = f.conversation_id AND reply.seq = f.answer
        LEFT JOIN messages card ON card.conversation_id = f.conversation_id AND card.seq = f.handoff
    )
INSERT INTO episodes (
    conversation_id, number, channel_id, began_at, began_team_id, reopened_from_id, bot_id, with_people,
    handed_off_at, handed_off_team_id, bot_failed, answered_at, answered_team_id, answered_by_id, answered_after,
    waited, last_wait, ended_at, ended_team_id, ended_owner_id
)
SELECT
    conversation_id, number, channel_id, began_at, team_id,
    CASE WHEN resolved_before IS NOT NULL THEN (
        SELECT o.to_id FROM ownership_changes o
        WHERE o.conversation_id = measured.conversation_id AND o.created_at <= resolved_before
        ORDER BY o.id DESC LIMIT 1
    ) END,
    CASE WHEN by_bot THEN unhex(replace(json_extract(ai, '$.bot_id'), '-', '')) END,
    NOT by_bot OR handoff IS NOT NULL OR answer IS NOT NULL OR last_owner_id IS NOT NULL
        OR (ended_at IS NULL AND status <> 'open'),
    handed_off_at, CASE WHEN handed_off_at IS NOT NULL THEN team_id END, bot_failed,
    CASE WHEN wait IS NOT NULL THEN answered_at END, CASE WHEN wait IS NOT NULL THEN team_id END,
    CASE WHEN wait IS NOT NULL THEN answered_by_id END, wait,
    coalesce(wait, 0), coalesce(wait, 0),
    ended_at, CASE WHEN ended_at IS NOT NULL THEN team_id END,
    CASE WHEN ended_at IS NOT NULL THEN last_owner_id END
FROM measured;

INSERT INTO channel_counts (channel_id, load, count)
SELECT channel_id, 'needs_answer', count(*) FROM conversations
WHERE awaiting_reply_since IS NOT NULL AND status IN ('waiting', 'active') AND snoozed_until IS NULL
GROUP BY channel_id
UNION ALL
SELECT channel_id, 'unassigned', count(*) FROM conversations
WHERE status = 'waiting' AND snoozed_until IS NULL GROUP BY channel_id
UNION ALL
SELECT channel_id, 'active', count(*) FROM conversations WHERE status = 'active' GROUP BY channel_id
UNION ALL
SELECT channel_id, 'ai', count(*) FROM conversations
WHERE status = 'open' AND snoozed_until IS NULL GROUP BY channel_id
UNION ALL
SELECT channel_id, 'in_work', count(*) FROM conversations WHERE status <> 'resolved' GROUP BY channel_id;

-- What bots did is counted by episodes too.
DROP INDEX messages_handoff;
DROP INDEX conversations_ai_resolved;
