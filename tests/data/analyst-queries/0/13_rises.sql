-- What has risen beyond its usual range: since when, by how much, and what carries it.
SELECT
    narrative_title,
    CASE WHEN is_open THEN 'goes on' ELSE 'over' END AS state,
    kind,
    lang,
    platform,
    first_day,
    last_day,
    post_count,
    round(expected_count, 1) AS expected_count,
    upper_count AS usual_at_most,
    ratio,
    list_transform(families, lambda family: family.post_count) AS copies_of_largest_families
FROM analyst.episodes
ORDER BY is_open DESC, last_day DESC, post_count DESC;
