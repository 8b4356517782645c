-- What was decided since last time (incoming), laid over the items that it is about.
INSERT INTO memory.main.item_decisions BY NAME
SELECT incoming.* EXCLUDE (text_digest), texts.item_number
FROM incoming JOIN memory.main.item_texts AS texts USING (text_digest);

CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT item_number FROM incoming JOIN memory.main.item_texts USING (text_digest);

DELETE FROM memory.main.item_status WHERE item_number IN (SELECT item_number FROM touched);

-- The latest decision that stands; of items whose decisions have all been undone, that they wait.
INSERT INTO memory.main.item_status BY NAME
WITH undoings AS (
    SELECT DISTINCT undoes AS decision_id, true AS is_undone
    FROM memory.main.item_decisions WHERE undoes IS NOT NULL
)
SELECT DISTINCT ON (item_number)
    item_number,
    items.family_id,
    labels.act_id,
    CASE WHEN is_undone THEN 'waiting' ELSE labels.kind END AS kind,
    labels.narratives,
    labels.is_threat,
    labels.reviewer,
    labels.decided_at
FROM memory.main.item_decisions AS labels
SEMI JOIN touched USING (item_number)
JOIN memory.main.items AS items USING (item_number)
LEFT JOIN undoings USING (decision_id)
WHERE labels.undoes IS NULL
ORDER BY item_number, coalesce(is_undone, false), labels.seq DESC;
