"""What nights have noticed, in words that claim no more than its numbers do.

Letters have Swedish words of their own in `motbild.core.notice_words`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from motbild.core.display import show
from motbild.core.notices import Notice
from motbild.web.language import LANG_NAMES, Words
from motbild.web.set_aside import REJECT_REASONS
from motbild.web.wording import NOTICE_ENDS, NOTICE_HEADLINES, NOTICE_URGENCIES

MINUTE, HOUR = 60, 3600
_BADGES: Mapping[str, str] = {"urgent": "bad", "warning": "warn", "info": ""}


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice in words.

    Attributes:
        headline: What it is, in a few words.
        told: What was seen, with its numbers, and what to make of it; a sentence each.
        urgency: How much it presses, in a word.
        badge: Class of the badge that says so.
    """

    headline: str
    told: list[str]
    urgency: str
    badge: str


def tell_notice(words: Words, notice: Notice, title: str) -> Wording:
    """Put a notice that holds in words.

    Args:
        words: Of the reader's language.
        notice: What to tell.
        title: Title of the narrative that it is about, or empty.
    """
    return Wording(
        _fill(words, NOTICE_HEADLINES[notice.kind], notice, title),
        list(_TELLERS[notice.kind](words, notice)),
        words(NOTICE_URGENCIES[notice.severity]),
        _BADGES[notice.severity],
    )


def tell_ceased(words: Words, notice: Notice, title: str) -> str:
    """Say in a sentence that a notice holds no longer, and no more than that."""
    return _fill(words, NOTICE_ENDS[notice.kind], notice, title)


def is_told(notice: Notice) -> bool:
    """Tell whether the room has words for a notice; broken and late nights it tells by itself."""
    return notice.kind in _TELLERS


def _fill(words: Words, sentence: str, notice: Notice, title: str) -> str:
    return words(sentence, title=title, source=_source(notice))


def _rise(words: Words, notice: Notice) -> Iterator[str]:
    yield _many(
        "%(n)s inlägg %(span)s verkar påstå det.",
        "%(n)s inlägg %(span)s verkar påstå det.",
        _number(notice, "post_count"),
        words,
        span=_span(words, notice),
    )
    yield _usual(words, notice)
    yield from _scope(words, notice)
    if notice.kind == "shift":
        yield words("Nivån har hållit i sig, så räkna med den när ni planerar.")


def _usual(words: Words, notice: Notice) -> str:
    expected, upper = round(_decimal(notice, "expected_count")), _number(notice, "upper_count")
    if not expected:
        return words("I vanliga fall är det nästan inga.")
    told = {"expected": words.number(expected), "upper": words.number(upper)}
    if upper:
        return words("I vanliga fall är det omkring %(expected)s, högst %(upper)s.", **told)
    return words("I vanliga fall är det omkring %(expected)s.", expected=told["expected"])


def _scope(words: Words, notice: Notice) -> Iterator[str]:
    lang, platform = notice.evidence.get("lang", "all"), notice.evidence.get("platform", "all")
    told = {"lang": words.language(lang), "platform": show(platform, 40)}
    if lang in LANG_NAMES and platform != "all":
        yield words("Siffrorna gäller inlägg på %(lang)s från %(platform)s.", **told)
    elif lang in LANG_NAMES:
        yield words("Siffrorna gäller inlägg på %(lang)s.", lang=told["lang"])
    elif platform != "all":
        yield words("Siffrorna gäller inlägg från %(platform)s.", platform=told["platform"])


def _campaign(words: Words, notice: Notice) -> Iterator[str]:
    yield words(
        "Samma budskap i %(n)s inlägg från %(accounts)s konton.",
        n=words.number(_number(notice, "post_count")),
        accounts=words.number(_number(notice, "account_count")),
    )
    posts, seconds = _number(notice, "burst_post_count"), _number(notice, "burst_seconds")
    if posts > 1 and seconds:
        yield words(
            "%(n)s av inläggen kom inom %(time)s.",
            n=words.number(posts),
            time=_duration(words, seconds),
        )
    yield words("Det kan vara samordnat, och det kan vara många som har rörts av samma sak.")


def _rumour(words: Words, notice: Notice) -> Iterator[str]:
    yield words(
        "%(n)s inlägg i %(texts)s olika texter, %(span)s, liknar varandra och inget känt narrativ.",
        n=words.number(_number(notice, "post_count")),
        texts=words.number(_number(notice, "family_count")),
        span=_span(words, notice),
    )
    yield words("Ingen människa har bedömt det än.")


def _threats(words: Words, notice: Notice) -> Iterator[str]:
    yield _many(
        "%(n)s nytt inlägg kan hota eller hänga ut personal.",
        "%(n)s nya inlägg kan hota eller hänga ut personal.",
        _number(notice, "post_count"),
        words,
    )
    yield words("Bedöm dem först, och följ er rutin för hot mot personal.")


def _failed(words: Words, notice: Notice) -> Iterator[str]:
    yield _many(
        "Den gick inte att läsa den senaste natten.",
        "Den har inte gått att läsa de senaste %(n)s nätterna.",
        max(_number(notice, "night_count"), 1),
        words,
    )
    yield words("Tills den är lagad saknas dess dagar i alla siffror.")
    yield _ask(words)


def _drop(words: Words, notice: Notice) -> Iterator[str]:
    told = {
        "posts": words.number(_number(notice, "post_count")),
        "expected": words.number(_number(notice, "expected_count")),
    }
    nights = _number(notice, "night_count")
    yield _many(
        "Nya inlägg den senaste natten: %(posts)s, mot omkring %(expected)s i vanliga fall.",
        "Nya inlägg de senaste %(n)s nätterna: %(posts)s, mot omkring %(expected)s i vanliga fall.",
        max(nights, 1),
        words,
        **told,
    )
    yield words("Plattformen kan ha ändrats, eller insamlingen ha stannat.")
    yield _ask(words)


def _silent(words: Words, notice: Notice) -> Iterator[str]:
    yield _many(
        "Inget nytt sedan %(day)s; längsta uppehållet förut var %(n)s dag.",
        "Inget nytt sedan %(day)s; längsta uppehållet förut var %(n)s dagar.",
        _number(notice, "longest_gap_days"),
        words,
        day=_day(words, notice, "last_day"),
    )
    yield words("Se efter om någon fortfarande lämnar filer där.")


def _drift(words: Words, notice: Notice) -> Iterator[str]:
    yield words(
        "Av %(rows)s nya rader lades %(rejects)s åt sidan.",
        rows=words.number(_number(notice, "row_count")),
        rejects=words.number(_number(notice, "reject_count")),
    )
    reason = REJECT_REASONS.get(notice.evidence.get("code", ""))
    if reason:
        yield words("Vanligaste skälet: %(reason)s", reason=words(reason))
    else:
        yield words("Källan kan ha bytt form.")
    yield _ask(words)


def _ask(words: Words) -> str:
    return words("Säg till den som sköter Motbild.")


_TELLERS: Mapping[str, Callable[[Words, Notice], Iterator[str]]] = {
    "spike": _rise,
    "shift": _rise,
    "campaign": _campaign,
    "new-rumour": _rumour,
    "threats": _threats,
    "source-failed": _failed,
    "volume-drop": _drop,
    "source-silent": _silent,
    "schema-drift": _drift,
}


def _many(one: str, many: str, n: int, words: Words, **values: str) -> str:
    return words.catalogue.ngettext(one, many, n) % {"n": words.number(n), **values}


def _source(notice: Notice) -> str:
    return show(notice.subject_id, 60)


def _duration(words: Words, seconds: int) -> str:
    if seconds < 2 * MINUTE:
        return _many("%(n)s sekund", "%(n)s sekunder", seconds, words)
    if seconds < 2 * HOUR:
        return words("%(n)s minuter", n=words.number(seconds // MINUTE))
    return words("%(n)s timmar", n=words.number(seconds // HOUR))


def _span(words: Words, notice: Notice) -> str:
    """Write the days of a notice as they are said: 18–19 november."""
    first, last = _date(notice, "first_day"), _date(notice, "last_day")
    if first is None or last is None or first == last:
        return _day(words, notice, "last_day")
    if (first.year, first.month) == (last.year, last.month):
        return f"{words.day(first, 'd')}–{words.day(last, 'd MMMM')}"
    return f"{words.day(first, 'd MMMM')} – {words.day(last, 'd MMMM')}"


def _day(words: Words, notice: Notice, name: str) -> str:
    day = _date(notice, name)
    return words.day(day, "d MMMM") if day else words("okänd dag")


def _date(notice: Notice, name: str) -> date | None:
    try:
        return date.fromisoformat(notice.evidence.get(name, ""))
    except ValueError:
        return None


def _number(notice: Notice, name: str) -> int:
    return round(_decimal(notice, name))


def _decimal(notice: Notice, name: str) -> float:
    try:
        return float(notice.evidence.get(name, "0"))
    except ValueError:
        return 0.0
