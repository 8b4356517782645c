"""Rises of one narrative: days that belong together, who carries them, and how far they go.

A rise is told once. Whether it is seen over all posts, in one language or on one platform, it
is one rise, and it names the language and the platform that carry it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from motbild.core.changepoints import find_rise_of_level
from motbild.core.count_model import TAIL
from motbild.core.trends import DayCount, daily_series, ratio_of, spikes, usual_of

ALL = "all"
SPIKE, SHIFT = "spike", "shift"
LOOKBACK_DAYS = 28  # how far back a rise is looked for, and how long a new level is new
GAP_DAYS = 2  # known usual days that a rise may pause for
LATE_DAYS = 7  # a rise whose last day is longer ago is over, whatever is missing since
# The last hours are judged more strictly: they are looked at whenever a night is run.
RECENT_HOURS, RECENT_TAIL, LEAST_RECENT = 6, 1e-5, 10
CARRYING_SHARE = 0.8  # of the posts above the expected, from which one place carries a rise


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts are counted: those in a language and on a platform, or in all and on all."""

    lang: str = ALL
    platform: str = ALL

    def covers(self, lang: str, platform: str) -> bool:
        """Tell whether posts in a language and on a platform are among them."""
        return self.lang in (ALL, lang) and self.platform in (ALL, platform)


@dataclass(frozen=True, slots=True)
class Rise:
    """A rise of one narrative.

    Attributes:
        kind: ``spike`` or ``shift``.
        scope: Language and platform that carry it.
        first_day: In Europe/Stockholm.
        last_day: Likewise.
        is_open: Whether it goes on.
        hour_count: Hours that the counts are of.
        post_count: Posts in them, at least.
        expected_count: Posts that the weeks before it lead one to expect in them.
        upper_count: Upper end of their usual range.
    """

    kind: str
    scope: Scope
    first_day: date
    last_day: date
    is_open: bool
    hour_count: int
    post_count: int
    expected_count: float
    upper_count: int

    @property
    def ratio(self) -> float | None:
        """Posts over expected posts, or None of next to nothing."""
        return ratio_of(self.post_count, self.expected_count)


@dataclass
class Counts:
    """Posts of one narrative by day, language and platform.

    Attributes:
        cells: Day, language, platform and posts.
        days: Every day that is counted, in order.
        missing: Of them, those on which a source failed, and the running day: what is known
            of them is a lower bound.
        totals: Everything that was read, by day: how the week of any narrative goes.
    """

    cells: Sequence[tuple[date, str, str, int]]
    days: Sequence[date]
    missing: Collection[date]
    totals: Mapping[date, int] = field(default_factory=dict)
    _series: dict[Scope, tuple[DayCount, ...]] = field(default_factory=dict)

    def scopes(self) -> list[Scope]:
        """Return all posts, each language and each platform, where there are several."""
        langs = sorted({lang for _, lang, _, count in self.cells if count})
        platforms = sorted({platform for _, _, platform, count in self.cells if count})
        parts = [Scope(lang=lang) for lang in langs if len(langs) > 1]
        parts += [Scope(platform=platform) for platform in platforms if len(platforms) > 1]
        return [Scope(), *parts]

    def series(self, scope: Scope) -> tuple[DayCount, ...]:
        """Return the days of a scope; a counted day without such posts has none."""
        if scope not in self._series:
            spine = [(day, 0, day in self.missing) for day in self.days]
            mine = [(d, n, False) for d, lang, place, n in self.cells if scope.covers(lang, place)]
            self._series[scope] = daily_series([*spine, *mine], self.days)
        return self._series[scope]

    @cached_property
    def all_posts(self) -> tuple[DayCount, ...]:
        """Return the days of everything that was read; none where that is not known."""
        rows = [(day, count, day in self.missing) for day, count in self.totals.items()]
        return daily_series(rows, self.days) if rows else ()


@dataclass(frozen=True, slots=True)
class _Span:
    kind: str
    first_day: date
    last_day: date
    scopes: tuple[Scope, ...]


def find_rises(counts: Counts, today: date) -> list[Rise]:
    """Find what has risen within the last weeks, the earliest first.

    Args:
        counts: Of one narrative; the running day may be among them, as a missing one.
        today: The running day.

    Returns:
        No two of them tell of the same days, but that a spike may rise above a new level.
    """
    rises = [_measure(counts, span, today) for span in _spans(counts, today)]
    return [rise for rise in rises if rise is not None]


def find_recent_rise(windows: Sequence[int | None], today: date) -> Rise | None:
    """Find a plain rise within the last hours, before the day's own count can tell.

    Args:
        windows: Posts within the same hours of consecutive days, the last hours last; None
            where a source failed.
        today: The running day.
    """
    days = [today - timedelta(days=ago) for ago in reversed(range(len(windows)))]
    series = [DayCount(day, count) for day, count in zip(days, windows, strict=True)]
    for spike in spikes(series, least_count=LEAST_RECENT, tail=RECENT_TAIL):
        if spike.day == today:
            told = (RECENT_HOURS, spike.count, spike.expected, spike.upper)
            return Rise(SPIKE, Scope(), today, today, True, *told)
    return None


def _spans(counts: Counts, today: date) -> list[_Span]:
    """Return the spans of spikes and of a lasting shift, those that begin together as one."""
    pooled = _pool(
        span for scope, tail in _tails(counts) for span in _spike_spans(counts, scope, tail, today)
    )
    shift = _shift_span(counts, today)
    if shift is None:
        return pooled
    apart = [span for span in pooled if not _begins_with(span, shift)]
    same = [span for span in pooled if _begins_with(span, shift)]
    whole = replace(
        shift,
        first_day=min(span.first_day for span in (shift, *same)),
        last_day=max(span.last_day for span in (shift, *same)),
    )
    return sorted([*apart, whole], key=lambda span: (span.first_day, span.kind))


def _tails(counts: Counts) -> list[tuple[Scope, float]]:
    """Return the scopes, with how seldom usual days may pass the upper end in each.

    Parts are many, and share what is allowed to the whole (Bonferroni).
    """
    whole, *parts = counts.scopes()
    return [(whole, TAIL), *((part, TAIL / len(parts)) for part in parts)]


def _spike_spans(counts: Counts, scope: Scope, tail: float, today: date) -> list[_Span]:
    series = counts.series(scope)
    since = today - timedelta(days=LOOKBACK_DAYS)
    days = [s.day for s in spikes(series, counts.all_posts, tail=tail) if since < s.day <= today]
    spans: list[_Span] = []
    for day in days:
        if spans and _known_between(series, spans[-1].last_day, day) <= GAP_DAYS:
            spans[-1] = replace(spans[-1], last_day=day)
        else:
            spans.append(_Span(SPIKE, day, day, (scope,)))
    return spans


def _pool(spans: Iterable[_Span]) -> list[_Span]:
    """Make one span of those that overlap or follow close on each other."""
    pooled: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.first_day, span.last_day)):
        if pooled and (span.first_day - pooled[-1].last_day).days <= GAP_DAYS + 1:
            last_day = max(pooled[-1].last_day, span.last_day)
            scopes = (*pooled[-1].scopes, *span.scopes)
            pooled[-1] = replace(pooled[-1], last_day=last_day, scopes=scopes)
        else:
            pooled.append(span)
    return pooled


def _shift_span(counts: Counts, today: date) -> _Span | None:
    """Return the span of a higher level that holds, while it is new."""
    level = find_rise_of_level(counts.series(Scope()), today)
    if level is None or (today - level.first_day).days > LOOKBACK_DAYS:
        return None
    return _Span(SHIFT, level.first_day, level.last_day, (Scope(),))


def _begins_with(span: _Span, shift: _Span) -> bool:
    return abs((span.first_day - shift.first_day).days) <= LATE_DAYS


def _known_between(series: Sequence[DayCount], first_day: date, last_day: date) -> int:
    return sum(entry.count is not None and first_day < entry.day < last_day for entry in series)


def _measure(counts: Counts, span: _Span, today: date) -> Rise | None:
    """Return what a span amounts to in the scope that carries it."""
    scope = _narrow(counts, span)
    told = _amount(counts, scope, span)
    if told is None:
        return None
    posts, expected, upper, day_count = told
    known_since = _known_between(counts.series(Scope()), span.last_day, today)
    return Rise(
        kind=span.kind,
        scope=scope,
        first_day=span.first_day,
        last_day=span.last_day,
        is_open=known_since <= GAP_DAYS and (today - span.last_day).days <= LATE_DAYS,
        hour_count=24 * day_count,
        post_count=posts,
        expected_count=expected,
        upper_count=int(upper),
    )


def _amount(counts: Counts, scope: Scope, span: _Span) -> tuple[int, float, float, int] | None:
    """Return posts, expected posts, the upper end and the number of days of a span.

    A missing day counts where what is known of it stands out, as on the span's ends.
    """
    series = counts.series(scope)
    within = [
        entry
        for entry in series
        if span.first_day <= entry.day <= span.last_day
        and (entry.count is not None or entry.day in (span.first_day, span.last_day))
    ]
    usual = usual_of(series, [entry.day for entry in within], counts.all_posts)
    if usual is None:
        return None
    return sum(entry.at_least for entry in within), *usual, len(within)


def _narrow(counts: Counts, span: _Span) -> Scope:
    """Return the language and the platform that carry a rise, where one of each does."""
    if Scope() in span.scopes:
        scope = Scope()
    else:
        scope = max(span.scopes, key=lambda s: (_excess(counts, s, span), s.lang, s.platform))
    for part in counts.scopes()[1:]:
        narrower = Scope(
            part.lang if scope.lang == ALL else scope.lang,
            part.platform if scope.platform == ALL else scope.platform,
        )
        whole = _excess(counts, scope, span)
        if narrower != scope and _excess(counts, narrower, span) >= CARRYING_SHARE * whole > 0:
            scope = narrower
    return scope


def _excess(counts: Counts, scope: Scope, span: _Span) -> float:
    told = _amount(counts, scope, span)
    return told[0] - told[1] if told else 0.0
