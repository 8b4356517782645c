-- A night over the same posts need not look for rumours again.
CREATE TABLE ops.stage_inputs (
    stage VARCHAR PRIMARY KEY,
    input_digest VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE ops.stage_inputs IS 'One row per stage that has nothing to do where it is given the same as before.';
COMMENT ON COLUMN ops.stage_inputs.stage IS 'Name of the stage.';
COMMENT ON COLUMN ops.stage_inputs.input_digest IS 'SHA-256 of what it was last given, hex.';
COMMENT ON COLUMN ops.stage_inputs.run_id IS 'Run that gave it.';
