"""Take posts in from files and platforms: read, mask, store; set bad rows aside."""

from collections.abc import Iterator, Sequence

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import LiveSpec, RemoteSpec, Spec
from motbild.adapters.warehouse import Warehouse
from motbild.stages.ingest.files import take_files
from motbild.stages.ingest.live import take_live
from motbild.stages.ingest.remote import take_remote
from motbild.stages.ingest.storing import FileOutcome, Intake, record_outcome

__all__ = ["FileOutcome", "Intake", "ingest"]


def ingest(
    warehouse: Warehouse, sources: Sequence[Spec], spool: LinkSpool, intake: Intake
) -> list[FileOutcome]:
    """Store what the sources bring that is not stored yet.

    A file that cannot be read, or a source that cannot be asked, is recorded as failed and
    stops nothing else; a file whose bytes were read to the end before is not opened again.
    """
    for source in sources:
        for outcome, digest in _take(warehouse, source, spool, intake):
            record_outcome(warehouse, outcome, digest, intake)
    # As recorded, since a stage that is tried again has only part of it in hand.
    rows = warehouse.read(
        f"SELECT {', '.join(FileOutcome.__slots__)} FROM ops.source_runs "  # noqa: S608
        "WHERE run_id = ? ORDER BY source_id, file_name",
        [intake.run_id],
    )
    return [FileOutcome(**row) for row in rows.to_pylist()]


def _take(
    warehouse: Warehouse, source: Spec, spool: LinkSpool, intake: Intake
) -> Iterator[tuple[FileOutcome, str | None]]:
    if isinstance(source, LiveSpec):
        return take_live(warehouse, source, spool, intake)
    if isinstance(source, RemoteSpec):
        return take_remote(warehouse, source, spool, intake)
    return take_files(warehouse, source, spool, intake)
