"""Notices in Swedish, as letters tell them: numbers and titles, never what a post said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from motbild.core.display import show
from motbild.core.notice_phrases import ACTIONS, DO, LANGS, NAMES, PLACES
from motbild.core.notices import KINDS, SOURCE_KINDS, Notice
from motbild.core.swedish import count, tell_day, tell_span

_CODE = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Words:
    """A notice put in words.

    Attributes:
        kind: Of the notice.
        severity: Of the notice.
        headline: What it is, in a few words.
        action: What to do first in the morning, in a few words.
        told: What was seen, with its numbers, in a sentence or two.
        todo: What to do.
        place: Where in the review room, beginning with a slash.
    """

    kind: str
    severity: str
    headline: str
    action: str
    told: str
    todo: str
    place: str


def tell(notice: Notice, titles: Mapping[str, str]) -> Words:
    """Put a notice in words.

    Args:
        notice: What to tell.
        titles: Titles of narratives in Swedish, by id.
    """
    figures = notice.evidence
    title = _title(notice, titles)
    named = {"title": f" för ”{title}”" if title else "", "source": _source(notice)}
    return Words(
        notice.kind,
        notice.severity,
        _headline(notice, title),
        ACTIONS[notice.kind].format(**named),
        _TELLERS[notice.kind](notice, figures),
        DO[notice.kind],
        _place(notice, figures),
    )


def _headline(notice: Notice, title: str) -> str:
    if notice.kind == "threats":
        number = _number(notice.evidence, "post_count")
        return count(number, "nytt möjligt hot", "nya möjliga hot")
    name = NAMES[notice.kind][0]
    if notice.kind in SOURCE_KINDS:
        return name.replace("källa", f"Källan {_source(notice)}", 1)
    return name[0].upper() + name[1:] + (f": ”{title}”" if title else "")


def _title(notice: Notice, titles: Mapping[str, str]) -> str:
    """Return the title of the narrative that a notice is about; a new rumour is about none."""
    if notice.kind == "new-rumour":
        return ""
    return titles.get(notice.evidence.get("narrative_id", ""), "")


def _place(notice: Notice, figures: Mapping[str, str]) -> str:
    place = PLACES.get(notice.kind, "/lagesbild")
    narrative_id = figures.get("narrative_id", "")
    if notice.kind == "new-rumour":
        return f"{place}/{notice.subject_id}"
    if place == "/granska" and narrative_id:
        return f"{place}?{urlencode({'narrativ': narrative_id})}"
    return place


def tell_subject(notices: Sequence[Notice], titles: Mapping[str, str]) -> str:
    """Return the subject of a letter: kinds, counts and titles, and nothing that was posted."""
    parts = []
    for kind in sorted({notice.kind for notice in notices}, key=KINDS.index):
        those = [notice for notice in notices if notice.kind == kind]
        parts.append(_tell_kind(kind, those, titles))
    shown = ", ".join(parts[:3]) + (f" och {len(parts) - 3} till" if len(parts) > 3 else "")
    return f"Motbild: {shown}"


def _tell_kind(kind: str, notices: Sequence[Notice], titles: Mapping[str, str]) -> str:
    one, several = NAMES[kind]
    if kind == "threats":
        total = sum(_number(notice.evidence, "post_count") for notice in notices)
        return count(total, "nytt möjligt hot", "nya möjliga hot")
    if len(notices) > 1:
        return f"{len(notices)} {several}"
    title = _title(notices[0], titles)
    return f"{one} för ”{title}”" if title else one


def _tell_episode(notice: Notice, figures: Mapping[str, str]) -> str:
    posts = f"{_number(figures, 'post_count')} inlägg som verkar påstå det"
    days = tell_span(figures.get("first_day", ""), figures.get("last_day", ""))
    upper = _decimal(figures, "upper_count")
    lang, platform = figures.get("lang", "all"), figures.get("platform", "all")
    told = (
        f"{posts} {days}",
        f", mot {_about(_decimal(figures, 'expected_count'))} i vanliga fall",
        f" (högst {upper:.0f})" if upper else "",
        f"; på {LANGS[lang]}" if lang in LANGS else "",
        f"; från {show(platform, 40)}" if platform != "all" else "",
        ". Nivån har hållit i sig." if notice.kind == "shift" else ".",
    )
    return "".join(told)


def _tell_campaign(_: Notice, figures: Mapping[str, str]) -> str:
    posts, accounts = _number(figures, "post_count"), _number(figures, "account_count")
    told = f"Samma budskap i {posts} inlägg från {count(accounts, 'konto', 'konton')}"
    burst, seconds = _number(figures, "burst_post_count"), _number(figures, "burst_seconds")
    if burst > 1 and seconds:
        told += f", {burst} av dem inom {_duration(seconds)}"
    return told + ". Det kan vara samordnat, och det kan vara många som rörts av samma sak."


def _tell_rumour(_: Notice, figures: Mapping[str, str]) -> str:
    return (
        f"{_number(figures, 'post_count')} inlägg i {_number(figures, 'family_count')} lydelser "
        f"liknar varandra och inget känt narrativ, "
        f"{tell_span(figures.get('first_day', ''), figures.get('last_day', ''))}. "
        "Ingen människa har bedömt dem än."
    )


def _tell_threats(_: Notice, figures: Mapping[str, str]) -> str:
    families = _number(figures, "family_count")
    return (
        f"Natten hittade {count(_number(figures, 'post_count'), 'inlägg', 'inlägg')} "
        f"({count(families, 'lydelse', 'lydelser')}) som kan hota eller hänga ut personal. "
        "Ingen människa har bedömt dem än."
    )


def _tell_failed_source(notice: Notice, figures: Mapping[str, str]) -> str:
    nights = _number(figures, "night_count")
    since = (
        f"sedan {tell_day(figures.get('since_day', ''))}" if nights > 1 else "den senaste natten"
    )
    return f"Källan {_source(notice)} har inte gått att läsa {since}."


def _tell_drop(notice: Notice, figures: Mapping[str, str]) -> str:
    nights = _number(figures, "night_count")
    over = "den senaste natten" if nights < 2 else f"de senaste {nights} nätterna"
    return (
        f"Källan {_source(notice)} gav {_number(figures, 'post_count')} nya inlägg {over}, mot "
        f"{_about(_decimal(figures, 'expected_count'))} i vanliga fall. Det började "
        f"{tell_day(figures.get('since_day', ''))}."
    )


def _tell_silent(notice: Notice, figures: Mapping[str, str]) -> str:
    return (
        f"Källan {_source(notice)} har inte gett något sedan "
        f"{tell_day(figures.get('last_day', ''))}; längsta uppehållet förut var "
        f"{count(_number(figures, 'longest_gap_days'), 'dag', 'dagar')}."
    )


def _tell_drift(notice: Notice, figures: Mapping[str, str]) -> str:
    code = figures.get("code", "")
    shown = code if _CODE.fullmatch(code) else "okänd orsak"
    reason = "en orsak som inte setts förut" if figures.get("is_new_code") == "true" else "främst"
    return (
        f"Av {_number(figures, 'row_count')} nya rader från källan {_source(notice)} lades "
        f"{_number(figures, 'reject_count')} åt sidan; {reason}: {shown}."
    )


def _tell_night(_: Notice, figures: Mapping[str, str]) -> str:
    failure = show(figures.get("failure", ""), 400)
    told = "Nattens körning gick inte klart, så siffrorna är de från natten före."
    return f"{told} Felet: {failure}" if failure else told


def _tell_late(_: Notice, figures: Mapping[str, str]) -> str:
    return (
        f"Den senaste natten som gick klart började {tell_day(figures.get('last_day', ''))}, "
        f"för {_number(figures, 'hour_count')} timmar sedan. Det som visas är så gammalt."
    )


def _tell_interrupted(_: Notice, figures: Mapping[str, str]) -> str:
    runs = count(_number(figures, "run_count"), "körning", "körningar")
    return (
        f"{runs} avbröts mitt i, senast {tell_day(figures.get('last_day', ''))}. "
        "Den här natten fortsatte där den slutade, och inget har gått förlorat."
    )


_TELLERS = {
    "night-failed": _tell_night,
    "night-late": _tell_late,
    "night-interrupted": _tell_interrupted,
    "threats": _tell_threats,
    "spike": _tell_episode,
    "shift": _tell_episode,
    "campaign": _tell_campaign,
    "source-failed": _tell_failed_source,
    "volume-drop": _tell_drop,
    "schema-drift": _tell_drift,
    "new-rumour": _tell_rumour,
    "source-silent": _tell_silent,
}


def _source(notice: Notice) -> str:
    return show(notice.subject_id, 60)


def _about(number: float) -> str:
    return f"omkring {number:.0f}" if number >= 1 else "nästan inga"


def _duration(seconds: int) -> str:
    if seconds < 120:
        return count(seconds, "sekund", "sekunder")
    return f"{seconds // 60} minuter" if seconds < 7200 else f"{seconds // 3600} timmar"


def _number(figures: Mapping[str, str], name: str) -> int:
    return round(_decimal(figures, name))


def _decimal(figures: Mapping[str, str], name: str) -> float:
    try:
        return float(figures.get(name, "0"))
    except ValueError:
        return 0.0
