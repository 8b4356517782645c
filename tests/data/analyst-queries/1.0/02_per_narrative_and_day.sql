-- Posts and flags per narrative and day, the last fortnight of what is stored; a day whose source
-- failed, and a small count, has no number.
SELECT
    counted_day,
    narrative_id,
    CASE WHEN NOT is_missing THEN post_count END AS post_count,
    CASE WHEN NOT is_missing THEN flagged_count END AS flagged_count,
    is_suppressed
FROM analyst.narrative_days
WHERE narrative_id <> 'none'
    AND counted_day > (SELECT max(counted_day) FROM analyst.narrative_days) - INTERVAL 14 DAY
ORDER BY counted_day, narrative_id;
