-- What a match is, and what a stance tells, since the likeliest narrative may match too.
COMMENT ON COLUMN core.classifications.matches IS 'Narratives whose probability passed their threshold; of a text that surely talks of some narrative, the likeliest from half of its threshold on.';
COMMENT ON COLUMN core.classifications.stance IS 'asserts, counters, reports, asks or none: the likeliest where a narrative matched. A text may assert and yet not surely enough to be flagged.';
COMMENT ON COLUMN core.classifications.is_flagged IS 'Whether a narrative matched and the probability of asserts passed its threshold for the language.';
COMMENT ON TABLE core.flags IS 'One row per post and narrative that it matches while surely enough asserting, by the model in use.';
COMMENT ON COLUMN core.flags.threshold IS 'Threshold that the narrative is held against, in [0, 1]; its probability may be as low as half of it where the text surely talks of some narrative.';
