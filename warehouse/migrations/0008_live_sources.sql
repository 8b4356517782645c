-- Sources that are asked over the network, and what posts share besides their words.
CREATE TABLE ops.cursors (
    source_id VARCHAR PRIMARY KEY,
    cursor VARCHAR NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE ops.cursors IS 'One row per live source: where the next run goes on asking.';
COMMENT ON COLUMN ops.cursors.source_id IS 'The source.';
COMMENT ON COLUMN ops.cursors.cursor IS 'How far it has been read, in its platform''s own terms; stored together with the posts that it stands behind.';
COMMENT ON COLUMN ops.cursors.updated_at IS 'When those posts were stored (UTC).';
COMMENT ON COLUMN ops.cursors.run_id IS 'Run that stored them.';

CREATE TABLE core.post_signals (
    post_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    signal_digest VARCHAR NOT NULL,
    domain VARCHAR,
    PRIMARY KEY (post_id, kind, signal_digest)
);
COMMENT ON TABLE core.post_signals IS 'One row per post and link or medium in it, so that posts that share one are found without keeping any address.';
COMMENT ON COLUMN core.post_signals.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.post_signals.kind IS 'link or media.';
COMMENT ON COLUMN core.post_signals.signal_digest IS 'HMAC-SHA256 of the link, in one form whatever its tracking parts, or of the medium''s own id, under a key that is never in the database.';
COMMENT ON COLUMN core.post_signals.domain IS 'Domain of a link, accounts'' own sub-domains taken out; null for media.';

COMMENT ON COLUMN ops.files.file_digest IS 'SHA-256 of its bytes, hex; of a live source, of its name and the run that asked it.';
COMMENT ON TABLE ops.files IS 'One row per input file, known by its content, and per run that asked a live source.';
COMMENT ON COLUMN ops.files.completed_at IS 'When its last row had been stored (UTC); null until then.';
