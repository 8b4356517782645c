-- Rises are of all that seems to assert a narrative, flagged or not.
COMMENT ON COLUMN core.episodes.post_count IS 'Posts of it that seem to assert the narrative: the flagged ones, and those that are not sure enough to be flagged.';
COMMENT ON COLUMN core.episodes.expected_count IS 'Such posts that the weeks before it lead one to expect in as many hours.';
