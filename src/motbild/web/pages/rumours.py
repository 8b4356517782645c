"""Nya rykten: what recurs among posts that match no narrative, and what people make of it."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.review_store.rumours import RumourVerdict
from motbild.core.records import LANGUAGES
from motbild.errors import InputError
from motbild.web.deciding import Pressed, draw_act_id, is_act_id, make_act, read_whole
from motbild.web.guards import acts, reads
from motbild.web.reading.filters import page_number
from motbild.web.reading.item import read_narratives
from motbild.web.reading.rumours import read_clusters, texts_by_family
from motbild.web.rendering import go_to, page
from motbild.web.room import actor_of, room_of
from motbild.web.rumour_verdicts import (
    FEWEST_EXAMPLES,
    MOST_CLAIM,
    MOST_TITLE,
    REASONS,
    VERDICT_NAMES,
    Judged,
    draft_pack,
    main_language,
    pack_id_of,
    read_judged,
    read_more_examples,
)

PLACE = "/nya-rykten"
PAGE = 10
SHOWN = ("nya", "avgjorda", "alla")
_ZIP = "application/zip"


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(PLACE, _list),
        Route(f"{PLACE}/{{cluster_id}}", _one),
        Route(f"{PLACE}/{{cluster_id}}", _judge, methods=["POST"]),
        Route(f"{PLACE}/{{cluster_id}}/angra", _undo, methods=["POST"]),
        Route(f"{PLACE}/{{cluster_id}}/paket", _download, methods=["POST"]),
    ]


def choose_clusters(request: Request) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return the filter of an address, and the clusters that it asks for with their verdicts."""
    room, told = room_of(request), request.query_params
    shown = told.get("visa", "nya")
    chosen = {"visa": shown if shown in SHOWN else "nya", "narrativ": told.get("narrativ", "")}
    verdicts = room.store.rumours.verdicts()
    every = [
        {**cluster, "verdict": verdicts.get(name)}
        for name, cluster in read_clusters(room.snapshot()).items()
    ]
    kept = [cluster for cluster in every if _is_asked_for(cluster, chosen)]
    return chosen, kept


def _is_asked_for(cluster: Mapping[str, Any], chosen: Mapping[str, str]) -> bool:
    is_open = cluster["verdict"] is None
    fits = {"nya": is_open, "avgjorda": not is_open, "alla": True}[chosen["visa"]]
    near = "" if cluster["nearness"] == "none" else cluster["narrative_id"]
    return fits and chosen["narrativ"] in ("", near)


@reads
def _list(request: Request) -> Response:
    room = room_of(request)
    snapshot = room.snapshot()
    chosen, clusters = choose_clusters(request)
    known, verdicts = read_clusters(snapshot), room.store.rumours.verdicts()
    number = page_number(request.query_params)
    first = PAGE * (number - 1)
    gone = [verdict for name, verdict in verdicts.items() if name not in known]
    values = {
        "chosen": chosen,
        "shown": SHOWN,
        "parameters": {k: v for k, v in chosen.items() if v and (k, v) != ("visa", "nya")},
        "clusters": clusters[first : first + PAGE],
        "number": number,
        "has_more": len(clusters) > first + PAGE,
        "open_count": sum(name not in verdicts for name in known),
        "gone": gone if chosen["visa"] != "nya" and not chosen["narrativ"] else [],
        **_common(request),
    }
    return page(request, "nya-rykten.html", values)


def _common(request: Request) -> dict[str, Any]:
    room = room_of(request)
    return {
        "narratives": read_narratives(room.snapshot()),
        "people": {account.login: account.name for account in room.store.accounts.list()},
        "reasons": REASONS,
        "verdict_names": VERDICT_NAMES,
        "done": request.query_params,
    }


@reads
def _one(request: Request) -> Response:
    return _shown(request, Judged())


def _shown(request: Request, judged: Judged, mistake: str = "") -> Response:
    """Show a cluster, or the verdict on one that recurs no more."""
    store = room_of(request).store
    seen_seq = store.decisions.last_seq()  # before anything is read
    cluster_id = request.path_params["cluster_id"]
    cluster = _find(request)
    verdict = store.rumours.verdicts().get(cluster_id)
    if cluster is None and verdict is None:
        raise HTTPException(404)
    values = {
        "cluster_id": cluster_id,
        "cluster": cluster,
        "verdict": verdict,
        "examples": _examples(cluster, verdict),
        "judged": judged,
        "mistake": mistake,
        "seen_seq": seen_seq,
        "act_id": draw_act_id(),
        "langs": LANGUAGES,
        "main_lang": main_language(_examples(cluster, verdict)),
        "pack_id": pack_id_of(cluster_id),
        "limits": {"title": MOST_TITLE, "claim": MOST_CLAIM, "examples": FEWEST_EXAMPLES},
        **_common(request),
    }
    return page(request, "nytt-rykte.html", values, status=400 if mistake else 200)


def _find(request: Request) -> dict[str, Any] | None:
    return read_clusters(room_of(request).snapshot()).get(request.path_params["cluster_id"])


def _examples(
    cluster: Mapping[str, Any] | None, verdict: RumourVerdict | None
) -> list[dict[str, Any]]:
    """Return the examples of a cluster; those that were chosen, where it is judged."""
    if cluster is None:
        return []
    every: list[dict[str, Any]] = cluster["examples"]
    if verdict is None or not verdict.text_digests:
        return every
    return [example for example in every if example["text_digest"] in verdict.text_digests]


@acts("reviewer")
def _judge(request: Request, form: FormData) -> Response:
    store, cluster = room_of(request).store, _find(request)
    if cluster is None:
        raise HTTPException(404)
    name = cluster["cluster_id"]
    if name in store.rumours.verdicts():
        return go_to(f"{PLACE}/{name}", redan="ja")
    judged = read_judged(form, cluster)
    narratives = read_narratives(room_of(request).snapshot())
    if mistake := judged.mistake(narratives):
        return _shown(request, judged, mistake)
    kept, apart = 0, 0
    if judged.verdict == "variant":
        # First, so that the verdict never stands without what is learned from it.
        kept, apart = _confirm(request, form, cluster, judged)
    _record(request, cluster, judged)
    return go_to(f"{PLACE}/{name}", sparat=judged.verdict, beslut=kept, sena=apart)


def _confirm(
    request: Request, form: FormData, cluster: Mapping[str, Any], judged: Judged
) -> tuple[int, int]:
    """Decide that the chosen examples assert a narrative.

    Returns:
        How many decisions stand, and how many came too late.
    """
    store, actor, now = room_of(request).store, actor_of(request), request.state.now
    told, seen_seq = str(form.get("act_id", "")), read_whole(form.get("seen_seq"))
    drawn = told if is_act_id(told) else draw_act_id()
    pressed = Pressed("confirm", (judged.narrative_id,))
    texts = texts_by_family(room_of(request).snapshot(), cluster, judged.families)
    apart = 0
    for number, (family_id, of_family) in enumerate(texts.items()):
        act_id = f"{_act_prefix(cluster['cluster_id'])}{drawn}-{number}"
        act = make_act(
            pressed, act_id=act_id, family_id=family_id, texts=of_family, actor=actor, now=now
        )
        outcome = store.decisions.decide(act, seen_seq=seen_seq, actor=actor, now=now)
        apart += outcome.late_id is not None
    return len(texts) - apart, apart


def _act_prefix(cluster_id: str) -> str:
    """Return what the ids of the acts begin with that belong to a verdict."""
    return f"rykte-{cluster_id}-"


def _record(request: Request, cluster: Mapping[str, Any], judged: Judged) -> None:
    chosen = [e["text_digest"] for e in cluster["examples"] if e["family_id"] in judged.families]
    is_new = judged.verdict == "new"
    room_of(request).store.rumours.record(
        cluster["cluster_id"],
        judged.verdict,
        judged.narrative_id if judged.verdict == "variant" else None,
        [] if judged.verdict == "dismissed" else chosen,
        judged.title if is_new else "",
        judged.claim if is_new else "",
        actor=actor_of(request),
        now=request.state.now,
        reason=judged.reason if judged.verdict == "dismissed" else "",
    )


@acts("reviewer")
def _undo(request: Request, _form: FormData) -> Response:
    """Take a verdict back, and the decisions that came with it."""
    store, actor, now = room_of(request).store, actor_of(request), request.state.now
    cluster_id = request.path_params["cluster_id"]
    verdict = store.rumours.verdicts().get(cluster_id)
    if verdict is None:
        return go_to(PLACE, angrat="ja")
    for act in store.decisions.acts_on("", verdict.text_digests):
        if act.act_id.startswith(_act_prefix(cluster_id)) and not act.is_undone:
            store.decisions.undo(act.act_id, actor=actor, now=now)
    store.rumours.undo(cluster_id, actor=actor, now=now)
    return go_to(f"{PLACE}/{cluster_id}" if _find(request) else PLACE, angrat="ja")


@acts("reviewer")
def _download(request: Request, form: FormData) -> Response:
    """Offer the beginning of a pack, with what examples somebody adds to those of the cluster."""
    store, cluster_id = room_of(request).store, request.path_params["cluster_id"]
    verdict = store.rumours.verdicts().get(cluster_id)
    if verdict is None or verdict.verdict != "new":
        raise HTTPException(404)
    lang = str(form.get("sprak", "sv"))
    lang = lang if lang in LANGUAGES else "sv"
    texts = [e["text"] for e in _examples(_find(request), verdict) if e["lang"] == lang]
    texts += read_more_examples(str(form.get("fler", "")))
    try:
        packed = draft_pack(cluster_id, verdict.title, verdict.claim, texts, lang)
    except InputError as error:
        return _shown(request, Judged(), str(error))
    details = {"list": "nya-rykten", "form": "zip", "row_count": len(texts)}
    store.audit.note(
        "exported", cluster_id, details, actor=actor_of(request), now=request.state.now
    )
    attached = f'attachment; filename="{pack_id_of(cluster_id)}.zip"'
    return Response(packed, media_type=_ZIP, headers={"content-disposition": attached})
