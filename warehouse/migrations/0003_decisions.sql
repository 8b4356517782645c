-- What people say of posts: copied from the review store, in its order, never changed here.
CREATE TABLE core.decisions (
    seq BIGINT PRIMARY KEY,
    decision_id VARCHAR NOT NULL,
    post_id VARCHAR NOT NULL,
    text_digest VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    narratives VARCHAR[] NOT NULL,
    stance VARCHAR,
    is_threat BOOLEAN NOT NULL,
    reviewer VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    note VARCHAR NOT NULL,
    undoes_decision_id VARCHAR,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.decisions IS 'One row per decision of a reviewer, undone ones and undoings included.';
COMMENT ON COLUMN core.decisions.seq IS 'Number in the review store; later decisions have higher ones.';
COMMENT ON COLUMN core.decisions.decision_id IS 'Stable id.';
COMMENT ON COLUMN core.decisions.post_id IS 'The post that was looked at: key of core.posts.';
COMMENT ON COLUMN core.decisions.text_digest IS 'Its text: key of core.texts. The label holds for every post with it that answers the same.';
COMMENT ON COLUMN core.decisions.kind IS 'confirm, question, report or counter: bears on the narratives with that stance; reject: bears on none; protected: criticism, testimony or the like; threat: threatens or exposes staff; skip: says nothing; undo: takes another decision back.';
COMMENT ON COLUMN core.decisions.narratives IS 'Narratives that it bears on, as the reviewer says.';
COMMENT ON COLUMN core.decisions.stance IS 'Stance, as the reviewer says: asserts, counters, reports, asks or none; null for skip and undo.';
COMMENT ON COLUMN core.decisions.is_threat IS 'Whether it threatens or exposes staff, as the reviewer says.';
COMMENT ON COLUMN core.decisions.reviewer IS 'Who decided; in no snapshot.';
COMMENT ON COLUMN core.decisions.decided_at IS 'When (UTC).';
COMMENT ON COLUMN core.decisions.note IS 'Reviewer''s note, for people; empty where none; in no snapshot.';
COMMENT ON COLUMN core.decisions.undoes_decision_id IS 'Decision that an undo takes back; null for all others.';
COMMENT ON COLUMN core.decisions.run_id IS 'Run that copied it.';
