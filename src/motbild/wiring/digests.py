"""The morning's letter: gathered, written, and sent once a day."""

from contextlib import ExitStack, closing
from datetime import datetime, time, timedelta

from motbild.adapters.alert_log import AlertLog
from motbild.adapters.letters import write_digest
from motbild.adapters.night_lock import describe_holder
from motbild.adapters.review_store import open_review_store
from motbild.adapters.warehouse.reading import SnapshotReader
from motbild.core.alerting import Letter
from motbild.core.digest import Digest
from motbild.core.intake import LOCAL_ZONE, local_day
from motbild.settings import Settings
from motbild.stages.digest import digest
from motbild.wiring.alerting import Delivery, deliver, guarded
from motbild.wiring.channels import load_digest_channels

_PATIENCE = timedelta(hours=3)  # that the letter waits for a night


def gather_digest(settings: Settings, now: datetime) -> Digest:
    """Gather the letter of a morning from the newest snapshot and the review store.

    Raises:
        MotbildError: The snapshot or the review store cannot be read.
    """
    with ExitStack() as opened:
        snapshot = store = None
        if settings.snapshot_link.exists():
            reader = opened.enter_context(closing(SnapshotReader(settings.snapshot_link)))
            snapshot = reader.newest()
        if settings.review_store is not None:
            store = opened.enter_context(closing(open_review_store(settings.review_store)))
        return digest(
            snapshot,
            store,
            now=now,
            is_running=describe_holder(settings.home) is not None,
            with_text=settings.alert_text,
        )


def make_letter(settings: Settings, now: datetime) -> Letter:
    """Write the letter of a morning.

    Raises:
        MotbildError: What it tells cannot be read.
    """
    return write_digest(gather_digest(settings, now), settings.review_url)


def send_digest(settings: Settings, now: datetime, *, at_any_hour: bool = False) -> Delivery:
    """Send the morning's letter to each address that has not had it today.

    It waits for a night that is still running, though not for hours on end: whoever calls this
    every hour, and when a night has ended, has it sent as soon as there is something to tell.

    Args:
        settings: Which home.
        now: Time-zone-aware; before the hour that is set nothing is sent.
        at_any_hour: Send it even before that hour, and while a night is running.
    """
    hour = time.fromisoformat(settings.digest_hour)
    due_at = datetime.combine(local_day(now), hour, LOCAL_ZONE)
    is_running = describe_holder(settings.home) is not None
    is_early = now < due_at or (is_running and now < due_at + _PATIENCE)
    if is_early and not at_any_hour:
        return Delivery()
    return guarded(settings, lambda log: _send(settings, log, now))


def _send(settings: Settings, log: AlertLog, now: datetime) -> Delivery:
    key = f"digest:{local_day(now)}"
    done = {e.channel_id for e in log.load() if e.event == "sent" and e.notice_id == key}
    due = [c for c in load_digest_channels(settings) if c.channel_id not in done]
    if not due:
        return Delivery()
    letter = make_letter(settings, now)
    failures = [deliver(log, channel, letter, [(key, "digest")], now) for channel in due]
    return Delivery(
        sent=failures.count(None),
        failures=tuple(failure for failure in failures if failure is not None),
    )
