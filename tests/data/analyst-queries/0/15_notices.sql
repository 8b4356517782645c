-- What people were told of the last two weeks and how long each thing lasted, what still holds first.
SELECT
    kind,
    severity,
    subject_id,
    is_open,
    timezone('Europe/Stockholm', first_noticed_at)::DATE AS first_noticed_day,
    date_diff('day', first_noticed_at, last_noticed_at) AS day_count,
    evidence
FROM analyst.notices
WHERE last_noticed_at > (SELECT max(started_at) FROM analyst.nights) - INTERVAL 14 DAY OR is_open
ORDER BY is_open DESC, severity DESC, first_noticed_at DESC;
