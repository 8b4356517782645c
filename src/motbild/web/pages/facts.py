"""Faktabanken: what may be answered with, in which words, and who has approved them."""

from collections.abc import Callable, Mapping

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.review_store import ReviewStore
from motbild.core.records import LANGUAGES
from motbild.errors import InputError
from motbild.web.answering import (
    WORDING_STATUSES,
    bank_in,
    language_name,
    people_in,
    read_count,
    require,
)
from motbild.web.guards import acts, reads
from motbild.web.reading.facts import (
    APPROVED,
    MISSING,
    NEW,
    PROPOSED,
    WITHDRAWN,
    BankFact,
    BankWording,
    FactBank,
)
from motbild.web.reading.item import read_narratives
from motbild.web.rendering import go_to, page
from motbild.web.room import actor_of, room_of, today
from motbild.web.wording import FACT_REFUSALS

PLACE = "/bemot/fakta"
PAGE = 25
CONFLICT = 409
TO_PROPOSE = (NEW, WITHDRAWN)
# Which facts a list shows, by the statuses of their wordings in the chosen language.
VIEWS = {
    "": (),
    "inte-godkanda": TO_PROPOSE,
    "foreslagna": (PROPOSED,),
    "godkanda": (APPROVED,),
    "saknas": (MISSING,),
}
# What may be done with a wording that is there, and by whom.
_DEEDS: dict[str, tuple[str, str, str]] = {
    "foresla": ("reviewer", "propose", "foreslagen"),
    "godkann": ("approver", "approve", "godkand"),
    "dra-tillbaka": ("reviewer", "withdraw", "tillbakadragen"),
}


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(PLACE, _list),
        Route(f"{PLACE}/{{fact_id}}", _one),
        Route(f"{PLACE}/{{fact_id}}", _act, methods=["POST"]),
        Route(f"{PLACE}/{{fact_id}}/{{lang}}", _wording),
        Route(f"{PLACE}/{{fact_id}}/{{lang}}", _write, methods=["POST"]),
    ]


@reads
def _list(request: Request) -> Response:
    bank, number = bank_in(request), read_count(request, "sida", least=1)
    chosen = {name: request.query_params.get(name, "") for name in ("narrativ", "sprak", "lage")}
    found = [fact for fact in bank.facts if _is_chosen(fact, chosen)]
    listed = found[PAGE * (number - 1) :][: PAGE + 1]
    values = {
        "facts": listed[:PAGE],
        "has_more": len(listed) > PAGE,
        "number": number,
        "fact_count": len(found),
        "chosen": chosen,
        "views": VIEWS,
        "langs": LANGUAGES,
        "narratives": read_narratives(room_of(request).snapshot()),
        "to_propose": len(bank.in_status(*TO_PROPOSE)),
        "to_approve": len(bank.in_status(PROPOSED)),
        "day": today(request),
        "statuses": WORDING_STATUSES,
    }
    return page(request, "bemot-fakta.html", values)


def _is_chosen(fact: BankFact, chosen: dict[str, str]) -> bool:
    statuses = VIEWS.get(chosen["lage"], ())
    langs = [chosen["sprak"]] if chosen["sprak"] in fact.wordings else list(fact.wordings)
    is_about = chosen["narrativ"] in ("", *fact.narratives)
    return is_about and (not statuses or any(fact.wordings[c].status in statuses for c in langs))


@reads
def _one(request: Request) -> Response:
    return _show_fact(request, *_found(request))


def _show_fact(
    request: Request, bank: FactBank, fact: BankFact, trouble: str = "", status: int = 200
) -> Response:
    narratives = read_narratives(room_of(request).snapshot())
    values = {
        "fact": fact,
        "narratives": narratives,
        "langs": LANGUAGES,
        "people": people_in(request),
        "day": today(request),
        "statuses": WORDING_STATUSES,
        "refusals": FACT_REFUSALS,
        "trouble": trouble,
        "saved": request.query_params.get("sparat", ""),
        "waiting": [w for _, w in bank.in_status(PROPOSED) if w.is_for(actor_of(request))],
        "named": lambda lang: language_name(request, lang),
    }
    return page(request, "bemot-faktauppgift.html", values, status=status)


@acts("reviewer")
def _act(request: Request, form: FormData) -> Response:
    bank, fact = _found(request)
    role, deed, told = _DEEDS.get(str(form.get("gor", "")), ("", "", ""))
    wording = fact.wordings.get(str(form.get("sprak", "")))
    if not deed or wording is None:
        raise HTTPException(400)
    require(request, role)
    try:
        check_wording(wording, str(form.get("digest", "")), deed)
        deed_of(room_of(request).store, deed)(
            *wording.key, actor=actor_of(request), now=request.state.now
        )
    except InputError as error:
        return _show_fact(request, bank, fact, str(error), status=CONFLICT)
    return go_to(f"{PLACE}/{fact.fact_id}", sparat=told)


def deed_of(store: ReviewStore, deed: str) -> Callable[..., None]:
    """Return what is done with a wording, by its name in the store."""
    deeds: dict[str, Callable[..., None]] = {
        "propose": store.facts.propose,
        "approve": store.facts.approve,
        "withdraw": store.facts.withdraw,
    }
    return deeds[deed]


def check_wording(wording: BankWording | None, seen_digest: str, deed: str) -> None:
    """See that a wording is what somebody was shown, and not approved already.

    Raises:
        InputError: Somebody has been there meanwhile.
    """
    if wording is None or not wording.wording.text or wording.wording.text_digest != seen_digest:
        raise InputError(
            "Någon annan har ändrat formuleringen sedan du öppnade sidan. Läs den igen först."
        )
    if deed == "propose" and wording.status not in TO_PROPOSE:
        raise InputError("Formuleringen är redan föreslagen eller godkänd.")


@reads(role="reviewer")
def _wording(request: Request) -> Response:
    _, fact = _found(request)
    wording = fact.wordings[_lang(request)].wording
    told = {"text": wording.text, "caveat": wording.caveat, "digest": wording.text_digest}
    return _form(request, fact, told)


def _form(
    request: Request,
    fact: BankFact,
    told: Mapping[str, str],
    trouble: str = "",
    status: int = 200,
) -> Response:
    lang = _lang(request)
    values = {
        "fact": fact,
        "wording_lang": lang,
        "now_worded": fact.wordings[lang],
        "swedish": fact.wordings["sv"].wording,
        "pack_text": fact.pack_texts.get(lang, ""),
        "told": told,
        "trouble": trouble,
        "named": lambda code: language_name(request, code),
    }
    return page(request, "bemot-ordalydelse.html", values, status=status)


@acts("reviewer")
def _write(request: Request, form: FormData) -> Response:
    _, fact = _found(request)
    lang, facts = _lang(request), room_of(request).store.facts
    told = {name: str(form.get(name, "")) for name in ("text", "caveat", "digest")}
    actor, now = actor_of(request), request.state.now
    now_digest = fact.wordings[lang].wording.text_digest
    try:
        _require_seen(now_digest, told["digest"])
        written = facts.write(
            fact.fact_id, lang, told["text"], told["caveat"], actor=actor, now=now
        )
        if form.get("gor") == "foresla":
            facts.propose(fact.fact_id, lang, written.text_digest, actor=actor, now=now)
    except InputError as error:
        told["digest"] = now_digest
        return _form(request, fact, told, str(error), status=CONFLICT)
    said = "foreslagen" if form.get("gor") == "foresla" else "skriven"
    return go_to(f"{PLACE}/{fact.fact_id}", sparat=said)


def _require_seen(now_digest: str, seen_digest: str) -> None:
    if now_digest != seen_digest:
        raise InputError(
            "Någon annan har ändrat formuleringen sedan du öppnade sidan. Jämför med den nya "
            "och spara igen."
        )


def _found(request: Request) -> tuple[FactBank, BankFact]:
    bank = bank_in(request)
    fact = bank.find(request.path_params["fact_id"])
    if fact is None:
        raise HTTPException(404)
    return bank, fact


def _lang(request: Request) -> str:
    lang: str = request.path_params["lang"]
    if lang not in LANGUAGES:
        raise HTTPException(404)
    return lang
