"""Invented weeks of posts: messages that are pushed, and messages that spread by themselves.

Each kind of message is a function that draws its posts. Pushed ones are what campaigns are
known to do; the others are what most looks like it and is none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from tests.messages import NOW, Said

Chance = np.random.Generator
DAYS = 21
_HOURS = np.array([1, 1, 1, 1, 1, 2, 4, 6, 6, 5, 5, 6, 7, 6, 5, 5, 6, 7, 8, 9, 9, 8, 5, 2.0])
_POOL = 6_000  # accounts that post by themselves
_LANGS = ("sv", "ar", "so", "tr")


@dataclass(frozen=True)
class Kind:
    """One way in which messages spread.

    Attributes:
        name: In plain words.
        is_pushed: Whether it should be reported.
        draw: Draws the posts of one message, given chance and a name for it.
        a_night: How many such messages a night holds.
    """

    name: str
    is_pushed: bool
    draw: Callable[[Chance, str], list[Said]]
    a_night: int = 4


def draw_night(seed: int) -> Iterator[tuple[Kind, list[Said]]]:
    """Yield the messages of a night, each with its kind."""
    for number, kind in enumerate(KINDS):
        for copy in range(kind.a_night):
            chance = np.random.default_rng([seed, number, copy])
            drawn = kind.draw(chance, f"s{seed}k{number}m{copy}")
            yield kind, [post for post in drawn if (post.posted_at or NOW) < NOW]


def draw_everyday(seed: int, count: int) -> list[Said]:
    """Draw posts of as many accounts that assert nothing."""
    chance = np.random.default_rng([seed, 999])
    moments = _by_day(chance, count)
    return [
        Said(f"vardag {seed} {n} om väder och bussar", moment, _anybody(chance), narrative="")
        for n, moment in enumerate(moments)
    ]


def _say(name: str, moments: list[datetime], accounts: list[str]) -> list[Said]:
    text = f"{name} kidnappning pågår skicka vidare till alla"
    pairs = zip(moments, accounts, strict=True)
    return [Said(text, moment, account, family=name) for moment, account in pairs]


def _anybody(chance: Chance) -> str:
    return f"folk{chance.integers(_POOL)}"


def _people(chance: Chance, count: int) -> list[str]:
    return [f"folk{n}" for n in chance.choice(_POOL, count, replace=False)]


def _hired(name: str, count: int) -> list[str]:
    return [f"{name}hyrd{n}" for n in range(count)]


def _some_moment(chance: Chance) -> datetime:
    return _by_day(chance, 1)[0]


def _by_day(chance: Chance, count: int, days: float = DAYS) -> list[datetime]:
    """Draw moments of some days, by the hours at which people are awake."""
    whole = chance.integers(0, max(1, int(days)), count)
    hours = chance.choice(24, count, p=_HOURS / _HOURS.sum())
    start = NOW - timedelta(days=DAYS + 1)
    seconds = chance.integers(0, 3600, count)
    return [
        start + timedelta(days=int(d), hours=int(h), seconds=int(s))
        for d, h, s in zip(whole, hours, seconds, strict=True)
    ]


def _within(chance: Chance, start: datetime, seconds: float, count: int) -> list[datetime]:
    offsets = chance.integers(0, max(1, int(seconds)), count)
    return [start + timedelta(seconds=int(n)) for n in offsets]


def _pushed_at_once(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(8, 41))
    moments = _within(chance, _some_moment(chance), 480, count)
    return _say(name, moments, _hired(name, count))


def _pushed_by_few(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(5, 8))
    return _say(name, _within(chance, _some_moment(chance), 900, count), _hired(name, count))


def _pushed_for_an_hour(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(15, 41))
    return _say(name, _within(chance, _some_moment(chance), 3600, count), _hired(name, count))


def _pushed_in_waves(chance: Chance, name: str) -> list[Said]:
    hired = _hired(name, int(chance.integers(6, 13)))
    waves = [_within(chance, _some_moment(chance), 540, len(hired)) for _ in range(3)]
    return [post for moments in waves for post in _say(name, moments, hired)]


def _pushed_in_languages(chance: Chance, name: str) -> list[Said]:
    start, posts = _some_moment(chance), []
    for lang in _LANGS[: int(chance.integers(2, 5))]:
        count = int(chance.integers(3, 6))
        said = _say(name, _within(chance, start, 500, count), _hired(name + lang, count))
        posts += [
            replace(one, text=f"{one.text} {lang}", family=name + lang, lang=lang) for one in said
        ]
    return posts


def _pushed_by_link(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(8, 25))
    said = _say(name, _within(chance, _some_moment(chance), 500, count), _hired(name, count))
    return [
        replace(one, text=f"{n}{one.text} {n}", family=f"{name}t{n}", links=[f"länk {name}"])
        for n, one in enumerate(said)
    ]


def _pushed_on_platforms(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(9, 25))
    said = _say(name, _within(chance, _some_moment(chance), 560, count), _hired(name, count))
    return [replace(one, platform=("x", "tiktok", "bluesky")[n % 3]) for n, one in enumerate(said)]


def _pushed_amid_copies(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(30, 90))
    return [
        *_say(name, _by_day(chance, count), _people(chance, count)),
        *_say(name, _within(chance, _some_moment(chance), 300, 12), _hired(name, 12)),
    ]


def _pushed_to_the_minute(chance: Chance, name: str) -> list[Said]:
    said = _pushed_at_once(chance, name)
    return _rounded(said, f"minut {name}", lambda m: m.replace(second=0))


def _pushed_slowly(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(12, 31))
    return _say(name, _by_day(chance, count, 3), _hired(name, count))


def _few_copies(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(2, 8))
    return _say(name, _by_day(chance, count), _people(chance, count))


def _many_copies(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(20, 301))
    return _say(name, _by_day(chance, count), _people(chance, count))


def _cascade(chance: Chance, name: str, delay: float) -> list[Said]:
    """Draw posts of which each makes some others post, after a delay in minutes."""
    moments: list[datetime] = []
    waiting = [_some_moment(chance)] * 3
    while waiting and len(moments) < 500:
        moment = waiting.pop(0)
        moments.append(moment)
        children = int(chance.poisson(max(0.0, 1.9 - len(moments) / 150)))
        delays = chance.lognormal(np.log(delay * 60), 1.2, children)
        waiting += [moment + timedelta(seconds=float(s)) for s in delays]
    return _say(name, moments, _people(chance, len(moments)))


def _viral(chance: Chance, name: str) -> list[Said]:
    return _cascade(chance, name, 90)


def _fast_viral(chance: Chance, name: str) -> list[Said]:
    return _cascade(chance, name, 20)


def _fastest_viral(chance: Chance, name: str) -> list[Said]:
    return _cascade(chance, name, 5)


def _reposted(chance: Chance, name: str) -> list[Said]:
    said = _cascade(chance, name, 3)
    return [said[0], *(replace(one, text=f"RT [konto]: {one.text}") for one in said[1:])]


def _one_account(chance: Chance, name: str) -> list[Said]:
    count = int(chance.integers(10, 41))
    return _say(name, _within(chance, _some_moment(chance), 300, count), [name] * count)


def _known_link(chance: Chance, name: str) -> list[Said]:
    """Draw an article that everybody shares, some of them with the claim in their own words."""
    start = _some_moment(chance)
    posts = []
    for n in range(80):
        moment = start + timedelta(minutes=float(chance.exponential(600)))
        one = _say(f"{name}t{n}", [moment], [_anybody(chance)])[0]
        text = f"{n}{one.text} {n}"
        is_claim = n % 4 == 0
        narrative = one.narrative if is_claim else ""
        posts.append(replace(one, text=text, narrative=narrative, links=[f"nyhet {name}"]))
    return posts


def _rounded(
    said: list[Said], source: str, cut: Callable[[datetime], datetime], share: float = 1.0
) -> list[Said]:
    kept = int(len(said) * share)
    cut_posts = [replace(one, posted_at=cut(one.posted_at or NOW)) for one in said[:kept]]
    return [replace(one, source=source) for one in (*cut_posts, *said[kept:])]


def _to_day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0)


def _bare_days(chance: Chance, name: str) -> list[Said]:
    return _rounded(_many_copies(chance, name), f"dagar {name}", _to_day)


def _some_bare_days(chance: Chance, name: str) -> list[Said]:
    return _rounded(_many_copies(chance, name), f"blandat {name}", _to_day, 0.3)


def _whole_hours(chance: Chance, name: str) -> list[Said]:
    return _rounded(
        _many_copies(chance, name), f"timmar {name}", lambda m: m.replace(minute=0, second=0)
    )


def _whole_minutes(chance: Chance, name: str) -> list[Said]:
    return _rounded(_viral(chance, name), f"minuter {name}", lambda m: m.replace(second=0))


def _share_button(chance: Chance, name: str) -> list[Said]:
    """Draw a headline that readers pass on with a button, most within the first hour."""
    count = int(chance.integers(15, 41))
    start = _some_moment(chance)
    waits = chance.exponential(3600, count)
    moments = [start + timedelta(seconds=float(s)) for s in waits]
    return _say(name, moments, _people(chance, count))


KINDS = (
    Kind("one text, 8 to 40 accounts within 8 minutes", True, _pushed_at_once),
    Kind("one text, 5 to 7 accounts within 15 minutes", True, _pushed_by_few),
    Kind("one text, 15 to 40 accounts within an hour", True, _pushed_for_an_hour),
    Kind("three waves by the same 6 to 12 accounts", True, _pushed_in_waves),
    Kind("two to four languages, 3 to 5 accounts each", True, _pushed_in_languages),
    Kind("8 to 24 texts with one rare link", True, _pushed_by_link),
    Kind("one text on three platforms", True, _pushed_on_platforms),
    Kind("12 accounts in 5 minutes amid 30 to 90 copies", True, _pushed_amid_copies),
    Kind("one text, moments to the minute", True, _pushed_to_the_minute),
    Kind("12 to 30 accounts spread over three days", True, _pushed_slowly),
    Kind("2 to 7 copies in three weeks", False, _few_copies, 40),
    Kind("20 to 300 copies in three weeks", False, _many_copies, 10),
    Kind("a cascade, 90 minutes from post to post", False, _viral),
    Kind("a cascade, 20 minutes from post to post", False, _fast_viral),
    Kind("a cascade, 5 minutes from post to post", False, _fastest_viral),
    Kind("a chain of marked reposts", False, _reposted),
    Kind("one account, 10 to 40 times", False, _one_account),
    Kind("an article that everybody links to", False, _known_link),
    Kind("copies with bare days", False, _bare_days),
    Kind("copies, a third of them with bare days", False, _some_bare_days),
    Kind("copies to the whole hour", False, _whole_hours),
    Kind("a cascade, moments to the minute", False, _whole_minutes),
    Kind("a headline passed on by a button within hours", False, _share_button),
)
