"""Råd: what to answer and what to leave, narrative by narrative."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.web.answering import bank_in
from motbild.web.guards import reads
from motbild.web.reading.advice import STALE_DAYS, Advised, last_counted_day, read_advice
from motbild.web.reading.item import read_narratives
from motbild.web.rendering import page, words_in
from motbild.web.room import room_of, today
from motbild.web.wording import ADVICE_LEVELS, ADVICE_MEANINGS, ADVICE_REASONS, tell

# How each level looks; what it says stands beside.
_BADGES = {"ignore": "", "watch": "", "prepare": "warn", "answer": "warn", "escalate": "bad"}


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route("/bemot", _page)]


@reads
def _page(request: Request) -> Response:
    room, day = room_of(request), today(request)
    snapshot, answers = room.snapshot(), room.store.answers.list()
    published = [answer for answer in answers if answer.status == "published"]
    answerable = bank_in(request).answered_narratives(day)
    last = last_counted_day(snapshot, day)
    values = {
        "advised": read_advice(snapshot, day, published, answerable),
        "answers": answers,
        "narratives": read_narratives(snapshot),
        "last_day": last,
        "is_stale": last is not None and (day - last).days > STALE_DAYS,
        "levels": ADVICE_LEVELS,
        "meanings": ADVICE_MEANINGS,
        "badges": _BADGES,
        "reasons": lambda advised: _reasons(request, advised),
    }
    return page(request, "bemot.html", values)


def _reasons(request: Request, advised: Advised) -> list[str]:
    words = words_in(request)
    return [tell(words, ADVICE_REASONS[code], numbers) for code, numbers in advised.advice.reasons]
