-- The keys of these tables are digests of 64 letters, by hundreds of thousands a night. An index
-- on them takes most of the memory that a warehouse has, and cannot be written out to make room;
-- nothing but a refusal of what cannot come about was gained by it.

ALTER TABLE core.text_families RENAME TO text_families_indexed;
CREATE TABLE core.text_families (
    text_digest VARCHAR NOT NULL,
    family_id VARCHAR NOT NULL
);
INSERT INTO core.text_families BY NAME FROM core.text_families_indexed;
DROP TABLE core.text_families_indexed;
COMMENT ON TABLE core.text_families IS 'One row per distinct text: the group of near-copies it belongs to.';
COMMENT ON COLUMN core.text_families.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.text_families.family_id IS 'Smallest text digest among the group''s members.';

ALTER TABLE core.vectors RENAME TO vectors_indexed;
CREATE TABLE core.vectors (
    input_digest VARCHAR NOT NULL,
    encoder_id VARCHAR NOT NULL,
    vector FLOAT[] NOT NULL
);
INSERT INTO core.vectors BY NAME FROM core.vectors_indexed;
DROP TABLE core.vectors_indexed;
COMMENT ON TABLE core.vectors IS 'One row per encoded text or sentence and encoder.';
COMMENT ON COLUMN core.vectors.input_digest IS 'SHA-256 of what the encoder was given (a whole text or one sentence, de-obfuscated), hex.';
COMMENT ON COLUMN core.vectors.encoder_id IS 'Encoder and digest of its weights.';
COMMENT ON COLUMN core.vectors.vector IS 'Vector of unit length.';

ALTER TABLE core.encoded_texts RENAME TO encoded_texts_indexed;
CREATE TABLE core.encoded_texts (
    text_digest VARCHAR NOT NULL,
    encoder_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
INSERT INTO core.encoded_texts BY NAME FROM core.encoded_texts_indexed;
DROP TABLE core.encoded_texts_indexed;
COMMENT ON TABLE core.encoded_texts IS 'One row per text and encoder once the text and all its sentences have their vectors.';
COMMENT ON COLUMN core.encoded_texts.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.encoded_texts.encoder_id IS 'Encoder and digest of its weights.';
COMMENT ON COLUMN core.encoded_texts.run_id IS 'Run that encoded it.';

ALTER TABLE core.classifications RENAME TO classifications_indexed;
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
    run_id VARCHAR NOT NULL
);
INSERT INTO core.classifications BY NAME FROM core.classifications_indexed;
DROP TABLE core.classifications_indexed;
COMMENT ON TABLE core.classifications IS 'One row per text, text that it answers, and model version: what the model makes of it. A model''s output, never a verdict.';
COMMENT ON COLUMN core.classifications.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.classifications.parent_digest IS 'The text that it answers and was read with: key of core.texts; empty where it was read alone.';
COMMENT ON COLUMN core.classifications.model_version IS 'Model that classified it: key of ops.models.';
COMMENT ON COLUMN core.classifications.narrative_probabilities IS 'Calibrated probability in [0, 1] for each narrative.';
COMMENT ON COLUMN core.classifications.matches IS 'Narratives whose probability passed their threshold; of a text that surely talks of some narrative, the likeliest from half of its threshold on.';
COMMENT ON COLUMN core.classifications.stance IS 'asserts, counters, reports, asks or none: the likeliest where a narrative matched. A text may assert and yet not surely enough to be flagged.';
COMMENT ON COLUMN core.classifications.stance_probabilities IS 'Probability in [0, 1] for each stance.';
COMMENT ON COLUMN core.classifications.threat_probability IS 'Calibrated probability in [0, 1] that it threatens or exposes staff.';
COMMENT ON COLUMN core.classifications.is_threat IS 'Whether that passed its threshold.';
COMMENT ON COLUMN core.classifications.is_flagged IS 'Whether a narrative passed its whole threshold and the probability of asserts its own for the language.';
COMMENT ON COLUMN core.classifications.evidence IS 'Carrying sentence (of the text itself; its offsets count characters of core.texts.text), nearest labelled seeds and weightiest terms; null where nothing matched, and once the text''s time is over.';
COMMENT ON COLUMN core.classifications.run_id IS 'Run that classified it.';
