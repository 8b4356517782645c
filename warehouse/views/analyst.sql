-- What analysts query. Views only; each keeps its name and columns from version to version.
CREATE VIEW analyst.flagged_posts AS
SELECT
    flags.post_id,
    flags.narrative_id,
    narratives.title_sv AS narrative_title,
    flags.probability,
    flags.threshold,
    flags.stance,
    flags.asserts_probability,
    flags.priority_score,
    flags.priority_reason,
    posts.platform,
    posts.source_id,
    posts.lang,
    posts.posted_at,
    posts.posted_day,
    posts.text,
    classifications.evidence.sentence AS carrying_sentence,
    classifications.evidence.seeds AS nearest_seeds,
    classifications.evidence.terms AS weighty_terms,
    posts.family_id,
    families.post_count AS family_post_count,
    posts.address,
    posts.like_count,
    posts.share_count,
    posts.comment_count,
    posts.view_count,
    posts.reply_to_post_id,
    posts.parent_digest <> '' AS is_read_with_parent,
    posts.parent_text,
    flags.model_version,
    flags.run_id
FROM core.flags AS flags
JOIN core.posts AS posts USING (post_id)
JOIN core.narratives AS narratives USING (narrative_id)
LEFT JOIN core.classifications AS classifications USING (text_digest, parent_digest)
LEFT JOIN core.families AS families USING (family_id);
COMMENT ON VIEW analyst.flagged_posts IS 'One row per flagged post and narrative, in the words of the post (masked), with why it was flagged. A model''s output, not a verdict.';

CREATE VIEW analyst.questions AS
SELECT
    questions.post_id,
    questions.narrative_id,
    narratives.title_sv AS narrative_title,
    questions.probability,
    questions.asks_probability,
    posts.platform,
    posts.source_id,
    posts.lang,
    posts.posted_at,
    posts.posted_day,
    posts.text,
    posts.family_id,
    posts.address,
    questions.run_id
FROM core.questions AS questions
JOIN core.posts AS posts USING (post_id)
JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.questions IS 'One row per post and narrative that the post asks about: people who want to know. Never flagged.';

CREATE VIEW analyst.threats AS
SELECT
    threats.post_id,
    threats.threat_probability,
    posts.platform,
    posts.source_id,
    posts.lang,
    posts.posted_at,
    posts.posted_day,
    posts.text,
    posts.family_id,
    posts.address,
    threats.run_id
FROM core.threats AS threats
JOIN core.posts AS posts USING (post_id);
COMMENT ON VIEW analyst.threats IS 'One row per post that may threaten or expose staff; for the security officer.';

CREATE VIEW analyst.proposals AS
SELECT
    proposals.post_id,
    proposals.narrative_id,
    narratives.title_sv AS narrative_title,
    proposals.kind,
    proposals.score,
    proposals.reason,
    posts.platform,
    posts.source_id,
    posts.lang,
    posts.posted_at,
    posts.posted_day,
    posts.text,
    posts.family_id,
    posts.reply_to_post_id,
    proposals.model_version,
    proposals.run_id
FROM core.proposals AS proposals
JOIN core.posts AS posts USING (post_id)
JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.proposals IS 'One row per post that is proposed for review though it is not flagged, since a decision on it teaches much; without its address.';

CREATE VIEW analyst.clusters AS
SELECT
    clusters.cluster_id,
    clusters.narrative_id,
    narratives.title_sv AS narrative_title,
    clusters.threshold_share,
    clusters.post_count,
    clusters.family_count,
    clusters.first_day,
    clusters.last_day,
    clusters.growth,
    clusters.night_count,
    clusters.stability,
    clusters.last_night_day,
    clusters.terms,
    clusters.score,
    clusters.model_version,
    clusters.run_id
FROM core.clusters AS clusters
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.clusters IS 'One row per cluster of posts that match no narrative, are near what is watched and are alike: what may be a new rumour. Nobody has judged it yet.';

CREATE VIEW analyst.cluster_posts AS
SELECT
    cluster_posts.cluster_id,
    cluster_posts.rank,
    cluster_posts.post_id,
    cluster_posts.similarity,
    posts.platform,
    posts.source_id,
    posts.lang,
    posts.posted_at,
    posts.posted_day,
    posts.text,
    posts.text_digest,
    posts.family_id,
    posts.reply_to_post_id,
    posts.parent_text
FROM core.cluster_posts AS cluster_posts
JOIN core.posts AS posts USING (post_id);
COMMENT ON VIEW analyst.cluster_posts IS 'One row per post that is shown as an example of a cluster, masked and without its address; six of each cluster at most.';

CREATE VIEW analyst.campaigns AS
SELECT
    campaigns.campaign_id,
    campaigns.narrative_id,
    narratives.title_sv AS narrative_title,
    campaigns.family_ids,
    campaigns.post_count,
    campaigns.repost_count,
    campaigns.account_count,
    campaigns.langs,
    campaigns.platforms,
    campaigns.first_posted_at,
    campaigns.last_posted_at,
    campaigns.timed_post_count,
    campaigns.burst_post_count,
    campaigns.burst_account_count,
    campaigns.burst_seconds,
    campaigns.co_post_count,
    campaigns.co_post_account_count,
    campaigns.co_post_seconds,
    campaigns.expected_co_post_count,
    campaigns.shared_link_count,
    campaigns.shared_media_count,
    campaigns.reasons,
    campaigns.score,
    campaigns.run_id
FROM core.campaigns AS campaigns
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.campaigns IS 'One row per message that shows signs of being pushed, with the signs as counts. Signs, not proof: it does not tell who, nor why. Nobody has judged it.';

CREATE VIEW analyst.decisions AS FROM core.decisions;
COMMENT ON VIEW analyst.decisions IS 'One row per text, and text that it answers, that a person has labelled: the latest decision that has not been undone. A person''s word, whatever a model says; nothing tells whose.';

CREATE VIEW analyst.episodes AS
SELECT
    episodes.episode_id,
    episodes.kind,
    episodes.narrative_id,
    narratives.title_sv AS narrative_title,
    episodes.lang,
    episodes.platform,
    episodes.first_day,
    episodes.last_day,
    episodes.is_open,
    episodes.hour_count,
    episodes.post_count,
    episodes.expected_count,
    episodes.upper_count,
    episodes.ratio,
    episodes.families,
    episodes.run_id,
    episodes.last_run_id
FROM core.episodes AS episodes
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.episodes IS 'One row per rise of a narrative beyond its usual range, with since when, how far beyond it, and which groups of copies carry it.';

CREATE VIEW analyst.narratives AS FROM core.narratives;
COMMENT ON VIEW analyst.narratives IS 'One row per narrative that is looked for.';

CREATE VIEW analyst.facts AS
SELECT
    narrative_id,
    list_position(facts.narratives, narrative_id) AS answer_rank,
    facts.fact_id,
    facts.fact_number,
    facts.text_by_lang['sv'] AS text_sv,
    facts.text_by_lang,
    facts.caveat_by_lang['sv'] AS caveat_sv,
    facts.caveat_by_lang,
    facts.sources,
    facts.valid_from_day,
    facts.valid_to_day,
    facts.review_by_day,
    facts.approved_by
FROM core.facts AS facts, unnest(facts.narratives) AS named(narrative_id);
COMMENT ON VIEW analyst.facts IS 'One row per narrative and counter-fact that answers it.';

CREATE VIEW analyst.answers AS
SELECT
    answers.answer_id,
    answers.narrative_id,
    narratives.title_sv AS narrative_title,
    answers.family_id,
    answers.channel,
    answers.lang,
    answers.fact_ids,
    answers.address,
    answers.published_day,
    answers.withdrawn_at,
    answers.run_id
FROM core.answers AS answers
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.answers IS 'One row per answer that has been published, as of the night, also where it was withdrawn later. Nothing tells who wrote or approved it.';

CREATE VIEW analyst.nights AS
SELECT
    run_id,
    kind,
    status,
    started_at,
    ended_at,
    date_diff('second', started_at, ended_at) AS duration_seconds,
    counts,
    stage_seconds,
    versions,
    failure
FROM ops.runs;
COMMENT ON VIEW analyst.nights IS 'One row per run of the night: when, how it ended, what it added.';

CREATE VIEW analyst.source_health AS FROM ops.source_runs;
COMMENT ON VIEW analyst.source_health IS 'One row per run, source and file: whether it could be read.';

CREATE VIEW analyst.rejects AS FROM ops.rejects;
COMMENT ON VIEW analyst.rejects IS 'One row per input row that was set aside, with why. Never what it said.';

CREATE VIEW analyst.notices AS FROM ops.notices;
COMMENT ON VIEW analyst.notices IS 'One row per thing that people must be told, with the numbers it is told with: what alerts, the morning digest and the review room tell.';

CREATE VIEW analyst.models AS FROM ops.models;
COMMENT ON VIEW analyst.models IS 'One row per model version that has classified here.';

CREATE VIEW analyst.deletions AS FROM ops.deletions;
COMMENT ON VIEW analyst.deletions IS 'One row per retention run, rule and table: the protocol of what was taken away. Never what it said.';

CREATE VIEW analyst.audit_heads AS FROM ops.audit_heads;
COMMENT ON VIEW analyst.audit_heads IS 'One row per run that found new lines in the review room''s log: its last line then, by number and digest. Never what it tells.';

CREATE VIEW analyst.publication AS
SELECT
    publication.run_id,
    nights.started_at,
    nights.ended_at,
    (SELECT max(counted_day) FROM core.daily_counts WHERE post_count > 0) AS newest_day,
    (
        SELECT count(DISTINCT source_id) FROM ops.source_runs AS outcomes
        WHERE outcomes.run_id = publication.run_id AND outcomes.status = 'failed'
    ) AS failed_source_count,
    publication.model_version,
    publication.smallest_count
FROM ops.publication AS publication
LEFT JOIN ops.runs AS nights USING (run_id);
COMMENT ON VIEW analyst.publication IS 'One row: how fresh this snapshot is, which run and model made it, and which counts it withholds.';

-- views_version is what docs/analysts.md promises: the first number changes where something goes
-- or means something else, the second where something is added.
CREATE VIEW analyst.schema_version AS
SELECT
    max(migration_number) AS schema_version,
    max(applied_at) AS applied_at,
    '1.1' AS views_version
FROM ops.migrations;
COMMENT ON VIEW analyst.schema_version IS 'One row: the version of this database''s form, and of what the analysts'' views promise.';

-- Columns that no table has, and those whose name means different things in different tables; all
-- others take the comment of the column they show.
COMMENT ON COLUMN analyst.flagged_posts.narrative_title IS 'Short title of the narrative, in Swedish.';
COMMENT ON COLUMN analyst.flagged_posts.carrying_sentence IS 'The sentence that carries the likeliest narrative, as written (masked).';
COMMENT ON COLUMN analyst.flagged_posts.nearest_seeds IS 'The labelled seeds that lie nearest, nearest first.';
COMMENT ON COLUMN analyst.flagged_posts.weighty_terms IS 'The words that weighed most, weightiest first.';
COMMENT ON COLUMN analyst.flagged_posts.family_post_count IS 'Posts in its group of copies, itself included.';
COMMENT ON COLUMN analyst.flagged_posts.is_read_with_parent IS 'Whether the post that it answers is stored too, so that it was read as an answer to it.';
COMMENT ON COLUMN analyst.questions.narrative_title IS 'Short title of the narrative asked about, in Swedish.';
COMMENT ON COLUMN analyst.proposals.narrative_title IS 'Short title of the narrative that is nearest to its threshold, in Swedish.';
COMMENT ON COLUMN analyst.clusters.narrative_title IS 'Short title of the narrative that its posts come nearest to, in Swedish.';
COMMENT ON COLUMN analyst.episodes.narrative_title IS 'Short title of the narrative that rose, in Swedish.';
COMMENT ON COLUMN analyst.campaigns.narrative_title IS 'Short title of the narrative that most of its posts bear on, in Swedish.';
COMMENT ON COLUMN analyst.facts.answer_rank IS 'How well it answers the narrative: 1 for the facts that answer it best.';
COMMENT ON COLUMN analyst.facts.text_sv IS 'Wording in Swedish.';
COMMENT ON COLUMN analyst.facts.caveat_sv IS 'What must be said or avoided with it, in Swedish; null where nothing must.';
COMMENT ON COLUMN analyst.nights.duration_seconds IS 'Whole seconds from start to end; null while it runs.';
COMMENT ON COLUMN analyst.schema_version.schema_version IS 'Number of the last migration.';
COMMENT ON COLUMN analyst.answers.narrative_title IS 'Short title of the narrative that it answers, in Swedish.';
COMMENT ON COLUMN analyst.publication.started_at IS 'When that run began (UTC): posts of later moments are not in it.';
COMMENT ON COLUMN analyst.publication.ended_at IS 'When that run was done (UTC).';
COMMENT ON COLUMN analyst.publication.newest_day IS 'Latest day with posts (Europe/Stockholm); null while there are none.';
COMMENT ON COLUMN analyst.publication.failed_source_count IS 'Sources that the run could not read.';
COMMENT ON COLUMN analyst.schema_version.views_version IS 'Version of what the analysts'' views promise, as major.minor: the first number changes where something promised goes or means something else.';
COMMENT ON COLUMN analyst.flagged_posts.platform IS 'Platform of the post.';
COMMENT ON COLUMN analyst.flagged_posts.source_id IS 'Source that brought the post.';
COMMENT ON COLUMN analyst.flagged_posts.lang IS 'Language of the post (ISO 639-1, und where unknown).';
COMMENT ON COLUMN analyst.questions.platform IS 'Platform of the post.';
COMMENT ON COLUMN analyst.questions.source_id IS 'Source that brought the post.';
COMMENT ON COLUMN analyst.questions.lang IS 'Language of the post (ISO 639-1, und where unknown).';
COMMENT ON COLUMN analyst.threats.platform IS 'Platform of the post.';
COMMENT ON COLUMN analyst.threats.source_id IS 'Source that brought the post.';
COMMENT ON COLUMN analyst.threats.lang IS 'Language of the post (ISO 639-1, und where unknown).';
COMMENT ON COLUMN analyst.proposals.platform IS 'Platform of the post.';
COMMENT ON COLUMN analyst.proposals.source_id IS 'Source that brought the post.';
COMMENT ON COLUMN analyst.proposals.lang IS 'Language of the post (ISO 639-1, und where unknown).';
COMMENT ON COLUMN analyst.cluster_posts.platform IS 'Platform of the post.';
COMMENT ON COLUMN analyst.cluster_posts.source_id IS 'Source that brought the post.';
COMMENT ON COLUMN analyst.cluster_posts.lang IS 'Language of the post (ISO 639-1, und where unknown).';
COMMENT ON COLUMN analyst.flagged_posts.family_id IS 'Group of copies that the post is in: key of core.families, where it has others or is flagged.';
COMMENT ON COLUMN analyst.questions.family_id IS 'Group of copies that the post is in: key of core.families, where it has others or is flagged.';
COMMENT ON COLUMN analyst.threats.family_id IS 'Group of copies that the post is in: key of core.families, where it has others or is flagged.';
COMMENT ON COLUMN analyst.cluster_posts.family_id IS 'Group of copies that the post is in: key of core.families, where it has others or is flagged.';
COMMENT ON COLUMN analyst.flagged_posts.address IS 'The post''s own address, its author''s name taken out; null where not told.';
COMMENT ON COLUMN analyst.questions.address IS 'The post''s own address, its author''s name taken out; null where not told.';
COMMENT ON COLUMN analyst.threats.address IS 'The post''s own address, its author''s name taken out; null where not told.';
COMMENT ON COLUMN analyst.cluster_posts.text_digest IS 'Digest of the normalised text: the same for posts that say the same.';
COMMENT ON COLUMN analyst.facts.narrative_id IS 'Narrative that the fact answers: key of core.narratives.';
COMMENT ON COLUMN analyst.flagged_posts.post_id IS 'The flagged post; one that is flagged for two narratives has two rows.';
COMMENT ON COLUMN analyst.flagged_posts.narrative_id IS 'Narrative that the post is found to assert: key of core.narratives.';
COMMENT ON COLUMN analyst.flagged_posts.threshold IS 'Probability that the narrative had to reach, in [0, 1].';
COMMENT ON COLUMN analyst.flagged_posts.stance IS 'Likeliest stance: asserts, counters, reports, asks or none.';
COMMENT ON COLUMN analyst.flagged_posts.model_version IS 'Model that flagged it: key of ops.models.';
COMMENT ON COLUMN analyst.flagged_posts.run_id IS 'Run that first flagged it: key of ops.runs.';
COMMENT ON COLUMN analyst.nights.run_id IS 'The run: moment of its start (UTC) and a random part.';
COMMENT ON COLUMN analyst.nights.kind IS 'nightly; catch-up: hourly, over chosen sources; backfill: stored posts classified anew; retention: texts taken away whose time is over.';
COMMENT ON COLUMN analyst.nights.status IS 'running, completed, failed (with failure), or interrupted: it died, and a later run went on.';
COMMENT ON COLUMN analyst.source_health.run_id IS 'The run: key of ops.runs.';
COMMENT ON COLUMN analyst.source_health.source_id IS 'Source as sources.toml or the command line names it.';
COMMENT ON COLUMN analyst.source_health.file_name IS 'Name of the file; the kind of a live source; empty where there was none.';
COMMENT ON COLUMN analyst.source_health.status IS 'read; already-read: nothing new in it; empty: the source had no file; failed: see failure.';
COMMENT ON COLUMN analyst.source_health.post_count IS 'Posts that were new.';
COMMENT ON COLUMN analyst.rejects.file_digest IS 'SHA-256 (hex) of the file''s bytes.';
