"""The nightly flow: the stages in their order, with retries, timeouts and a report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow
from prefect.client.schemas import State

from flows.due import name_run, skip_if_late
from flows.reports import publish_report
from flows.stage_tasks import StageTasks
from flows.telling import telling_failure
from flows.turns import take_turn
from motbild.core.night_report import NightReport
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.stages import NIGHTLY_ORDER
from motbild.wiring.alerting import send_alerts
from motbild.wiring.digests import send_digest
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources


def run_nightly(settings: Settings, sources: list[Path]) -> NightReport:
    """Run the night's stages as tasks, publish its report, and tell what must be told."""
    settings.inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    with telling_failure(settings):
        report = run_night(
            settings,
            load_sources(settings, sources),
            run_step=StageTasks("night-progress", len(NIGHTLY_ORDER)),
        )
    now = datetime.now(UTC)
    alerts, letters = send_alerts(settings, now), send_digest(settings, now)
    report = replace(report, undelivered=(*alerts.failures, *letters.failures))
    publish_report(report, "night")
    return report


@flow(name="nightly", flow_run_name=name_run, persist_result=False)
def nightly(
    home: str | None = None,
    sources: list[str] | None = None,
    runner: str | None = None,
    runner_address: str | None = None,
) -> NightReport | State:
    """Collect, classify, flag and publish.

    Args:
        home: Folder of everything that is written; by default as the settings say.
        sources: Files and folders to read; by default as `sources.toml` and the inbox.
        runner: Where posts are masked and classified; by default as the settings say.
        runner_address: The scheduler of the cluster that does it; likewise.

    Returns:
        The night's report; or a cancelled state where the run was scheduled for a
        moment long gone, since the next night reads everything anyway.
    """
    settings = Settings.load(home=home, runner=runner, runner_address=runner_address)
    patience = timedelta(hours=settings.stale_hours)
    if skipped := skip_if_late(patience, "The next night reads everything."):
        return skipped
    paths = [Path(source) for source in sources or ()]
    return take_turn(lambda: run_nightly(settings, paths), patience)


def run_now(settings: Settings, sources: list[Path]) -> NightReport:
    """Run the flow once in this process, and return its report.

    Raises:
        MotbildError: The night failed; the message says why.
    """
    try:
        report = nightly(
            home=str(settings.home),
            sources=[str(path) for path in sources],
            runner=settings.runner,
            runner_address=settings.runner_address,
        )
    except MotbildError as error:
        failure = type(error)(*error.args)
        # Prefect keeps the error, and with its traceback everything it passed through, beyond
        # the interpreter's end, where DuckDB's binding complains of it.
        error.__traceback__ = error.__context__ = error.__cause__ = None
    else:
        if isinstance(report, NightReport):
            return report
        failure = MotbildError("The night was cancelled by the Prefect server; see its log.")
    raise failure
