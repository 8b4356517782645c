"""The hourly round of letters: the morning's, once a day, and a word when a night is late."""

from datetime import UTC, datetime, timedelta

from prefect import flow
from prefect.client.schemas import State

from flows.due import name_run, skip_if_late
from motbild.settings import Settings
from motbild.wiring.alerting import check_lateness
from motbild.wiring.digests import send_digest

_PATIENCE = timedelta(minutes=50)


@flow(name="digest", flow_run_name=name_run, persist_result=False)
def digest(home: str | None = None) -> list[str] | State:
    """Send the morning's letter from its hour on, and what else is due.

    Args:
        home: Folder of everything that is written; by default as the settings say.

    Returns:
        Sentences about what could not be sent; the next round tries again.
    """
    if skipped := skip_if_late(_PATIENCE, "The next round sends the same."):
        return skipped
    settings, now = Settings.load(home=home), datetime.now(UTC)
    alerts, letters = check_lateness(settings, now), send_digest(settings, now)
    return [*alerts.failures, *letters.failures]
