"""The figures of one week, for a report."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.report_week import Week
from motbild.core.trends import DayCount, WeekChange, week_over_week
from motbild.settings import Settings
from motbild.web.language import STOCKHOLM
from motbild.web.reading.daily import Counts, Daily, between, read_daily

CHART_DAYS = 28


@dataclass(frozen=True, slots=True)
class Amount:
    """Posts of some days, as far as they are known.

    Attributes:
        count: Those that are known.
        known_days: Days of which all are known.
    """

    count: int
    known_days: int


@dataclass(frozen=True, slots=True)
class NarrativeWeek:
    """One narrative in one week.

    Attributes:
        narrative_id: Which.
        matched: Posts that bear on it.
        flagged: Of them, flagged.
        before: Flagged in the week before.
        change: Of flagged, from the week before.
        days: Flagged, day for day.
        chart: Flagged, day for day of the four weeks that end with the week.
        spike_days: Days that stand out.
    """

    narrative_id: str
    matched: Amount
    flagged: Amount
    before: Amount
    change: WeekChange
    days: tuple[DayCount, ...]
    chart: tuple[DayCount, ...]
    spike_days: frozenset[date]


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """What a week's report tells of the snapshot; what people did is told apart.

    Attributes:
        week: Which.
        narratives: The most flagged first.
        post_count: Posts that were read, those that bear on two narratives twice.
        flagged_count: Posts that were flagged, each once.
        flagged_before_count: Likewise in the week before.
        family_count: Distinct texts among them, copies as one.
        threat_count: Posts that may threaten.
        question_count: Posts that ask, each once.
        missing_sources: Sources that failed, with the days they are missing.
        known_days: Days of the week of which all is known.
        known_before_days: Likewise of the week before.
    """

    week: Week
    narratives: tuple[NarrativeWeek, ...]
    post_count: int
    flagged_count: int
    flagged_before_count: int
    family_count: int
    threat_count: int
    question_count: int
    missing_sources: tuple[tuple[str, int], ...]
    known_days: int
    known_before_days: int


def read_week(snapshot: OpenSnapshot, week: Week, ids: Sequence[str]) -> WeekFigures:
    """Return the figures of a week, worked out once."""
    return snapshot.once(("report", week.first_day), lambda: _make(snapshot, week, ids))


def _make(snapshot: OpenSnapshot, week: Week, ids: Sequence[str]) -> WeekFigures:
    daily = read_daily(snapshot)
    narratives = [_narrative(daily, week, narrative_id) for narrative_id in ids]
    narratives.sort(key=lambda one: (-one.flagged.count, one.narrative_id))
    all_posts = [_amount(counts.matched, week) for counts in daily.counts.values()]
    week_before = timedelta(days=7)
    flagged = _flagged(snapshot, week.first_day, week.last_day)
    before = _flagged(snapshot, week.first_day - week_before, week.last_day - week_before)
    return WeekFigures(
        week=week,
        narratives=tuple(narratives),
        post_count=sum(amount.count for amount in all_posts),
        flagged_count=flagged["posts"],
        flagged_before_count=before["posts"],
        family_count=flagged["families"],
        threat_count=_count(snapshot, "core.threats", week),
        question_count=_count(snapshot, "core.questions", week),
        missing_sources=_missing_sources(snapshot, week),
        known_days=min((amount.known_days for amount in all_posts), default=0),
        known_before_days=min((one.before.known_days for one in narratives), default=0),
    )


def _narrative(daily: Daily, week: Week, narrative_id: str) -> NarrativeWeek:
    counts = daily.counts.get(narrative_id, Counts((), (), {}))
    first_day = week.last_day - timedelta(days=CHART_DAYS - 1)
    if daily.days:
        first_day = max(first_day, min(daily.days[0], week.first_day))
    return NarrativeWeek(
        narrative_id=narrative_id,
        matched=_amount(counts.matched, week),
        flagged=_amount(counts.flagged, week),
        before=_amount(counts.flagged, week, weeks_before=1),
        change=week_over_week(counts.flagged, week.last_day),
        days=tuple(between(counts.flagged, week.first_day, week.last_day)),
        chart=tuple(between(counts.flagged, first_day, week.last_day)),
        spike_days=frozenset(counts.spikes),
    )


def _amount(series: Sequence[DayCount], week: Week, weeks_before: int = 0) -> Amount:
    shift = timedelta(days=7 * weeks_before)
    days = between(series, week.first_day - shift, week.last_day - shift)
    known = sum(entry.count is not None for entry in days)
    return Amount(sum(entry.at_least for entry in days), known)


def _flagged(snapshot: OpenSnapshot, first_day: date, last_day: date) -> dict[str, int]:
    (row,) = snapshot.rows(
        """
        SELECT
            count(DISTINCT coalesce(posts.edit_of_post_id, posts.post_id)) AS posts,
            count(DISTINCT items.family_id) AS families
        FROM memory.main.item_posts AS items JOIN core.posts AS posts USING (post_id)
        WHERE items.is_flagged AND posts.posted_day BETWEEN ? AND ?
        """,
        [first_day, last_day],
    )
    return row


def _count(snapshot: OpenSnapshot, table: str, week: Week) -> int:
    (row,) = snapshot.rows(
        f"SELECT count(DISTINCT post_id) AS n FROM {table} JOIN core.posts AS posts "  # noqa: S608
        "USING (post_id) WHERE posts.posted_day BETWEEN ? AND ?",
        [week.first_day, week.last_day],
    )
    return int(row["n"])


def _missing_sources(snapshot: OpenSnapshot, week: Week) -> tuple[tuple[str, int], ...]:
    rows = snapshot.rows(
        """
        SELECT source_id, count(DISTINCT counted_day) AS day_count
        FROM core.daily_counts
        WHERE is_missing AND counted_day BETWEEN ? AND ?
        GROUP BY source_id ORDER BY source_id
        """,
        [week.first_day, week.last_day],
    )
    return tuple((row["source_id"], row["day_count"]) for row in rows)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What people decided in a week: standing decisions, one an item.

    Attributes:
        by_kind: How many of each kind; threats are counted by what they are.
        threat_count: Items that were passed on as threats, whatever else they are.
        confirmed: By narrative, items that people confirmed.
    """

    by_kind: Mapping[str, int]
    threat_count: int
    confirmed: Mapping[str, int]


def read_verdicts(snapshot: OpenSnapshot, week: Week) -> Verdicts:
    """Return what people decided in a week, as it stands now."""
    span = [_midnight(week.first_day), _midnight(week.last_day + timedelta(days=1))]
    rows = snapshot.rows(
        """
        SELECT kind, narratives, is_threat, count(*) AS n
        FROM memory.main.item_status
        WHERE kind <> 'waiting' AND decided_at >= ? AND decided_at < ?
        GROUP BY ALL
        """,
        span,
    )
    by_kind: dict[str, int] = {}
    confirmed: dict[str, int] = {}
    for row in rows:
        by_kind[row["kind"]] = by_kind.get(row["kind"], 0) + row["n"]
        for name in row["narratives"] if row["kind"] == "confirm" else ():
            confirmed[name] = confirmed.get(name, 0) + row["n"]
    return Verdicts(by_kind, sum(row["n"] for row in rows if row["is_threat"]), confirmed)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


def read_model_version(snapshot: OpenSnapshot) -> str:
    """Return the version of the model that a snapshot was made with; empty where not told."""

    def make() -> str:
        rows = snapshot.rows("SELECT versions FROM ops.runs ORDER BY run_id DESC LIMIT 1")
        return str(dict(rows[0]["versions"] or {}).get("model", "")) if rows else ""

    return snapshot.once("model-version", make)


def read_false_flag_rate(settings: Settings, model_version: str) -> float | None:
    """Return the share of what should not be flagged that a model flags, or None if not known.

    It stands in the model's card; a card of another model says nothing of this one.
    """
    for folder in (settings.models_folder / model_version, settings.model_folder):
        card = _card(folder)
        if card.get("version") == model_version:
            rate = card.get("out_of_fold", {}).get("false_flag_rate")
            return float(rate) if rate is not None else None
    return None


def _card(folder: Path) -> dict[str, Any]:
    # Not by `artifacts`, which takes scikit-learn into memory with it.
    try:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return card if isinstance(card, dict) else {}
