"""What is posted in a simulated month: everyday writing, known rumours, and what is planted.

Texts are seeds of the pack, each used once and moved to a moment of the month; what is
planted is written for it.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from motbild.core.narratives import Seed

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SOURCES = ("mastodon", "flode", "forum", "x")
_WEIGHTS = (35, 10, 30, 25)
_ACCOUNTS = 900

# Posts a day, by stance, of each narrative; weekends have more.
_RATES = {"asserts": 3.0, "asks": 0.6, "counters": 0.8, "reports": 0.5}
_WEEKEND = 1.3
# Everyday writing, and testimony, criticism and the like, which are hard to tell from rumours.
_NO_NARRATIVE = {"background": 75.0, "written": 6.0}

SPIKE_NARRATIVE = "muslimska-barn"
SPIKE_COUNTS = (14, 18)
RUMOUR_TELLINGS = 10


@dataclass(frozen=True, slots=True)
class MonthPost:
    """One post of the month.

    Attributes:
        number: From 1 in order of time; its id on its platform is made of it.
        source: One of `SOURCES`.
        account: Who posted it; invented.
        posted_at: Time-zone-aware.
        text: What it says.
        lang: ISO 639-1.
        media: Id of a picture, or empty.
        plant: What it was planted for, or empty.
    """

    number: int
    source: str
    account: str
    posted_at: datetime
    text: str
    lang: str
    media: str = ""
    plant: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """On which day of the month, from 0, what is planted begins."""

    first_campaign: int = 8
    dead_source: int = 11
    spike: int = 14
    schema_change: int = 17
    second_campaign: int = 19
    rumour: int = 21
    full_disk: int = 24
    power_cut: int = 27


def make_month(
    seeds: Sequence[Seed], rumour: Sequence[str], first_day: date, day_count: int, draw_seed: int
) -> list[MonthPost]:
    """Return a month of posts in order of time.

    Args:
        seeds: Of the pack; those that threaten are left out, so that a threat that is told
            is a false one.
        rumour: Tellings in Swedish of a rumour that no narrative describes.
        first_day: In Europe/Stockholm.
        day_count: Days.
        draw_seed: Of everything that is drawn.
    """
    draw = random.Random(draw_seed)
    month = _Month(draw, _shuffled(seeds, draw), first_day)
    plan = Plan()
    for day in range(day_count):
        month.add_everyday(day)
    for offset, count in enumerate(SPIKE_COUNTS):
        month.add_known(plan.spike + offset, SPIKE_NARRATIVE, "asserts", count, plant="spike")
    for telling in rumour[:RUMOUR_TELLINGS]:
        month.add(plan.rumour, telling, "sv", plant="rumour")
    for message in _CAMPAIGNS:
        month.add_wave(message, plan)
    posts = sorted(month.posts, key=lambda post: post.posted_at)
    return [replace(post, number=number) for number, post in enumerate(posts, start=1)]


def read_rumour(path: Path, name: str) -> list[str]:
    """Return the Swedish tellings of one invented rumour."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
    return [row["text"] for row in rows if row["rumour"] == name and row["lang"] == "sv"]


def _shuffled(seeds: Sequence[Seed], draw: random.Random) -> dict[tuple[str, str], list[Seed]]:
    """Return seeds in an order of chance, answers to others left out.

    By narrative and stance; of no narrative, by origin.
    """
    pools: defaultdict[tuple[str, str], list[Seed]] = defaultdict(list)
    for seed in seeds:
        if not seed.is_threat and not seed.parent and len(seed.narratives) <= 1:
            kind = seed.stance if seed.narratives else seed.origin
            pools[(*seed.narratives, "")[0], kind].append(seed)
    for pool in pools.values():
        draw.shuffle(pool)
    return pools


@dataclass(frozen=True, slots=True)
class Wave:
    """One message that is pushed.

    Attributes:
        plant: Which of the planted campaigns.
        text: Its wording; copies differ in what stands around it.
        lang: ISO 639-1.
        count: Posts.
        accounts: How many accounts post them.
        minutes: Within how long.
        hour: Of the day, in Swedish time.
        sources: Where.
        media: Id of a picture that goes with it, or empty.
    """

    plant: str
    text: str
    lang: str
    count: int
    accounts: int
    minutes: float
    hour: int
    sources: tuple[str, ...]
    media: str = ""


_CAMPAIGNS = (
    Wave(
        "first_campaign",
        "LARM: i natt hämtade socialtjänsten fyra syskon ur sängarna utan beslut från någon "
        "domstol. De kidnappar våra barn och säljer dem till fosterhem. Dela innan det tas bort! "
        "https://larm-for-barnen.exempel.se/natten?utm_source=tg",
        "sv",
        count=18,
        accounts=15,
        minutes=12,
        hour=20,
        sources=("mastodon", "forum", "x"),
    ),
    Wave(
        "second_campaign",
        "SOC stjäl barn från muslimska familjer och ger dem till kristna!! Så gör de med alla oss "
        "muslimer i Sverige. Titta på mamman på bilden och dela",
        "sv",
        count=12,
        accounts=11,
        minutes=3,
        hour=13,
        sources=("mastodon", "x"),
        media="bild-av-mamman-vid-bilen",
    ),
    Wave(
        "second_campaign",
        "السوسيال يسرق أطفال العائلات المسلمة ويعطيهم للمسيحيين!! هكذا يفعلون بنا جميعا نحن "
        "المسلمين في السويد. انظروا إلى الأم في الصورة وانشروا",
        "ar",
        count=11,
        accounts=10,
        minutes=3,
        hour=13,
        sources=("mastodon", "x"),
        media="bild-av-mamman-vid-bilen",
    ),
)
# What people put before and after what they pass on.
_BEFORE = ("", "", "", "Dela!! ", "OBS ", "😡 ", "!!! ")
_AFTER = ("", "", "", " 🙏", " #lvu", " ❗", " dela vidare")


class _Month:
    """A month in the making."""

    def __init__(
        self, draw: random.Random, pools: Mapping[tuple[str, str], list[Seed]], first_day: date
    ) -> None:
        self.posts: list[MonthPost] = []
        self._draw = draw
        self._pools = pools
        self._first_day = first_day

    def add_everyday(self, day: int) -> None:
        """Add what is posted on any day."""
        is_weekend = (self._first_day + timedelta(days=day)).weekday() >= 5
        factor = _WEEKEND if is_weekend else 1.0
        for narrative, stance in sorted(self._pools):
            if narrative:
                count = _poisson(self._draw, _RATES[stance] * factor)
                self.add_known(day, narrative, stance, count)
        for origin, rate in _NO_NARRATIVE.items():
            self.add_known(day, "", origin, _poisson(self._draw, rate * factor))

    def add_known(
        self, day: int, narrative: str, kind: str, count: int, *, plant: str = ""
    ) -> None:
        """Add seeds of one kind that have not been used yet."""
        pool = self._pools[narrative, kind]
        for seed in [pool.pop() for _ in range(min(count, len(pool)))]:
            self.add(day, seed.text, seed.lang, plant=plant)

    def add(self, day: int, text: str, lang: str, *, plant: str = "") -> None:
        """Add one post at some moment of a day, by anyone, anywhere."""
        source = self._draw.choices(SOURCES, _WEIGHTS)[0]
        if plant and source == "flode":
            source = "forum"  # the feed is dead for most of the month
        seconds = min(self._draw.betavariate(3, 2), 0.999) * 86_400
        moment = self._midnight(day) + timedelta(seconds=int(seconds))
        account = f"konto{self._draw.randrange(_ACCOUNTS)}"
        self.posts.append(MonthPost(0, source, account, moment, text, lang, plant=plant))

    def add_wave(self, wave: Wave, plan: Plan) -> None:
        """Add the copies of a message that is pushed."""
        begun = self._midnight(getattr(plan, wave.plant)) + timedelta(hours=wave.hour)
        for number in range(wave.count):
            moment = begun + timedelta(seconds=int(self._draw.uniform(0, wave.minutes * 60)))
            text = self._draw.choice(_BEFORE) + wave.text + self._draw.choice(_AFTER)
            self.posts.append(
                MonthPost(
                    0,
                    wave.sources[number % len(wave.sources)],
                    f"{wave.plant}-{wave.lang}-{number % wave.accounts}",
                    moment,
                    text,
                    wave.lang,
                    wave.media,
                    wave.plant,
                )
            )

    def _midnight(self, day: int) -> datetime:
        return datetime.combine(self._first_day + timedelta(days=day), time(), STOCKHOLM)


def _poisson(draw: random.Random, mean: float) -> int:
    """Draw a count: how many arrivals of an exponential clock fall into one day."""
    return sum(1 for _ in _arrivals(draw, mean))


def _arrivals(draw: random.Random, mean: float) -> Iterator[float]:
    moment = draw.expovariate(mean)
    while moment < 1:
        yield moment
        moment += draw.expovariate(mean)
