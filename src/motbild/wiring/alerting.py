"""Sending what must be told: after a night, when one breaks, and when none comes.

Nothing here fails a night: what cannot be sent is told, and tried again next time.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from motbild.adapters.alert_log import AlertLog
from motbild.adapters.alerts import send
from motbild.adapters.letters import write_alert
from motbild.adapters.warehouse.reading import OpenSnapshot, SnapshotReader
from motbild.core.alerting import (
    Channel,
    Entry,
    Letter,
    logged_notices,
    plan,
)
from motbild.core.digest import LATE
from motbild.core.intake import local_day
from motbild.core.notice_words import tell, tell_subject
from motbild.core.notices import Notice
from motbild.errors import MotbildError, WarehouseError
from motbild.settings import Settings
from motbild.stages.digest import read_last_night, read_notices, read_quotes, read_titles
from motbild.wiring.channels import load_channels, load_quiet_hours, show_channel


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of sending.

    Attributes:
        sent: Notices that were taken, counted by channel.
        held: Notices that wait for quiet hours to end.
        failures: What could not be sent and why, a sentence each.
    """

    sent: int = 0
    held: int = 0
    failures: tuple[str, ...] = ()


def send_alerts(settings: Settings, now: datetime) -> Delivery:
    """Send what is due, once each; a night has come to its end or an hour has passed."""
    return guarded(settings, lambda log: _send_due(settings, log, now))


def tell_failure(settings: Settings, failure: str, now: datetime) -> Delivery:
    """Tell that a night broke: once, until another one comes to its end.

    Args:
        settings: Which home.
        failure: Why, in one sentence that quotes no post.
        now: Time-zone-aware.
    """

    def note(log: AlertLog) -> Delivery:
        _close_ended(settings, log, now)
        if not _is_known(log, "night-failed"):
            log.append([_noticed("night-failed", {"failure": failure}, now)])
        return _send_due(settings, log, now)

    return guarded(settings, note)


def check_lateness(settings: Settings, now: datetime) -> Delivery:
    """Tell that no night has come to its end for thirty hours, once; and send what is due."""

    def note(log: AlertLog) -> Delivery:
        last = _close_ended(settings, log, now)
        is_late = last is not None and now - last > LATE
        if last is not None and is_late and not _is_known(log, "night-failed", "night-late"):
            hours = str(round((now - last).total_seconds() / 3600))
            figures = {"last_day": local_day(last).isoformat(), "hour_count": hours}
            log.append([_noticed("night-late", figures, now)])
        return _send_due(settings, log, now)

    return guarded(settings, note)


def deliver(
    log: AlertLog, channel: Channel, letter: Letter, keys: Sequence[tuple[str, str]], now: datetime
) -> str | None:
    """Send a letter and log what came of it.

    Args:
        log: Held by the caller.
        channel: Where to.
        letter: What.
        keys: Id and kind of each notice in it.
        now: Time-zone-aware.

    Returns:
        None where it was taken, else a sentence.
    """
    failure = send(channel.address, letter)
    event, figures = ("sent", None) if failure is None else ("failed", {"failure": failure})
    known = {e.notice_id: e for e in log.load() if e.channel_id == channel.channel_id}
    log.append(
        Entry(now, event, key, kind, channel.channel_id, figures)
        for key, kind in keys
        # What fails alike hour after hour is one line.
        if not (key in known and (known[key].event, known[key].figures) == (event, figures))
    )
    if failure is None:
        return None
    kinds = ", ".join(dict.fromkeys(kind for _, kind in keys))
    where = show_channel(channel)
    return f"Not told to {where} yet ({kinds}): {failure}; it is tried again next time."


def guarded(settings: Settings, sending: Callable[[AlertLog], Delivery]) -> Delivery:
    """Send while no other process does; whatever goes wrong becomes a sentence.

    Nobody is told of a demonstration.
    """
    if settings.demo_mark.exists():
        return Delivery()
    log = AlertLog(settings.alert_log)
    try:
        with log.held():
            return sending(log)
    except MotbildError as error:
        return Delivery(failures=(str(error),))
    except Exception as error:  # a night that is done must not fail for its letters
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Delivery(
            failures=(
                f"Alerts could not be sent: unexpected {type(error).__name__} in "
                f"{Path(place.filename).name} line {place.lineno}; they are tried again next time.",
            )
        )


def _send_due(settings: Settings, log: AlertLog, now: datetime) -> Delivery:
    channels, quiet = load_channels(settings), load_quiet_hours(settings)
    if not channels:
        return Delivery()
    _close_ended(settings, log, now)
    with _opened(settings) as snapshot:
        notices = read_notices(snapshot) if snapshot is not None else []
        titles = read_titles(snapshot) if snapshot is not None else {}
        entries = log.load()
        planned = plan([*logged_notices(entries), *notices], channels, entries, quiet, now)
        letters = [
            (channel, due, _letter(settings, due, titles, snapshot)) for channel, due in planned.due
        ]
    log.append(
        Entry(now, "held", notice.notice_id, notice.kind, channel.channel_id)
        for channel, notice in planned.held
    )
    failures = [
        deliver(log, channel, letter, [(one.notice_id, one.kind) for one in due], now)
        for channel, due, letter in letters
    ]
    return Delivery(
        sent=sum(
            len(due)
            for (_, due, _), failure in zip(letters, failures, strict=True)
            if failure is None
        ),
        held=len(planned.held),
        failures=tuple(failure for failure in failures if failure is not None),
    )


def _letter(
    settings: Settings,
    due: Sequence[Notice],
    titles: Mapping[str, str],
    snapshot: OpenSnapshot | None,
) -> Letter:
    quotes = {}
    if settings.alert_text and snapshot is not None:
        quotes = read_quotes(snapshot, due)
    words = [tell(notice, titles) for notice in due]
    return write_alert(tell_subject(due, titles), words, quotes, settings.review_url)


def _is_known(log: AlertLog, *kinds: str) -> bool:
    return any(notice.kind in kinds for notice in logged_notices(log.load()))


def _noticed(kind: str, figures: Mapping[str, str], now: datetime) -> Entry:
    return Entry(now, "noticed", f"{kind}:{now:%Y%m%dT%H%M%SZ}", kind, figures=figures)


def _close_ended(settings: Settings, log: AlertLog, now: datetime) -> datetime | None:
    """Close what tells of nights that broke or were late, once another came to its end.

    Returns:
        When the last night that came to its end began.
    """
    with _opened(settings) as snapshot:
        last = read_last_night(snapshot) if snapshot is not None else None
    ended = [
        notice
        for notice in logged_notices(log.load())
        if last is not None and last > notice.first_noticed_at
    ]
    log.append(Entry(now, "closed", notice.notice_id, notice.kind) for notice in ended)
    return last


@contextmanager
def _opened(settings: Settings) -> Iterator[OpenSnapshot | None]:
    """Open the newest snapshot; None where there is none that can be opened.

    That a night broke is told even where what it left cannot be read.
    """
    with closing(SnapshotReader(settings.snapshot_link)) as reader:
        try:
            snapshot = reader.newest()
        except WarehouseError:
            snapshot = None
        yield snapshot
