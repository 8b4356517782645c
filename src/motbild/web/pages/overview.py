"""Lägesbild: the morning at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.accounts import may
from motbild.core.display import show
from motbild.core.trends import week_over_week
from motbild.web.campaign_words import tell_spread
from motbild.web.changes import tell_change
from motbild.web.charts import Point, points, tell_spike
from motbild.web.guards import reads
from motbild.web.language import Words
from motbild.web.notice_panel import make_panel
from motbild.web.reading.campaigns import read_recent
from motbild.web.reading.daily import Counts, Daily, between, read_daily
from motbild.web.reading.health import read_night
from motbild.web.reading.item import read_narratives
from motbild.web.reading.overview import (
    read_news,
    read_questions,
    read_spread,
    read_waiting,
    title_of,
)
from motbild.web.reading.queue import count_queues
from motbild.web.rendering import page, words_in
from motbild.web.room import room_of, today
from motbild.web.set_aside import REJECT_REASONS

PLACE = "/lagesbild"
PERIODS = {"7": 7, "28": 28, "90": 90}
DEFAULT = "28"


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _page)]


@dataclass(frozen=True, slots=True)
class View:
    """Which days and narrative are looked at; it is told in the address.

    Attributes:
        days: A key of `PERIODS`.
        narrative_id: Of one narrative, or empty for all.
        first_day: Of the span.
        last_day: Of the span: yesterday, since today is not over, or another one asked for.
        is_dated: Whether the last day was asked for.
    """

    days: str
    narrative_id: str
    first_day: date
    last_day: date
    is_dated: bool

    @property
    def parameters(self) -> dict[str, str]:
        """What an address tells of it."""
        told = {"narrativ": self.narrative_id}
        told |= {"dagar": self.days} if self.days != DEFAULT else {}
        told |= {"till": self.last_day.isoformat()} if self.is_dated else {}
        return {name: value for name, value in told.items() if value}


def read_view(
    parameters: Mapping[str, str], day: date, daily: Daily, known: Mapping[str, object]
) -> View:
    """Read what is looked at from an address; what makes no sense is left out."""
    days = parameters.get("dagar", DEFAULT)
    days = days if days in PERIODS else DEFAULT
    asked = parameters.get("till", "")
    found = next((one for one in daily.days if one.isoformat() == asked), None)
    last_day = found or day - timedelta(days=1)
    first_day = last_day - timedelta(days=PERIODS[days] - 1)
    if daily.days:  # what was before anything was collected is not missing
        first_day = max(first_day, min(daily.days[0], last_day))
    narrative_id = parameters.get("narrativ", "")
    return View(
        days=days,
        narrative_id=narrative_id if narrative_id in known else "",
        first_day=first_day,
        last_day=last_day,
        is_dated=found is not None,
    )


@reads
def _page(request: Request) -> Response:
    snapshot, words = room_of(request).snapshot(), words_in(request)
    narratives, daily = read_narratives(snapshot), read_daily(snapshot)
    view = read_view(request.query_params, today(request), daily, narratives)
    values = {
        "view": view,
        "periods": PERIODS,
        "narratives": narratives,
        "charts": _charts(words, view, daily, narratives),
        "totals": _totals(view, daily),
        "last_post_day": daily.last_post_day,
        **_spread(words, snapshot, view),
        "panel": make_panel(
            words, snapshot, request.state.now, room_of(request).store.rumours.verdicts().keys()
        ),
        "asked": read_questions(snapshot, view.first_day, view.last_day),
        "campaigns": read_recent(snapshot, today(request)),
        "tell_spread": partial(tell_spread, words),
        "night": read_night(snapshot),
        "reject_reasons": REJECT_REASONS,
        "title_of": lambda narrative_id: title_of(narratives, narrative_id, words.lang),
        **_work(request, snapshot),
    }
    return page(request, "lagesbild.html", values)


def _work(request: Request, snapshot: OpenSnapshot) -> dict[str, Any]:
    """Return what is new to whoever asks, and what waits for them."""
    store, account, now = room_of(request).store, request.state.account, request.state.now
    store.sessions.mark_visit(account.account_id, now)
    since = store.sessions.last_visit(account.account_id)
    approves = may(account.role, "approver")
    return {
        "since": since,
        "news": read_news(snapshot, since),
        "waiting": read_waiting(snapshot),
        "queues": count_queues(snapshot),
        "proposed": store.answers.list(status="proposed") if approves else [],
        "late": store.decisions.open_late(),
    }


def _spread(words: Words, snapshot: OpenSnapshot, view: View) -> dict[str, Any]:
    spread = read_spread(snapshot, view.first_day, view.last_day, view.narrative_id)
    return {
        "langs": [(words.language(code), n) for code, n in spread.langs],
        "platforms": [(show(name, 60), n) for name, n in spread.platforms],
    }


@dataclass(frozen=True, slots=True)
class Chart:
    """One narrative, drawn.

    Attributes:
        narrative_id: Which.
        flagged: Points of the chart: label, posts or None, whether the day stands out.
        matched: Likewise, of every post that bears on it.
        flagged_count: Posts of the span that are known.
        matched_count: Likewise.
        change: The last week beside the one before, in words.
        spikes: Days that stand out, newest first, each with why in words.
    """

    narrative_id: str
    flagged: list[Point]
    matched: list[Point]
    flagged_count: int
    matched_count: int
    change: str
    spikes: list[tuple[date, str]]


def _charts(
    words: Words, view: View, daily: Daily, narratives: Mapping[str, object]
) -> list[Chart]:
    chosen = [view.narrative_id] if view.narrative_id else list(narratives)
    charts = [_chart(words, view, daily, narrative_id) for narrative_id in chosen]
    return sorted(charts, key=lambda chart: -chart.flagged_count)


def _chart(words: Words, view: View, daily: Daily, narrative_id: str) -> Chart:
    counts = daily.counts.get(narrative_id, Counts((), (), {}))
    flagged = between(counts.flagged, view.first_day, view.last_day)
    matched = between(counts.matched, view.first_day, view.last_day)
    found = [counts.spikes[entry.day] for entry in reversed(flagged) if entry.day in counts.spikes]
    return Chart(
        narrative_id=narrative_id,
        flagged=points(words, flagged, counts.spikes),
        matched=points(words, matched, {}),
        flagged_count=sum(entry.at_least for entry in flagged),
        matched_count=sum(entry.at_least for entry in matched),
        change=tell_change(words, week_over_week(counts.flagged, view.last_day)),
        spikes=[(spike.day, tell_spike(words, spike)) for spike in found],
    )


def _totals(view: View, daily: Daily) -> dict[str, int]:
    """Return posts of the span: read, and days that are missing."""
    spans = [
        between(counts.matched, view.first_day, view.last_day) for counts in daily.counts.values()
    ]
    read = sum(entry.at_least for span in spans for entry in span)
    missing = sum(entry.count is None for entry in spans[0]) if spans else 0
    return {"read": read, "missing_days": missing}
