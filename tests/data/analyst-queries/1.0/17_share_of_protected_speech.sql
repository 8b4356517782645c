-- How much of what bears on a narrative is not to be flagged, the last twelve weeks: questions, news
-- and rebuttals as the model reads them. At least and at most, since weeks with few posts withhold
-- how many. Beside it how much of what people decided on turned out to be criticism, testimony or the
-- like, which tells how often the model errs against it.
WITH cells AS (
    SELECT
        narrative_id,
        stance IN ('asks', 'reports', 'counters') AS is_unflaggable,
        coalesce(sum(post_count), 0)::BIGINT AS known_count,
        count(*) FILTER (post_count IS NULL AND is_suppressed) AS withheld_count,
        any_value(smallest_count) - 1 AS most_each
    FROM analyst.stance_weeks, analyst.publication
    WHERE first_day > (SELECT max(first_day) FROM analyst.stance_weeks) - INTERVAL 12 WEEK
    GROUP BY ALL
),
bounds AS (
    SELECT
        narrative_id,
        coalesce(sum(known_count + withheld_count) FILTER (is_unflaggable), 0) AS least,
        coalesce(sum(known_count + withheld_count * most_each) FILTER (is_unflaggable), 0) AS most,
        coalesce(sum(known_count + withheld_count) FILTER (NOT is_unflaggable), 0) AS rest_least,
        coalesce(sum(known_count + withheld_count * most_each) FILTER (NOT is_unflaggable), 0)
            AS rest_most
    FROM cells
    GROUP BY narrative_id
),
decided AS (
    SELECT
        flagged.narrative_id,
        count(DISTINCT decisions.decision_id) AS decision_count,
        count(DISTINCT decisions.decision_id) FILTER (decisions.kind = 'protected')
            AS protected_count
    FROM analyst.decisions AS decisions
    JOIN analyst.flagged_posts AS flagged USING (post_id)
    GROUP BY flagged.narrative_id
)
SELECT
    narratives.title_sv AS narrative_title,
    round(bounds.least / nullif(bounds.least + bounds.rest_most, 0), 2)
        AS unflaggable_share_at_least,
    round(bounds.most / nullif(bounds.most + bounds.rest_least, 0), 2)
        AS unflaggable_share_at_most,
    coalesce(decided.decision_count, 0) AS decision_count,
    round(decided.protected_count / nullif(decided.decision_count, 0), 2) AS protected_share
FROM analyst.narratives AS narratives
LEFT JOIN bounds USING (narrative_id)
LEFT JOIN decided USING (narrative_id)
ORDER BY unflaggable_share_at_least DESC NULLS LAST, narrative_title;
