"""A night from lock to report: which stages run, on which parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

from motbild.adapters.model_history import read_refusal
from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.sources import Spec
from motbild.adapters.warehouse.failures import telling
from motbild.adapters.warehouse.runs import Run, begin_run, end_run, read_last_start, read_standing
from motbild.core.day_range import EVERY_DAY, DayRange
from motbild.core.night_report import NightReport, SourceReport
from motbild.core.promotions import describe_refusal
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.stages import NIGHTLY_ORDER
from motbild.wiring.locked_home import check_room, name_run, open_live
from motbild.wiring.models import Model, load_model
from motbild.wiring.night_steps import Clock, Night
from motbild.wiring.thresholds import apply_choice

Step: TypeAlias = Callable[[], Mapping[str, int]]
StepRunner: TypeAlias = Callable[[str, Step], Mapping[str, int]]

NIGHTLY, CATCH_UP, BACKFILL = "nightly", "catch-up", "backfill"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_night(
    settings: Settings,
    sources: Sequence[Spec],
    *,
    kind: str = NIGHTLY,
    days: DayRange = EVERY_DAY,
    model: Model | None = None,
    clock: Clock = _utc_now,
) -> Iterator[Night]:
    """Begin a night: take the lock, open the warehouse, record the run; and end it.

    Args:
        settings: Where and how.
        sources: What to read.
        kind: What the record calls it.
        days: Days whose posts are classified; by default all.
        model: What to classify with; by default the one that the settings name.
        clock: Tells the time (UTC).

    Raises:
        LockHeldError: Another night runs in this home.
    """
    check_room(settings)
    started_at = clock()
    run_id = name_run(started_at)
    with hold_night_lock(settings.home, run_id=run_id, now=started_at):
        model = model or apply_choice(settings, load_model(settings))
        run = Run(run_id, kind, started_at, model.versions)
        with (
            telling(),
            closing(open_live(settings)) as warehouse,
        ):
            interrupted = begin_run(warehouse, run)
            night = Night(settings, run, warehouse, model, sources, clock, days, interrupted)
            try:
                with night.opened:
                    yield night
            except MotbildError as error:
                # A warehouse that takes nothing more must not hide why the night failed.
                with suppress(Exception):
                    _end(night, failure=str(error))
                raise


def run_night(
    settings: Settings,
    sources: Sequence[Spec],
    *,
    kind: str = NIGHTLY,
    days: DayRange = EVERY_DAY,
    stages: Sequence[str] = NIGHTLY_ORDER,
    run_step: StepRunner = lambda _, step: step(),
    model: Model | None = None,
    clock: Clock = _utc_now,
) -> NightReport:
    """Run a whole night, stage by stage.

    Args:
        settings: Where and how.
        sources: What to read.
        kind: What the record calls it.
        days: Days whose posts are classified; by default all.
        stages: Which stages, in their order.
        run_step: Runs one named step; a scheduler puts retries and timeouts around it.
        model: What to classify with; by default the one that the settings name.
        clock: Tells the time (UTC); a simulation has one of its own.

    Returns:
        What the night did and how things stand.
    """
    with open_night(settings, sources, kind=kind, days=days, model=model, clock=clock) as night:
        for name in stages:
            run_step(name, partial(night.step, name))
        return _end(night)


def _end(night: Night, failure: str | None = None) -> NightReport:
    ended_at = night.clock()
    report = _report(night, ended_at)
    end_run(
        night.warehouse,
        night.run,
        ended_at=ended_at,
        counts=night.counts,
        stage_seconds=night.stage_seconds,
        failure=failure,
    )
    if failure is None:
        night.warehouse.checkpoint()
    return report


def _report(night: Night, ended_at: datetime) -> NightReport:
    standing = read_standing(night.warehouse, night.model.classifier.model_version)
    return NightReport(
        run_id=night.run.run_id,
        kind=night.run.kind,
        started_at=night.run.started_at,
        ended_at=ended_at,
        versions=night.run.versions,
        counts=night.counts,
        stage_seconds=night.stage_seconds,
        sources=[SourceReport(**asdict(outcome)) for outcome in night.outcomes],
        flagged=standing.flagged,
        unflagged=standing.unflagged,
        question_count=standing.question_count,
        threat_count=standing.threat_count,
        proposal_count=standing.proposal_count,
        interrupted_count=night.interrupted_count,
        refused_challenger=_refused_challenger(night),
    )


def _refused_challenger(night: Night) -> str | None:
    before = read_last_start(night.warehouse, night.run.run_id)
    refusal = read_refusal(night.settings.models_folder, before)
    return describe_refusal(refusal) if refusal else None
