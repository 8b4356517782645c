"""The steps of a night: what each stage is given."""

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import Spec
from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.failures import explain
from motbild.adapters.warehouse.runs import Run, end_run
from motbild.adapters.warehouse.vector_cache import VectorCache
from motbild.core.day_range import EVERY_DAY, DayRange
from motbild.core.runners import Here, Runner
from motbild.errors import MotbildError, UnexpectedError
from motbild.settings import Settings
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
from motbild.wiring.keys import load_keys, load_memory
from motbild.wiring.models import Model
from motbild.wiring.runners import open_home_runner, open_runner

_MANY = 2_000  # texts

Clock: TypeAlias = Callable[[], datetime]


@dataclass
class Night:
    """One run while it lasts: its parts, and what its steps have done so far."""

    settings: Settings
    run: Run
    warehouse: Warehouse
    model: Model
    sources: Sequence[Spec]
    clock: Clock
    days: DayRange = EVERY_DAY
    interrupted_count: int = 0
    outcomes: list[FileOutcome] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    stage_seconds: dict[str, float] = field(default_factory=dict)
    opened: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self._vectors = VectorCache(self.warehouse, self.model.encoder)
        self._spool = LinkSpool(self.settings.link_spool)

    @cached_property
    def _runner(self) -> Runner:
        """What does the work on masked texts; begun when it is first needed."""
        if self.settings.runner != "dask":
            return self._home_runner
        return self.opened.enter_context(open_runner(self.settings))

    @cached_property
    def _home_runner(self) -> Runner:
        """What does the work that needs the home's keys."""
        return self.opened.enter_context(open_home_runner(self.settings))

    @cached_property
    def _encoding_runner(self) -> Runner:
        """What encodes and classifies; a model that uses every core by itself does so here."""
        is_dask = self.settings.runner == "dask"
        return self._runner if is_dask or self.model.encodes_on_one_core else Here()

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
            raise explain(error) or UnexpectedError(_unexpected(name, error)) from None
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
        keys = load_keys(self.settings, self.warehouse, self.run.started_at)
        intake = Intake(
            run_id=self.run.run_id,
            now=self.run.started_at,
            key=keys.pseudonym,
            memory=load_memory(self.settings, keys),
            batch_row_count=self.settings.batch_row_count,
            most_file_rows=self.settings.most_file_rows,
            since=self.days.start,
            until=self.days.end,
            runner=self._home_runner,
        )
        self.outcomes = ingest(self.warehouse, self.sources, self._spool, intake)
        return {
            "files_read": sum(o.status == "read" for o in self.outcomes),
            "posts_added": sum(o.post_count for o in self.outcomes),
            "rejects_added": sum(o.reject_count for o in self.outcomes),
        }

    def _group(self) -> Mapping[str, int]:
        return group(self.warehouse, runner=self._runner)

    def _encode(self) -> Mapping[str, int]:
        if not self._encoding_runner.is_here:
            return {}  # others encode where they classify, so that no text goes there twice
        return encode(self.warehouse, self._vectors, run_id=self.run.run_id)

    def _classify(self) -> Mapping[str, int]:
        return classify(
            self.warehouse,
            self.model.classifier,
            self._vectors,
            run_id=self.run.run_id,
            days=self.days,
            runner=self._encoding_runner,
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
            # Else workers would be begun for what they have not read just before.
            runner=self._runner if self.counts.get("texts_classified", 0) > _MANY else None,
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
        has_counted = {"ingest", "count"} <= self.stage_seconds.keys()
        due = [source.name for source in self.sources] if has_counted else None
        self._publish_as(self.run.run_id, due)
        return {}

    def _publish_as(self, name: str, due: Sequence[str] | None = None) -> None:
        publish(
            self.warehouse,
            self.settings.home,
            self.settings.views,
            run_id=name,
            model_version=self.model.classifier.model_version,
            how=self.settings.publishing,
            due=due,
        )


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
