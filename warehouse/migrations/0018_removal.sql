-- Rules of more kinds, requests, and when the last file that held something was gone.
ALTER TABLE ops.deletions ADD COLUMN reference VARCHAR DEFAULT '';
ALTER TABLE ops.deletions ALTER COLUMN reference SET NOT NULL;
ALTER TABLE ops.deletions ALTER COLUMN reference DROP DEFAULT;
ALTER TABLE ops.deletions ADD COLUMN removed_at TIMESTAMPTZ;
COMMENT ON TABLE ops.deletions IS 'One row per run, rule and table, file or folder: the protocol of what was taken away. Never what it said or whose it was.';
COMMENT ON COLUMN ops.deletions.rule IS 'unflagged-text: in no queue, and no person has decided on it; question-text: asks; queued-text: flagged or decided on; threat-text: may threaten; inbox-file, reject, notice, run-detail: records of how nights went; pseudonym-key: the key was replaced; erase: asked for by a person.';
COMMENT ON COLUMN ops.deletions.decided_by IS 'Setting that says how long, with its value; request where a person asked for it.';
COMMENT ON COLUMN ops.deletions.from_table IS 'Table that the rows were deleted from, or what of the home (inbox, alert-log, review-store, pending-links, secrets). Of core.posts, core.classifications, core.decisions, ops.runs and ops.source_runs the rows stay and lose text, pseudonym, evidence, note or details; of core.texts some stay with the letters of another copy.';
COMMENT ON COLUMN ops.deletions.row_count IS 'Rows, lines or files.';
COMMENT ON COLUMN ops.deletions.oldest_day IS 'Earliest day of posting among the posts that the rule took text from (Europe/Stockholm); null where it is not of posts.';
COMMENT ON COLUMN ops.deletions.keys_digest IS 'SHA-256 (hex) of the keys of the rows, in order, one a line: whoever holds a list of keys can tell whether it is the one.';
COMMENT ON COLUMN ops.deletions.reference IS 'Decision that the rule rests on, as MOTBILD_RETENTION_DECISION has it, or the case number of a request; empty where none was given.';
COMMENT ON COLUMN ops.deletions.removed_at IS 'When live.duckdb had been built anew without it (UTC); null while that is due. Snapshots that held it are removed as soon as the next is published.';
COMMENT ON COLUMN ops.runs.kind IS 'nightly; catch-up: hourly, over chosen sources; backfill: stored posts classified anew; retention: what is past its time taken away; erase: posts erased on request; disclosure: a copy given out on request.';
COMMENT ON COLUMN core.posts.post_id IS 'Platform (source, where no platform was told) and the platform''s own id, or a keyed digest of an id that names an account; an edited post is a row of its own, with the first characters of its text''s digest after a #. Of a post that was erased on request: erased: and a keyed digest.';
COMMENT ON COLUMN core.posts.author_pseudonym IS 'HMAC-SHA256 of the author''s name under a key that is never in the database and is replaced from time to time; null where no author was told, and once the text''s time is over.';
COMMENT ON COLUMN core.posts.line_number IS 'Line, row or item in that file, from 1; 0 of a post that was erased on request.';
COMMENT ON COLUMN core.posts.posted_at IS 'Moment of posting (UTC); null where the source did not tell; to the hour of a post that was erased on request.';
