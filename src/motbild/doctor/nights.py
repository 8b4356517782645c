"""Nights: who runs now, when the last one was, and whether the clock can be right."""

import os
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from motbild.adapters.night_lock import read_holder
from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.errors import MotbildError
from motbild.settings import Settings

_LATE = timedelta(hours=30)
_TOO_LONG = timedelta(hours=12)
_TOLERANCE = timedelta(minutes=5)
_PATIENCE_SECONDS = 5


def look_at_lock(settings: Settings) -> str:
    """Tell who holds the home; a run that holds it for half a day hangs, and one may have died."""
    holder = read_holder(settings.home)
    if holder is None:
        return "nothing"
    if not holder.is_alive:
        raise MotbildError(
            f"A run died here ({holder.told}); run `motbild nightly`, which goes on where it "
            "stopped."
        )
    if holder.since and datetime.now(UTC) - holder.since > _TOO_LONG:
        raise MotbildError(
            f"A run has held the home for more than {_TOO_LONG.total_seconds() / 3600:.0f} hours "
            f"({holder.told}); see what that process does, and end it with `kill` if nothing."
        )
    return holder.told


def look_at_last_night(settings: Settings) -> str:
    """See that a night has been published since yesterday."""
    found = _newest_start(settings, "WHERE kind = 'nightly'")
    if found is None:
        return "none yet; run `motbild nightly`"
    run_id, started_at = found
    age = datetime.now(UTC) - started_at
    if age > _LATE:
        raise MotbildError(
            f"The last night that published began {age.total_seconds() / 3600:.0f} hours ago; "
            "see that `motbild schedule` runs, or run `motbild nightly`."
        )
    return f"{run_id}, {age.total_seconds() / 3600:.1f} hours ago"


def look_at_clock(settings: Settings) -> str:
    """Compare this machine's clock with the last run's, and with the server's."""
    now = datetime.now(UTC)
    found = _newest_start(settings)
    if found and now < found[1] - _TOLERANCE:
        raise MotbildError(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, and the last run began later "
            f"({found[1]:%Y-%m-%d %H:%M}); set the clock, such as with "
            "`timedatectl set-ntp true`."
        )
    there = _server_time()
    if there and abs(now - there) > _TOLERANCE:
        raise MotbildError(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC and the Prefect server's "
            f"{there:%Y-%m-%d %H:%M}; set both by a time server (`timedatectl set-ntp true`)."
        )
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _newest_start(settings: Settings, where: str = "") -> tuple[str, datetime] | None:
    if not settings.snapshot_link.exists():
        return None
    rows = query_snapshot(
        settings.snapshot_link,
        f"SELECT run_id, started_at FROM analyst.nights {where} "  # noqa: S608
        "ORDER BY started_at DESC LIMIT 1",
    ).to_pylist()
    return (rows[0]["run_id"], rows[0]["started_at"]) if rows else None


def _server_time() -> datetime | None:
    """Return what the server's clock says, where one is named and answers."""
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        return None
    try:
        answer = httpx.get(f"{address}/health", timeout=_PATIENCE_SECONDS)
        return parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError):
        return None
