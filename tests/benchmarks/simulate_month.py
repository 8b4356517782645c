"""Thirty nights with planted campaigns, a spike, faults and silence: what is told, what is lost.

    python tests/benchmarks/simulate_month.py [--write]

Nights run as they do anywhere: real model, real stores, sources on loopback asked by their
real clients, alerts sent to a webhook. The same draw seed gives the same posts.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

import duckdb

from motbild.adapters.alert_log import AlertLog
from motbild.adapters.keys import load_key
from motbild.adapters.packs import load_pack
from motbild.core.intake import MaskedPost, identify_posts
from motbild.core.records import RawPost
from motbild.errors import MotbildError
from motbild.settings import Settings, bundle_root
from motbild.wiring.alerting import send_alerts, tell_failure
from motbild.wiring.digests import send_digest
from motbild.wiring.models import Model, load_model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.benchmarks.month_faults import Clock, cut_power, full_disk, small_disk
from tests.benchmarks.month_page import render, write
from tests.benchmarks.month_posts import STOCKHOLM, MonthPost, Plan, make_month, read_rumour
from tests.benchmarks.month_sources import MonthSources, month_sources
from tests.benchmarks.month_verdict import (
    Told,
    Verdict,
    judge,
    planted_things,
)
from tests.data.receivers import Webhook, webhook

RUMOURS = Path(__file__).parent / "rumours.jsonl"
FIRST_DAY = date(2026, 10, 5)  # so that a night with an hour twice is among them
RUN_AGAIN = timedelta(hours=2)  # after the power cut the machine is back
MORNING = timedelta(hours=5)  # after the night, when the letter of the morning is sent


@dataclass
class Month:
    """A month while it is simulated.

    Attributes:
        settings: Of its home.
        plan: What is planted when.
        model: What nights classify with, loaded once.
        starts: When the night after each day begins.
        seconds: How long the nights that came to their end took.
        failures: What the nights said that broke.
    """

    settings: Settings
    plan: Plan
    model: Model
    starts: dict[int, datetime] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)

    def live_through(self, day: int, disk: Path) -> None:
        """Run the night after a day, whatever befalls it, and what its morning sends."""
        now = self.starts[day]
        if day == self.plan.power_cut:
            cut_power(self.settings.home, now, 0.5 * sum(self.seconds) / len(self.seconds))
            # The scheduler runs a night again whose process is gone.
            self._run(day, now + RUN_AGAIN)
        elif day == self.plan.full_disk:
            with full_disk(disk):
                self._run(day, now)
        else:
            self._run(day, now)
        morning = now + MORNING
        send_alerts(self.settings, morning)
        send_digest(self.settings, morning)

    def _run(self, day: int, now: datetime) -> None:
        begun = time.monotonic()
        try:
            sources = load_sources(self.settings, [])
            run_night(self.settings, sources, model=self.model, clock=Clock(now))
        except MotbildError as error:
            self.failures[day] = str(error)
            tell_failure(self.settings, str(error), now)
            return
        self.seconds.append(time.monotonic() - begun)
        send_alerts(self.settings, now + timedelta(minutes=10))


def main() -> None:
    """Simulate the month and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--draw-seed", type=int, default=20261005)
    parser.add_argument("--home", type=Path, help="keep what the month leaves behind there")
    parser.add_argument(
        "--write", action="store_true", help="into docs/benchmarks.md, with a chart"
    )
    options = parser.parse_args()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        disk = folder / "disk"
        opened.enter_context(small_disk(disk))
        hook = opened.enter_context(webhook())
        sources = opened.enter_context(month_sources(folder / "exports"))
        month = _begin(disk / "home", hook, sources)
        _simulate(month, sources, disk, options.nights, options.draw_seed)
        told = _read_told(month.settings)
        verdicts, false_alarms = judge(planted_things(month.plan), told, month.starts)
        lost = _count_lost(month.settings, sources)
        page = render(
            month,
            verdicts,
            false_alarms,
            lost,
            letter_count=len(hook.bodies),
            draw_seed=options.draw_seed,
        )
        print(page)
        if options.home:
            shutil.copytree(month.settings.home, options.home, symlinks=True)
        if options.write:
            write(page, month, verdicts, false_alarms)
    _check(verdicts, false_alarms, lost)


def _begin(home: Path, hook: Webhook, sources: MonthSources) -> Month:
    sources.write_settings(home)
    settings = Settings.load(
        home=home,
        alert_addresses=f"json://127.0.0.1:{hook.port}",
        digest_addresses=f"json://127.0.0.1:{hook.port}",
        quiet_hours="22-06",
    )
    return Month(settings, Plan(), load_model(settings))


def _simulate(
    month: Month, sources: MonthSources, disk: Path, night_count: int, draw_seed: int
) -> None:
    pack = load_pack(bundle_root() / "models" / "narratives" / "socialtjansten")
    rumour = read_rumour(RUMOURS, "forskola-somndroppar")
    posts = make_month(pack.seeds, rumour, FIRST_DAY, night_count, draw_seed)
    month.starts = {day: _start_of(day) for day in range(night_count)}
    for day, shown in _by_night(posts, month.starts):
        sources.show(day, shown, month.plan)
        month.live_through(day, disk)


def _start_of(day: int) -> datetime:
    """Return when the night after a day begins: two in the morning in Sweden."""
    morning = FIRST_DAY + timedelta(days=day + 1)
    return datetime.combine(morning, clock_time(2), STOCKHOLM).astimezone(UTC)


def _by_night(
    posts: list[MonthPost], starts: dict[int, datetime]
) -> Iterator[tuple[int, list[MonthPost]]]:
    """Yield each day with what has been posted since the night before it."""
    left = posts
    for day, start in starts.items():
        yield day, [post for post in left if post.posted_at < start]
        left = [post for post in left if post.posted_at >= start]


def _read_told(settings: Settings) -> list[Told]:
    """Return every notice, with when somebody was first sent it.

    What is not urgent enough for an alert stands in the letter of the next morning.
    """
    entries = AlertLog(settings.alert_log).load()
    sent: dict[str, datetime] = {}
    for entry in entries:
        if entry.event == "sent":
            sent.setdefault(entry.notice_id, entry.at)
    with duckdb.connect(str(settings.live_file), read_only=True) as live:
        rows = live.execute(
            "SELECT notice_id, kind, subject_id, severity, first_noticed_at FROM ops.notices"
        ).fetchall()
    told = [
        Told(name, kind, subject, noticed_at, sent.get(name, _next_letter(severity, noticed_at)))
        for name, kind, subject, severity, noticed_at in rows
    ]
    logged = [entry for entry in entries if entry.event == "noticed"]
    return [
        *told,
        *(Told(e.notice_id, e.kind, "", e.at, sent.get(e.notice_id)) for e in logged),
    ]


def _next_letter(severity: str, noticed_at: datetime) -> datetime | None:
    return noticed_at + MORNING if severity == "info" else None


def _count_lost(settings: Settings, sources: MonthSources) -> dict[str, tuple[int, int, int]]:
    """Return by source how many posts were shown, and of them are missing or stored twice."""
    counts = {}
    key = load_key(settings.lasting_key_file, may_be_made=False)
    with duckdb.connect(str(settings.live_file), read_only=True) as live:
        for name, shown in sources.shown.items():
            rows = live.execute(
                "SELECT post_id FROM core.posts WHERE source_id = ?", [name]
            ).fetchall()
            stored = [post_id for (post_id,) in rows]
            wanted = _stored_ids(name, shown, key)
            doubled = len(stored) - len(set(stored) & wanted)
            counts[name] = (len(wanted), len(wanted - set(stored)), doubled)
    return counts


def _stored_ids(source_id: str, shown: set[tuple[str, str]], key: bytes) -> set[str]:
    """Return the ids under which posts stand in the warehouse."""
    posts = [
        MaskedPost(RawPost(native_id, "x", platform, 1), "x", "x") for platform, native_id in shown
    ]
    return {post.post_id for post in identify_posts(posts, source_id=source_id, key=key)}


def _check(
    verdicts: list[Verdict], false_alarms: list[Told], lost: dict[str, tuple[int, int, int]]
) -> None:
    """End with an error where the month did not go as it must."""
    late = [one.planted.name for one in verdicts if not one.is_in_time]
    missing = sum(missing + doubled for _, missing, doubled in lost.values())
    if late or len(false_alarms) > 2 or missing:
        raise SystemExit(
            f"Not told within a day: {late}; false alarms: {len(false_alarms)}; "
            f"posts lost or doubled: {missing}."
        )


if __name__ == "__main__":
    main()
