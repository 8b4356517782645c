-- What is not flagged and teaches most once a person has labelled it.
CREATE TABLE core.proposals (
    post_id VARCHAR PRIMARY KEY,
    text_digest VARCHAR NOT NULL,
    family_id VARCHAR NOT NULL,
    narrative_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    score FLOAT NOT NULL,
    reason VARCHAR NOT NULL,
    model_version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.proposals IS 'One row per post that is proposed for review though it is not flagged, since a decision on it teaches much. One of a family, and no more than a set share of the flagged families that wait.';
COMMENT ON COLUMN core.proposals.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.proposals.text_digest IS 'Its text: key of core.texts.';
COMMENT ON COLUMN core.proposals.family_id IS 'Group of copies that it stands for: key of core.families.';
COMMENT ON COLUMN core.proposals.narrative_id IS 'Narrative that is nearest to its threshold: key of core.narratives.';
COMMENT ON COLUMN core.proposals.kind IS 'uncertain: all but flagged; novel: speaks of the subject, unlike every labelled seed; short: two words or links alone, which are never flagged unless what they answer is known.';
COMMENT ON COLUMN core.proposals.score IS 'How much it is worth looking at among those of its kind, in [0, 1].';
COMMENT ON COLUMN core.proposals.reason IS 'Why it is proposed, in words (Swedish).';
COMMENT ON COLUMN core.proposals.model_version IS 'Model that proposed it: key of ops.models.';
COMMENT ON COLUMN core.proposals.run_id IS 'Run that first proposed it.';
