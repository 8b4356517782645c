-- Who asserts, contradicts, reports and asks, per narrative, over everything that was collected:
-- at least and at most, since weeks with few posts withhold how many.
SELECT
    narrative_id,
    stance,
    coalesce(sum(post_count), 0)::BIGINT + count(*) FILTER (post_count IS NULL AND is_suppressed)
        AS post_count_at_least,
    coalesce(sum(post_count), 0)::BIGINT
        + count(*) FILTER (post_count IS NULL AND is_suppressed) * (any_value(smallest_count) - 1)
        AS post_count_at_most
FROM analyst.stance_weeks, analyst.publication
WHERE narrative_id <> 'none'
GROUP BY narrative_id, stance
ORDER BY narrative_id, post_count_at_most DESC, stance;
