-- How complete each of the last thirty nights was: sources read and failed, rows taken in and set
-- aside, and which sources that were read the week before told nothing.
WITH nights AS (
    SELECT run_id, started_at, status
    FROM analyst.nights
    WHERE kind = 'nightly'
    ORDER BY started_at DESC
    LIMIT 30
),
outcomes AS (
    SELECT
        run_id,
        source_id,
        bool_or(status = 'failed') AS has_failed,
        sum(post_count) AS post_count,
        sum(reject_count) AS reject_count
    FROM analyst.source_health
    GROUP BY run_id, source_id
),
expected AS (
    SELECT DISTINCT nights.run_id, health.source_id
    FROM nights
    JOIN analyst.nights AS earlier ON earlier.kind = 'nightly'
        AND earlier.started_at < nights.started_at
        AND earlier.started_at > nights.started_at - INTERVAL 7 DAY
    JOIN analyst.source_health AS health ON health.run_id = earlier.run_id
),
silent AS (
    SELECT run_id, list_sort(list(source_id)) AS silent_sources
    FROM expected ANTI JOIN outcomes USING (run_id, source_id)
    GROUP BY run_id
)
SELECT
    nights.started_at,
    nights.status,
    count(outcomes.source_id) AS source_count,
    count(*) FILTER (outcomes.has_failed) AS failed_source_count,
    coalesce(any_value(silent.silent_sources), []) AS silent_sources,
    coalesce(sum(outcomes.post_count), 0)::BIGINT AS post_count,
    round(
        sum(outcomes.reject_count) / nullif(sum(outcomes.post_count + outcomes.reject_count), 0), 3
    ) AS reject_share
FROM nights
LEFT JOIN outcomes USING (run_id)
LEFT JOIN silent USING (run_id)
GROUP BY nights.run_id, nights.started_at, nights.status
ORDER BY nights.started_at DESC;
