"""Frågor: posts that ask, what answers them, and where there is nothing to answer with."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.core.records import LANGUAGES
from motbild.web.guards import reads
from motbild.web.reading.facts import BankFact, FactBank, read_bank
from motbild.web.reading.filters import page_number
from motbild.web.reading.item import read_narratives
from motbild.web.reading.questions import (
    PAGE,
    UNSURE,
    QuestionFilter,
    Questions,
    group_alike,
    newest_answers,
    read_options,
)
from motbild.web.reading.queue import PERIODS
from motbild.web.rendering import page, words_in
from motbild.web.room import room_of, today
from motbild.web.wording import FACT_REFUSALS

PLACE = "/fragor"
SHOWN_FACTS = 4


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _page)]


@reads
def _page(request: Request) -> Response:
    room = room_of(request)
    snapshot = room.snapshot()
    chosen = QuestionFilter.read(request.query_params)
    questions = Questions(snapshot, chosen, today(request))
    number = page_number(request.query_params) if chosen.narrativ else 1
    listed = questions.page(number) if chosen.narrativ else questions.newest()
    bank = read_bank(snapshot, room.store)
    groups = questions.by_narrative()
    values = {
        "chosen": chosen,
        "parameters": chosen.parameters,
        "options": read_options(snapshot),
        "periods": PERIODS,
        "narratives": read_narratives(snapshot),
        "groups": [_group(request, row, listed, bank, chosen) for row in groups],
        "question_count": sum(row["family_count"] for row in groups),
        "post_count": sum(row["post_count"] for row in groups),
        "gaps": find_gaps(questions.by_language(), bank),
        "answered": newest_answers(room.store.answers.list("published")),
        "refusal_words": FACT_REFUSALS,
        "unsure": UNSURE,
        "number": number,
        "has_more": bool(chosen.narrativ) and len(listed) > PAGE,
    }
    return page(request, "fragor.html", values)


def _group(
    request: Request,
    row: Mapping[str, Any],
    listed: Iterable[Mapping[str, Any]],
    bank: FactBank,
    chosen: QuestionFilter,
) -> dict[str, Any]:
    """Return what is asked about a narrative, with the facts that answer."""
    about = row["narrative_id"]
    own = [question for question in listed if question["narrative_id"] == about]
    own = own[:PAGE]
    lang = chosen.sprak if chosen.sprak in LANGUAGES else words_in(request).lang
    facts = bank.about(about)
    return {
        **row,
        "asked": group_alike(own),
        "shown_count": len(own),
        "facts": [_fact(request, fact, lang) for fact in facts[:SHOWN_FACTS]],
        "fact_count": len(facts),
    }


def _fact(request: Request, fact: BankFact, lang: str) -> dict[str, Any]:
    """Return a fact in a language, else in another, and why it may not be used yet."""
    bank = fact.wordings[fact.title(lang).lang]
    return {
        "fact_id": fact.fact_id,
        "text": bank.wording.text,
        "lang": bank.wording.lang,
        "caveat": bank.wording.caveat,
        "refusals": bank.refusals(today(request)),
    }


def find_gaps(asked: Iterable[Mapping[str, Any]], bank: FactBank) -> list[dict[str, Any]]:
    """Return the narratives and languages that people ask in, and no fact is worded in."""
    worded = {
        (narrative, wording.lang)
        for wording in bank.all_wordings()
        for narrative in wording.narratives
    }
    return [
        {**row, "has_facts": bool(bank.about(row["narrative_id"]))}
        for row in asked
        if (row["narrative_id"], row["lang"]) not in worded
    ]
