-- What is proposed for review though it is not flagged, and why, the likeliest to teach first.
SELECT
    kind,
    narrative_title,
    lang,
    round(score, 2) AS score,
    reason,
    text
FROM analyst.proposals
ORDER BY kind, score DESC, post_id;
