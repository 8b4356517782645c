"""A feed whose place in its stream is damaged: nothing is taken twice, nothing passed over."""

from datetime import timedelta

import duckdb

from tests.data.platforms.feeds import FeedHost, FeedItem
from tests.faults.orders import MENDING, SECOND_NIGHT
from tests.faults.trials import Trial

_DAMAGES = (
    "",
    "{",
    "null",
    "[1, 2]",
    '{"place": 7}',
    '{"place": "", "strands": "x"}',
    "\\u0000 noise",
)
_PATH = "/rss.xml"


def cursor_damaged(trial: Trial) -> None:
    """Damage what a night kept of where a feed goes on; the next asks again and stores once."""
    feeds = FeedHost()
    feeds.post(_PATH, *(_entry(number) for number in range(6)))
    with feeds.server:
        (trial.home / "sources.toml").write_text(
            f'[[sources]]\nname = "flode"\nkind = "feed"\naddresses = ["{feeds.address(_PATH)}"]\n',
            encoding="utf-8",
        )
        trial.run(trial.order())
        told = trial.draw.choice(_DAMAGES)
        trial.told.append(f"cursor {told!r}")
        with duckdb.connect(str(trial.home / "live.duckdb")) as live:
            live.execute("UPDATE ops.cursors SET cursor = ?", [told])
        feeds.post(_PATH, *(_entry(number) for number in range(6, 9)))
        trial.run(trial.order(now=MENDING))
    trial.is_hit = True
    texts = trial.rows("SELECT text FROM core.posts WHERE source_id = 'flode'")
    if len(set(texts)) < 9:
        trial.lost.append(f"{9 - len(set(texts))} entries of the feed")
    if len(texts) > len(set(texts)):
        trial.doubled.append(f"{len(texts) - len(set(texts))} entries of the feed")


def _entry(number: int) -> FeedItem:
    return FeedItem(
        f"p{number}",
        f"Rubrik {number}",
        f"<p>kidnappning nummer {number}</p>",
        SECOND_NIGHT - timedelta(hours=20 - number),
    )
