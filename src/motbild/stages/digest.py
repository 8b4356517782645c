"""Gather what a morning's letter tells, from the snapshot and the review store; write nothing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.digest import (
    CHART_DAYS,
    FACT_DAYS,
    LATE,
    Digest,
    FactLine,
    NarrativeLine,
    NightLine,
    Waiting,
)
from motbild.core.display import show
from motbild.core.intake import local_day
from motbild.core.notice_words import tell
from motbild.core.notices import KINDS, Notice
from motbild.core.trends import daily_series

_QUOTE_LENGTH, _QUOTES = 280, 2
_NIGHTS = "kind IN ('nightly', 'catch-up')"

_LAST_NIGHT = f"""
SELECT runs.run_id, started_at, coalesce(ended_at, started_at) AS ended_at, counts,
    (SELECT count(DISTINCT source_id) FROM ops.source_runs AS tried
     WHERE tried.run_id = runs.run_id) AS source_count
FROM ops.runs AS runs WHERE {_NIGHTS} AND status = 'completed'
ORDER BY started_at DESC LIMIT 1
"""  # noqa: S608 - a condition of ours
_TROUBLED = f"""
SELECT DISTINCT timezone('Europe/Stockholm', started_at)::DATE AS day FROM ops.runs
WHERE {_NIGHTS} AND status IN ('failed', 'interrupted') AND started_at > ?
ORDER BY day
"""  # noqa: S608
_DAILY = """
SELECT counted_day, narrative_id, sum(flagged_count)::BIGINT AS flagged_count,
    bool_or(is_missing) AS is_missing
FROM core.daily_counts WHERE counted_day BETWEEN ? AND ? GROUP BY ALL
"""
_NEW_FLAGS = """
SELECT narrative_id, count(*) AS n FROM core.flags WHERE run_id = ? GROUP BY narrative_id
"""
# What one person has decided on one text holds for its copies.
_WAITING = """
WITH posts AS (
    SELECT post_id, coalesce(family_id, text_digest) AS family_id, text_digest FROM core.posts
),
decided AS (
    SELECT DISTINCT family_id FROM posts
    WHERE text_digest IN (SELECT unnest(?::VARCHAR[]))
),
queued AS (
    SELECT post_id, 'flagged' AS queue, narrative_id FROM core.flags
    UNION ALL SELECT post_id, 'threats', '' FROM core.threats
    UNION ALL SELECT post_id, 'proposed', '' FROM core.proposals
    ANTI JOIN core.flags USING (post_id)
)
SELECT queue, narrative_id, count(DISTINCT family_id) AS n
FROM queued JOIN posts USING (post_id) ANTI JOIN decided USING (family_id)
GROUP BY GROUPING SETS ((queue, narrative_id), (queue))
"""
_ASKED = """
SELECT narrative_id, count(DISTINCT coalesce(family_id, text_digest)) AS n
FROM core.questions JOIN core.posts USING (post_id)
WHERE posted_day > ?::DATE - 7 GROUP BY narrative_id
"""
_FACTS = """
SELECT fact_id, any_value(text_by_lang['sv']) AS text, least(review_by_day, valid_to_day) AS due_day
FROM core.facts WHERE least(review_by_day, valid_to_day) <= ?::DATE
GROUP BY fact_id, due_day ORDER BY due_day, fact_id
"""
_DECIDED = "SELECT DISTINCT text_digest FROM core.decisions"
# The words of posts that a notice is about, the likeliest or most central first; and the table
# that an older snapshot may lack.
_OF_FAMILY = """
SELECT any_value(text) AS text FROM core.posts
WHERE family_id = (SELECT {family} FROM {table} WHERE {key} = ?) GROUP BY family_id
"""
_EPISODE = (
    "episodes",
    _OF_FAMILY.format(family="families[1].family_id", table="core.episodes", key="episode_id"),
)
_QUOTED = {
    "threats": (
        "threats",
        """
        SELECT text FROM core.threats AS threats JOIN core.posts AS posts USING (post_id)
        WHERE threats.run_id = ? ORDER BY threat_probability DESC, post_id
        """,
    ),
    "new-rumour": (
        "cluster_posts",
        """
        SELECT text FROM core.cluster_posts JOIN core.posts USING (post_id)
        WHERE cluster_id = ? ORDER BY rank
        """,
    ),
    "spike": _EPISODE,
    "shift": _EPISODE,
    "campaign": (
        "campaigns",
        _OF_FAMILY.format(family="family_ids[1]", table="core.campaigns", key="campaign_id"),
    ),
}


def digest(
    snapshot: OpenSnapshot | None,
    store: ReviewStore | None,
    *,
    now: datetime,
    is_running: bool,
    with_text: bool,
) -> Digest:
    """Gather a morning's letter.

    Args:
        snapshot: The newest; None where nothing was ever published.
        store: Where people decide; None where there is none yet.
        now: Time-zone-aware; the letter is of its day.
        is_running: Whether a night is running now.
        with_text: Whether masked words of posts are shown.
    """
    today = local_day(now)
    last = snapshot.rows(_LAST_NIGHT) if snapshot is not None else []
    if snapshot is None or not last:
        return Digest(today, NightLine("running" if is_running else "none"))
    night = _night(snapshot, last[0], now, is_running)
    run_id = last[0]["run_id"]
    titles = read_titles(snapshot)
    waiting, waiting_by = _waiting(snapshot, _decided(snapshot, store))
    notices = sorted(
        (notice for notice in read_notices(snapshot) if notice.is_open),
        key=lambda notice: (KINDS.index(notice.kind), notice.notice_id),
    )
    asked_new = snapshot.rows(
        "SELECT count(DISTINCT post_id) AS n FROM core.questions WHERE run_id = ?", [run_id]
    )
    if store is not None:
        answers, late = len(store.answers.list(status="proposed")), store.decisions.open_late()
        waiting = replace(waiting, answers=answers, late=len(late))
    return Digest(
        day=today,
        night=night,
        narratives=_narratives(snapshot, titles, run_id, today, waiting_by),
        notices=[tell(notice, titles) for notice in notices],
        waiting=waiting,
        new_question_count=asked_new[0]["n"],
        facts=_facts(snapshot, today),
        quotes=read_quotes(snapshot, notices) if with_text else {},
    )


def read_titles(snapshot: OpenSnapshot) -> dict[str, str]:
    """Return the Swedish titles of narratives by id."""
    rows = snapshot.rows("SELECT narrative_id, title_sv FROM core.narratives")
    return {row["narrative_id"]: row["title_sv"] for row in rows}


def read_notices(snapshot: OpenSnapshot) -> list[Notice]:
    """Return every notice; none where the snapshot was published before there were any."""
    is_known = snapshot.has_table("notices")
    rows = snapshot.rows("FROM ops.notices ORDER BY notice_id") if is_known else []
    return [
        Notice(**{**row, "evidence": dict(row["evidence"])}) for row in rows if row["kind"] in KINDS
    ]


def read_quotes(snapshot: OpenSnapshot, notices: Iterable[Notice]) -> dict[int, list[str]]:
    """Return masked words of posts by the place of the notice that is about them."""
    quotes = {}
    for place, notice in enumerate(notices):
        table, query = _QUOTED.get(notice.kind, ("", ""))
        if snapshot.has_table(table):
            rows = snapshot.rows(f"{query} LIMIT {_QUOTES}", [notice.subject_id])
            quotes[place] = [show(row["text"], _QUOTE_LENGTH) for row in rows]
    return quotes


def read_last_night(snapshot: OpenSnapshot) -> datetime | None:
    """Return when the last night that came to its end began (UTC)."""
    rows = snapshot.rows(_LAST_NIGHT)
    return rows[0]["started_at"] if rows else None


def _night(
    snapshot: OpenSnapshot, row: Mapping[str, Any], now: datetime, is_running: bool
) -> NightLine:
    counts = dict(row["counts"] or {})
    is_old = now - row["started_at"] > LATE
    troubled = snapshot.rows(_TROUBLED, [now - timedelta(days=7)])
    return NightLine(
        state="ok" if not is_old else "running" if is_running else "missing",
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        post_count=counts.get("posts_added", 0),
        reject_count=counts.get("rejects_added", 0),
        source_count=row["source_count"],
        troubled_days=[one["day"] for one in troubled],
    )


def _narratives(
    snapshot: OpenSnapshot,
    titles: Mapping[str, str],
    run_id: str,
    today: date,
    waiting: Mapping[str, int],
) -> list[NarrativeLine]:
    days = [today - timedelta(days=n) for n in range(CHART_DAYS, 0, -1)]
    rows = snapshot.rows(_DAILY, [days[0], days[-1]])
    new = _by_narrative(snapshot.rows(_NEW_FLAGS, [run_id]))
    asked = _by_narrative(snapshot.rows(_ASKED, [today]))
    lines = [
        NarrativeLine(
            narrative_id=narrative_id,
            title=title,
            # A day is known where any narrative was counted on it, and missing for all alike.
            series=daily_series(
                (
                    (
                        row["counted_day"],
                        (row["flagged_count"] or 0) if row["narrative_id"] == narrative_id else 0,
                        row["is_missing"],
                    )
                    for row in rows
                ),
                days,
            ),
            new_count=new.get(narrative_id, 0),
            waiting_count=waiting.get(narrative_id, 0),
            asked_count=asked.get(narrative_id, 0),
        )
        for narrative_id, title in titles.items()
    ]
    busy = [line for line in lines if not line.is_quiet]
    return sorted(busy, key=lambda line: (-line.change.last_count, -line.new_count, line.title))


def _by_narrative(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return {row["narrative_id"]: row["n"] for row in rows}


def _decided(snapshot: OpenSnapshot, store: ReviewStore | None) -> list[str]:
    """Return the texts that people have decided on."""
    if store is None:
        return [row["text_digest"] for row in snapshot.rows(_DECIDED)]
    rows = store.decisions.overlay_after(0)
    undone = {row.undoes for row in rows}
    return sorted(
        {
            row.text_digest
            for row in rows
            if row.undoes is None and row.decision_id not in undone and row.kind != "skip"
        }
    )


def _waiting(snapshot: OpenSnapshot, decided: Collection[str]) -> tuple[Waiting, dict[str, int]]:
    rows = snapshot.rows(_WAITING, [list(decided)])
    totals = {row["queue"]: row["n"] for row in rows if row["narrative_id"] is None}
    by_narrative = {
        row["narrative_id"]: row["n"]
        for row in rows
        if row["queue"] == "flagged" and row["narrative_id"] is not None
    }
    return Waiting(**totals), by_narrative


def _facts(snapshot: OpenSnapshot, today: date) -> list[FactLine]:
    rows = snapshot.rows(_FACTS, [today + timedelta(days=FACT_DAYS)])
    return [FactLine(row["fact_id"], show(row["text"] or "", 120), row["due_day"]) for row in rows]
