"""Rapport: a week on one page, to print or to hand on as a document."""

import re
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.documents import MEDIA_TYPE, write_report
from motbild.adapters.review_store.answers import Answer
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.report_document import ReportTable
from motbild.core.report_week import Week, week_of
from motbild.errors import InputError
from motbild.web.charts import points
from motbild.web.guards import reads
from motbild.web.reading.daily import read_daily
from motbild.web.reading.health import read_night
from motbild.web.reading.item import read_narratives
from motbild.web.reading.overview import read_questions, title_of
from motbild.web.reading.report import (
    read_false_flag_rate,
    read_model_version,
    read_verdicts,
    read_week,
)
from motbild.web.rendering import page, words_in
from motbild.web.report_text import WeekReport, name_week
from motbild.web.room import actor_of, room_of, today

PLACE = "/rapport"
MOST_WEEKS = 60
WEEK = timedelta(days=7)
_NAME = re.compile(r"(\d{4})-W(\d{2})")


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _page), Route(f"{PLACE}.docx", _document)]


def read_week_name(told: str, day: date) -> Week:
    """Read which week is asked for, such as ``2026-W47``; the last whole one where none is.

    Raises:
        InputError: There is no such week.
    """
    if not told:
        return week_of(day - WEEK)
    found = _NAME.fullmatch(told)
    try:
        if found is not None:
            return week_of(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        pass
    raise InputError("Veckan finns inte. Skriv den som 2026-W47, eller välj den i listan.")


def write_week_name(week: Week) -> str:
    """Write a week as an address has it."""
    return f"{week.year:04}-W{week.number:02}"


@reads
def _page(request: Request) -> Response:
    words = words_in(request)
    week = read_week_name(request.query_params.get("vecka", ""), today(request))
    snapshot = room_of(request).snapshot()
    report = _report(request, snapshot, week)
    document = report.document()
    values = {
        "week": write_week_name(week),
        "document": document,
        "number_columns": number_columns,
        "charts": [
            (report.title_of(one.narrative_id), points(words, one.chart, one.spike_days))
            for one in report.figures.narratives
        ],
        "has_posts": report.figures.post_count > 0,
        "previous": write_week_name(week_of(week.first_day - WEEK)),
        "next": write_week_name(week_of(week.first_day + WEEK)),
        "is_last": week.last_day >= today(request),
        "weeks": [
            (write_week_name(one), name_week(words, one))
            for one in _weeks(snapshot, week, today(request))
        ],
    }
    return page(request, "rapport.html", values)


@reads
def _document(request: Request) -> Response:
    week = read_week_name(request.query_params.get("vecka", ""), today(request))
    room, name = room_of(request), write_week_name(week)
    content = write_report(_report(request, room.snapshot(), week).document())
    room.store.audit.note(
        "exported",
        "rapport",
        {"week": name, "form": "docx"},
        actor=actor_of(request),
        now=request.state.now,
    )
    headers = {"content-disposition": f'attachment; filename="motbild-rapport-{name}.docx"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _report(request: Request, snapshot: OpenSnapshot, week: Week) -> WeekReport:
    room, words = room_of(request), words_in(request)
    narratives, night = read_narratives(snapshot), read_night(snapshot)
    model_version = read_model_version(snapshot)
    return WeekReport(
        words=words,
        figures=read_week(snapshot, week, list(narratives)),
        asked=read_questions(snapshot, week.first_day, week.last_day),
        verdicts=read_verdicts(snapshot, week),
        answers=_published(room.store.answers.list(status="published"), week),
        title_of=lambda narrative_id: title_of(narratives, narrative_id, words.lang),
        snapshot_at=night.ended_at if night else None,
        model_version=model_version,
        false_flag_rate=read_false_flag_rate(room.settings, model_version),
        is_running=week.first_day <= today(request) <= week.last_day,
    )


def _published(answers: list[Answer], week: Week) -> list[Answer]:
    found = [
        (answer.published_on, answer)
        for answer in answers
        if answer.published_on and week.first_day <= answer.published_on <= week.last_day
    ]
    return [answer for _, answer in sorted(found, key=lambda pair: pair[0])]


def _weeks(snapshot: OpenSnapshot, chosen: Week, day: date) -> list[Week]:
    """Return the weeks to choose among, the newest first."""
    days = read_daily(snapshot).days
    first, last = week_of(days[0] if days else day), week_of(day)
    offered = {last, chosen}
    monday = last.first_day
    while monday > first.first_day and len(offered) < MOST_WEEKS:
        monday -= WEEK
        offered.add(week_of(monday))
    return sorted(offered, reverse=True)


def number_columns(table: ReportTable) -> set[int]:
    """Return which columns of a table hold figures, for they stand to the right."""

    def is_figure(cell: str) -> bool:
        return any(sign.isdigit() for sign in cell) and not any(sign.isalpha() for sign in cell)

    columns: set[int] = set()
    for row in table.rows:
        columns |= {place for place, cell in enumerate(row) if place and is_figure(cell)}
    return columns
