"""A new answer: drafted from facts that may be used, edited, and saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.review_store.answers import FactRef
from motbild.core.narratives import Narrative
from motbild.core.records import LANGUAGES
from motbild.core.responses import (
    CHANNELS,
    LENGTHS,
    AnswerRequest,
    Draft,
    Refusal,
    check_answer,
    draft_answer,
)
from motbild.errors import InputError
from motbild.web.answering import bank_in, language_name, note_seen
from motbild.web.guards import acts, reads
from motbild.web.reading.answers import read_narrative, read_occasion
from motbild.web.reading.facts import BankFact, FactBank
from motbild.web.reading.item import read_narratives
from motbild.web.rendering import go_to, page
from motbild.web.room import actor_of, room_of, today
from motbild.web.wording import CHANNEL_NAMES, DRAFT_NOTES, FACT_REFUSALS, LENGTH_NAMES, PART_NAMES

PLACE = "/bemot/nytt"
# How many facts are chosen for a start, the best first.
_AT_FIRST = {"short": 1, "medium": 2, "long": 4}
_KEPT = ("narrativ", "sprak", "kanal", "langd", "fraga", "item")


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _page), Route(PLACE, _save, methods=["POST"])]


@dataclass(frozen=True, slots=True)
class _Choice:
    """What somebody wants to answer, and how.

    Attributes:
        told: As an address tells it.
        about: Facts that answer the narrative, the best answer first.
        asked: What to draft.
        narrative: What is answered; None until it is chosen.
        refused: Why it cannot be drafted yet.
    """

    told: Mapping[str, str]
    about: tuple[BankFact, ...]
    asked: AnswerRequest
    narrative: Narrative | None
    refused: tuple[Refusal, ...]

    def draft(self, bank: FactBank) -> Draft | None:
        """Return a draft; None where nothing can be drafted."""
        if self.narrative is None or self.refused:
            return None
        return draft_answer(self.asked, bank.all_wordings(), self.narrative)


def _choose(request: Request, bank: FactBank, parameters: Mapping[str, Any]) -> _Choice:
    told = {name: str(parameters.get(name, "")) for name in _KEPT}
    told["sprak"] = told["sprak"] if told["sprak"] in LANGUAGES else "sv"
    told["langd"] = told["langd"] if told["langd"] in LENGTHS else "medium"
    if told["kanal"] not in CHANNELS:
        told["kanal"] = "reply" if told["fraga"] or told["item"] else "web"
    room = room_of(request)
    narrative = read_narrative(
        room.snapshot(), room.settings.pack_folders, told["narrativ"], told["sprak"]
    )
    about = tuple(bank.about(told["narrativ"]))
    usable = bank.usable(told["narrativ"], told["sprak"], today(request))
    chosen = [wording.fact_id for wording in usable[: _AT_FIRST[told["langd"]]]]
    if parameters.get("valda") == f"{told['narrativ']}-{told['sprak']}":
        ticked = set(request.query_params.getlist("fakta"))
        chosen = [fact.fact_id for fact in about if fact.fact_id in ticked]
    asked = AnswerRequest(
        told["kanal"], told["langd"], told["sprak"], tuple(chosen), today(request)
    )
    return _Choice(told, about, asked, narrative, check_answer(asked, bank.all_wordings()))


@reads(role="reviewer")
def _page(request: Request) -> Response:
    bank = bank_in(request)
    choice = _choose(request, bank, request.query_params)
    note_seen(request, choice.told["item"] or choice.told["fraga"])
    return _show(request, bank, choice, choice.draft(bank))


def _show(
    request: Request,
    bank: FactBank,
    choice: _Choice,
    draft: Draft | None,
    kept: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    snapshot, lang = room_of(request).snapshot(), choice.told["sprak"]
    values = {
        "told": choice.told,
        "choice": choice,
        "draft": draft,
        "kept": kept or {"text": "", "trouble": ""},
        "narratives": read_narratives(snapshot),
        "occasion": read_occasion(snapshot, choice.told["fraga"], choice.told["item"]),
        "refusals_of": {
            fact.fact_id: fact.wordings[lang].refusals(today(request)) for fact in choice.about
        },
        "used": [bank.find(fact_id) for fact_id, _, _ in draft.fact_refs] if draft else [],
        "langs": LANGUAGES,
        "channels": CHANNEL_NAMES,
        "lengths": LENGTH_NAMES,
        "refusals": FACT_REFUSALS,
        "notes": DRAFT_NOTES,
        "part_names": PART_NAMES,
        "named": lambda code: language_name(request, code),
    }
    return page(request, "bemot-nytt.html", values, status=status)


@acts("reviewer")
def _save(request: Request, form: FormData) -> Response:
    bank, text = bank_in(request), str(form.get("text", ""))
    choice = _choose(request, bank, form)
    try:
        refs = _usable_refs(request, bank, choice, form)
        answers, actor, now = room_of(request).store.answers, actor_of(request), request.state.now
        answer = answers.draft(
            narrative_id=choice.told["narrativ"],
            channel=choice.told["kanal"],
            length=choice.told["langd"],
            lang=choice.told["sprak"],
            text=text.replace("\r\n", "\n"),
            fact_refs=refs,
            family_id=choice.told["item"] or None,
            question_key=choice.told["fraga"] or None,
            actor=actor,
            now=now,
        )
        if form.get("gor") == "foresla":
            answers.propose(answer.answer_id, version=answer.version, actor=actor, now=now)
    except InputError as error:
        kept = {"text": text, "trouble": str(error)}
        return _show(request, bank, choice, choice.draft(bank), kept, status=409)
    said = "foreslaget" if form.get("gor") == "foresla" else "utkast"
    return go_to(f"/bemot/svar/{answer.answer_id}", sparat=said)


def _usable_refs(
    request: Request, bank: FactBank, choice: _Choice, form: FormData
) -> list[FactRef]:
    """Return the wordings that an answer rests on, all of which may be used today.

    Raises:
        InputError: One may not, or there is none, or nothing is answered.
    """
    if choice.narrative is None:
        raise InputError("Välj vilket narrativ svaret gäller.")
    refs = [_ref(str(told)) for told in form.getlist("ref")]
    if not refs:
        raise InputError("Svaret måste vila på minst en faktauppgift: välj en och visa utkastet.")
    for ground in bank.grounds(refs, today(request)):
        if ground.is_changed or ground.refusals or ground.ref[1] != choice.told["sprak"]:
            raise InputError(
                "En faktauppgift har ändrats eller får inte längre användas. Din text finns kvar "
                "här; kopiera den om du vill och visa ett nytt utkast."
            )
    return refs


def _ref(told: str) -> FactRef:
    fact_id, lang, digest = [*told.split("|"), "", "", ""][:3]
    return fact_id, lang, digest
