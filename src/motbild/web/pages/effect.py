"""Effekt: what happened to a narrative after it was answered."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.adapters.review_store.answers import Answer
from motbild.core.effect import WINDOW, Effect
from motbild.web.guards import reads
from motbild.web.language import Words
from motbild.web.reading.effect import Around, measure_around, read_series
from motbild.web.reading.item import read_narratives
from motbild.web.rendering import page, words_in
from motbild.web.room import room_of
from motbild.web.wording import CHANNEL_NAMES, EFFECT_CAVEATS

PLACE = "/effekt"
_LARGE = 2.0  # from here on a ratio is told in times, not per cent


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _page)]


@reads
def _page(request: Request) -> Response:
    room = room_of(request)
    snapshot = room.snapshot()
    published = _published(room.store.answers.list("published"))
    narrative_id = request.query_params.get("narrativ") or (
        published[0].narrative_id if published else ""
    )
    own = [answer for answer in published if answer.narrative_id == narrative_id]
    answer = _chosen(own, request.query_params.get("svar", ""))
    around = measure_around(read_series(snapshot), answer, published) if answer else None
    words = words_in(request)
    values = {
        "narratives": read_narratives(snapshot),
        "narrative_id": narrative_id,
        "answered": list(dict.fromkeys(answer.narrative_id for answer in published)),
        "own": own,
        "answer": answer,
        "around": around,
        "window": WINDOW,
        "bars": _bars(around) if around else [],
        "verdict": _verdict(words, around.effect) if around else "",
        "change": lambda ratio: tell_change(words, ratio),
        "caveats": EFFECT_CAVEATS,
        "channels": CHANNEL_NAMES,
    }
    return page(request, "effekt.html", values)


def _published(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers with a day, the last published first."""
    dated = [(answer.published_on, answer) for answer in answers if answer.published_on]
    return [answer for _, answer in sorted(dated, key=lambda pair: pair[0], reverse=True)]


def _chosen(own: Sequence[Answer], answer_id: str) -> Answer | None:
    asked = (answer for answer in own if answer.answer_id == answer_id)
    return next(asked, own[0] if own else None)


def _bars(around: Around) -> list[dict[str, object]]:
    """Return the days of the window as they are drawn, heights in [0, 100]."""
    last = max((day for day, entry in around.days if entry), default=around.published_on)
    top = max([e.count or 0 for _, e in around.days if e is not None], default=0) or 1
    return [
        {
            "day": day,
            "side": _side((day - around.published_on).days),
            "is_known": entry is not None,
            "is_ahead": day > last,
            "count": entry.count if entry else None,
            "height": 100 * (entry.count or 0) / top if entry else 0,
        }
        for day, entry in around.days
    ]


def _side(days: int) -> str:
    return "before" if days < 0 else "after" if days > 0 else "day"


def _verdict(words: Words, effect: Effect) -> str:
    """Say in a sentence what the numbers allow to be said."""
    if effect.ratio is None or effect.low is None or effect.high is None:
        return words("Det går inte att jämföra än: det finns för lite att räkna på.")
    if effect.low <= 1 <= effect.high:
        return words("Det går inte att säga om inläggen blev fler eller färre efter svaret.")
    if effect.high < 1:
        return words("Inläggen blev färre efter svaret.")
    return words("Inläggen blev fler efter svaret.")


def tell_change(words: Words, ratio: float | None) -> str:
    """Say how much fewer or more, as people say it; a dash where it is not known."""
    if ratio is None:
        return "–"
    share = round(100 * (ratio - 1))
    if ratio >= _LARGE:
        return words("%(times)s gånger så många", times=words.number(ratio, digits=1))
    if share == 0:
        return words("lika många")
    if share < 0:
        return words("%(share)s procent färre", share=words.number(-share))
    return words("%(share)s procent fler", share=words.number(share))
