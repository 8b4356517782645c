"""Granska: one item at a time, decided with a key."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.review_store.claims import Claim
from motbild.core.accounts import may
from motbild.core.acts import ActSummary, LateAct
from motbild.web.campaign_words import tell_signs, tell_spread
from motbild.web.deciding import (
    KIND_NAMES,
    PROTECTED,
    SKIPPED,
    STANCE_NAMES,
    draw_act_id,
    is_act_id,
    make_act,
    read_pressed,
    read_whole,
)
from motbild.web.guards import acts, reads
from motbild.web.reading.campaigns import read_campaign
from motbild.web.reading.item import read_item, read_narratives, texts_to_decide
from motbild.web.reading.queue import (
    PAGE,
    PERIODS,
    QUEUES,
    STATUSES,
    Queue,
    QueueFilter,
    count_queues,
)
from motbild.web.reasons import tell_reason
from motbild.web.rendering import go_to, page, words_in
from motbild.web.room import actor_of, room_of, today

PLACE = "/granska"
INSTEAD = 0.15  # probability from which another stance is worth a thought
NAMES = {"kinds": KIND_NAMES, "protected": PROTECTED, "skipped": SKIPPED, "stances": STANCE_NAMES}


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(PLACE, _page),
        Route(f"{PLACE}/beslut", _decide, methods=["POST"]),
        Route(f"{PLACE}/angra", _undo, methods=["POST"]),
        Route(f"{PLACE}/sent", _settle, methods=["POST"]),
        Route(f"{PLACE}/oversattning", _translate, methods=["POST"]),
    ]


def queue_of(request: Request, parameters: Mapping[str, Any]) -> Queue:
    """Return the queue as whoever asks sees it."""
    room, actor = room_of(request), actor_of(request)
    held = room.store.claims.held(request.state.now)
    return Queue(
        snapshot=room.snapshot(),
        chosen=QueueFilter.read(parameters),
        actor=actor,
        day=today(request),
        taken=[family for family, claim in held.items() if claim.actor != actor],
    )


@reads
def _page(request: Request) -> Response:
    seen_seq = room_of(request).store.decisions.last_seq()  # before anything is read
    queue = queue_of(request, request.query_params)
    family_id = request.query_params.get("item") or queue.first()
    item = read_item(queue.snapshot, family_id) if family_id else None
    number = _number(request)
    listed = queue.page(number)
    values = {
        "chosen": queue.chosen,
        "parameters": queue.chosen.parameters,
        "options": queue.options(),
        "narratives": read_narratives(queue.snapshot),
        "counts": count_queues(queue.snapshot),
        "item_count": queue.count(),
        "listed": listed[:PAGE],
        "has_more": len(listed) > PAGE,
        "number": number,
        "taken": set(queue.taken),
        "item": item,
        "gone": bool(family_id) and item is None,
        "saved": _saved(request),
        "people": _people(request),
        "queues": QUEUES,
        "statuses": STATUSES,
        "periods": PERIODS,
        "reasons": lambda reason: tell_reason(reason, words_in(request)),
        **NAMES,
    }
    if item is not None and family_id is not None:
        values |= _around(request, queue, item, family_id, seen_seq)
    return page(request, "granska.html", values)


def _around(
    request: Request, queue: Queue, item: dict[str, Any], family_id: str, seen_seq: int
) -> dict[str, Any]:
    """Return what belongs to the item that is open, and note that it was seen."""
    store, actor, now = room_of(request).store, actor_of(request), request.state.now
    store.audit.note("saw-item", family_id, {}, actor=actor, now=now)
    claim: Claim | None = None
    if may(request.state.account.role, "reviewer"):
        claim = store.claims.claim(family_id, actor=actor, now=now)
    done: list[ActSummary] = store.decisions.acts_on(family_id, item["text_digests"])
    late: list[LateAct] = store.decisions.late_on(family_id)
    return {
        "seen_seq": seen_seq,
        "act_id": draw_act_id(),
        "claim": claim if claim is not None and claim.actor != actor else None,
        "acts": done,
        "standing": next((act for act in done if not act.is_undone), None),
        "late": late,
        "next_id": queue.after(family_id),
        "previous_id": queue.after(family_id, -1),
        "suggested": [flag["narrative_id"] for flag in item["flags"]] or [item["narrative_id"]],
        "instead": _instead(item),
        "translations": store.translations.latest(item["text_digests"]),
        "campaign": read_campaign(queue.snapshot, family_id),
        "tell_spread": partial(tell_spread, words_in(request)),
        "tell_signs": partial(tell_signs, words_in(request)),
    }


def _instead(item: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Return which other stances the post may have, the likeliest first."""
    found = item["texts"][0]["stance_probabilities"] if item["texts"] else None
    others = {name: p for name, p in (found or {}).items() if name != "asserts" and p >= INSTEAD}
    return sorted(others.items(), key=lambda pair: -pair[1])


def _saved(request: Request) -> ActSummary | None:
    act_id = request.query_params.get("sparat", "")
    if not is_act_id(act_id):
        return None
    return room_of(request).store.decisions.find_act(act_id)


def _people(request: Request) -> dict[str, str]:
    return {account.login: account.name for account in room_of(request).store.accounts.list()}


def _number(request: Request) -> int:
    told = request.query_params.get("sida", "1")
    return max(1, int(told)) if told.isdecimal() and len(told) < 6 else 1


@acts("reviewer")
def _decide(request: Request, form: FormData) -> Response:
    store, actor, now = room_of(request).store, actor_of(request), request.state.now
    queue = queue_of(request, form)
    family_id = str(form.get("item", ""))
    texts = texts_to_decide(queue.snapshot, family_id)
    if not texts:
        raise HTTPException(404)
    pressed = read_pressed(
        str(form.get("val", "")),
        [str(name) for name in form.getlist("narrativ_val")],
        read_narratives(queue.snapshot),
        str(form.get("anteckning", "")),
    )
    told = str(form.get("act_id", ""))
    act = make_act(
        pressed,
        act_id=told if is_act_id(told) else draw_act_id(),
        family_id=family_id,
        texts=texts,
        actor=actor,
        now=now,
    )
    outcome = store.decisions.decide(
        act, seen_seq=read_whole(form.get("seen_seq")), actor=actor, now=now
    )
    place = queue.chosen.parameters
    if outcome.late_id is not None:
        return go_to(PLACE, **place, item=family_id, sent=outcome.late_id)
    if pressed.kind == "threat" and outcome.is_recorded:
        store.audit.note(
            "threat-escalated", family_id, {"act_id": act.act_id}, actor=actor, now=now
        )
    store.claims.release(family_id, actor)
    following = queue.after(family_id) or _other(queue, family_id)
    saved = outcome.standing.act_id if outcome.standing else act.act_id
    return go_to(PLACE, **place, item=following, sparat=saved)


def _other(queue: Queue, family_id: str) -> str | None:
    """Return the item to begin with, unless it is the one just decided."""
    first = queue.first()
    return first if first != family_id else None


@acts("reviewer")
def _undo(request: Request, form: FormData) -> Response:
    store, actor = room_of(request).store, actor_of(request)
    told = str(form.get("act_id", ""))
    act = store.decisions.find_act(told) if told else store.decisions.last_act_of(actor)
    place = QueueFilter.read(form).parameters
    if act is None:
        return go_to(PLACE, **place, item=form.get("item"), angrat="inget")
    store.decisions.undo(act.act_id, actor=actor, now=request.state.now)
    return go_to(PLACE, **place, item=act.family_id, angrat=act.act_id)


@acts("reviewer")
def _translate(request: Request, form: FormData) -> Response:
    family_id, digest = str(form.get("item", "")), str(form.get("text_digest", ""))
    queue = queue_of(request, form)
    if digest not in {text["text_digest"] for text in texts_to_decide(queue.snapshot, family_id)}:
        raise HTTPException(404)
    room_of(request).store.translations.write(
        digest, str(form.get("oversattning", "")), actor=actor_of(request), now=request.state.now
    )
    return go_to(PLACE, **queue.chosen.parameters, item=family_id, oversatt="ja")


@acts("reviewer")
def _settle(request: Request, form: FormData) -> Response:
    store, actor = room_of(request).store, actor_of(request)
    keep = form.get("vilket") == "mitt"
    store.decisions.settle(
        str(form.get("late_id", "")), keep=keep, actor=actor, now=request.state.now
    )
    place = QueueFilter.read(form).parameters
    return go_to(PLACE, **place, item=form.get("item"), avgjort="ja")
