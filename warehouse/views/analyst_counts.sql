-- Views of counts for analysts. Counts from 1 up to smallest_count are withheld (decision 0032):
-- null, with is_suppressed. The tables behind have them all.
CREATE MACRO core.is_small(a_count, least) AS coalesce(a_count BETWEEN 1 AND least - 1, false);
CREATE MACRO core.unless_small(a_count, least) AS
    CASE WHEN NOT core.is_small(a_count, least) THEN a_count END;

CREATE VIEW analyst.daily_counts AS
SELECT
    counted_day,
    source_id,
    platform,
    lang,
    narrative_id,
    stance,
    is_missing,
    core.unless_small(post_count, smallest_count) AS post_count,
    core.unless_small(flagged_count, smallest_count) AS flagged_count,
    core.is_small(post_count, smallest_count) OR core.is_small(flagged_count, smallest_count)
        AS is_suppressed
FROM core.daily_counts
CROSS JOIN ops.publication;
COMMENT ON VIEW analyst.daily_counts IS 'One row per day, source, platform, language, narrative and stance, over every post, flagged or not; zero where nothing was posted, null where the source failed or the count is small. To add up, take narrative_days or one of the views of weeks, which are added up before small counts are withheld.';

CREATE VIEW analyst.hourly_counts AS
SELECT
    counted_hour_at,
    source_id,
    platform,
    lang,
    narrative_id,
    stance,
    is_missing,
    core.unless_small(post_count, smallest_count) AS post_count,
    core.unless_small(flagged_count, smallest_count) AS flagged_count,
    core.is_small(post_count, smallest_count) OR core.is_small(flagged_count, smallest_count)
        AS is_suppressed
FROM core.hourly_counts
CROSS JOIN ops.publication;
COMMENT ON VIEW analyst.hourly_counts IS 'One row per hour of the last fourteen days, source, platform, language, narrative and stance that were seen within them; zero where nothing was posted, null where the source failed or the count is small. Posts that came without a moment of posting are in no hour.';

CREATE VIEW analyst.narrative_days AS
WITH summed AS (
    SELECT
        counted_day,
        narrative_id,
        bool_or(is_missing) AS is_missing,
        sum(post_count)::BIGINT AS post_count,
        sum(flagged_count)::BIGINT AS flagged_count
    FROM core.daily_counts
    GROUP BY ALL
)
SELECT
    summed.counted_day,
    summed.narrative_id,
    narratives.title_sv AS narrative_title,
    summed.is_missing,
    core.unless_small(post_count, smallest_count) AS post_count,
    core.unless_small(flagged_count, smallest_count) AS flagged_count,
    core.is_small(post_count, smallest_count) OR core.is_small(flagged_count, smallest_count)
        AS is_suppressed
FROM summed
CROSS JOIN ops.publication
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.narrative_days IS 'One row per day and narrative, over all sources, platforms, languages and stances: added up before small counts are withheld.';

CREATE VIEW analyst.narrative_weeks AS
WITH summed AS (
    SELECT
        date_trunc('week', counted_day)::DATE AS first_day,
        narrative_id,
        count(DISTINCT counted_day) AS day_count,
        bool_or(is_missing) AS is_missing,
        sum(post_count)::BIGINT AS post_count,
        sum(flagged_count)::BIGINT AS flagged_count
    FROM core.daily_counts
    GROUP BY ALL
)
SELECT
    summed.first_day,
    summed.narrative_id,
    narratives.title_sv AS narrative_title,
    summed.day_count,
    summed.is_missing,
    core.unless_small(post_count, smallest_count) AS post_count,
    core.unless_small(flagged_count, smallest_count) AS flagged_count,
    core.is_small(post_count, smallest_count) OR core.is_small(flagged_count, smallest_count)
        AS is_suppressed
FROM summed
CROSS JOIN ops.publication
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.narrative_weeks IS 'One row per week and narrative, over everything: added up before small counts are withheld. The last week is seldom whole: day_count tells.';

CREATE VIEW analyst.stance_weeks AS
WITH summed AS (
    SELECT
        date_trunc('week', counted_day)::DATE AS first_day,
        narrative_id,
        stance,
        count(DISTINCT counted_day) AS day_count,
        bool_or(is_missing) AS is_missing,
        sum(post_count)::BIGINT AS post_count,
        sum(flagged_count)::BIGINT AS flagged_count
    FROM core.daily_counts
    GROUP BY ALL
)
SELECT
    summed.first_day,
    summed.narrative_id,
    narratives.title_sv AS narrative_title,
    summed.stance,
    summed.day_count,
    summed.is_missing,
    core.unless_small(post_count, smallest_count) AS post_count,
    core.unless_small(flagged_count, smallest_count) AS flagged_count,
    core.is_small(post_count, smallest_count) OR core.is_small(flagged_count, smallest_count)
        AS is_suppressed
FROM summed
CROSS JOIN ops.publication
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.stance_weeks IS 'One row per week, narrative and stance: who asserts, contradicts, reports and asks, added up before small counts are withheld.';

CREATE VIEW analyst.language_weeks AS
WITH summed AS (
    SELECT
        date_trunc('week', counted_day)::DATE AS first_day,
        narrative_id,
        lang,
        count(DISTINCT counted_day) AS day_count,
        bool_or(is_missing) AS is_missing,
        sum(post_count)::BIGINT AS post_count,
        sum(flagged_count)::BIGINT AS flagged_count
    FROM core.daily_counts
    GROUP BY ALL
)
SELECT
    summed.first_day,
    summed.narrative_id,
    narratives.title_sv AS narrative_title,
    summed.lang,
    summed.day_count,
    summed.is_missing,
    core.unless_small(post_count, smallest_count) AS post_count,
    core.unless_small(flagged_count, smallest_count) AS flagged_count,
    core.is_small(post_count, smallest_count) OR core.is_small(flagged_count, smallest_count)
        AS is_suppressed
FROM summed
CROSS JOIN ops.publication
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.language_weeks IS 'One row per week, narrative and language, added up before small counts are withheld.';

CREATE VIEW analyst.platform_weeks AS
WITH summed AS (
    SELECT
        date_trunc('week', counted_day)::DATE AS first_day,
        narrative_id,
        platform,
        count(DISTINCT counted_day) AS day_count,
        bool_or(is_missing) AS is_missing,
        sum(post_count)::BIGINT AS post_count,
        sum(flagged_count)::BIGINT AS flagged_count
    FROM core.daily_counts
    GROUP BY ALL
)
SELECT
    summed.first_day,
    summed.narrative_id,
    narratives.title_sv AS narrative_title,
    summed.platform,
    summed.day_count,
    summed.is_missing,
    core.unless_small(post_count, smallest_count) AS post_count,
    core.unless_small(flagged_count, smallest_count) AS flagged_count,
    core.is_small(post_count, smallest_count) OR core.is_small(flagged_count, smallest_count)
        AS is_suppressed
FROM summed
CROSS JOIN ops.publication
LEFT JOIN core.narratives AS narratives USING (narrative_id);
COMMENT ON VIEW analyst.platform_weeks IS 'One row per week, narrative and platform, added up before small counts are withheld.';

CREATE VIEW analyst.unflagged_counts AS
SELECT
    reason,
    core.unless_small(post_count, smallest_count) AS post_count,
    core.is_small(post_count, smallest_count) AS is_suppressed
FROM core.unflagged_counts
CROSS JOIN ops.publication;
COMMENT ON VIEW analyst.unflagged_counts IS 'One row per reason why posts were counted but not flagged; a small count is null.';

CREATE VIEW analyst.families AS
SELECT
    family_id,
    post_count,
    text_count,
    core.unless_small(account_count, smallest_count) AS account_count,
    platforms,
    langs,
    first_posted_at,
    last_posted_at,
    flagged_post_count,
    core.is_small(account_count, smallest_count) AS is_suppressed
FROM core.families
CROSS JOIN ops.publication;
COMMENT ON VIEW analyst.families IS 'One row per group of copies with more than one post or with a flagged one; how many accounts posted it is null where they are few.';

COMMENT ON COLUMN analyst.daily_counts.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.daily_counts.post_count IS 'Posts; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.daily_counts.flagged_count IS 'Of them, flagged; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.hourly_counts.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.hourly_counts.post_count IS 'Posts; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.hourly_counts.flagged_count IS 'Of them, flagged; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.narrative_days.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.narrative_days.post_count IS 'Posts; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.narrative_days.flagged_count IS 'Of them, flagged; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.narrative_days.narrative_id IS 'Narrative: key of core.narratives; or none, for posts that bear on none. A post that bears on two counts in both.';
COMMENT ON COLUMN analyst.narrative_days.narrative_title IS 'Short title of the narrative, in Swedish; null for none.';
COMMENT ON COLUMN analyst.narrative_days.is_missing IS 'Whether any source failed within the day and has not been read since; what is known of such a day is a lower bound.';
COMMENT ON COLUMN analyst.narrative_weeks.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.narrative_weeks.post_count IS 'Posts; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.narrative_weeks.flagged_count IS 'Of them, flagged; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.narrative_weeks.narrative_id IS 'Narrative: key of core.narratives; or none, for posts that bear on none. A post that bears on two counts in both.';
COMMENT ON COLUMN analyst.narrative_weeks.narrative_title IS 'Short title of the narrative, in Swedish; null for none.';
COMMENT ON COLUMN analyst.narrative_weeks.is_missing IS 'Whether any source failed within the week and has not been read since; what is known of such a week is a lower bound.';
COMMENT ON COLUMN analyst.narrative_weeks.first_day IS 'First day of the week, a Monday (Europe/Stockholm).';
COMMENT ON COLUMN analyst.narrative_weeks.day_count IS 'Days of the week that are counted, at most seven.';
COMMENT ON COLUMN analyst.stance_weeks.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.stance_weeks.post_count IS 'Posts; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.stance_weeks.flagged_count IS 'Of them, flagged; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.stance_weeks.narrative_id IS 'Narrative: key of core.narratives; or none, for posts that bear on none. A post that bears on two counts in both.';
COMMENT ON COLUMN analyst.stance_weeks.narrative_title IS 'Short title of the narrative, in Swedish; null for none.';
COMMENT ON COLUMN analyst.stance_weeks.is_missing IS 'Whether any source failed within the week and has not been read since; what is known of such a week is a lower bound.';
COMMENT ON COLUMN analyst.stance_weeks.first_day IS 'First day of the week, a Monday (Europe/Stockholm).';
COMMENT ON COLUMN analyst.stance_weeks.day_count IS 'Days of the week that are counted, at most seven.';
COMMENT ON COLUMN analyst.language_weeks.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.language_weeks.post_count IS 'Posts; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.language_weeks.flagged_count IS 'Of them, flagged; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.language_weeks.narrative_id IS 'Narrative: key of core.narratives; or none, for posts that bear on none. A post that bears on two counts in both.';
COMMENT ON COLUMN analyst.language_weeks.narrative_title IS 'Short title of the narrative, in Swedish; null for none.';
COMMENT ON COLUMN analyst.language_weeks.is_missing IS 'Whether any source failed within the week and has not been read since; what is known of such a week is a lower bound.';
COMMENT ON COLUMN analyst.language_weeks.first_day IS 'First day of the week, a Monday (Europe/Stockholm).';
COMMENT ON COLUMN analyst.language_weeks.day_count IS 'Days of the week that are counted, at most seven.';
COMMENT ON COLUMN analyst.platform_weeks.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.platform_weeks.post_count IS 'Posts; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.platform_weeks.flagged_count IS 'Of them, flagged; null where small (is_suppressed), and where missing and none is known.';
COMMENT ON COLUMN analyst.platform_weeks.narrative_id IS 'Narrative: key of core.narratives; or none, for posts that bear on none. A post that bears on two counts in both.';
COMMENT ON COLUMN analyst.platform_weeks.narrative_title IS 'Short title of the narrative, in Swedish; null for none.';
COMMENT ON COLUMN analyst.platform_weeks.is_missing IS 'Whether any source failed within the week and has not been read since; what is known of such a week is a lower bound.';
COMMENT ON COLUMN analyst.platform_weeks.first_day IS 'First day of the week, a Monday (Europe/Stockholm).';
COMMENT ON COLUMN analyst.platform_weeks.day_count IS 'Days of the week that are counted, at most seven.';
COMMENT ON COLUMN analyst.unflagged_counts.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.unflagged_counts.post_count IS 'Posts; null where small (is_suppressed).';
COMMENT ON COLUMN analyst.families.is_suppressed IS 'Whether a count of the row is small and therefore withheld: it is null, from 1 up to, but not including, smallest_count of publication.';
COMMENT ON COLUMN analyst.families.account_count IS 'Distinct accounts that posted it; null where few (is_suppressed); nothing tells which.';
COMMENT ON COLUMN analyst.stance_weeks.stance IS 'Likeliest stance: asserts, counters, reports, asks or none.';
COMMENT ON COLUMN analyst.language_weeks.lang IS 'Language (ISO 639-1, und where unknown).';
COMMENT ON COLUMN analyst.platform_weeks.platform IS 'Platform of the posts.';
