-- The tables of a snapshot, filled from the live warehouse (attached as live).
-- Set before: run_id, model_version and smallest_count.
-- What a flag, a question, a threat or a proposal needs, examples of new rumours, and counts over
-- everything; no vector, no author's pseudonym, no text of any other post.
CREATE SCHEMA core;
CREATE SCHEMA ops;
CREATE SCHEMA analyst;

-- A post whose text has been taken away is counted, and no longer in any queue.
CREATE TEMP TABLE readable AS SELECT post_id FROM live.core.posts WHERE text IS NOT NULL;
CREATE TABLE core.flags AS FROM live.core.flags SEMI JOIN readable USING (post_id);
CREATE TABLE core.questions AS FROM live.core.questions SEMI JOIN readable USING (post_id);
CREATE TABLE core.threats AS FROM live.core.threats SEMI JOIN readable USING (post_id);
CREATE TABLE core.proposals AS FROM live.core.proposals SEMI JOIN readable USING (post_id);
CREATE TABLE core.clusters AS FROM live.core.clusters ORDER BY score DESC, cluster_id;
CREATE TABLE core.campaigns AS FROM live.core.campaigns ORDER BY score DESC, campaign_id;
-- A few examples of each, not everything that was gathered (decision 0017).
CREATE TABLE core.cluster_posts AS
FROM live.core.cluster_posts WHERE rank <= 6 ORDER BY cluster_id, rank;
COMMENT ON TABLE core.cluster_posts IS 'One row per post that is shown as an example of a cluster; six of each at most.';
CREATE TABLE core.decisions AS
SELECT * EXCLUDE (seq, reviewer) FROM live.core.standing_decisions ORDER BY seq;
COMMENT ON TABLE core.decisions IS 'One row per text, and text that it answers, that a person has labelled: the latest decision that has not been undone.';
COMMENT ON COLUMN core.decisions.parent_digest IS 'Text that it answers; empty where it answers none that is stored.';
CREATE TABLE core.answers AS FROM live.core.answers ORDER BY published_day, answer_id;
CREATE TABLE core.narratives AS FROM live.core.narratives;
CREATE TABLE core.facts AS FROM live.core.facts;
CREATE TABLE ops.runs AS FROM live.ops.runs;
CREATE TABLE ops.source_runs AS FROM live.ops.source_runs;
CREATE TABLE ops.rejects AS FROM live.ops.rejects;
CREATE TABLE ops.models AS FROM live.ops.models;
CREATE TABLE ops.notices AS FROM live.ops.notices ORDER BY first_noticed_at, notice_id;
CREATE TABLE ops.deletions AS FROM live.ops.deletions ORDER BY deletion_id;
CREATE TABLE ops.audit_heads AS FROM live.ops.audit_heads ORDER BY run_id;
CREATE TABLE ops.migrations AS FROM live.ops.migrations;

CREATE TABLE ops.publication AS
SELECT
    getvariable('run_id') AS run_id,
    getvariable('model_version') AS model_version,
    getvariable('smallest_count')::INTEGER AS smallest_count;
COMMENT ON TABLE ops.publication IS 'One row: what this snapshot was made by.';
COMMENT ON COLUMN ops.publication.run_id IS 'Run that published it: key of ops.runs; with -begun behind it where the first night had only begun.';
COMMENT ON COLUMN ops.publication.model_version IS 'Model whose classifications it shows: key of ops.models.';
COMMENT ON COLUMN ops.publication.smallest_count IS 'Counts from 1 up to, but not including, this are null in the analysts'' views of counts.';

CREATE TABLE core.posts AS
WITH shown AS (
    SELECT post_id FROM core.flags
    UNION SELECT post_id FROM core.questions
    UNION SELECT post_id FROM core.threats
    UNION SELECT post_id FROM core.proposals
    UNION SELECT post_id FROM core.cluster_posts
),
latest AS (
    SELECT
        post_id,
        arg_max(like_count, observed_at) AS like_count,
        arg_max(share_count, observed_at) AS share_count,
        arg_max(comment_count, observed_at) AS comment_count,
        arg_max(view_count, observed_at) AS view_count
    FROM live.core.engagement
    SEMI JOIN shown USING (post_id)
    GROUP BY post_id
)
SELECT
    posts.* EXCLUDE (author_pseudonym, file_digest, line_number),
    contexts.parent_digest,
    parents.text AS parent_text,
    membership.family_id,
    links.address,
    latest.* EXCLUDE (post_id)
FROM live.core.posts AS posts
SEMI JOIN shown USING (post_id)
JOIN live.core.post_contexts AS contexts ON contexts.post_id = posts.post_id
LEFT JOIN live.core.texts AS parents ON parents.text_digest = contexts.parent_digest
LEFT JOIN live.core.text_families AS membership ON membership.text_digest = posts.text_digest
LEFT JOIN latest ON latest.post_id = posts.post_id
LEFT JOIN live.core.links AS links ON links.post_id = posts.post_id AND links.link_number = 0
ORDER BY posts.posted_at, posts.post_id;
COMMENT ON TABLE core.posts IS 'One row per post that is flagged, asks, may threaten, is proposed for review or is an example of a new rumour; masked.';
COMMENT ON COLUMN core.posts.parent_digest IS 'Text that it answers and was read with, with text_digest the key of core.classifications; empty where it answers none that is stored.';
COMMENT ON COLUMN core.posts.parent_text IS 'What it answers, masked, without which a reply cannot be judged; null where that is not stored.';
COMMENT ON COLUMN core.posts.family_id IS 'Group of copies: key of core.families.';
COMMENT ON COLUMN core.posts.address IS 'The post''s own address, its author''s name taken out; null where not told.';
COMMENT ON COLUMN core.posts.like_count IS 'Likes or reactions when last observed; null where not told.';
COMMENT ON COLUMN core.posts.share_count IS 'Shares, reposts or forwards when last observed; null where not told.';
COMMENT ON COLUMN core.posts.comment_count IS 'Comments or replies when last observed; null where not told.';
COMMENT ON COLUMN core.posts.view_count IS 'Views or plays when last observed; null where not told.';

CREATE TABLE core.links AS
FROM live.core.links SEMI JOIN core.posts USING (post_id);

-- Only the model in use: flags of an older one would mix two yardsticks.
CREATE TABLE core.classifications AS
FROM live.core.classifications AS classifications
SEMI JOIN core.posts USING (text_digest, parent_digest)
WHERE classifications.model_version = getvariable('model_version');

CREATE TABLE core.families AS
SELECT
    families.*,
    count(DISTINCT flags.post_id) AS flagged_post_count
FROM live.core.families AS families
LEFT JOIN core.posts AS posts USING (family_id)
LEFT JOIN core.flags AS flags ON flags.post_id = posts.post_id
GROUP BY ALL
HAVING families.post_count > 1 OR count(DISTINCT flags.post_id) > 0;
COMMENT ON TABLE core.families IS 'One row per group of copies with more than one post or with a flagged one.';
COMMENT ON COLUMN core.families.flagged_post_count IS 'Posts of it that are flagged.';

CREATE TABLE core.daily_counts AS FROM live.core.daily_counts ORDER BY ALL;
CREATE TABLE core.hourly_counts AS FROM live.core.hourly_counts ORDER BY ALL;
CREATE TABLE core.episodes AS FROM live.core.episodes ORDER BY first_day, episode_id;

CREATE TABLE core.unflagged_counts AS
SELECT reason, count(*) AS post_count
FROM live.core.unflagged_posts
WHERE model_version = getvariable('model_version')
GROUP BY reason ORDER BY post_count DESC, reason;
COMMENT ON TABLE core.unflagged_counts IS 'One row per reason why posts were counted but not flagged.';
COMMENT ON COLUMN core.unflagged_counts.reason IS 'counters, reports or asks: bears on a narrative without asserting it; asserts: may assert one, not surely enough to be flagged; none: resembles one, with no stance to it; below-threshold: resembles one, too little to say; no-narrative: bears on none.';
COMMENT ON COLUMN core.unflagged_counts.post_count IS 'Posts.';
