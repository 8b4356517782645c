"""Clocks that jump, and time zones that are set oddly."""

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from motbild.core.intake import local_day
from tests.faults.content import ZEROS
from tests.faults.orders import SECOND_NIGHT
from tests.faults.trials import Trial

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_JUMPS = (
    timedelta(hours=-1),
    timedelta(days=-1),
    timedelta(days=-400),
    timedelta(hours=5),
    timedelta(days=40),
    timedelta(days=4000),
)
_ZONES = ("Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns", ":none/such", "", "UTC-14")


def clock_jumps_between(trial: Trial) -> None:
    """Run a night by a clock that is off, and the next by one that is right again."""
    jump = trial.draw.choice(_JUMPS)
    _by_clock(trial, (SECOND_NIGHT + jump).replace(microsecond=0), {})


def clock_at_its_beginning(trial: Trial) -> None:
    """Run a night by a clock that lost its battery, which says 1970."""
    _by_clock(trial, SECOND_NIGHT.replace(year=1970, month=1, day=1), {})


def clock_jumps_within(trial: Trial) -> None:
    """Let the clock jump while the night runs."""
    jump = trial.draw.choice(_JUMPS).total_seconds()
    _by_clock(trial, SECOND_NIGHT, {trial.draw.randint(2, 4): jump})


def odd_time_zone(trial: Trial) -> None:
    """Run a night where the machine's zone is another, or none that is known."""
    trial.is_hit = True
    with trial.watched():
        trial.run(trial.order(environment={"TZ": trial.draw.choice(_ZONES)}))
    trial.mend()


def clocks_change_in_spring(trial: Trial) -> None:
    """Run nights over the day that has 23 hours."""
    _over_change(trial, datetime(2026, 3, 29, tzinfo=_STOCKHOLM))


def clocks_change_in_autumn(trial: Trial) -> None:
    """Run nights over the day that has 25 hours."""
    _over_change(trial, datetime(2026, 10, 25, tzinfo=_STOCKHOLM))


def _over_change(trial: Trial, day: datetime) -> None:
    """Take in posts of three days, night by night, and count them by day and by hour."""
    shutil.rmtree(trial.home)
    (trial.home / "inbox").mkdir(parents=True)
    begin = (day - timedelta(days=1)).astimezone(UTC)
    moments = [
        begin + timedelta(minutes=number * 30 + trial.draw.randrange(30)) for number in range(144)
    ]
    nights = [(day + timedelta(days=number, hours=2)).astimezone(UTC) for number in range(4)]
    for number, night in enumerate(nights):
        before = nights[number - 1] if number else begin
        posted = [one for one in moments if before <= one < night]
        path = trial.home / "inbox" / f"{number}.jsonl"
        path.write_text("".join(_post(one) for one in posted), encoding="utf-8")
        trial.run(trial.order(now=night))
    trial.is_hit = True
    days = Counter(local_day(one) for one in moments)
    _compare_counts(trial, "counted_day", days, "daily")
    hours = Counter(one.replace(minute=0) for one in moments)
    _compare_counts(trial, "counted_hour_at", hours, "hourly")


def _compare_counts(trial: Trial, column: str, expected: Counter[Any], table: str) -> None:
    query = (
        f"SELECT {{'at': {column}, 'n': sum(post_count)}} FROM core.{table}_counts "
        "WHERE narrative_id = 'kidnappning' AND stance = 'asserts' "
        f"GROUP BY {column} HAVING sum(post_count) > 0"
    )
    found = Counter({row["at"]: int(row["n"]) for row in trial.rows(query)})
    if missing := expected - found:
        trial.lost.append(f"{table} counts lack {missing}")
    if surplus := found - expected:
        trial.doubled.append(f"{table} counts have too many: {surplus}")


def _post(moment: datetime) -> str:
    told = {
        "id": moment.isoformat(),
        "platform": "x",
        "text": f"kidnappning {moment:%j %H %M}",
        "created_at": moment.isoformat(),
        "lang": "sv",
    }
    return json.dumps(told) + "\n"


def _by_clock(trial: Trial, now: datetime, jumps: dict[int, float]) -> None:
    trial.is_hit = True
    with trial.watched():
        trial.run(trial.order(now=now, jumps=jumps), names=("clock",))
    trial.mend(but=(ZEROS,))
