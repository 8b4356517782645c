"""Granska flera: one decision on many items, each an act of its own that can be undone."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.web.deciding import (
    KIND_NAMES,
    PROTECTED,
    draw_act_id,
    make_act,
    read_pressed,
    read_whole,
)
from motbild.web.guards import acts, reads
from motbild.web.pages.review import PLACE, queue_of
from motbild.web.reading.bulk import read_first_texts, texts_of_many
from motbild.web.reading.item import read_narratives
from motbild.web.rendering import go_to, page
from motbild.web.room import actor_of, room_of

MOST = 200  # items that one form decides on; more would take longer than anybody can answer for
CHOICES = {
    "confirm": KIND_NAMES["confirm"],
    "reject": KIND_NAMES["reject"],
    **{f"protected:{code}": name for code, name in PROTECTED.items()},
    "counter": KIND_NAMES["counter"],
    "report": KIND_NAMES["report"],
    "question": KIND_NAMES["question"],
}


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(f"{PLACE}/flera", _page),
        Route(f"{PLACE}/flera", _decide, methods=["POST"]),
    ]


@reads(role="reviewer")
def _page(request: Request) -> Response:
    seen_seq = room_of(request).store.decisions.last_seq()  # before anything is read
    queue = queue_of(request, request.query_params)
    items = queue.page(size=MOST)[:MOST]
    told = request.query_params
    values = {
        "chosen": queue.chosen,
        "parameters": queue.chosen.parameters,
        "narratives": read_narratives(queue.snapshot),
        "items": items,
        "item_count": queue.count(),
        "texts": read_first_texts(queue.snapshot, [item["post_id"] for item in items]),
        "taken": set(queue.taken),
        "choices": CHOICES,
        "most": MOST,
        "seen_seq": seen_seq,
        "saved": read_whole(told["sparade"]) if "sparade" in told else None,
        "late": read_whole(told.get("sena")),
    }
    return page(request, "granska-flera.html", values)


@acts("reviewer")
def _decide(request: Request, form: FormData) -> Response:
    store, actor, now = room_of(request).store, actor_of(request), request.state.now
    queue = queue_of(request, form)
    pressed = read_pressed(
        str(form.get("val", "")),
        [str(name) for name in form.getlist("narrativ_val")],
        read_narratives(queue.snapshot),
        str(form.get("anteckning", "")),
    )
    seen_seq = read_whole(form.get("seen_seq"))
    chosen = [str(family) for family in form.getlist("poster")][:MOST]
    saved = late = 0
    for family_id, texts in texts_of_many(queue.snapshot, chosen).items():
        act = make_act(
            pressed,
            act_id=draw_act_id(),
            family_id=family_id,
            texts=texts,
            actor=actor,
            now=now,
        )
        outcome = store.decisions.decide(act, seen_seq=seen_seq, actor=actor, now=now)
        saved += outcome.is_recorded or outcome.is_agreed
        late += outcome.late_id is not None
    return go_to(f"{PLACE}/flera", **queue.chosen.parameters, sparade=str(saved), sena=str(late))
