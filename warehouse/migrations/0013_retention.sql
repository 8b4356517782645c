-- Texts whose time is over are taken away; posts stay for counting, and what went is recorded.
ALTER TABLE core.posts ALTER COLUMN text DROP NOT NULL;
COMMENT ON COLUMN core.posts.text IS 'Text as written, with personal data masked and links reduced to their domain; null once its time is over.';
COMMENT ON COLUMN core.posts.author_pseudonym IS 'HMAC-SHA256 of the author''s name under a key that is never in the database; null where no author was told, and once the text''s time is over.';
COMMENT ON COLUMN core.posts.text_digest IS 'Digest of the normalised text: key of core.texts, and of core.classifications also once the text is gone.';
COMMENT ON TABLE core.texts IS 'One row per distinct normalised text that is kept; posts that say the same share it.';
COMMENT ON COLUMN core.classifications.evidence IS 'Carrying sentence (of the text itself; its offsets count characters of core.texts.text), nearest labelled seeds and weightiest terms; null where nothing matched, and once the text''s time is over.';
COMMENT ON COLUMN ops.runs.kind IS 'nightly; catch-up: hourly, over chosen sources; backfill: stored posts classified anew; retention: texts taken away whose time is over.';

CREATE TABLE ops.deletions (
    deletion_id VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    from_table VARCHAR NOT NULL,
    row_count BIGINT NOT NULL,
    oldest_day DATE,
    newest_day DATE,
    keys_digest VARCHAR NOT NULL,
    deleted_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE ops.deletions IS 'One row per retention run, rule and table: the protocol of what was taken away. Never what it said.';
COMMENT ON COLUMN ops.deletions.deletion_id IS 'Run, rule and table.';
COMMENT ON COLUMN ops.deletions.run_id IS 'The run: key of ops.runs.';
COMMENT ON COLUMN ops.deletions.rule IS 'unflagged-text: in no queue, and no person has decided on it; queued-text: flagged, asks or may threaten, or decided on.';
COMMENT ON COLUMN ops.deletions.decided_by IS 'Setting that says how long, with its value.';
COMMENT ON COLUMN ops.deletions.from_table IS 'Table that the rows were deleted from; of core.posts and core.classifications the rows stay and lose text, pseudonym or evidence.';
COMMENT ON COLUMN ops.deletions.row_count IS 'Rows.';
COMMENT ON COLUMN ops.deletions.oldest_day IS 'Earliest day of posting among the posts that the rule took text from (Europe/Stockholm).';
COMMENT ON COLUMN ops.deletions.newest_day IS 'Latest day of posting among them.';
COMMENT ON COLUMN ops.deletions.keys_digest IS 'SHA-256 (hex) of the keys of the rows, in order, one a line: whoever holds a list of keys can tell whether it is the one.';
COMMENT ON COLUMN ops.deletions.deleted_at IS 'When (UTC).';
