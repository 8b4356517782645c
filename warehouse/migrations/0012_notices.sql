-- What people must be told, one row for each thing however many nights it lasts (decision 0025).
CREATE TABLE ops.notices (
    notice_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    first_noticed_at TIMESTAMPTZ NOT NULL,
    last_noticed_at TIMESTAMPTZ NOT NULL,
    is_open BOOLEAN NOT NULL,
    evidence MAP(VARCHAR, VARCHAR) NOT NULL,
    run_id VARCHAR NOT NULL,
    last_run_id VARCHAR NOT NULL
);
COMMENT ON TABLE ops.notices IS 'One row per thing that people must be told: what alerts, the morning digest and the review room tell. Never what a post said or who said it.';
COMMENT ON COLUMN ops.notices.notice_id IS 'Stable key: the same thing keeps it from night to night.';
COMMENT ON COLUMN ops.notices.kind IS 'spike, shift, campaign, new-rumour, threats, source-failed, volume-drop, source-silent or schema-drift.';
COMMENT ON COLUMN ops.notices.subject_id IS 'What it is about: an episode, campaign or cluster, the run that found threats, or a source.';
COMMENT ON COLUMN ops.notices.severity IS 'info (told in the digest), warning or urgent.';
COMMENT ON COLUMN ops.notices.first_noticed_at IS 'Start of the run that first noticed it (UTC).';
COMMENT ON COLUMN ops.notices.last_noticed_at IS 'Start of the run that last found it changed (UTC).';
COMMENT ON COLUMN ops.notices.is_open IS 'Whether it still holds, as the last run saw it.';
COMMENT ON COLUMN ops.notices.evidence IS 'Numbers, days and codes that it is told with, by name.';
COMMENT ON COLUMN ops.notices.run_id IS 'Run that first noticed it: key of ops.runs.';
COMMENT ON COLUMN ops.notices.last_run_id IS 'Run that last found it changed: key of ops.runs.';
