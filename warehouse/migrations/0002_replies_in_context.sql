-- A text that answers another is read together with it, so the same words may be classified once
-- for each text they answer. What was classified before was read alone.
ALTER TABLE core.classifications RENAME TO classifications_read_alone;

CREATE TABLE core.classifications (
    text_digest VARCHAR NOT NULL,
    parent_digest VARCHAR NOT NULL,
    model_version VARCHAR NOT NULL,
    narrative_probabilities MAP(VARCHAR, FLOAT) NOT NULL,
    matches VARCHAR[] NOT NULL,
    stance VARCHAR NOT NULL,
    stance_probabilities MAP(VARCHAR, FLOAT) NOT NULL,
    threat_probability FLOAT NOT NULL,
    is_threat BOOLEAN NOT NULL,
    is_flagged BOOLEAN NOT NULL,
    evidence STRUCT(
        narrative_id VARCHAR,
        sentence VARCHAR,
        start_offset INTEGER,
        end_offset INTEGER,
        seeds STRUCT(seed_id VARCHAR, similarity FLOAT, narratives VARCHAR[], stance VARCHAR, text VARCHAR)[],
        terms STRUCT(term VARCHAR, weight FLOAT)[]
    ),
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (text_digest, parent_digest, model_version)
);
INSERT INTO core.classifications BY NAME
SELECT *, '' AS parent_digest FROM core.classifications_read_alone;
DROP TABLE core.classifications_read_alone;

COMMENT ON TABLE core.classifications IS 'One row per text, text that it answers, and model version: what the model makes of it. A model''s output, never a verdict.';
COMMENT ON COLUMN core.classifications.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.classifications.parent_digest IS 'The text that it answers and was read with: key of core.texts; empty where it was read alone.';
COMMENT ON COLUMN core.classifications.model_version IS 'Model that classified it: key of ops.models.';
COMMENT ON COLUMN core.classifications.narrative_probabilities IS 'Calibrated probability in [0, 1] for each narrative.';
COMMENT ON COLUMN core.classifications.matches IS 'Narratives whose probability passed their threshold.';
COMMENT ON COLUMN core.classifications.stance IS 'asserts, counters, reports, asks or none.';
COMMENT ON COLUMN core.classifications.stance_probabilities IS 'Probability in [0, 1] for each stance.';
COMMENT ON COLUMN core.classifications.threat_probability IS 'Calibrated probability in [0, 1] that it threatens or exposes staff.';
COMMENT ON COLUMN core.classifications.is_threat IS 'Whether that passed its threshold.';
COMMENT ON COLUMN core.classifications.is_flagged IS 'Whether a narrative matched and the stance is asserts or too uncertain to exclude it.';
COMMENT ON COLUMN core.classifications.evidence IS 'Carrying sentence (of the text itself; its offsets count characters of core.texts.text), nearest labelled seeds and weightiest terms; null where nothing matched.';
COMMENT ON COLUMN core.classifications.run_id IS 'Run that classified it.';
