-- What may be a new rumour: alike posts that match no narrative, with a few of them as examples.
SELECT
    clusters.narrative_title AS nearest_narrative,
    round(clusters.threshold_share, 2) AS threshold_share,
    clusters.terms,
    clusters.post_count,
    clusters.first_day,
    clusters.last_day,
    round(clusters.growth, 1) AS growth,
    clusters.night_count,
    round(clusters.stability, 2) AS stability,
    round(clusters.score, 2) AS score,
    list(examples.text ORDER BY examples.rank) AS examples
FROM analyst.clusters AS clusters
JOIN analyst.cluster_posts AS examples USING (cluster_id)
GROUP BY ALL
ORDER BY score DESC, clusters.terms;
