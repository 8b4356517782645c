-- The last seven whole days against the seven before, per narrative: flagged posts, their ratio and
-- its 95 % interval. An interval with 1 in it may be chance alone. A day whose source failed makes
-- both weeks incomplete.
WITH bounds AS (
    SELECT timezone('Europe/Stockholm', started_at)::DATE - 1 AS last_day FROM analyst.publication
),
posts AS (
    SELECT DISTINCT
        narrative_id,
        post_id,
        CASE WHEN posted_day > last_day - 7 THEN 'this' ELSE 'before' END AS week
    FROM analyst.flagged_posts, bounds
    WHERE posted_day BETWEEN last_day - 13 AND last_day
),
counted AS (
    SELECT
        narratives.narrative_id,
        any_value(narratives.title_sv) AS narrative_title,
        count(posts.post_id) FILTER (posts.week = 'before') AS week_before,
        count(posts.post_id) FILTER (posts.week = 'this') AS this_week
    FROM analyst.narratives AS narratives
    LEFT JOIN posts USING (narrative_id)
    GROUP BY narratives.narrative_id
),
gaps AS (
    SELECT count(DISTINCT counted_day) AS missing_day_count
    FROM analyst.narrative_days, bounds
    WHERE is_missing AND counted_day BETWEEN last_day - 13 AND last_day
),
-- Half a post is added to each, so that a week without any has a ratio too.
compared AS (
    SELECT
        *,
        ln((this_week + 0.5) / (week_before + 0.5)) AS log_ratio,
        1.96 * sqrt(1 / (this_week + 0.5) + 1 / (week_before + 0.5)) AS log_margin
    FROM counted
)
SELECT
    narrative_title,
    week_before,
    this_week,
    CASE WHEN this_week + week_before > 0 THEN round(exp(log_ratio), 2) END AS ratio,
    CASE WHEN this_week + week_before > 0 THEN round(exp(log_ratio - log_margin), 2) END AS low,
    CASE WHEN this_week + week_before > 0 THEN round(exp(log_ratio + log_margin), 2) END AS high,
    missing_day_count
FROM compared, gaps
ORDER BY this_week DESC, narrative_title;
