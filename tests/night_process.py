"""A whole night with stand-ins for the model, to be run and killed in a process of its own."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from motbild.settings import Settings
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_WORDS = [
    *("kidnappning", "barnhandel", "counters", "asks", "reports", "hot", "samma"),
    *("skolan", "grannen", "bussen", "regn", "kaffe", "fotboll", "kvällen", "domstol"),
    *("frågan", "mamma", "vägen", "stan", "huset", "katten", "läraren", "möte"),
]


def write_posts(path: Path, count: int) -> None:
    """Write posts with copies, edits, replies, links, reach and rows that cannot be posts.

    Replies answer earlier and later posts, and posts that are not there.
    """
    draw = random.Random(7)
    lines = []
    for number in range(count):
        text = " ".join(draw.choices(_WORDS, k=draw.randint(3, 30)))
        post = {
            "id": str(number),
            "platform": draw.choice(["x", "tiktok"]),
            "text": text,
            "author": f"konto {number % 50}",
            "created_at": f"2026-10-{1 + number % 28:02}T12:00:00+02:00",
            "lang": "sv",
            "url": f"https://example.org/p/{number}",
            "likes": number,
            "reply_to": str(11 * number % (2 * count)) if number % 3 == 0 else None,
        }
        lines.append(json.dumps(post))
        if number % 7 == 0:
            lines.append(json.dumps({**post, "id": f"copy {number}", "text": text + " !"}))
        if number % 31 == 0:
            lines.append(json.dumps({**post, "text": text + " rättat"}))
        if number % 29 == 0:
            lines.append('{"id": "half')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(home: str, source: str, noon: float | None = None) -> None:
    """Run one night in this process.

    Args:
        home: Its home.
        source: What it reads.
        noon: The moment (seconds since 1970) that nights take for one noon, so that none that
            are compared lie on both sides of a midnight; None for the time as it is.
    """
    settings = Settings(home=Path(home), batch_row_count=40)
    model = Model(WordClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]

    def clock() -> datetime:
        return datetime.now(UTC) if noon is None else _NOON + timedelta(seconds=time.time() - noon)

    run_night(settings, load_sources(settings, [Path(source)]), model=model, clock=clock)
