"""Sök: posts, facts and answers with the words that somebody looks for.

What is searched for stands in the address and nowhere else: it is neither logged nor noted.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.web.guards import reads
from motbild.web.reading.facts import read_bank
from motbild.web.reading.filters import page_number
from motbild.web.reading.item import read_narratives
from motbild.web.reading.queue import PERIODS
from motbild.web.reading.search import (
    FEW_OTHERS,
    OTHER_KINDS,
    PAGE,
    SearchFilter,
    find_answers,
    find_facts,
    find_posts,
    mark_words,
    read_options,
)
from motbild.web.rendering import page
from motbild.web.room import room_of, today

PLACE = "/sok"
KIND_NAMES = {
    "flaggade": "Flaggade inlägg",
    "fragor": "Frågor",
    "hot": "Hot",
    "forslag": "Förslag",
    "rykten": "Nya rykten",
    "fakta": "Faktabanken",
    "svar": "Svar",
}


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _page)]


@reads
def _page(request: Request) -> Response:
    snapshot = room_of(request).snapshot()
    chosen = SearchFilter.read(request.query_params)
    number = page_number(request.query_params)
    values: dict[str, Any] = {
        "chosen": chosen,
        "parameters": chosen.parameters,
        "options": read_options(snapshot),
        "periods": PERIODS,
        "kinds": KIND_NAMES,
        "narratives": read_narratives(snapshot),
        "number": number,
        "most": FEW_OTHERS if not chosen.typ else None,
        "mark_words": lambda text: mark_words(text, chosen.words),
        **_found(request, chosen, number),
    }
    return page(request, "sok.html", values)


def _found(request: Request, chosen: SearchFilter, number: int) -> dict[str, Any]:
    """Return what has the words, among the kinds that are searched."""
    room, day = room_of(request), today(request)
    snapshot, has_words = room.snapshot(), bool(chosen.words)
    posts: list[dict[str, Any]] = []
    post_count = 0
    if has_words and chosen.typ not in OTHER_KINDS:
        posts, post_count = find_posts(snapshot, chosen, day, number)
    takes_facts = has_words and number == 1 and chosen.takes("fakta")
    takes_answers = has_words and number == 1 and chosen.takes("svar")
    answers = room.store.answers.list() if takes_answers else []
    return {
        "posts": posts,
        "has_more": post_count > PAGE * number,
        "post_count": post_count,
        "facts": find_facts(read_bank(snapshot, room.store), chosen) if takes_facts else [],
        "answers": find_answers(answers, chosen),
    }
