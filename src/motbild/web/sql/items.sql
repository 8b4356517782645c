-- What waits for a person: one row per family of copies in any queue.
-- Those that wait are numbered in the order in which they are worth a look: numbers are found
-- and compared faster than ids.
CREATE TEMP TABLE shown_posts AS
WITH flagged AS (
    SELECT
        post_id,
        max(priority_score) AS priority_score,
        arg_max(priority_reason, priority_score) AS priority_reason,
        arg_max(narrative_id, probability) AS narrative_id,
        list(DISTINCT narrative_id) AS narrative_ids,
        max(probability) AS probability,
        arg_max(stance, probability) AS stance,
        list(
            {'narrative_id': narrative_id, 'probability': probability, 'threshold': threshold}
            ORDER BY probability DESC, narrative_id
        ) AS flags
    FROM core.flags
    GROUP BY post_id
)
SELECT
    posts.post_id,
    coalesce(posts.family_id, posts.text_digest) AS family_id,
    posts.text_digest,
    posts.parent_digest,
    posts.platform,
    posts.source_id,
    posts.lang,
    posts.posted_at,
    posts.posted_day,
    flagged.post_id IS NOT NULL AS is_flagged,
    threats.post_id IS NOT NULL AS is_threat,
    proposals.post_id IS NOT NULL AND flagged.post_id IS NULL AS is_proposed,
    coalesce(flagged.narrative_id, proposals.narrative_id) AS narrative_id,
    coalesce(flagged.narrative_ids, []) AS narrative_ids,
    coalesce(flagged.flags, []) AS flags,
    flagged.probability,
    coalesce(flagged.stance, '') AS stance,
    coalesce(flagged.priority_score, proposals.score, 0) AS priority_score,
    coalesce(flagged.priority_reason, proposals.reason, '') AS priority_reason,
    threats.threat_probability,
    CASE WHEN threats.post_id IS NOT NULL THEN found.matches END AS threat_matches,
    found.rowid AS explained_row,
    found.evidence.seeds[1].seed_id AS nearest_seed_id
FROM core.posts AS posts
LEFT JOIN flagged USING (post_id)
LEFT JOIN core.threats AS threats USING (post_id)
LEFT JOIN core.proposals AS proposals USING (post_id)
LEFT JOIN core.classifications AS found
    ON found.text_digest = posts.text_digest AND found.parent_digest = posts.parent_digest
WHERE flagged.post_id IS NOT NULL OR threats.post_id IS NOT NULL OR proposals.post_id IS NOT NULL;

CREATE TABLE memory.main.items AS
WITH gathered AS (
    SELECT
        family_id,
        arg_max(post_id, priority_score) AS post_id,
        bool_or(is_flagged) AS is_flagged,
        bool_or(is_threat) AS is_threat,
        bool_or(is_proposed) AND NOT bool_or(is_flagged) AS is_proposed,
        arg_max(narrative_id, priority_score) AS narrative_id,
        list_sort(list_distinct(flatten(list(narrative_ids)))) AS narrative_ids,
        max(probability) AS probability,
        arg_max(stance, priority_score) AS stance,
        max(priority_score) AS priority_score,
        arg_max(priority_reason, priority_score) AS priority_reason,
        max(threat_probability) AS threat_probability,
        arg_max(nearest_seed_id, priority_score) AS nearest_seed_id,
        list_sort(list(DISTINCT platform)) AS platforms,
        list_sort(list(DISTINCT source_id)) AS source_ids,
        list_sort(list(DISTINCT lang)) AS langs,
        list_sort(list(DISTINCT text_digest)) AS text_digests,
        min(posted_day) AS first_day,
        max(posted_day) AS last_day,
        count(*) AS shown_post_count
    FROM temp.main.shown_posts
    GROUP BY family_id
),
-- Twenty at a time of each narrative, so that whoever floods one pushes no other out of sight.
in_turns AS (
    SELECT
        gathered.*,
        (row_number() OVER (
            PARTITION BY is_flagged, narrative_id ORDER BY priority_score DESC, family_id
        ) - 1) // 20 AS turn
    FROM gathered
)
SELECT
    (row_number() OVER (ORDER BY turn, priority_score DESC, family_id) - 1)::INTEGER AS item_number,
    CASE WHEN is_threat THEN (
        row_number() OVER (ORDER BY threat_probability DESC NULLS LAST, family_id) - 1
    )::INTEGER END AS threat_number,
    in_turns.* EXCLUDE (turn),
    coalesce(families.post_count, shown_post_count) AS copy_count,
    families.account_count
FROM in_turns LEFT JOIN core.families AS families USING (family_id)
ORDER BY item_number;

CREATE TABLE memory.main.item_posts AS
SELECT items.item_number, shown.* EXCLUDE (priority_reason, nearest_seed_id)
FROM temp.main.shown_posts AS shown
JOIN memory.main.items AS items USING (family_id)
ORDER BY item_number, shown.priority_score DESC, shown.post_id;
DROP TABLE temp.main.shown_posts;

CREATE TABLE memory.main.item_texts AS
SELECT DISTINCT text_digest, item_number, family_id
FROM memory.main.item_posts ORDER BY text_digest;

-- What people have decided on their texts, copied from the review store as it is written, and
-- what that makes of each item (decisions.sql).
CREATE TABLE memory.main.item_decisions (
    item_number INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    decision_id VARCHAR NOT NULL,
    undoes VARCHAR,
    act_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    narratives VARCHAR[] NOT NULL,
    is_threat BOOLEAN NOT NULL,
    reviewer VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE memory.main.item_status (
    item_number INTEGER NOT NULL,
    family_id VARCHAR NOT NULL,
    act_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    narratives VARCHAR[] NOT NULL,
    is_threat BOOLEAN NOT NULL,
    reviewer VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL
);

-- What people ask: one row per family of copies and narrative that it asks about.
CREATE TABLE memory.main.asked AS
WITH asking AS (
    SELECT
        coalesce(posts.family_id, posts.text_digest) AS family_id,
        questions.narrative_id,
        questions.asks_probability,
        posts.post_id,
        posts.platform,
        posts.lang,
        posts.posted_day,
        coalesce(posts.posted_at, posts.posted_day::TIMESTAMPTZ) AS asked_at,
        -- A seed of the pack that asks nearly the same says in plain words what is asked.
        list_filter(
            found.evidence.seeds,
            lambda seed: seed.stance = 'asks' AND seed.similarity >= 0.3
                AND list_contains(seed.narratives, questions.narrative_id)
        )[1] AS seed
    FROM core.questions AS questions
    JOIN core.posts AS posts USING (post_id)
    LEFT JOIN core.classifications AS found
        ON found.text_digest = posts.text_digest AND found.parent_digest = posts.parent_digest
)
SELECT
    family_id,
    narrative_id,
    arg_max(post_id, (asked_at, post_id)) AS post_id,
    arg_max(lang, (asked_at, post_id)) AS lang,
    max(asks_probability) AS asks_probability,
    arg_max(seed.seed_id, (asked_at, post_id)) AS seed_id,
    arg_max(seed.text, (asked_at, post_id)) AS seed_text,
    list_sort(list(DISTINCT platform)) AS platforms,
    list_sort(list(DISTINCT lang)) AS langs,
    max(posted_day) AS last_day,
    max(asked_at) AS last_asked_at,
    count(*) AS shown_post_count
FROM asking
GROUP BY family_id, narrative_id
ORDER BY last_asked_at DESC, family_id;

-- What is searched: to put a text in lower case takes longer than to look through it.
CREATE TABLE memory.main.searched_texts AS
SELECT text_digest, lower(any_value(text)) AS text FROM core.posts GROUP BY text_digest;
