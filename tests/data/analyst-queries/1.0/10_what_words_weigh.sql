-- The terms that weighed most in flags, per narrative.
SELECT narrative_title, terms.term, count(*) AS flag_count, avg(terms.weight) AS mean_weight
FROM (
    SELECT narrative_title, unnest(weighty_terms) AS terms FROM analyst.flagged_posts
)
GROUP BY narrative_title, terms.term
HAVING count(*) > 1
ORDER BY narrative_title, flag_count DESC, terms.term;
