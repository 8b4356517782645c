-- How long a post has waited until a person decided on it, per week of deciding and kind: hours at
-- the middle, and for nine out of ten. What a decision was made on stands in one of the queues.
WITH queued AS (
    SELECT post_id, posted_at FROM analyst.flagged_posts
    UNION SELECT post_id, posted_at FROM analyst.questions
    UNION SELECT post_id, posted_at FROM analyst.threats
    UNION SELECT post_id, posted_at FROM analyst.proposals
),
waited AS (
    SELECT
        decisions.kind,
        decisions.decided_at,
        date_diff('minute', queued.posted_at, decisions.decided_at) / 60 AS hours
    FROM analyst.decisions AS decisions
    JOIN queued USING (post_id)
    WHERE queued.posted_at IS NOT NULL
)
SELECT
    date_trunc('week', timezone('Europe/Stockholm', decided_at))::DATE AS first_day,
    kind,
    count(*) AS decision_count,
    round(median(hours), 1) AS median_hours,
    round(quantile_cont(hours, 0.9), 1) AS p90_hours
FROM waited
GROUP BY ALL
ORDER BY first_day DESC, kind;
