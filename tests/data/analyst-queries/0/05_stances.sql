-- Who asserts, contradicts, reports and asks, per narrative, over everything that was collected.
SELECT narrative_id, stance, sum(post_count) AS post_count
FROM analyst.daily_counts
WHERE narrative_id <> 'none'
GROUP BY narrative_id, stance
ORDER BY narrative_id, post_count DESC;
