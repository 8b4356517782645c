"""The end of a removal: no file of the home holds any more what was taken away.

Every step may be done twice, so that a run that died within is followed by one that does
all of them again. The mark in the home stands until the last of them is done.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.removal_mark import RemovalMark
from motbild.adapters.review_store import open_review_store
from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.compaction import compact
from motbild.adapters.warehouse.failures import explain
from motbild.adapters.warehouse.runs import Run, begin_run, end_run
from motbild.adapters.warehouse.snapshots import remove_older
from motbild.core.erasures import Memory, digest_post, name_erased
from motbild.core.retention import Deletion
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.stages.publish import publish

# A text is gone that some post had and that stands nowhere any more.
_GONE_TEXTS = """
SELECT DISTINCT text_digest FROM wanted
SEMI JOIN core.posts USING (text_digest) ANTI JOIN core.texts USING (text_digest)
"""
_READABLE = """
SELECT waiting.* FROM waiting
SEMI JOIN (SELECT post_id FROM core.posts WHERE text IS NOT NULL) AS readable USING (post_id)
"""


@contextmanager
def recorded(warehouse: Warehouse, run: Run) -> Iterator[list[Deletion]]:
    """Record a run that takes things away, with what is put into the list.

    Yields:
        The list, empty.
    """
    begin_run(warehouse, run)
    deletions: list[Deletion] = []
    try:
        yield deletions
    except Exception as error:
        told = error if isinstance(error, MotbildError) else explain(error)
        if told is None:
            raise
        _record_failure(warehouse, run, deletions, str(told))
        raise told from None
    end_taking(warehouse, run, deletions)


def end_taking(
    warehouse: Warehouse, run: Run, deletions: Sequence[Deletion], failure: str | None = None
) -> None:
    """Record how a run ended; what follows may fail and be recorded over it."""
    counts: dict[str, int] = {}
    for deletion in deletions:
        name = f"{deletion.from_table.split('.')[-1].replace('-', '_')}_taken"
        counts[name] = counts.get(name, 0) + deletion.row_count
    ended_at = datetime.now(UTC)
    end_run(warehouse, run, ended_at=ended_at, counts=counts, stage_seconds={}, failure=failure)
    if failure is None:
        warehouse.checkpoint()


def _record_failure(
    warehouse: Warehouse, run: Run, deletions: Sequence[Deletion], failure: str
) -> None:
    try:
        end_taking(warehouse, run, deletions, failure=failure)
    except Exception as error:
        # On a full disk not even that can be written; the next run finds this one interrupted.
        if explain(error) is None:
            raise


def finish_removal(settings: Settings, warehouse: Warehouse, memory: Memory, run: Run) -> None:
    """Rebuild, empty or remove every file that may hold what was taken away.

    Args:
        settings: Which home.
        warehouse: Its live warehouse, in which the rows are deleted.
        memory: What was erased on request.
        run: The run that took it away.

    Raises:
        MotbildError: A step could not be done; the mark stands, and the next run goes on.
    """
    _clear_beside(settings, warehouse)
    _clear_review_store(settings, warehouse, memory, run.started_at)
    # Older snapshots go first: what they free may be the room that the rest needs.
    remove_older(settings.home, settings.publishing)
    compact(warehouse, settings.migrations, settings.views)
    warehouse.execute(
        "UPDATE ops.deletions SET removed_at = ? WHERE removed_at IS NULL", [run.started_at]
    )
    warehouse.checkpoint()
    if settings.snapshot_link.exists():
        publish(
            warehouse,
            settings.home,
            settings.views,
            run_id=run.run_id,
            model_version=run.versions.get("model", ""),
            how=replace(settings.publishing, kept_count=1),
        )
    RemovalMark(settings.removal_mark).clear()


def _clear_beside(settings: Settings, warehouse: Warehouse) -> None:
    """Clear what lies in the home besides the stores: waiting addresses, fetched files."""

    def readable(rows: pa.Table) -> pa.Table:
        with warehouse.registered("waiting", rows):
            return warehouse.read(_READABLE).cast(rows.schema)

    LinkSpool(settings.link_spool).keep(readable)
    # A night that lives holds the lock, so that these are of one that died.
    shutil.rmtree(settings.fetched_folder, ignore_errors=True)


def _clear_review_store(
    settings: Settings, warehouse: Warehouse, memory: Memory, now: datetime
) -> None:
    if settings.review_store is None:
        return
    with closing(open_review_store(settings.review_store)) as store:
        written_of = pa.table({"text_digest": pa.array(store.disposal.written_of(), pa.string())})
        with warehouse.registered("wanted", written_of):
            gone = [digest for (digest,) in warehouse.read_rows(_GONE_TEXTS)]
        store.disposal.take_words(gone, now=now)
        erased = {
            post_id: name_erased(post_id, memory.key)
            for post_id in store.disposal.posts()
            if digest_post(post_id.split("#")[0], memory.key) in memory.digests
        }
        store.disposal.rename_posts(erased, now=now)
        store.disposal.compact()
