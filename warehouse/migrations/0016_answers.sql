-- What was answered in public: copied from the review store, so that analysts can ask what followed.
CREATE TABLE core.answers (
    answer_id VARCHAR PRIMARY KEY,
    narrative_id VARCHAR NOT NULL,
    family_id VARCHAR,
    channel VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    fact_ids VARCHAR[] NOT NULL,
    address VARCHAR NOT NULL,
    published_day DATE NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.answers IS 'One row per answer that has been published, also where it was withdrawn later. Nothing tells who wrote or approved it.';
COMMENT ON COLUMN core.answers.answer_id IS 'Stable id.';
COMMENT ON COLUMN core.answers.narrative_id IS 'Narrative that it answers: key of core.narratives.';
COMMENT ON COLUMN core.answers.family_id IS 'Group of copies that it was written for: key of core.families; null where it answers the narrative as such.';
COMMENT ON COLUMN core.answers.channel IS 'Where it was meant for.';
COMMENT ON COLUMN core.answers.lang IS 'Its language (ISO 639-1).';
COMMENT ON COLUMN core.answers.fact_ids IS 'Facts that it tells: keys of core.facts.';
COMMENT ON COLUMN core.answers.address IS 'Where it was published.';
COMMENT ON COLUMN core.answers.published_day IS 'Day of publication (Europe/Stockholm).';
COMMENT ON COLUMN core.answers.withdrawn_at IS 'When it was withdrawn (UTC); null while it stands.';
COMMENT ON COLUMN core.answers.run_id IS 'Run that first copied it.';
