"""A night from lock to report: which stages run, on which parts."""

import secrets
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from motbild.adapters.keys import load_key
from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.model_history import read_refusal
from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.sources import Spec
from motbild.adapters.warehouse import Warehouse, open_warehouse
from motbild.adapters.warehouse.runs import Run, begin_run, end_run, read_last_start, read_standing
from motbild.adapters.warehouse.vector_cache import VectorCache
from motbild.core.day_range import EVERY_DAY, DayRange
from motbild.core.night_report import NightReport, SourceReport
from motbild.core.promotions import describe_refusal
from motbild.errors import MotbildError, UnexpectedError
from motbild.settings import Settings
from motbild.stages import NIGHTLY_ORDER
from motbild.stages.classify import classify
from motbild.stages.count import count
from motbild.stages.discover import discover
from motbild.stages.encode import encode
from motbild.stages.flag import flag
from motbild.stages.group import group
from motbild.stages.ingest import FileOutcome, Intake, ingest
from motbild.stages.notice import notice
from motbild.stages.propose import propose
from motbild.stages.publish import publish
from motbild.stages.register import register
from motbild.stages.spot import spot
from motbild.stages.trace import trace
from motbild.wiring.decisions import fold_home
from motbild.wiring.models import Model, load_model
from motbild.wiring.thresholds import apply_choice

Step: TypeAlias = Callable[[], Mapping[str, int]]
StepRunner: TypeAlias = Callable[[str, Step], Mapping[str, int]]
Clock: TypeAlias = Callable[[], datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


NIGHTLY, CATCH_UP, BACKFILL = "nightly", "catch-up", "backfill"


@dataclass
class Night:
    """One run while it lasts: its parts, and what its steps have done so far."""

    settings: Settings
    run: Run
    warehouse: Warehouse
    model: Model
    sources: Sequence[Spec]
    days: DayRange = EVERY_DAY
    interrupted_count: int = 0
    clock: Clock = _utc_now
    outcomes: list[FileOutcome] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    stage_seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._vectors = VectorCache(self.warehouse, self.model.encoder)
        self._spool = LinkSpool(self.settings.link_spool)

    def step(self, name: str) -> Mapping[str, int]:
        """Run one stage; return the rows it added or changed.

        Raises:
            MotbildError: The stage failed. An error that is not ours is told without
                its message, which may quote what was being handled.
        """
        begun = time.monotonic()
        try:
            counts = getattr(self, f"_{name}")()
        except MotbildError:
            raise
        except Exception as error:
            raise UnexpectedError(_unexpected(name, error)) from None
        self.stage_seconds[name] = time.monotonic() - begun
        self.counts.update(counts)
        return dict(counts)

    def _register(self) -> Mapping[str, int]:
        counts = register(
            self.warehouse,
            self.model.packs,
            model_version=self.model.classifier.model_version,
            encoder_id=self.model.encoder.encoder_id,
            thresholds=self.model.thresholds,
            run_id=self.run.run_id,
        )
        if not self.settings.snapshot_link.exists():
            # Analysts find an empty snapshot while the first night runs, and no error.
            self._publish_as(f"{self.run.run_id}-begun")
        return counts

    def _fold_decisions(self) -> Mapping[str, int]:
        return fold_home(self.settings, self.warehouse, run_id=self.run.run_id)

    def _ingest(self) -> Mapping[str, int]:
        has_pseudonyms = self.warehouse.read_rows(
            "SELECT 1 FROM core.posts WHERE author_pseudonym IS NOT NULL LIMIT 1"
        )
        intake = Intake(
            run_id=self.run.run_id,
            now=self.run.started_at,
            key=load_key(self.settings.key_file, may_be_made=not has_pseudonyms),
            batch_row_count=self.settings.batch_row_count,
            since=self.days.start,
            until=self.days.end,
        )
        self.outcomes = ingest(self.warehouse, self.sources, self._spool, intake)
        return {
            "files_read": sum(o.status == "read" for o in self.outcomes),
            "posts_added": sum(o.post_count for o in self.outcomes),
            "rejects_added": sum(o.reject_count for o in self.outcomes),
        }

    def _group(self) -> Mapping[str, int]:
        return group(self.warehouse, batch_row_count=self.settings.batch_row_count)

    def _encode(self) -> Mapping[str, int]:
        return encode(self.warehouse, self._vectors, run_id=self.run.run_id)

    def _classify(self) -> Mapping[str, int]:
        return classify(
            self.warehouse,
            self.model.classifier,
            self._vectors,
            run_id=self.run.run_id,
            days=self.days,
        )

    def _flag(self) -> Mapping[str, int]:
        return flag(
            self.warehouse,
            self._spool,
            model_version=self.model.classifier.model_version,
            run_id=self.run.run_id,
            now=self.run.started_at,
        )

    def _propose(self) -> Mapping[str, int]:
        return propose(
            self.warehouse,
            self.model.classifier.thresholds,
            share=self.settings.proposal_share,
            model_version=self.model.classifier.model_version,
            run_id=self.run.run_id,
        )

    def _discover(self) -> Mapping[str, int]:
        return discover(
            self.warehouse,
            self._vectors,
            self.model.classifier.thresholds,
            [(s.text, s.lang) for p in self.model.packs for s in p.seeds if not s.narratives],
            model_version=self.model.classifier.model_version,
            run_id=self.run.run_id,
            now=self.run.started_at,
        )

    def _count(self) -> Mapping[str, int]:
        return count(
            self.warehouse,
            self.settings.views,
            model_version=self.model.classifier.model_version,
            now=self.run.started_at,
        )

    def _spot(self) -> Mapping[str, int]:
        return spot(self.warehouse, run_id=self.run.run_id, now=self.run.started_at)

    def _trace(self) -> Mapping[str, int]:
        return trace(
            self.warehouse,
            self._vectors,
            model_version=self.model.classifier.model_version,
            run_id=self.run.run_id,
            now=self.run.started_at,
        )

    def _notice(self) -> Mapping[str, int]:
        return notice(self.warehouse, run_id=self.run.run_id, now=self.run.started_at)

    def _publish(self) -> Mapping[str, int]:
        # The snapshot shows its own night as completed; a failure to publish is recorded over it.
        end_run(
            self.warehouse,
            self.run,
            ended_at=self.clock(),
            counts=self.counts,
            stage_seconds=self.stage_seconds,
        )
        self._publish_as(self.run.run_id)
        return {}

    def _publish_as(self, name: str) -> None:
        publish(
            self.warehouse,
            self.settings.home,
            self.settings.views,
            run_id=name,
            model_version=self.model.classifier.model_version,
            kept_snapshot_count=self.settings.kept_snapshot_count,
        )


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
    started_at = clock()
    run_id = f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    with hold_night_lock(settings.home, run_id=run_id, now=started_at):
        model = model or apply_choice(settings, load_model(settings))
        run = Run(run_id, kind, started_at, model.versions)
        with closing(
            open_warehouse(settings.live_file, settings.migrations, settings.views)
        ) as warehouse:
            interrupted = begin_run(warehouse, run)
            night = Night(settings, run, warehouse, model, sources, days, interrupted, clock)
            try:
                yield night
            except MotbildError as error:
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


def _unexpected(stage: str, error: Exception) -> str:
    """One sentence about an error that is not ours: where it arose, and its kind."""
    if isinstance(error, OSError) and error.strerror:
        return f"Stage {stage} failed: {error.strerror} ({error.filename}); mend it and run again."
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Stage {stage} failed with an unexpected {type(error).__name__} in "
        f"{Path(place.filename).name} line {place.lineno}; run again, and report it if it stays. "
        "Nothing that was stored is lost."
    )
