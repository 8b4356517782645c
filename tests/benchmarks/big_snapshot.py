"""Publish a large snapshot of posts that nobody wrote, for measuring the review room.

    python tests/benchmarks/big_snapshot.py HOME [--posts 1000000] [--flags 50000]

A live warehouse is filled by SQL, the same each time for the same day, and published as a
night would; the live file is removed afterwards.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.adapters.packs import load_pack
from motbild.adapters.warehouse import Warehouse, open_warehouse
from motbild.settings import Settings
from motbild.stages.count import count
from motbild.stages.publish import publish
from motbild.stages.register import register

FILLING = Path(__file__).with_suffix(".sql")
MODEL = "benchmark-1"
NEWEST_RUN = "29991231T020000Z-000000"
THRESHOLD = 0.4


def build_snapshot(home: Path, posts: int, flags: int, last_day: date) -> Path:
    """Publish a snapshot in a home.

    Args:
        home: Where; made if needed.
        posts: How many posts were read, over 400 days.
        flags: How many of them are flagged.
        last_day: Day of the newest posts.

    Returns:
        The published file.
    """
    settings = Settings.load(home=home)
    live = settings.live_file
    with closing(open_warehouse(live, settings.migrations, settings.views)) as warehouse:
        _register(warehouse, settings)
        _fill(warehouse, posts, flags, last_day)
        count(warehouse, settings.views, model_version=MODEL, now=datetime.now(UTC))
        published = publish(
            warehouse,
            home,
            settings.views,
            run_id=NEWEST_RUN,
            model_version=MODEL,
            how=settings.publishing,
        )
    live.unlink()
    return published


def _register(warehouse: Warehouse, settings: Settings) -> None:
    packs = [load_pack(folder) for folder in settings.pack_folders]
    narratives = [each.narrative_id for pack in packs for each in pack.narratives]
    register(
        warehouse,
        packs,
        model_version=MODEL,
        encoder_id="benchmark",
        thresholds=dict.fromkeys((*narratives, "threat"), THRESHOLD),
        run_id=NEWEST_RUN,
    )


def _fill(warehouse: Warehouse, posts: int, flags: int, last_day: date) -> None:
    told = {
        "post_count": posts,
        "flag_count": flags,
        "question_count": round(flags * 0.16),
        "threat_count": round(flags * 0.016),
        "proposal_count": round(flags * 0.06),
        "model": MODEL,
        "newest_run": NEWEST_RUN,
    }
    for name, value in told.items():
        warehouse.execute(f"SET VARIABLE {name} = ?", [value])
    warehouse.execute("SET VARIABLE last_day = ?::DATE", [last_day])
    warehouse.execute(FILLING.read_text(encoding="utf-8"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Build from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("home", type=Path)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--flags", type=int, default=50_000)
    asked = parser.parse_args(arguments)
    begun = time.monotonic()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    published = build_snapshot(asked.home, asked.posts, asked.flags, yesterday)
    size = published.stat().st_size / 1e6
    print(f"{published}: {size:.0f} MB in {time.monotonic() - begun:.0f} seconds")


if __name__ == "__main__":
    main()
