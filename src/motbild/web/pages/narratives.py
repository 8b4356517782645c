"""Narrativ: what is looked for, from which threshold, and the model that finds it."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.core.narratives import Narrative
from motbild.errors import WarehouseError
from motbild.web.deciding import STANCE_NAMES
from motbild.web.guards import acts, reads
from motbild.web.language import Words
from motbild.web.model_words import (
    COUNTS,
    DISARM_NAMES,
    EVENTS,
    LIMITS,
    known_measures,
    tell_harm,
    tell_losses,
)
from motbild.web.reading.packs import (
    PAGE,
    STANCES,
    SeedFilter,
    ShownPack,
    find_narrative,
    read_packs,
)
from motbild.web.reading.workload import POSTS, SPREADING, Curve
from motbild.web.rendering import go_to, page, words_in
from motbild.web.room import actor_of, room_of
from motbild.wiring.cards import list_events, list_known_models, read_card

PLACE = "/narrativ"
_CLOSE = 0.0005  # two thresholds nearer to each other are the same


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(PLACE, _page),
        Route(f"{PLACE}/troskel", _save_threshold, methods=["POST"]),
        Route(f"{PLACE}/{{narrative_id}}", _narrative_page),
    ]


@reads
def _page(request: Request) -> Response:
    tab = request.query_params.get("flik", "")
    if tab == "troskel" or "troskel" in request.query_params:
        return page(request, "narrativ-troskel.html", _threshold_values(request))
    if tab == "modell":
        return page(request, "narrativ-modell.html", _model_values(request))
    return page(request, "narrativ.html", _pack_values(request))


def _pack_values(request: Request) -> dict[str, Any]:
    packs = read_packs(room_of(request).settings)
    return {"tab": "", "packs": packs, **_common(request, packs)}


def _common(request: Request, packs: tuple[ShownPack, ...]) -> dict[str, Any]:
    """Return what the pages about narratives share."""
    placed = _card(request).get("thresholds", {}).get("narratives", {})
    lang = words_in(request).lang
    return {
        "said": lambda texts: _said(texts, lang),
        "thresholds": {
            narrative.narrative_id: _threshold(narrative, placed)
            for each in packs
            for narrative in each.pack.narratives
        },
        "stances": {stance: STANCE_NAMES[stance] for stance in STANCES},
        "harm": tell_harm,
        "disarm_names": DISARM_NAMES,
    }


def _said(texts: Mapping[str, str], lang: str) -> tuple[str, str]:
    """Return a text in a language, or in one that there is, and which that is."""
    found = next((each for each in (lang, "sv", "en") if each in texts), None)
    found = found or next(iter(texts), lang)
    return texts.get(found, ""), found


def _threshold(narrative: Narrative, placed: Mapping[str, float]) -> float | None:
    return narrative.threshold or placed.get(narrative.narrative_id)


def _card(request: Request) -> Mapping[str, Any]:
    return read_card(room_of(request).settings.model_folder)


@reads
def _narrative_page(request: Request) -> Response:
    packs = read_packs(room_of(request).settings)
    found = find_narrative(packs, request.path_params["narrative_id"])
    if found is None:
        raise HTTPException(404)
    shown_pack, shown = found
    chosen = SeedFilter.read(request.query_params)
    picked = chosen.pick(shown.seeds)
    number = _number(request)
    values = {
        "tab": "",
        "pack": shown_pack.pack,
        "shown": shown,
        "one": shown.narrative,
        "chosen": chosen,
        "parameters": chosen.parameters,
        "picked_count": len(picked),
        "seeds": picked[PAGE * (number - 1) : PAGE * number],
        "number": number,
        "has_more": len(picked) > PAGE * number,
        **_common(request, packs),
    }
    return page(request, "narrativ-ett.html", values)


def _number(request: Request) -> int:
    told = request.query_params.get("sida", "1")
    return max(1, int(told)) if told.isascii() and told.isdigit() and len(told) < 6 else 1


def _threshold_values(request: Request) -> dict[str, Any]:
    card, saved = _card(request), room_of(request).store.saved_thresholds.latest()
    placed = card.get("thresholds", {})
    curve, own = Curve.read(card), placed.get("asserts")
    is_in_use = saved is not None and _has_been_a_night_since(request, saved.at)
    in_use = saved.asserts if saved is not None and is_in_use else own
    values = {
        "tab": "troskel",
        "curve": curve,
        "own": own,
        "in_use": in_use,
        "saved": saved,
        "waits": saved if saved is not None and not is_in_use else None,
        "is_for_all": is_in_use or {own} >= set(placed.get("asserts_by_lang", {}).values()),
        "is_saved": request.query_params.get("sparat") == "troskel",
        "posts": POSTS,
        "spreading": SPREADING,
        "same": _is_same,
    }
    if curve is None or in_use is None:
        return values | {"curve": None}
    wanted = _probability(request.query_params.get("troskel"))
    chosen = curve.nearest(wanted if wanted is not None else in_use)
    return values | {"chosen": chosen, "now": curve.at(in_use), "is_asked": wanted is not None}


def _has_been_a_night_since(request: Request, moment: object) -> bool:
    """Tell whether the published snapshot is of a night that began after a moment."""
    try:
        snapshot = room_of(request).snapshot()
    except WarehouseError:  # there has been no night at all
        return False
    rows = snapshot.rows(
        "SELECT count(*) AS n FROM ops.runs WHERE status = 'completed' AND started_at > ?",
        [moment],
    )
    return bool(rows[0]["n"])


def _is_same(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) < _CLOSE


def _probability(text: object) -> float | None:
    try:
        asserts = float(str(text))
    except ValueError:
        return None
    return asserts if 0 < asserts < 1 else None


@acts("administrator")
def _save_threshold(request: Request, form: FormData) -> Response:
    card, wanted = _card(request), _probability(form.get("troskel"))
    curve, own = Curve.read(card), card.get("thresholds", {}).get("asserts")
    offered = [own, *(point.asserts for point in curve.points)] if curve else [own]
    chosen = next((each for each in offered if _is_same(each, wanted)), None)
    if chosen is None:  # what nobody has measured is not offered
        raise HTTPException(400)
    store, now = room_of(request).store, request.state.now
    store.saved_thresholds.save(chosen, actor=actor_of(request), now=now)
    return go_to(PLACE, flik="troskel", sparat="troskel")


def _model_values(request: Request) -> dict[str, Any]:
    settings, words, card = room_of(request).settings, words_in(request), _card(request)
    counts = card.get("counts", {})
    packs = read_packs(settings)
    measures = card.get("out_of_fold", {})
    return {
        "tab": "modell",
        "card": card,
        "counts": [(told, counts[name]) for name, told in COUNTS.items() if counts.get(name)],
        "langs_named": [(words.language(lang), n) for lang, n in _by_size(counts, "lang.")],
        "precise": lambda share: _precise(words, share),
        "measures": known_measures(card),
        "limits": LIMITS,
        "narratives": [
            (narrative, measures.get(f"narrative_f1.{narrative.narrative_id}"))
            for each in packs
            for narrative in each.pack.narratives
        ],
        "models": list_known_models(settings),
        "events": [(event, tell_losses(words, event)) for event in list_events(settings)],
        "event_names": EVENTS,
        **_common(request, packs),
    }


def _precise(words: Words, share: float | None) -> str:
    """Write a share with a decimal, for those that are small."""
    return "–" if share is None else words("%(number)s %%", number=words.number(100 * share, 1))


def _by_size(counts: Mapping[str, int], prefix: str) -> list[tuple[str, int]]:
    told = [
        (name.removeprefix(prefix), count)
        for name, count in counts.items()
        if name.startswith(prefix)
    ]
    return sorted(told, key=lambda each: -each[1])
