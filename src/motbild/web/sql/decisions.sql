-- What was decided since last time (incoming), laid over the items that it is about.
CREATE OR REPLACE TEMP TABLE arrived AS
SELECT incoming.* EXCLUDE (text_digest), texts.item_number, texts.family_id
FROM incoming JOIN memory.main.item_texts AS texts USING (text_digest);

INSERT INTO memory.main.item_decisions BY NAME
SELECT * EXCLUDE (family_id) FROM arrived;
DELETE FROM memory.main.item_status WHERE item_number IN (SELECT item_number FROM arrived);

-- The latest decision that stands; of items whose decisions have all been undone, that they wait.
INSERT INTO memory.main.item_status BY NAME
WITH touched AS (SELECT DISTINCT item_number, family_id FROM arrived),
labels AS (
    SELECT * FROM memory.main.item_decisions JOIN touched USING (item_number)
),
undoings AS (SELECT DISTINCT undoes AS decision_id, true AS is_undone FROM labels)
SELECT DISTINCT ON (item_number)
    labels.* EXCLUDE (seq, decision_id, undoes, kind),
    CASE WHEN is_undone THEN 'waiting' ELSE labels.kind END AS kind
FROM labels LEFT JOIN undoings USING (decision_id)
WHERE labels.undoes IS NULL
ORDER BY item_number, coalesce(is_undone, false), seq DESC;
