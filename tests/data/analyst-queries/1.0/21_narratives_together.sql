-- Which narratives are told in one and the same post: how often, and how much more often than if they
-- were told apart from each other (lift; 1 is as often).
WITH told AS (SELECT DISTINCT post_id, narrative_id, narrative_title FROM analyst.flagged_posts),
posts AS (SELECT count(DISTINCT post_id) AS post_count FROM told),
each AS (
    SELECT narrative_id, any_value(narrative_title) AS narrative_title, count(*) AS post_count
    FROM told GROUP BY narrative_id
),
pairs AS (
    SELECT one.narrative_id AS one_id, other.narrative_id AS other_id, count(*) AS post_count
    FROM told AS one
    JOIN told AS other ON other.post_id = one.post_id AND other.narrative_id > one.narrative_id
    GROUP BY ALL
)
SELECT
    one.narrative_title AS narrative,
    other.narrative_title AS together_with,
    pairs.post_count,
    round(pairs.post_count / least(one.post_count, other.post_count), 2) AS share_of_the_rarer,
    round(pairs.post_count * posts.post_count / (one.post_count * other.post_count), 2) AS lift
FROM pairs
CROSS JOIN posts
JOIN each AS one ON one.narrative_id = pairs.one_id
JOIN each AS other ON other.narrative_id = pairs.other_id
ORDER BY pairs.post_count DESC, narrative, together_with;
