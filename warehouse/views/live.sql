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

CREATE OR REPLACE VIEW core.unflagged_posts AS
SELECT
    posts.post_id,
    classifications.model_version,
    CASE
        WHEN len(classifications.matches) > 0 THEN classifications.stance
        WHEN list_max(map_values(classifications.narrative_probabilities))
            >= 0.5 * (SELECT min(threshold) FROM core.narratives) THEN 'below-threshold'
        ELSE 'no-narrative'
    END AS reason
FROM core.posts AS posts
JOIN core.classifications AS classifications USING (text_digest)
ANTI JOIN core.flags AS flags ON flags.post_id = posts.post_id;
COMMENT ON VIEW core.unflagged_posts IS 'One row per post and model version that was counted and not flagged.';
COMMENT ON COLUMN core.unflagged_posts.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.unflagged_posts.model_version IS 'Model that classified it.';
COMMENT ON COLUMN core.unflagged_posts.reason IS 'counters, reports or asks: bears on a narrative without asserting it; none: resembles one, with no stance to it; below-threshold: resembles one, too little to say; no-narrative: bears on none.';
