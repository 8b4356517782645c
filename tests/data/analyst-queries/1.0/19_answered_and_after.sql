-- What was answered, and flagged posts of that narrative in the fortnight before and after. What runs
-- high comes down by itself: the ratio of all other narratives stands beside, and neither says why.
WITH flagged AS (
    SELECT DISTINCT narrative_id, post_id, posted_day FROM analyst.flagged_posts
),
around AS (
    SELECT
        answers.answer_id,
        flagged.narrative_id = answers.narrative_id AS is_answered,
        count(*) FILTER (flagged.posted_day < answers.published_day) AS before,
        count(*) FILTER (flagged.posted_day > answers.published_day) AS after
    FROM analyst.answers AS answers
    JOIN flagged ON flagged.posted_day BETWEEN answers.published_day - 14
        AND answers.published_day + 14
    GROUP BY ALL
)
SELECT
    answers.published_day,
    answers.narrative_title,
    answers.channel,
    answers.lang,
    answers.withdrawn_at IS NOT NULL AS is_withdrawn,
    coalesce(own.before, 0) AS posts_before,
    coalesce(own.after, 0) AS posts_after,
    round(own.after / nullif(own.before, 0), 2) AS ratio,
    round(others.after / nullif(others.before, 0), 2) AS ratio_of_others,
    greatest(0, least(14, publication.newest_day - answers.published_day)) AS days_known_after
FROM analyst.answers AS answers
CROSS JOIN analyst.publication AS publication
LEFT JOIN around AS own ON own.answer_id = answers.answer_id AND own.is_answered
LEFT JOIN around AS others ON others.answer_id = answers.answer_id AND NOT others.is_answered
ORDER BY answers.published_day DESC, answers.answer_id;
