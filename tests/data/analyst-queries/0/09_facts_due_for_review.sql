-- Facts that a person must look at within ninety days, or that nobody has approved.
SELECT DISTINCT fact_id, review_by_day, approved_by, sources[1].publisher AS publisher
FROM analyst.facts
WHERE review_by_day < current_date + INTERVAL 90 DAY OR approved_by IS NULL
ORDER BY review_by_day, fact_id;
