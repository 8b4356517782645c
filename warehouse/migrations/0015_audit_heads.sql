-- Where the review room's log ended when a run read it, so that a log that was cut or written anew is seen.
CREATE TABLE ops.audit_heads (
    run_id VARCHAR PRIMARY KEY,
    seq BIGINT NOT NULL,
    line_digest VARCHAR NOT NULL
);
COMMENT ON TABLE ops.audit_heads IS 'One row per run that found new lines in the review room''s log: its last line then. What `motbild audit verify` compares the log with.';
COMMENT ON COLUMN ops.audit_heads.run_id IS 'The run; its name begins with its moment (UTC).';
COMMENT ON COLUMN ops.audit_heads.seq IS 'Number of the last line.';
COMMENT ON COLUMN ops.audit_heads.line_digest IS 'Its digest: SHA-256 (hex) over the line and the digest of the one before.';
