-- How many posts by day and by hour, and the rises that stand out among them.
CREATE TABLE core.daily_counts (
    counted_day DATE NOT NULL,
    source_id VARCHAR NOT NULL,
    platform VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    narrative_id VARCHAR NOT NULL,
    stance VARCHAR NOT NULL,
    is_missing BOOLEAN NOT NULL,
    post_count BIGINT,
    flagged_count BIGINT
);
COMMENT ON TABLE core.daily_counts IS 'One row per day, source, platform, language, narrative and stance, over every post, flagged or not; zero where nothing was posted, null where the source failed.';
COMMENT ON COLUMN core.daily_counts.counted_day IS 'Day of posting in Europe/Stockholm.';
COMMENT ON COLUMN core.daily_counts.source_id IS 'The source.';
COMMENT ON COLUMN core.daily_counts.platform IS 'Platform of the posts.';
COMMENT ON COLUMN core.daily_counts.lang IS 'Language (ISO 639-1, und where unknown).';
COMMENT ON COLUMN core.daily_counts.narrative_id IS 'Narrative, or none; a post that bears on two counts in both.';
COMMENT ON COLUMN core.daily_counts.stance IS 'Stance: asserts, counters, reports, asks or none.';
COMMENT ON COLUMN core.daily_counts.is_missing IS 'Whether the source failed for this day and has not been read since; what is known of such a day is a lower bound.';
COMMENT ON COLUMN core.daily_counts.post_count IS 'Posts; null where missing and none is known.';
COMMENT ON COLUMN core.daily_counts.flagged_count IS 'Of them, flagged; null where missing and none is known.';

CREATE TABLE core.hourly_counts (
    counted_hour_at TIMESTAMPTZ NOT NULL,
    source_id VARCHAR NOT NULL,
    platform VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    narrative_id VARCHAR NOT NULL,
    stance VARCHAR NOT NULL,
    is_missing BOOLEAN NOT NULL,
    post_count BIGINT,
    flagged_count BIGINT
);
COMMENT ON TABLE core.hourly_counts IS 'One row per hour of the last fourteen days, source, platform, language, narrative and stance that were seen within them; zero where nothing was posted, null where the source failed. Posts that came without a moment of posting are in no hour.';
COMMENT ON COLUMN core.hourly_counts.counted_hour_at IS 'Beginning of the hour of posting (UTC).';
COMMENT ON COLUMN core.hourly_counts.source_id IS 'The source.';
COMMENT ON COLUMN core.hourly_counts.platform IS 'Platform of the posts.';
COMMENT ON COLUMN core.hourly_counts.lang IS 'Language (ISO 639-1, und where unknown).';
COMMENT ON COLUMN core.hourly_counts.narrative_id IS 'Narrative, or none; a post that bears on two counts in both.';
COMMENT ON COLUMN core.hourly_counts.stance IS 'Stance: asserts, counters, reports, asks or none.';
COMMENT ON COLUMN core.hourly_counts.is_missing IS 'Whether the source failed for this hour and has not been read since; what is known of such an hour is a lower bound.';
COMMENT ON COLUMN core.hourly_counts.post_count IS 'Posts; null where missing and none is known.';
COMMENT ON COLUMN core.hourly_counts.flagged_count IS 'Of them, flagged; null where missing and none is known.';

CREATE TABLE core.episodes (
    episode_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    narrative_id VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    platform VARCHAR NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    is_open BOOLEAN NOT NULL,
    hour_count INTEGER NOT NULL,
    post_count BIGINT NOT NULL,
    expected_count DOUBLE NOT NULL,
    upper_count BIGINT NOT NULL,
    ratio DOUBLE,
    families STRUCT(family_id VARCHAR, post_count BIGINT)[] NOT NULL,
    run_id VARCHAR NOT NULL,
    last_run_id VARCHAR NOT NULL
);
COMMENT ON TABLE core.episodes IS 'One row per rise of a narrative beyond its usual range: as many rows as there are things to be told, each told once.';
COMMENT ON COLUMN core.episodes.episode_id IS 'Stable id: a rise keeps it from night to night while it goes on.';
COMMENT ON COLUMN core.episodes.kind IS 'spike: days far above what is usual; shift: a higher level that has lasted a week or more. A spike that lasts becomes a shift under the same id.';
COMMENT ON COLUMN core.episodes.narrative_id IS 'Narrative that rose: key of core.narratives.';
COMMENT ON COLUMN core.episodes.lang IS 'Language that carries the rise (ISO 639-1, und where unknown), or all.';
COMMENT ON COLUMN core.episodes.platform IS 'Platform that carries the rise, or all.';
COMMENT ON COLUMN core.episodes.first_day IS 'First day of it (Europe/Stockholm).';
COMMENT ON COLUMN core.episodes.last_day IS 'Last day of it so far (Europe/Stockholm).';
COMMENT ON COLUMN core.episodes.is_open IS 'Whether it still went on when last looked at; never so for a rise of the past that came in late.';
COMMENT ON COLUMN core.episodes.hour_count IS 'Hours that the counts are of: 24 for each known day from the first to the last, or the last few where the day is not over.';
COMMENT ON COLUMN core.episodes.post_count IS 'Flagged posts of it: those that assert the narrative.';
COMMENT ON COLUMN core.episodes.expected_count IS 'Flagged posts that the weeks before it lead one to expect in as many hours.';
COMMENT ON COLUMN core.episodes.upper_count IS 'Upper end of their usual range.';
COMMENT ON COLUMN core.episodes.ratio IS 'Posts over expected posts; null where none were expected.';
COMMENT ON COLUMN core.episodes.families IS 'Groups of copies that carry it, with their flagged posts in it, most first, at most five.';
COMMENT ON COLUMN core.episodes.run_id IS 'Run that first found it.';
COMMENT ON COLUMN core.episodes.last_run_id IS 'Run that last changed it.';
