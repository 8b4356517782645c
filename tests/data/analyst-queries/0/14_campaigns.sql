-- Messages that show signs of being pushed, the strongest first: which signs, and one wording of each.
WITH worded AS (
    SELECT family_id, arg_max(text, probability) AS text
    FROM analyst.flagged_posts GROUP BY family_id
)
SELECT
    campaigns.narrative_title,
    campaigns.reasons,
    campaigns.account_count,
    campaigns.post_count,
    campaigns.co_post_account_count AS accounts_within_a_minute,
    campaigns.burst_account_count AS accounts_within_ten_minutes,
    campaigns.platforms,
    campaigns.langs,
    campaigns.last_posted_at,
    round(campaigns.score, 2) AS score,
    any_value(worded.text) AS example
FROM analyst.campaigns AS campaigns
LEFT JOIN worded ON list_contains(campaigns.family_ids, worded.family_id)
GROUP BY ALL
ORDER BY score DESC, campaigns.last_posted_at DESC;
