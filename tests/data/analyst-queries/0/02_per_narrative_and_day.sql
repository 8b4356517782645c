-- Posts and flags per narrative and day, the last fortnight of what is stored; a day whose source
-- failed has no number.
SELECT
    counted_day,
    narrative_id,
    CASE WHEN bool_or(is_missing) THEN NULL ELSE sum(post_count) END AS post_count,
    CASE WHEN bool_or(is_missing) THEN NULL ELSE sum(flagged_count) END AS flagged_count
FROM analyst.daily_counts
WHERE narrative_id <> 'none'
    AND counted_day > (SELECT max(counted_day) FROM analyst.daily_counts) - INTERVAL 14 DAY
GROUP BY counted_day, narrative_id
ORDER BY counted_day, narrative_id;
