"""How each narrative spreads just now, and what that advises."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from motbild.adapters.review_store.answers import Answer
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.advice import LEVELS, Advice, Situation, advise

STALE_DAYS = 2  # figures older than this are told to be old
_WEEK = timedelta(days=7)
# Of an item that somebody has decided on, only what still stands as the claim spread.
_NOT_SPREADING = ("reject", "protected", "counter", "report", "question")


@dataclass(frozen=True, slots=True)
class Advised:
    """A narrative with what to do about it."""

    narrative_id: str
    advice: Advice
    situation: Situation


def last_counted_day(snapshot: OpenSnapshot, today: date) -> date | None:
    """Return the last day that posts are known of, today at the latest; None of no day."""

    def read() -> date | None:
        query = "SELECT max(counted_day) AS day FROM core.daily_counts WHERE counted_day <= ?"
        day: date | None = snapshot.rows(query, [today])[0]["day"]
        return day

    return snapshot.once(("last-counted-day", today), read)


def read_advice(
    snapshot: OpenSnapshot,
    today: date,
    published: Iterable[Answer],
    answerable: Collection[str],
) -> list[Advised]:
    """Advise on each narrative, the most urgent first.

    Args:
        snapshot: Where the posts are.
        today: Day in Sweden.
        published: Answers that are published.
        answerable: Narratives that the fact bank holds a usable answer to.
    """
    last = last_counted_day(snapshot, today) or today
    days_since = _days_since(published, today)
    situations = snapshot.lately(
        ("situations", last),
        lambda: snapshot.rows(_SITUATIONS, [last, last - _WEEK, last - 2 * _WEEK]),
    )
    advised = [
        _advise(row, row["narrative_id"] in answerable, days_since.get(row["narrative_id"]))
        for row in situations
    ]
    return sorted(advised, key=_urgency)


def _advise(row: Mapping[str, Any], is_answerable: bool, days_since: int | None) -> Advised:
    situation = Situation(
        flagged_last_7_days=row["flagged_last_7_days"],
        flagged_week_before=row["flagged_week_before"],
        reach=row["reach"],
        source_count=row["source_count"],
        platform_count=row["platform_count"],
        question_count=row["question_count"],
        threat_count=row["threat_count"],
        harm=row["harm"],
        has_usable_fact=is_answerable,
        answered_within_days=days_since,
    )
    return Advised(row["narrative_id"], advise(situation), situation)


def _urgency(advised: Advised) -> tuple[int, int, float, str]:
    """Return what sorts the most urgent first."""
    known = advised.situation
    level = LEVELS.index(advised.advice.level)
    return -level, -known.flagged_last_7_days, -known.harm, advised.narrative_id


def _days_since(published: Iterable[Answer], today: date) -> dict[str, int]:
    days: dict[str, int] = {}
    for answer in published:
        if answer.published_on is not None and answer.published_on <= today:
            ago = (today - answer.published_on).days
            days[answer.narrative_id] = min(ago, days.get(answer.narrative_id, ago))
    return days


# Views where they are told; else what likes, comments and shares weigh in the queue's order.
_SITUATIONS = f"""
WITH spans AS (SELECT ?::DATE AS last_day, ?::DATE AS week_start, ?::DATE AS before_start),
shown AS (
    SELECT
        posts.post_id, posts.platform, posts.source_id, posts.posted_day, posts.family_id,
        posts.is_flagged,
        -- One that somebody has passed on or judged otherwise waits for nobody.
        posts.is_threat AND coalesce(status.kind, 'waiting') = 'waiting' AS is_threat,
        unnest(
            CASE WHEN status.kind = 'confirm' THEN status.narratives
                WHEN len(posts.narrative_ids) > 0 THEN posts.narrative_ids
                ELSE coalesce(posts.threat_matches, []) END
        ) AS narrative_id
    FROM memory.main.item_posts AS posts
    CROSS JOIN spans
    LEFT JOIN memory.main.item_status AS status USING (item_number)
    WHERE posts.posted_day > spans.before_start AND posts.posted_day <= spans.last_day
        AND (posts.is_flagged OR posts.is_threat)
        AND (status.kind IS NULL OR status.kind NOT IN {_NOT_SPREADING})
),
spread AS (
    SELECT
        shown.narrative_id,
        count(*) FILTER (is_flagged AND shown.posted_day > week_start) AS flagged_last_7_days,
        count(*) FILTER (is_flagged AND shown.posted_day <= week_start) AS flagged_week_before,
        coalesce(sum(coalesce(nullif(posts.view_count, 0),
            10 * coalesce(posts.like_count, 0) + 20 * coalesce(posts.comment_count, 0)
            + 30 * coalesce(posts.share_count, 0)
        )) FILTER (is_flagged AND shown.posted_day > week_start), 0)::BIGINT AS reach,
        count(DISTINCT shown.source_id) FILTER (is_flagged AND shown.posted_day > week_start)
            AS source_count,
        count(DISTINCT shown.platform) FILTER (is_flagged AND shown.posted_day > week_start)
            AS platform_count,
        count(*) FILTER (is_threat AND shown.posted_day > week_start) AS threat_count
    FROM shown CROSS JOIN spans JOIN core.posts AS posts USING (post_id)
    GROUP BY shown.narrative_id
),
asked AS (
    SELECT questions.narrative_id, count(*) AS question_count
    FROM core.questions AS questions CROSS JOIN spans JOIN core.posts AS posts USING (post_id)
    WHERE posts.posted_day > week_start AND posts.posted_day <= last_day
    GROUP BY questions.narrative_id
)
SELECT
    narratives.narrative_id,
    narratives.harm,
    coalesce(flagged_last_7_days, 0) AS flagged_last_7_days,
    coalesce(flagged_week_before, 0) AS flagged_week_before,
    coalesce(reach, 0) AS reach,
    coalesce(source_count, 0) AS source_count,
    coalesce(platform_count, 0) AS platform_count,
    coalesce(question_count, 0) AS question_count,
    coalesce(threat_count, 0) AS threat_count
FROM core.narratives AS narratives
LEFT JOIN spread USING (narrative_id)
LEFT JOIN asked USING (narrative_id)
"""  # noqa: S608 - the codes above
