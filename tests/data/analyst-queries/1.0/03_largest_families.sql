-- Messages that travel as copies: how many posts and accounts, how long, how many are flagged.
SELECT
    family_id,
    post_count,
    account_count,
    text_count AS wording_count,
    platforms,
    langs,
    flagged_post_count,
    date_diff('hour', first_posted_at, last_posted_at) AS lasted_hours
FROM analyst.families
WHERE post_count > 1
ORDER BY post_count DESC, family_id
LIMIT 20;
