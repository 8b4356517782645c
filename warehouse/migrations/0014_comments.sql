-- Remote inboxes too remember what they have read; comments that spoke of live sources alone.
COMMENT ON TABLE ops.cursors IS 'One row per live source and remote inbox: what it has been read up to.';
COMMENT ON COLUMN ops.cursors.cursor IS 'Of a live source, where the next run goes on asking, in its platform''s own terms, stored together with the posts that it stands behind; of a remote inbox, the marks of its files that have been read, as JSON.';
COMMENT ON COLUMN ops.cursors.updated_at IS 'When it was last stored (UTC).';
COMMENT ON COLUMN ops.cursors.run_id IS 'Run that last stored it.';
COMMENT ON TABLE ops.files IS 'One row per input file, known by its content wherever it came from, and per run that asked a live source.';
COMMENT ON COLUMN ops.files.file_name IS 'Name when first seen; of a live source, its kind.';
COMMENT ON COLUMN ops.files.kind IS 'Form it was read as; of a live source, its kind.';
COMMENT ON COLUMN ops.files.first_seen_at IS 'When it was first opened, or the live source asked (UTC).';
