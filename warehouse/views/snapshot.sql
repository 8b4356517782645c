-- The tables of a snapshot, filled from the live warehouse (attached as live).
-- What a flag, a question or a threat needs, and counts over everything; no vector,
-- no author's pseudonym, no text of any other post.
CREATE SCHEMA core;
CREATE SCHEMA ops;
CREATE SCHEMA analyst;

CREATE TABLE core.flags AS FROM live.core.flags;
CREATE TABLE core.questions AS FROM live.core.questions;
CREATE TABLE core.threats AS FROM live.core.threats;
CREATE TABLE core.narratives AS FROM live.core.narratives;
CREATE TABLE core.facts AS FROM live.core.facts;
CREATE TABLE ops.runs AS FROM live.ops.runs;
CREATE TABLE ops.source_runs AS FROM live.ops.source_runs;
CREATE TABLE ops.rejects AS FROM live.ops.rejects;
CREATE TABLE ops.models AS FROM live.ops.models;
CREATE TABLE ops.migrations AS FROM live.ops.migrations;

CREATE TABLE core.posts AS
WITH shown AS (
    SELECT post_id FROM core.flags
    UNION SELECT post_id FROM core.questions
    UNION SELECT post_id FROM core.threats
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
    membership.family_id,
    links.address,
    latest.* EXCLUDE (post_id)
FROM live.core.posts AS posts
SEMI JOIN shown USING (post_id)
LEFT JOIN live.core.text_families AS membership USING (text_digest)
LEFT JOIN latest USING (post_id)
LEFT JOIN live.core.links AS links ON links.post_id = posts.post_id AND links.link_number = 0
ORDER BY posts.posted_at, posts.post_id;
COMMENT ON TABLE core.posts IS 'One row per post that is flagged, asks or may threaten; masked.';
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
SEMI JOIN core.posts USING (text_digest)
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

-- One row per post and narrative it bears on; posts that bear on none have narrative_id none.
CREATE TEMP TABLE counted AS
SELECT
    posts.post_id,
    posts.posted_day,
    posts.source_id,
    posts.platform,
    posts.lang,
    unnest(
        CASE WHEN len(classifications.matches) = 0 THEN ['none'] ELSE classifications.matches END
    ) AS narrative_id,
    CASE WHEN len(classifications.matches) = 0 THEN 'none' ELSE classifications.stance END AS stance
FROM live.core.posts AS posts
JOIN live.core.classifications AS classifications USING (text_digest)
WHERE classifications.model_version = getvariable('model_version');

CREATE TEMP TABLE counted_days AS
WITH spans AS (
    SELECT
        source_id,
        greatest(min(posted_day), max(posted_day) - INTERVAL 400 DAY)::DATE AS first_day,
        greatest(max(posted_day), coalesce(max(run_day), max(posted_day))) AS last_day
    FROM live.core.posts
    LEFT JOIN (
        SELECT source_id, max(run_day) AS run_day FROM live.ops.source_runs GROUP BY source_id
    ) USING (source_id)
    GROUP BY source_id
)
SELECT source_id, unnest(generate_series(first_day, last_day, INTERVAL 1 DAY))::DATE AS posted_day
FROM spans;

-- A day is missing, never zero, where its source has failed since and not been read again.
CREATE TEMP TABLE source_reach AS
SELECT
    source_id,
    max(run_day) FILTER (status <> 'failed') AS last_read_day,
    max(run_day) FILTER (status = 'failed') AS last_failed_day
FROM live.ops.source_runs
GROUP BY source_id;

CREATE TABLE core.daily_counts AS
WITH kinds AS (SELECT DISTINCT source_id, lang, narrative_id, stance FROM counted),
cells AS (
    SELECT
        counted.posted_day,
        counted.source_id,
        counted.lang,
        counted.narrative_id,
        counted.stance,
        count(DISTINCT counted.post_id) AS post_count,
        count(DISTINCT flags.post_id) AS flagged_count
    FROM counted
    LEFT JOIN core.flags AS flags USING (post_id, narrative_id)
    GROUP BY ALL
)
SELECT
    days.posted_day AS counted_day,
    days.source_id,
    kinds.lang,
    kinds.narrative_id,
    kinds.stance,
    coalesce(reach.last_failed_day >= days.posted_day
        AND (reach.last_read_day IS NULL OR reach.last_read_day < days.posted_day), false)
        AS is_missing,
    CASE WHEN is_missing THEN cells.post_count ELSE coalesce(cells.post_count, 0) END AS post_count,
    CASE WHEN is_missing THEN cells.flagged_count ELSE coalesce(cells.flagged_count, 0) END
        AS flagged_count
FROM counted_days AS days
JOIN kinds USING (source_id)
LEFT JOIN source_reach AS reach USING (source_id)
LEFT JOIN cells USING (posted_day, source_id, lang, narrative_id, stance)
ORDER BY ALL;
COMMENT ON TABLE core.daily_counts IS 'One row per day, source, language, narrative and stance, over every post, flagged or not; zero where nothing was posted, null where the source failed.';
COMMENT ON COLUMN core.daily_counts.counted_day IS 'Day of posting in Europe/Stockholm.';
COMMENT ON COLUMN core.daily_counts.source_id IS 'The source.';
COMMENT ON COLUMN core.daily_counts.lang IS 'Language (ISO 639-1, und where unknown).';
COMMENT ON COLUMN core.daily_counts.narrative_id IS 'Narrative, or none; a post that bears on two counts in both.';
COMMENT ON COLUMN core.daily_counts.stance IS 'Stance: asserts, counters, reports, asks or none.';
COMMENT ON COLUMN core.daily_counts.is_missing IS 'Whether the source failed for this day and has not been read since.';
COMMENT ON COLUMN core.daily_counts.post_count IS 'Posts; null where missing.';
COMMENT ON COLUMN core.daily_counts.flagged_count IS 'Posts flagged for the narrative; null where missing.';

CREATE TABLE core.unflagged_counts AS
SELECT reason, count(*) AS post_count
FROM live.core.unflagged_posts
WHERE model_version = getvariable('model_version')
GROUP BY reason ORDER BY post_count DESC, reason;
COMMENT ON TABLE core.unflagged_counts IS 'One row per reason why posts were counted but not flagged.';
COMMENT ON COLUMN core.unflagged_counts.reason IS 'counters, reports or asks: bears on a narrative without asserting it; below-threshold: resembles one, too little to say; no-narrative: bears on none.';
COMMENT ON COLUMN core.unflagged_counts.post_count IS 'Posts.';
