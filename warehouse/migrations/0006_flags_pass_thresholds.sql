-- A flag rests on a narrative that passes its whole threshold.
COMMENT ON COLUMN core.classifications.is_flagged IS 'Whether a narrative passed its whole threshold and the probability of asserts its own for the language.';
COMMENT ON TABLE core.flags IS 'One row per post and narrative that passed its threshold while surely enough asserting, by the model in use.';
COMMENT ON COLUMN core.flags.threshold IS 'Threshold that the narrative passed, in [0, 1]; flags of earlier models may lie below it.';
