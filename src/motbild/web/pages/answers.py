"""Svar: on their way from draft to published, with what they rest on and what happened."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.documents import MEDIA_TYPE, write_answer
from motbild.adapters.review_store.answers import STATUSES, Answer, Answers
from motbild.core.drafts import to_markdown
from motbild.errors import InputError
from motbild.web.answering import (
    ANSWER_STATUSES,
    EVENT_NAMES,
    GONE,
    bank_in,
    language_name,
    note_seen,
    people_in,
    read_count,
    require,
)
from motbild.web.guards import acts, reads
from motbild.web.reading.answers import TITLES, part_answer, read_occasion, source_lines
from motbild.web.reading.facts import Ground
from motbild.web.reading.item import read_narratives
from motbild.web.rendering import go_to, page
from motbild.web.room import actor_of, room_of, today
from motbild.web.wording import CHANNEL_NAMES, FACT_REFUSALS, LENGTH_NAMES

PLACE = "/bemot/svar"
PAGE = 20
MEDIA_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "docx": MEDIA_TYPE,
}

# What a form that was refused is shown again with, and why.
_KEPT = ("gor", "text", "adress", "dag", "not", "trouble")


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(PLACE, _list),
        Route(f"{PLACE}/{{answer_id}}.{{form}}", _file),
        Route(f"{PLACE}/{{answer_id}}", _one),
        Route(f"{PLACE}/{{answer_id}}", _act, methods=["POST"]),
    ]


@reads
def _list(request: Request) -> Response:
    status = request.query_params.get("status", "")
    status = status if status in STATUSES else ""
    number = read_count(request, "sida", least=1)
    every = room_of(request).store.answers.list()
    wanted = (status,) if status else tuple(name for name in STATUSES if name != "withdrawn")
    found = [answer for answer in every if answer.status in wanted]
    found.sort(key=lambda answer: wanted.index(answer.status))
    listed = found[PAGE * (number - 1) :][: PAGE + 1]
    values = {
        "answers": listed[:PAGE],
        "has_more": len(listed) > PAGE,
        "number": number,
        "status": status,
        "counts": {name: sum(a.status == name for a in every) for name in STATUSES},
        "statuses": ANSWER_STATUSES,
        "channels": CHANNEL_NAMES,
        "narratives": read_narratives(room_of(request).snapshot()),
        "people": people_in(request),
    }
    return page(request, "bemot-svar.html", values)


@reads
def _one(request: Request) -> Response:
    answer = _found(request)
    note_seen(request, answer.family_id or answer.question_key)
    return _show(request, answer)


def _show(
    request: Request, answer: Answer, kept: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    room = room_of(request)
    snapshot, grounds = room.snapshot(), _grounds(request, answer)
    history = room.store.answers.history(answer.answer_id)
    texts = {event.version: event for event in history if event.kind in ("drafted", "edited")}
    values: dict[str, Any] = {
        "answer": answer,
        "kept": kept or dict.fromkeys(_KEPT, ""),
        "grounds": grounds,
        "caveats": _caveats(grounds),
        "is_blocked": any(ground.refusals for ground in grounds),
        "is_changed": any(ground.is_changed for ground in grounds),
        "history": history,
        "writers": {event.actor for event in texts.values()},
        "earlier": [texts[version] for version in sorted(texts)][:-1],
        "occasion": read_occasion(snapshot, answer.question_key or "", answer.family_id or ""),
        "narratives": read_narratives(snapshot),
        "limit": part_answer(answer).limit,
        "people": people_in(request),
        "day": today(request),
        "saved": request.query_params.get("sparat", ""),
        "statuses": ANSWER_STATUSES,
        "events": EVENT_NAMES,
        "channels": CHANNEL_NAMES,
        "lengths": LENGTH_NAMES,
        "refusals": {**FACT_REFUSALS, "gone": GONE},
        "named": lambda code: language_name(request, code),
    }
    return page(request, "bemot-ett-svar.html", values, status=status)


def _caveats(grounds: list[Ground]) -> list[str]:
    told = (ground.now.wording.caveat for ground in grounds if ground.now)
    return [caveat for caveat in dict.fromkeys(told) if caveat]


def _grounds(request: Request, answer: Answer, day: date | None = None) -> list[Ground]:
    return bank_in(request).grounds(answer.fact_refs, day or today(request))


@acts("reviewer")
def _act(request: Request, form: FormData) -> Response:
    answer = _found(request)
    role, do, told = _DEEDS.get(str(form.get("gor", "")), ("", None, ""))
    if do is None:
        raise HTTPException(400)
    require(request, role)
    try:
        do(request, answer, form)
    except InputError as error:
        kept = {name: str(form.get(name, "")) for name in _KEPT} | {"trouble": str(error)}
        return _show(request, _found(request), kept, status=409)
    return go_to(f"{PLACE}/{answer.answer_id}", sparat=told)


def _edit(request: Request, answer: Answer, form: FormData) -> None:
    refs = None
    if form.get("avstamd"):
        grounds = _grounds(request, answer)
        refs = [ground.now.key if ground.now else ground.ref for ground in grounds]
    text = str(form.get("text", "")).replace("\r\n", "\n")
    _answers(request).edit(
        answer.answer_id, text, version=_version(form), fact_refs=refs, **_by(request)
    )


def _propose(request: Request, answer: Answer, form: FormData) -> None:
    _require_usable(request, answer)
    _answers(request).propose(answer.answer_id, version=_version(form), **_by(request))


def _approve(request: Request, answer: Answer, form: FormData) -> None:
    _require_usable(request, answer)
    _answers(request).approve(answer.answer_id, version=_version(form), **_by(request))


def _give_back(request: Request, answer: Answer, form: FormData) -> None:
    note = str(form.get("not", "")).strip()
    if not note:
        raise InputError("Skriv vad som behöver ändras, så att den som skrev vet.")
    _answers(request).give_back(answer.answer_id, note, **_by(request))


def _publish(request: Request, answer: Answer, form: FormData) -> None:
    address, day = str(form.get("adress", "")).strip(), _read_day(str(form.get("dag", "")))
    if not _is_secure(address):
        raise InputError("Ange adressen dit svaret publicerades; den börjar med https://.")
    if day > today(request):
        raise InputError("Dagen har inte varit än: ange den dag då svaret publicerades.")
    _require_usable(request, answer, day)
    _answers(request).publish(
        answer.answer_id, address, day, version=_version(form), **_by(request)
    )


def _withdraw(request: Request, answer: Answer, form: FormData) -> None:
    note = str(form.get("not", ""))
    _answers(request).withdraw(answer.answer_id, note=note, **_by(request))


_Deed = Callable[[Request, Answer, FormData], None]
_DEEDS: dict[str, tuple[str, _Deed | None, str]] = {
    "andra": ("reviewer", _edit, "andrat"),
    "foresla": ("reviewer", _propose, "foreslaget"),
    "godkann": ("approver", _approve, "godkant"),
    "ge-tillbaka": ("approver", _give_back, "tillbaka"),
    "publicera": ("reviewer", _publish, "publicerat"),
    "dra-tillbaka": ("reviewer", _withdraw, "tillbakadraget"),
}


def _require_usable(request: Request, answer: Answer, day: date | None = None) -> None:
    """See that all that an answer says may be used on a day.

    Raises:
        InputError: A fact is gone, unapproved or no longer holds.
    """
    if any(ground.refusals for ground in _grounds(request, answer, day)):
        raise InputError(
            "Svaret vilar på en faktauppgift som inte får användas. Se under ”Fakta som svaret "
            "vilar på” vad som behöver göras."
        )


def _is_secure(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def _read_day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise InputError("Ange vilken dag svaret publicerades.") from None


def _version(form: FormData) -> int:
    told = str(form.get("version", ""))
    return int(told) if told.isdecimal() and len(told) < 9 else 0


def _answers(request: Request) -> Answers:
    return room_of(request).store.answers


def _by(request: Request) -> dict[str, Any]:
    return {"actor": actor_of(request), "now": request.state.now}


def _found(request: Request) -> Answer:
    answer = _answers(request).get(request.path_params["answer_id"])
    if answer is None:
        raise HTTPException(404)
    return answer


@reads
def _file(request: Request) -> Response:
    """Hand out an answer as it is now, and log it."""
    answer, form = _found(request), request.path_params["form"]
    if form not in MEDIA_TYPES:
        raise HTTPException(404)
    content = _content(answer, form)
    told = {"list": "svar", "form": form, "version": answer.version, "status": answer.status}
    room_of(request).store.audit.note("exported", answer.answer_id, told, **_by(request))
    name = f"motbild-svar-{answer.answer_id}.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


def _content(answer: Answer, form: str) -> bytes:
    parted = part_answer(answer)
    if form == "md":
        return to_markdown(parted).encode()
    if form == "txt":
        return (answer.text + "\n").encode()
    told = [part.text for part in parted.parts]
    if parted.is_bulleted:
        told = [f"– {text}" for text in told]
    title = TITLES.get(answer.lang, TITLES["sv"])
    return write_answer(title, told, source_lines(parted, answer.lang), answer.lang)
