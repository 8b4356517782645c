-- Read by the night and by the snapshot: the groups of copies with what they amount to.
CREATE OR REPLACE VIEW core.families AS
SELECT
    membership.family_id,
    count(DISTINCT coalesce(posts.edit_of_post_id, posts.post_id)) AS post_count,
    count(DISTINCT posts.text_digest) AS text_count,
    count(DISTINCT posts.author_pseudonym) AS account_count,
    list_sort(list(DISTINCT posts.platform)) AS platforms,
    list_sort(list(DISTINCT posts.lang)) AS langs,
    min(posts.posted_at) AS first_posted_at,
    max(posts.posted_at) AS last_posted_at
FROM core.posts AS posts
JOIN core.text_families AS membership USING (text_digest)
GROUP BY membership.family_id;
COMMENT ON VIEW core.families IS 'One row per group of copies of one text.';
COMMENT ON COLUMN core.families.family_id IS 'Smallest text digest among its members.';
COMMENT ON COLUMN core.families.post_count IS 'Posts in it; later wordings of one post count once.';
COMMENT ON COLUMN core.families.text_count IS 'Distinct wordings in it.';
COMMENT ON COLUMN core.families.account_count IS 'Distinct accounts that posted it; nothing tells which.';
COMMENT ON COLUMN core.families.platforms IS 'Platforms it was seen on.';
COMMENT ON COLUMN core.families.langs IS 'Languages it was seen in (ISO 639-1).';
COMMENT ON COLUMN core.families.first_posted_at IS 'Earliest moment of posting (UTC).';
COMMENT ON COLUMN core.families.last_posted_at IS 'Latest moment of posting (UTC).';

-- The post that is answered counts as it was first worded, whichever wording was answered.
CREATE OR REPLACE VIEW core.post_contexts AS
SELECT posts.post_id, posts.text_digest, coalesce(parents.text_digest, '') AS parent_digest
FROM core.posts AS posts
LEFT JOIN core.posts AS parents ON parents.post_id = posts.reply_to_post_id;
COMMENT ON VIEW core.post_contexts IS 'One row per post: what it says and what that answers, together the key of its classification.';
COMMENT ON COLUMN core.post_contexts.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.post_contexts.text_digest IS 'Its text: key of core.texts.';
COMMENT ON COLUMN core.post_contexts.parent_digest IS 'Text of the post that it answers: key of core.texts; empty where it answers none that is stored.';

-- A post whose text has been taken away, or whose day no backfill has come to yet, goes by the
-- last that was made of it: no count forgets a post because a new model cannot read it.
-- Names in full, since those of a macro are looked up where it is used.
CREATE OR REPLACE MACRO core.classified_posts(version) AS TABLE
WITH fresh AS (
    SELECT contexts.post_id, classifications.*
    FROM live.core.post_contexts AS contexts
    JOIN live.core.classifications AS classifications USING (text_digest, parent_digest)
    WHERE classifications.model_version = version
),
earlier AS (
    SELECT contexts.post_id, classifications.*
    FROM live.core.post_contexts AS contexts
    ANTI JOIN fresh ON fresh.post_id = contexts.post_id
    JOIN live.core.classifications AS classifications
        ON classifications.text_digest = contexts.text_digest
    QUALIFY row_number() OVER (
        PARTITION BY contexts.post_id
        ORDER BY
            classifications.parent_digest = contexts.parent_digest DESC,
            classifications.model_version = version DESC,
            classifications.run_id DESC
    ) = 1
)
FROM fresh UNION ALL FROM earlier;

CREATE OR REPLACE VIEW core.unflagged_posts AS
SELECT
    contexts.post_id,
    classifications.model_version,
    CASE
        WHEN len(classifications.matches) > 0 THEN classifications.stance
        WHEN list_max(map_values(classifications.narrative_probabilities))
            >= 0.5 * (SELECT min(threshold) FROM core.narratives) THEN 'below-threshold'
        ELSE 'no-narrative'
    END AS reason
FROM core.post_contexts AS contexts
JOIN core.classifications AS classifications USING (text_digest, parent_digest)
ANTI JOIN core.flags AS flags ON flags.post_id = contexts.post_id;
COMMENT ON VIEW core.unflagged_posts IS 'One row per post and model version that was counted and not flagged.';
COMMENT ON COLUMN core.unflagged_posts.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.unflagged_posts.model_version IS 'Model that classified it.';
COMMENT ON COLUMN core.unflagged_posts.reason IS 'counters, reports or asks: bears on a narrative without asserting it; asserts: may assert one, not surely enough to be flagged; none: resembles one, with no stance to it; below-threshold: resembles one, too little to say; no-narrative: bears on none.';

-- What people say stands beside what a model says: no classification touches it.
CREATE OR REPLACE VIEW core.standing_decisions AS
SELECT
    decisions.* EXCLUDE (note, undoes_decision_id, run_id),
    coalesce(contexts.parent_digest, '') AS parent_digest
FROM core.decisions AS decisions
LEFT JOIN core.post_contexts AS contexts ON contexts.post_id = decisions.post_id
WHERE
    decisions.kind NOT IN ('skip', 'undo')
    AND NOT EXISTS (
        FROM core.decisions AS undoings WHERE undoings.undoes_decision_id = decisions.decision_id
    )
QUALIFY row_number() OVER (
    PARTITION BY decisions.text_digest, coalesce(contexts.parent_digest, '') ORDER BY decisions.seq DESC
) = 1;
COMMENT ON VIEW core.standing_decisions IS 'One row per text, and text that it answers, that a person has labelled: the latest decision that has not been undone.';
COMMENT ON COLUMN core.standing_decisions.seq IS 'Number in the review store.';
COMMENT ON COLUMN core.standing_decisions.decision_id IS 'The decision: key of core.decisions.';
COMMENT ON COLUMN core.standing_decisions.post_id IS 'The post that was looked at: key of core.posts.';
COMMENT ON COLUMN core.standing_decisions.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.standing_decisions.parent_digest IS 'Text that it answers: key of core.texts; empty where it answers none that is stored.';
COMMENT ON COLUMN core.standing_decisions.kind IS 'confirm, question, report, counter, reject, protected or threat.';
COMMENT ON COLUMN core.standing_decisions.narratives IS 'Narratives that it bears on, as the reviewer says.';
COMMENT ON COLUMN core.standing_decisions.stance IS 'Stance, as the reviewer says.';
COMMENT ON COLUMN core.standing_decisions.is_threat IS 'Whether it threatens or exposes staff, as the reviewer says.';
COMMENT ON COLUMN core.standing_decisions.reviewer IS 'Who decided; in no snapshot.';
COMMENT ON COLUMN core.standing_decisions.decided_at IS 'When (UTC).';
