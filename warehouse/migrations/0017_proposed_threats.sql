-- What may be a threat, not surely enough for an alarm, is proposed too.
COMMENT ON COLUMN core.proposals.kind IS 'uncertain: all but flagged; novel: speaks of the subject, unlike every labelled seed; short: two words or links alone, which are never flagged unless what they answer is known; threat: may threaten or expose staff, not surely enough to be told as a threat.';
