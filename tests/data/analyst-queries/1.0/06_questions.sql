-- What people ask, newest first, and whether there is a fact to answer with.
SELECT
    questions.posted_day,
    questions.lang,
    questions.narrative_title,
    questions.text,
    count(facts.fact_id) AS fact_count
FROM analyst.questions AS questions
LEFT JOIN analyst.facts AS facts USING (narrative_id)
GROUP BY ALL
ORDER BY questions.posted_day DESC, questions.text;
