-- Posts by day and by hour, worked out on the live warehouse into the scratch tables daily and
-- hourly. Set before: model_version, and now (the moment that the run began).

-- One row per post and narrative it bears on; posts that bear on none have narrative_id none.
-- Later wordings of a post count with it.
CREATE OR REPLACE TEMP TABLE counted AS
SELECT
    coalesce(posts.edit_of_post_id, posts.post_id) AS post_id,
    posts.posted_day,
    date_trunc('hour', posts.posted_at) AS posted_hour,
    posts.source_id,
    posts.platform,
    posts.lang,
    unnest(
        CASE WHEN len(classifications.matches) = 0 THEN ['none'] ELSE classifications.matches END
    ) AS narrative_id,
    CASE WHEN len(classifications.matches) = 0 THEN 'none' ELSE classifications.stance END AS stance,
    flags.post_id IS NOT NULL AS is_flagged
FROM core.posts AS posts
JOIN core.classified_posts(getvariable('model_version')) AS classifications
    ON classifications.post_id = posts.post_id
LEFT JOIN (SELECT DISTINCT post_id FROM core.flags) AS flags ON flags.post_id = posts.post_id;

-- How far each source has been read: a run is good where something was read and nothing failed.
CREATE OR REPLACE TEMP TABLE source_reach AS
WITH source_runs AS (
    SELECT
        outcomes.source_id,
        outcomes.run_id,
        min(outcomes.run_day) AS run_day,
        min(runs.started_at) AS run_at,
        bool_or(outcomes.status = 'failed') AS has_failed,
        bool_or(outcomes.status = 'read') AND NOT has_failed AS is_good
    FROM ops.source_runs AS outcomes
    LEFT JOIN ops.runs AS runs USING (run_id)
    GROUP BY outcomes.source_id, outcomes.run_id
)
SELECT
    source_id,
    max(run_day) FILTER (is_good) AS last_good_day,
    max(run_at) FILTER (is_good) AS last_good_at,
    max(run_day) FILTER (has_failed) AS last_failed_day,
    coalesce(max(run_id) FILTER (has_failed) > max(run_id) FILTER (is_good), bool_or(has_failed))
        AS is_failing
FROM source_runs
GROUP BY source_id;

-- Every day with posts, and every day without since the first of the last four hundred.
CREATE OR REPLACE TEMP TABLE counted_days AS
WITH spans AS (
    SELECT
        source_id,
        min(posted_day) AS first_day,
        CASE WHEN is_failing THEN last_failed_day ELSE last_good_day - INTERVAL 1 DAY END::DATE
            AS last_day
    FROM counted
    JOIN source_reach USING (source_id)
    GROUP BY source_id, is_failing, last_failed_day, last_good_day
)
SELECT
    source_id,
    unnest(
        generate_series(greatest(first_day, last_day - INTERVAL 400 DAY), last_day, INTERVAL 1 DAY)
    )::DATE AS posted_day
FROM spans
UNION
SELECT source_id, posted_day FROM counted;

-- The last good reading, at night, saw only the first hours of its day.
CREATE OR REPLACE TEMP TABLE daily AS
WITH kinds AS (SELECT DISTINCT source_id, platform, lang, narrative_id, stance FROM counted),
cells AS (
    SELECT
        posted_day,
        source_id,
        platform,
        lang,
        narrative_id,
        stance,
        count(DISTINCT post_id) AS post_count,
        count(DISTINCT post_id) FILTER (is_flagged AND narrative_id <> 'none') AS flagged_count
    FROM counted
    GROUP BY ALL
)
SELECT
    days.posted_day AS counted_day,
    days.source_id,
    kinds.platform,
    kinds.lang,
    kinds.narrative_id,
    kinds.stance,
    coalesce(reach.is_failing, false)
        AND (reach.last_good_day IS NULL OR days.posted_day >= reach.last_good_day) AS is_missing,
    coalesce(cells.post_count, CASE WHEN NOT is_missing THEN 0 END) AS post_count,
    coalesce(cells.flagged_count, CASE WHEN NOT is_missing THEN 0 END) AS flagged_count
FROM counted_days AS days
JOIN kinds USING (source_id)
LEFT JOIN source_reach AS reach USING (source_id)
LEFT JOIN cells USING (posted_day, source_id, platform, lang, narrative_id, stance);

-- Only kinds that were seen within the fortnight, or every hour would hold as many rows as a day.
-- The hour in which a source was read is not over, and later ones are not known.
CREATE OR REPLACE TEMP TABLE hourly AS
WITH recent AS (
    FROM counted
    WHERE posted_hour > date_trunc('hour', getvariable('now')) - INTERVAL 14 DAY
        AND posted_hour <= getvariable('now')
),
kinds AS (SELECT DISTINCT source_id, platform, lang, narrative_id, stance FROM recent),
read_hours AS (
    SELECT
        source_id,
        unnest(
            generate_series(
                date_trunc('hour', getvariable('now')) - INTERVAL 335 HOUR,
                CASE
                    WHEN is_failing THEN date_trunc('hour', getvariable('now'))
                    ELSE date_trunc('hour', last_good_at)
                END - INTERVAL 1 HOUR,
                INTERVAL 1 HOUR
            )
        ) AS posted_hour
    FROM source_reach
    UNION
    SELECT source_id, posted_hour FROM recent
),
cells AS (
    SELECT
        posted_hour,
        source_id,
        platform,
        lang,
        narrative_id,
        stance,
        count(DISTINCT post_id) AS post_count,
        count(DISTINCT post_id) FILTER (is_flagged AND narrative_id <> 'none') AS flagged_count
    FROM recent
    GROUP BY ALL
)
SELECT
    hours.posted_hour AS counted_hour_at,
    hours.source_id,
    kinds.platform,
    kinds.lang,
    kinds.narrative_id,
    kinds.stance,
    coalesce(reach.is_failing, false) AND (
        reach.last_good_at IS NULL
        OR hours.posted_hour >= date_trunc('hour', reach.last_good_at)
    ) AS is_missing,
    coalesce(cells.post_count, CASE WHEN NOT is_missing THEN 0 END) AS post_count,
    coalesce(cells.flagged_count, CASE WHEN NOT is_missing THEN 0 END) AS flagged_count
FROM read_hours AS hours
JOIN kinds USING (source_id)
LEFT JOIN source_reach AS reach USING (source_id)
LEFT JOIN cells USING (posted_hour, source_id, platform, lang, narrative_id, stance);
