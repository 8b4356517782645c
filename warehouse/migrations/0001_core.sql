-- What came in, what it says, and what a model made of it.
CREATE SCHEMA core;

CREATE TABLE core.posts (
    post_id VARCHAR PRIMARY KEY,
    platform VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    author_pseudonym VARCHAR,
    posted_at TIMESTAMPTZ,
    posted_day DATE NOT NULL,
    lang VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    text_digest VARCHAR NOT NULL,
    reply_to_post_id VARCHAR,
    edit_of_post_id VARCHAR,
    file_digest VARCHAR NOT NULL,
    line_number BIGINT NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.posts IS 'One row per post, masked before it was stored.';
COMMENT ON COLUMN core.posts.post_id IS 'Platform (source, where no platform was told) and the platform''s own id, or a keyed digest of an id that names an account; an edited post is a row of its own, with the first characters of its text''s digest after a #.';
COMMENT ON COLUMN core.posts.platform IS 'Platform it was posted on, lower case.';
COMMENT ON COLUMN core.posts.source_id IS 'Source that first brought it.';
COMMENT ON COLUMN core.posts.author_pseudonym IS 'HMAC-SHA256 of the author''s name under a key that is never in the database; null where no author was told.';
COMMENT ON COLUMN core.posts.posted_at IS 'Moment of posting (UTC); null where the source did not tell.';
COMMENT ON COLUMN core.posts.posted_day IS 'Day of posting in Europe/Stockholm; the day of collection where posted_at is null.';
COMMENT ON COLUMN core.posts.lang IS 'Language as the source told it or else as identified (ISO 639-1, und where unknown).';
COMMENT ON COLUMN core.posts.text IS 'Text as written, with personal data masked and links reduced to their domain.';
COMMENT ON COLUMN core.posts.text_digest IS 'Digest of the normalised text: key of core.texts.';
COMMENT ON COLUMN core.posts.reply_to_post_id IS 'The post it answers, whether or not that one was collected.';
COMMENT ON COLUMN core.posts.edit_of_post_id IS 'The post this is a later wording of; null for a first wording.';
COMMENT ON COLUMN core.posts.file_digest IS 'File it came from: key of ops.files.';
COMMENT ON COLUMN core.posts.line_number IS 'Line, row or item in that file, from 1.';
COMMENT ON COLUMN core.posts.run_id IS 'Run that stored it.';

CREATE TABLE core.texts (
    text_digest VARCHAR PRIMARY KEY,
    text VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    lang_probability FLOAT NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.texts IS 'One row per distinct normalised text; posts that say the same share it.';
COMMENT ON COLUMN core.texts.text_digest IS 'SHA-256 of the normalised text, hex.';
COMMENT ON COLUMN core.texts.text IS 'The wording that came first, masked.';
COMMENT ON COLUMN core.texts.lang IS 'Identified language (ISO 639-1, und where unknown).';
COMMENT ON COLUMN core.texts.lang_probability IS 'How sure the identification is, in [0, 1].';
COMMENT ON COLUMN core.texts.run_id IS 'Run that stored it.';

CREATE TABLE core.engagement (
    post_id VARCHAR NOT NULL,
    observed_at TIMESTAMPTZ NOT NULL,
    like_count BIGINT,
    share_count BIGINT,
    comment_count BIGINT,
    view_count BIGINT,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (post_id, observed_at)
);
COMMENT ON TABLE core.engagement IS 'One row per post and observation of how far it had reached.';
COMMENT ON COLUMN core.engagement.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.engagement.observed_at IS 'Moment of observation (UTC): as the source tells, else when its file was first seen.';
COMMENT ON COLUMN core.engagement.like_count IS 'Likes or reactions; null where not told.';
COMMENT ON COLUMN core.engagement.share_count IS 'Shares, reposts or forwards; null where not told.';
COMMENT ON COLUMN core.engagement.comment_count IS 'Comments or replies; null where not told.';
COMMENT ON COLUMN core.engagement.view_count IS 'Views or plays; null where not told.';
COMMENT ON COLUMN core.engagement.run_id IS 'Run that stored it.';

CREATE TABLE core.text_bands (
    text_digest VARCHAR NOT NULL,
    band_number UTINYINT NOT NULL,
    band_key UBIGINT NOT NULL
);
COMMENT ON TABLE core.text_bands IS 'One row per text and band of its MinHash signature; texts that share a band are candidates for being copies.';
COMMENT ON COLUMN core.text_bands.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.text_bands.band_number IS 'Number of the band, from 0.';
COMMENT ON COLUMN core.text_bands.band_key IS 'Hash of the band.';

CREATE TABLE core.text_families (
    text_digest VARCHAR PRIMARY KEY,
    family_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.text_families IS 'One row per distinct text: the group of near-copies it belongs to.';
COMMENT ON COLUMN core.text_families.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.text_families.family_id IS 'Smallest text digest among the group''s members.';

CREATE TABLE core.vectors (
    input_digest VARCHAR NOT NULL,
    encoder_id VARCHAR NOT NULL,
    vector FLOAT[] NOT NULL,
    PRIMARY KEY (input_digest, encoder_id)
);
COMMENT ON TABLE core.vectors IS 'One row per encoded text or sentence and encoder.';
COMMENT ON COLUMN core.vectors.input_digest IS 'SHA-256 of what the encoder was given (a whole text or one sentence, de-obfuscated), hex.';
COMMENT ON COLUMN core.vectors.encoder_id IS 'Encoder and digest of its weights.';
COMMENT ON COLUMN core.vectors.vector IS 'Vector of unit length.';

CREATE TABLE core.encoded_texts (
    text_digest VARCHAR NOT NULL,
    encoder_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (text_digest, encoder_id)
);
COMMENT ON TABLE core.encoded_texts IS 'One row per text and encoder once the text and all its sentences have their vectors.';
COMMENT ON COLUMN core.encoded_texts.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.encoded_texts.encoder_id IS 'Encoder and digest of its weights.';
COMMENT ON COLUMN core.encoded_texts.run_id IS 'Run that encoded it.';

CREATE TABLE core.classifications (
    text_digest VARCHAR NOT NULL,
    model_version VARCHAR NOT NULL,
    narrative_probabilities MAP(VARCHAR, FLOAT) NOT NULL,
    matches VARCHAR[] NOT NULL,
    stance VARCHAR NOT NULL,
    stance_probabilities MAP(VARCHAR, FLOAT) NOT NULL,
    threat_probability FLOAT NOT NULL,
    is_threat BOOLEAN NOT NULL,
    is_flagged BOOLEAN NOT NULL,
    evidence STRUCT(
        narrative_id VARCHAR,
        sentence VARCHAR,
        start_offset INTEGER,
        end_offset INTEGER,
        seeds STRUCT(seed_id VARCHAR, similarity FLOAT, narratives VARCHAR[], stance VARCHAR, text VARCHAR)[],
        terms STRUCT(term VARCHAR, weight FLOAT)[]
    ),
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (text_digest, model_version)
);
COMMENT ON TABLE core.classifications IS 'One row per text and model version: what the model makes of it. A model''s output, never a verdict.';
COMMENT ON COLUMN core.classifications.text_digest IS 'The text: key of core.texts.';
COMMENT ON COLUMN core.classifications.model_version IS 'Model that classified it: key of ops.models.';
COMMENT ON COLUMN core.classifications.narrative_probabilities IS 'Calibrated probability in [0, 1] for each narrative.';
COMMENT ON COLUMN core.classifications.matches IS 'Narratives whose probability passed their threshold.';
COMMENT ON COLUMN core.classifications.stance IS 'asserts, counters, reports, asks or none.';
COMMENT ON COLUMN core.classifications.stance_probabilities IS 'Probability in [0, 1] for each stance.';
COMMENT ON COLUMN core.classifications.threat_probability IS 'Calibrated probability in [0, 1] that it threatens or exposes staff.';
COMMENT ON COLUMN core.classifications.is_threat IS 'Whether that passed its threshold.';
COMMENT ON COLUMN core.classifications.is_flagged IS 'Whether a narrative matched and the stance is asserts or too uncertain to exclude it.';
COMMENT ON COLUMN core.classifications.evidence IS 'Carrying sentence (its offsets count characters of core.texts.text), nearest labelled seeds and weightiest terms; null where nothing matched.';
COMMENT ON COLUMN core.classifications.run_id IS 'Run that classified it.';

CREATE TABLE core.flags (
    post_id VARCHAR NOT NULL,
    narrative_id VARCHAR NOT NULL,
    model_version VARCHAR NOT NULL,
    probability FLOAT NOT NULL,
    threshold FLOAT NOT NULL,
    stance VARCHAR NOT NULL,
    asserts_probability FLOAT NOT NULL,
    priority_score FLOAT NOT NULL,
    priority_reason VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (post_id, narrative_id)
);
COMMENT ON TABLE core.flags IS 'One row per post and narrative that passed its threshold with the stance asserts, by the model in use.';
COMMENT ON COLUMN core.flags.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.flags.narrative_id IS 'The narrative: key of core.narratives.';
COMMENT ON COLUMN core.flags.model_version IS 'Model that it was flagged by: key of ops.models.';
COMMENT ON COLUMN core.flags.probability IS 'Calibrated probability of the narrative, in [0, 1].';
COMMENT ON COLUMN core.flags.threshold IS 'Threshold that it passed, in [0, 1].';
COMMENT ON COLUMN core.flags.stance IS 'Likeliest stance.';
COMMENT ON COLUMN core.flags.asserts_probability IS 'Probability in [0, 1] that the post asserts the claim.';
COMMENT ON COLUMN core.flags.priority_score IS 'Order in the review queue, in [0, 1]: probability, reach, growth and harm.';
COMMENT ON COLUMN core.flags.priority_reason IS 'Why it stands where it stands in the queue, in words (Swedish).';
COMMENT ON COLUMN core.flags.run_id IS 'Run that first flagged it.';

CREATE TABLE core.questions (
    post_id VARCHAR NOT NULL,
    narrative_id VARCHAR NOT NULL,
    model_version VARCHAR NOT NULL,
    probability FLOAT NOT NULL,
    asks_probability FLOAT NOT NULL,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (post_id, narrative_id)
);
COMMENT ON TABLE core.questions IS 'One row per post and narrative that the post asks about: people who want to know. Never flagged.';
COMMENT ON COLUMN core.questions.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.questions.narrative_id IS 'The narrative asked about: key of core.narratives.';
COMMENT ON COLUMN core.questions.model_version IS 'Model that found it: key of ops.models.';
COMMENT ON COLUMN core.questions.probability IS 'Calibrated probability of the narrative, in [0, 1].';
COMMENT ON COLUMN core.questions.asks_probability IS 'Probability in [0, 1] that the post asks sincerely.';
COMMENT ON COLUMN core.questions.run_id IS 'Run that first found it.';

CREATE TABLE core.threats (
    post_id VARCHAR PRIMARY KEY,
    model_version VARCHAR NOT NULL,
    threat_probability FLOAT NOT NULL,
    run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.threats IS 'One row per post that may threaten or expose staff, whatever the narrative; for the security officer.';
COMMENT ON COLUMN core.threats.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.threats.model_version IS 'Model that found it: key of ops.models.';
COMMENT ON COLUMN core.threats.threat_probability IS 'Calibrated probability in [0, 1].';
COMMENT ON COLUMN core.threats.run_id IS 'Run that first found it.';

CREATE TABLE core.links (
    post_id VARCHAR NOT NULL,
    link_number INTEGER NOT NULL,
    address VARCHAR NOT NULL,
    PRIMARY KEY (post_id, link_number)
);
COMMENT ON TABLE core.links IS 'One row per address of or in a post that is flagged, asks or threatens; kept for those only.';
COMMENT ON COLUMN core.links.post_id IS 'The post: key of core.posts.';
COMMENT ON COLUMN core.links.link_number IS '0 for the post''s own address (its author''s name taken out), then the links in its text in order.';
COMMENT ON COLUMN core.links.address IS 'The address in full.';

CREATE TABLE core.narratives (
    narrative_id VARCHAR PRIMARY KEY,
    pack_id VARCHAR NOT NULL,
    title_sv VARCHAR NOT NULL,
    title_en VARCHAR NOT NULL,
    claim_sv VARCHAR NOT NULL,
    falsehood_sv VARCHAR NOT NULL,
    harm FLOAT NOT NULL,
    threshold FLOAT
);
COMMENT ON TABLE core.narratives IS 'One row per narrative of the active packs.';
COMMENT ON COLUMN core.narratives.narrative_id IS 'Stable id.';
COMMENT ON COLUMN core.narratives.pack_id IS 'Pack it belongs to.';
COMMENT ON COLUMN core.narratives.title_sv IS 'Short title in Swedish.';
COMMENT ON COLUMN core.narratives.title_en IS 'Short title in English.';
COMMENT ON COLUMN core.narratives.claim_sv IS 'What is claimed, in Swedish.';
COMMENT ON COLUMN core.narratives.falsehood_sv IS 'What is false in it, in Swedish.';
COMMENT ON COLUMN core.narratives.harm IS 'How harmful it is to those it reaches, in [0, 1], as the pack''s editors judge.';
COMMENT ON COLUMN core.narratives.threshold IS 'Probability threshold in use, in [0, 1].';

CREATE TABLE core.facts (
    fact_id VARCHAR PRIMARY KEY,
    pack_id VARCHAR NOT NULL,
    fact_number INTEGER NOT NULL,
    narratives VARCHAR[] NOT NULL,
    text_by_lang MAP(VARCHAR, VARCHAR) NOT NULL,
    caveat_by_lang MAP(VARCHAR, VARCHAR) NOT NULL,
    sources STRUCT(title VARCHAR, publisher VARCHAR, year INTEGER, address VARCHAR)[] NOT NULL,
    valid_from_day DATE NOT NULL,
    valid_to_day DATE,
    review_by_day DATE NOT NULL,
    approved_by VARCHAR
);
COMMENT ON TABLE core.facts IS 'One row per sourced counter-fact of the active packs.';
COMMENT ON COLUMN core.facts.fact_id IS 'Stable id.';
COMMENT ON COLUMN core.facts.pack_id IS 'Pack it belongs to.';
COMMENT ON COLUMN core.facts.fact_number IS 'Place in its pack, from 1; of facts that answer equally well the earlier is used.';
COMMENT ON COLUMN core.facts.narratives IS 'Narratives it answers, the best answered first.';
COMMENT ON COLUMN core.facts.text_by_lang IS 'Wording by language (ISO 639-1).';
COMMENT ON COLUMN core.facts.caveat_by_lang IS 'What must be said or avoided with it, by language; empty where nothing must.';
COMMENT ON COLUMN core.facts.sources IS 'Where it comes from, the weightiest first.';
COMMENT ON COLUMN core.facts.valid_from_day IS 'First day it holds.';
COMMENT ON COLUMN core.facts.valid_to_day IS 'Last day it holds; null while it holds.';
COMMENT ON COLUMN core.facts.review_by_day IS 'Day by which a person must have looked at it again.';
COMMENT ON COLUMN core.facts.approved_by IS 'Who approved the wording for publication; null until someone has.';

CREATE TABLE ops.runs (
    run_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    versions MAP(VARCHAR, VARCHAR) NOT NULL,
    counts MAP(VARCHAR, BIGINT) NOT NULL,
    stage_seconds MAP(VARCHAR, DOUBLE) NOT NULL,
    failure VARCHAR
);
COMMENT ON TABLE ops.runs IS 'One row per run.';
COMMENT ON COLUMN ops.runs.run_id IS 'Moment of start (UTC) and a random part; sorts by time.';
COMMENT ON COLUMN ops.runs.kind IS 'nightly, for now.';
COMMENT ON COLUMN ops.runs.status IS 'running, completed, failed, or interrupted (found unfinished by the next run).';
COMMENT ON COLUMN ops.runs.started_at IS 'Start (UTC).';
COMMENT ON COLUMN ops.runs.ended_at IS 'End (UTC); null while running or interrupted.';
COMMENT ON COLUMN ops.runs.versions IS 'Versions of program, encoder, model and packs.';
COMMENT ON COLUMN ops.runs.counts IS 'Rows that each step added.';
COMMENT ON COLUMN ops.runs.stage_seconds IS 'Seconds that each stage took.';
COMMENT ON COLUMN ops.runs.failure IS 'Why it failed, in one sentence; null where it did not.';

CREATE TABLE ops.source_runs (
    run_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    run_day DATE NOT NULL,
    status VARCHAR NOT NULL,
    post_count BIGINT NOT NULL,
    reject_count BIGINT NOT NULL,
    failure VARCHAR,
    PRIMARY KEY (run_id, source_id, file_name)
);
COMMENT ON TABLE ops.source_runs IS 'One row per run, source and file: whether it could be read. Silent is told from broken here.';
COMMENT ON COLUMN ops.source_runs.run_id IS 'The run: key of ops.runs.';
COMMENT ON COLUMN ops.source_runs.source_id IS 'The source.';
COMMENT ON COLUMN ops.source_runs.file_name IS 'File name; empty where the source brought no file.';
COMMENT ON COLUMN ops.source_runs.run_day IS 'Day of the run in Europe/Stockholm.';
COMMENT ON COLUMN ops.source_runs.status IS 'read, already-read, empty, or failed.';
COMMENT ON COLUMN ops.source_runs.post_count IS 'Posts that were new.';
COMMENT ON COLUMN ops.source_runs.reject_count IS 'Rows set aside that were new.';
COMMENT ON COLUMN ops.source_runs.failure IS 'Why it failed, in one sentence; null where it did not.';

CREATE TABLE ops.files (
    file_digest VARCHAR PRIMARY KEY,
    file_name VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    reading_digest VARCHAR NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ
);
COMMENT ON TABLE ops.files IS 'One row per input file, known by its content.';
COMMENT ON COLUMN ops.files.file_digest IS 'SHA-256 of its bytes, hex.';
COMMENT ON COLUMN ops.files.file_name IS 'Name when first seen.';
COMMENT ON COLUMN ops.files.source_id IS 'Source that brought it.';
COMMENT ON COLUMN ops.files.kind IS 'Form it was read as.';
COMMENT ON COLUMN ops.files.reading_digest IS 'SHA-256 of how it was read (kind and column mapping), hex; read again when that changes.';
COMMENT ON COLUMN ops.files.first_seen_at IS 'When it was first opened (UTC).';
COMMENT ON COLUMN ops.files.completed_at IS 'When its last row had been stored (UTC); null until then.';

CREATE TABLE ops.rejects (
    file_digest VARCHAR NOT NULL,
    line_number BIGINT NOT NULL,
    code VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    PRIMARY KEY (file_digest, line_number, code)
);
COMMENT ON TABLE ops.rejects IS 'One row per input row that was set aside, with why. Never what it said.';
COMMENT ON COLUMN ops.rejects.file_digest IS 'The file: key of ops.files.';
COMMENT ON COLUMN ops.rejects.line_number IS 'Line, row or item in the file, from 1.';
COMMENT ON COLUMN ops.rejects.code IS 'Short stable name of the reason.';
COMMENT ON COLUMN ops.rejects.reason IS 'What is wrong and what to do, in one sentence.';
COMMENT ON COLUMN ops.rejects.file_name IS 'Name of the file.';
COMMENT ON COLUMN ops.rejects.source_id IS 'Source that brought it.';
COMMENT ON COLUMN ops.rejects.run_id IS 'Run that set it aside.';

CREATE TABLE ops.models (
    model_version VARCHAR PRIMARY KEY,
    encoder_id VARCHAR NOT NULL,
    pack_versions MAP(VARCHAR, VARCHAR) NOT NULL,
    thresholds MAP(VARCHAR, FLOAT) NOT NULL,
    first_run_id VARCHAR NOT NULL
);
COMMENT ON TABLE ops.models IS 'One row per model version that has classified here.';
COMMENT ON COLUMN ops.models.model_version IS 'Digest of the trained model.';
COMMENT ON COLUMN ops.models.encoder_id IS 'Encoder it was trained on.';
COMMENT ON COLUMN ops.models.pack_versions IS 'Packs it was trained from, with their versions.';
COMMENT ON COLUMN ops.models.thresholds IS 'Probability threshold per narrative, and for threats.';
COMMENT ON COLUMN ops.models.first_run_id IS 'Run that first used it.';
