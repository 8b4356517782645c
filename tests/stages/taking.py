"""Taking posts in from sources, run after run, on a warehouse in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import Spec
from motbild.adapters.warehouse import Warehouse
from motbild.core.erasures import Memory
from motbild.stages.ingest import FileOutcome, Intake, ingest


@dataclass
class Taking:
    """Runs the stage again and again, each time as another run."""

    warehouse: Warehouse
    folder: Path
    runs: list[str] = field(default_factory=list)

    def run(self, *sources: Spec) -> list[FileOutcome]:
        """Run the stage once."""
        self.runs.append(f"run-{len(self.runs)}")
        intake = Intake(self.runs[-1], datetime.now(UTC), b"nyckel", Memory(b"nyckel"))
        return ingest(self.warehouse, sources, LinkSpool(self.folder / "links"), intake)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Query what is stored."""
        return self.warehouse.read_rows(query)
