"""Asking a live source: page by page, each stored with the cursor that stands behind it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import LiveSpec, Window, collect_pages
from motbild.adapters.warehouse import Warehouse
from motbild.core.preparing import Rows
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError
from motbild.stages.ingest.storing import (
    FileOutcome,
    Intake,
    Reading,
    open_reading,
    store_batch,
)

# Of a stage that is tried again in one run; each batch needs a number of its own.
_LAST_LINE = """
SELECT coalesce(max(line_number), 0) FROM (
    SELECT line_number, file_digest FROM core.posts
    UNION ALL SELECT line_number, file_digest FROM ops.rejects
) WHERE file_digest = ?
"""


def take_live(
    warehouse: Warehouse, source: LiveSpec, spool: LinkSpool, intake: Intake
) -> Iterator[tuple[FileOutcome, str | None]]:
    """Yield what became of asking a source, with the digest that stands for this asking.

    What was stored before it failed stands, and so does the cursor behind it. A source that
    tells that something is missing counts as failed too, since its counts are not whole.
    """
    digest = hashlib.sha256(f"{source.name}\0{intake.run_id}".encode()).hexdigest()
    how = hashlib.sha256(repr((source.kind, source.options)).encode()).hexdigest()
    reading = Reading(digest, source.kind, source.name, source.kind, how)
    provenance = open_reading(warehouse, reading, intake.now, intake.run_id)
    window = _window(warehouse, source, intake)
    line = warehouse.read_rows(_LAST_LINE, [digest])[0][0]
    warning = None
    try:
        for page in collect_pages(source, window):
            cursor = page.cursor if window.since is None else None
            rows = _numbered(page.rows, line)
            prepared = intake.preparing(Rows(rows, provenance))
            store_batch(warehouse, prepared, line, provenance, spool, intake, cursor)
            line += len(rows)
            warning = warning or page.warning
    except SourceError as error:
        warning = f"{warning} {error}" if warning else str(error)
    if warning:
        yield FileOutcome(source.name, source.kind, "failed", failure=warning), None
        return
    yield FileOutcome(source.name, source.kind, "read"), digest


def _window(warehouse: Warehouse, source: LiveSpec, intake: Intake) -> Window:
    """Go on where the last run ended, or ask for the span that is to be collected again."""
    until = intake.until or intake.now
    if intake.since is not None:
        return Window(until, since=intake.since)
    rows = warehouse.read_rows("SELECT cursor FROM ops.cursors WHERE source_id = ?", [source.name])
    return Window(until, cursor=rows[0][0] if rows else None)


def _numbered(rows: Sequence[RawPost | Reject], before: int) -> list[RawPost | Reject]:
    """Number the rows of a page on from those of the pages before it."""
    return [replace(row, line=before + number) for number, row in enumerate(rows, start=1)]
