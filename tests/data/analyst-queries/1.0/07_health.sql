-- Silent or broken: how each source's reading went, newest run first.
SELECT nights.started_at, health.source_id, health.file_name, health.status, health.post_count,
    health.reject_count, health.failure
FROM analyst.source_health AS health
JOIN analyst.nights AS nights USING (run_id)
ORDER BY nights.started_at DESC, health.source_id, health.file_name;
