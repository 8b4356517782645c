-- Which narratives are seen most, not only said most, over the last four weeks: flagged posts, views
-- and interactions as last observed, and on how much of the posts that rests. Most platforms tell no
-- views.
SELECT
    narrative_title,
    count(DISTINCT post_id) AS flagged_post_count,
    count(view_count) AS posts_with_views,
    coalesce(sum(view_count), 0)::BIGINT AS view_count,
    coalesce(
        sum(coalesce(like_count, 0) + coalesce(share_count, 0) + coalesce(comment_count, 0)), 0
    )::BIGINT AS interaction_count,
    -- Of all interactions, one added to each post: what is said and not met with anything counts.
    round(
        sum(1 + coalesce(like_count, 0) + coalesce(share_count, 0) + coalesce(comment_count, 0))
        / sum(sum(
            1 + coalesce(like_count, 0) + coalesce(share_count, 0) + coalesce(comment_count, 0)
        )) OVER (),
        2
    ) AS reach_share
FROM analyst.flagged_posts
WHERE posted_day > (SELECT max(posted_day) FROM analyst.flagged_posts) - INTERVAL 28 DAY
GROUP BY narrative_id, narrative_title
ORDER BY reach_share DESC, narrative_title;
