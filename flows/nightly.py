"""The nightly flow: the stages in their order, with retries, timeouts and a report."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from prefect import Task, flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.runtime import flow_run
from prefect.states import Cancelled

from motbild.core.night_report import NightReport, render_markdown
from motbild.errors import LockHeldError, MotbildError, UnexpectedError
from motbild.settings import Settings
from motbild.wiring.alerting import send_alerts, tell_failure
from motbild.wiring.digests import send_digest
from motbild.wiring.nights import Step, run_night
from motbild.wiring.sources import load_sources

# A stage goes on where it stopped, so trying again never does work twice.
_RETRY_SECONDS = (10, 60)
_TIMEOUT_SECONDS = 6 * 3600


def _may_go_better(_task: object, _run: object, state: State[Any]) -> bool:
    """Tell an unforeseen failure from one that stays until somebody mends it."""
    try:
        state.result()
    except UnexpectedError:
        return True
    except MotbildError:
        return False
    return False


def run_step(name: str, step: Step) -> Mapping[str, int]:
    """Run one stage as a task of the flow."""
    stage = Task(
        step,
        name=name,
        retries=len(_RETRY_SECONDS),
        retry_delay_seconds=list(_RETRY_SECONDS),
        retry_condition_fn=_may_go_better,
        timeout_seconds=_TIMEOUT_SECONDS,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    return stage()


def run_nightly(home: str | None = None, sources: list[str] | None = None) -> NightReport:
    """Run the night's stages as tasks, publish its report, and tell what must be told."""
    settings = Settings.load(home=home)
    settings.inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = [Path(source) for source in sources or ()]
    try:
        report = run_night(settings, load_sources(settings, paths), run_step=run_step)
    except LockHeldError:
        raise  # another night runs, and none has failed
    except MotbildError as error:
        tell_failure(settings, str(error), datetime.now(UTC))
        raise
    now = datetime.now(UTC)
    alerts, letters = send_alerts(settings, now), send_digest(settings, now)
    report = replace(report, undelivered=(*alerts.failures, *letters.failures))
    create_markdown_artifact(
        render_markdown(report), key="night-report", description=f"Night {report.run_id}"
    )
    return report


@flow(name="nightly", persist_result=False)
def nightly(home: str | None = None, sources: list[str] | None = None) -> NightReport | State:
    """Collect, classify, flag and publish.

    Args:
        home: Folder of everything that is written; by default as the settings say.
        sources: Files and folders to read; by default as `sources.toml` and the inbox.

    Returns:
        The night's report; or a cancelled state where the run was scheduled for a
        moment long gone, since the next night reads everything anyway.
    """
    late = datetime.now(UTC) - (flow_run.scheduled_start_time or datetime.now(UTC))
    if late > timedelta(hours=Settings.load(home=home).stale_hours):
        get_run_logger().warning("Skipped: scheduled %s ago.", late)
        return Cancelled(message="Scheduled too long ago; the next night reads everything.")
    return run_nightly(home, sources)


def run_now(settings: Settings, sources: list[Path]) -> NightReport:
    """Run the flow once in this process, and return its report.

    Raises:
        MotbildError: The night failed; the message says why.
    """
    try:
        report = nightly(home=str(settings.home), sources=[str(path) for path in sources])
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
