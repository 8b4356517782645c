"""The hourly flow: a night over the sources that are marked hourly, for what spreads by day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from prefect import flow
from prefect.client.schemas import State
from prefect.states import Completed

from flows.due import name_run, skip_if_late
from flows.reports import publish_report
from flows.stage_tasks import StageTasks
from flows.telling import telling_failure
from motbild.core.night_report import NightReport
from motbild.errors import LockHeldError
from motbild.settings import Settings
from motbild.stages import NIGHTLY_ORDER
from motbild.wiring.alerting import send_alerts
from motbild.wiring.nights import CATCH_UP, run_night
from motbild.wiring.sources import load_hourly_sources

_PATIENCE = timedelta(minutes=50)


@flow(name="catch-up", flow_run_name=name_run, persist_result=False)
def catch_up(home: str | None = None) -> NightReport | State:
    """Collect from the hourly sources, classify, flag, publish, and tell what must be told.

    Args:
        home: Folder of everything that is written; by default as the settings say.

    Returns:
        The run's report; or a state that says why there was nothing to do: no source is
        hourly, another run holds the home, or the next hour is near.
    """
    settings = Settings.load(home=home)
    if skipped := skip_if_late(_PATIENCE, "The next hour reads the same."):
        return skipped
    sources = load_hourly_sources(settings)
    if not sources:
        return Completed(name="Nothing", message="No source in sources.toml has hourly = true.")
    try:
        with telling_failure(settings):
            report = run_night(
                settings,
                sources,
                kind=CATCH_UP,
                run_step=StageTasks("catch-up-progress", len(NIGHTLY_ORDER)),
            )
    except LockHeldError as held:
        return Completed(name="Skipped", message=str(held))
    alerts = send_alerts(settings, datetime.now(UTC))
    report = replace(report, undelivered=alerts.failures)
    publish_report(report, "catch-up")
    return report
