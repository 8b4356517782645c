-- In which languages and on which platforms the flagged posts are.
SELECT lang, platform, count(DISTINCT post_id) AS flagged_post_count
FROM analyst.flagged_posts
GROUP BY lang, platform
ORDER BY flagged_post_count DESC, lang, platform;
