-- What was flagged, one row a message (with its copies) and narrative, the most urgent first, with the
-- sentence that carries it and the fact that answers it best today.
SELECT
    flagged.narrative_title,
    count(*) AS post_count,
    max(flagged.probability) AS probability,
    arg_max(flagged.stance, flagged.priority_score) AS stance,
    arg_max(flagged.lang, flagged.priority_score) AS lang,
    list_sort(list(DISTINCT flagged.platform)) AS platforms,
    arg_max(flagged.carrying_sentence, flagged.priority_score) AS carrying_sentence,
    arg_max(flagged.priority_reason, flagged.priority_score) AS priority_reason,
    any_value(best.text_sv) AS fact_sv,
    any_value(best.source) AS source
FROM analyst.flagged_posts AS flagged
LEFT JOIN (
    SELECT
        narrative_id,
        text_sv,
        concat_ws(', ', sources[1].publisher, sources[1].title, sources[1].year) AS source
    FROM analyst.facts
    WHERE current_date BETWEEN valid_from_day AND coalesce(valid_to_day, current_date)
    QUALIFY row_number() OVER (PARTITION BY narrative_id ORDER BY answer_rank, fact_number) = 1
) AS best USING (narrative_id)
GROUP BY flagged.family_id, flagged.narrative_id, flagged.narrative_title
ORDER BY max(flagged.priority_score) DESC, carrying_sentence;
