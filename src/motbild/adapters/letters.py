"""Letters as people get them: a page for mail and a plain text that tells as much.

The pages are tables with sizes and colours of their own, without pictures, scripts or
anything fetched, since mail programs show nothing else alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from textwrap import fill
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from motbild.core.alerting import Letter, in_chat
from motbild.core.count_model import WEEK
from motbild.core.digest import Digest, NarrativeLine, tell_change, tell_night
from motbild.core.intake import LOCAL_ZONE
from motbild.core.notice_words import Words
from motbild.core.swedish import count, number, tell_day, tell_span
from motbild.core.trends import DayCount

_BAR_HEIGHT = 48  # pixels of the highest bar
_LEAST_SCALE = 4  # posts of a full bar at least, so that a single one does not fill it
_TEXT_WIDTH = 72
_WEEKDAYS = ("må", "ti", "on", "to", "fr", "lö", "sö")


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a chart.

    Attributes:
        weekday: Two letters.
        label: Its number, or a dash where the day is missing.
        height: In pixels; at least one, so that zero is seen to be a day.
        is_missing: Whether a source failed that day.
        is_last_week: Whether it is one of the last seven days.
    """

    weekday: str
    label: str
    height: int
    is_missing: bool
    is_last_week: bool


def write_digest(digest: Digest, review_url: str | None) -> Letter:
    """Write the morning's letter.

    Args:
        digest: What it tells.
        review_url: Address of the review room; without it nothing is linked.
    """
    told = {
        "digest": digest,
        "night": tell_night(digest.night, _clock(digest.night.ended_at)),
        "link": _linker(review_url),
    }
    plain = _render("morgonbrev.txt", told)
    return Letter(
        subject=_digest_subject(digest),
        text=plain,
        html=_render("morgonbrev.html", told),
        chat_text=in_chat(plain),
    )


def write_alert(
    subject: str,
    notices: Sequence[Words],
    quotes: Mapping[int, Sequence[str]],
    review_url: str | None,
) -> Letter:
    """Write one letter about one or more notices.

    Args:
        subject: Its subject.
        notices: What it tells, the most urgent first.
        quotes: Masked words of posts by place among the notices.
        review_url: Address of the review room; without it nothing is linked.
    """
    told = [(words, quotes.get(place, ())) for place, words in enumerate(notices)]
    # A chat makes a link of every address, so that these stay as they are.
    for_chats = [(words, [in_chat(quote) for quote in shown]) for words, shown in told]
    values = {"subject": subject, "notices": told, "link": _linker(review_url)}
    return Letter(
        subject=subject,
        text=_render("larm.txt", values),
        html=_render("larm.html", values),
        chat_text=_render("larm.txt", {**values, "notices": for_chats}),
    )


def write_trial() -> Letter:
    """Write the letter that tries an address."""
    words = Words(
        "trial",
        "info",
        "Provmeddelande",
        "",
        "Så här kommer larm från Motbild hit. Inget har hänt.",
        "Du behöver inte göra något.",
        "/lagesbild",
    )
    return write_alert("Motbild: provmeddelande", [words], {}, None)


def _digest_subject(digest: Digest) -> str:
    day = tell_day(digest.day, weekday=True)
    if digest.night.state in ("missing", "none"):
        return f"Morgonbrev {day}: natten saknas"
    if digest.is_calm:
        return f"Morgonbrev {day}: lugnt"
    waiting = digest.waiting
    parts = [
        count(waiting.threats, "möjligt hot", "möjliga hot") if waiting.threats else "",
        count(waiting.flagged, "budskap att granska", "budskap att granska")
        if waiting.flagged
        else "",
        count(digest.new_question_count, "ny fråga", "nya frågor")
        if digest.new_question_count
        else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"Morgonbrev {day}: {told or 'se vad som sticker ut'}"


def draw_bars(series: Sequence[DayCount]) -> list[Bar]:
    """Return the bars of a chart, one a day."""
    most = max(_LEAST_SCALE, *(entry.at_least for entry in series))
    return [
        Bar(
            weekday=_WEEKDAYS[entry.day.weekday()],
            label="–" if entry.count is None else str(entry.count),
            height=max(round(_BAR_HEIGHT * entry.at_least / most), 1),
            is_missing=entry.count is None,
            is_last_week=place >= len(series) - WEEK,
        )
        for place, entry in enumerate(series)
    ]


def _numbers(line: NarrativeLine) -> str:
    """Return a chart as text: the days' numbers, the two weeks apart."""
    labels = [bar.label for bar in draw_bars(line.series)]
    return f"{' '.join(labels[:-WEEK])} | {' '.join(labels[-WEEK:])}"


def _span(series: Sequence[DayCount]) -> str:
    return tell_span(series[0].day, series[-1].day)


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone(LOCAL_ZONE):%H:%M}" if moment else ""


def _linker(review_url: str | None) -> Callable[[str], str]:
    """Return what makes an address of a place in the room; empty where it has none."""
    root = (review_url or "").rstrip("/")
    return lambda place: f"{root}{place}" if root else ""


@cache
def _environment(is_page: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("motbild.adapters", "mail_templates"),
        autoescape=is_page,  # noqa: S701 - a plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "bars": draw_bars,
        "change": tell_change,
        "count": count,
        "day": tell_day,
        "span": _span,
        "number": number,
        "numbers": _numbers,
        "wrap": _wrap,
    }
    return environment


def _render(name: str, told: Mapping[str, Any]) -> str:
    return _environment(is_page=name.endswith(".html")).get_template(name).render(**told)


def _wrap(text: str, indent: str = "") -> str:
    """Break lines, but never within a word, so that addresses stay whole."""
    return fill(
        " ".join(text.split(" ")),
        _TEXT_WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
