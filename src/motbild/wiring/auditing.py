"""Whether the review room's log is whole, held against what was seen of it before."""

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass

from motbild.adapters.backups import load_manifest, read_known
from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.core.audit import Anchor, Fault, Head
from motbild.errors import InputError, ReviewStoreError
from motbild.settings import Settings

_HEADS = "SELECT run_id, seq, line_digest FROM analyst.audit_heads ORDER BY run_id"
_HAS_HEADS = "FROM duckdb_views() WHERE schema_name = 'analyst' AND view_name = 'audit_heads'"


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """How the log was found.

    Attributes:
        head: Its end.
        anchor_count: How many places it was held against.
        faults: Where it is not as it was written; empty where it is whole.
    """

    head: Head
    anchor_count: int
    faults: Sequence[Fault]


def verify_audit(settings: Settings, expected: Sequence[Anchor] = ()) -> AuditVerdict:
    """Verify the log of a home's review store.

    Args:
        settings: Which home.
        expected: What else is known of the log, such as a line kept on paper.

    Raises:
        ReviewStoreError: There is none, or it cannot be read.
    """
    if settings.review_store is None:
        raise ReviewStoreError(
            f"There is no review store in {settings.home}, so no log either; "
            "`motbild review` makes one."
        )
    with closing(open_review_store(settings.review_store, may_be_made=False)) as store:
        return verify_log(settings, store, expected)


def verify_log(
    settings: Settings, store: ReviewStore, expected: Sequence[Anchor] = ()
) -> AuditVerdict:
    """Verify the log of an open review store, as `verify_audit` does."""
    anchors = [*read_anchors(settings), *expected]
    return AuditVerdict(store.audit.head(), len(anchors), store.audit.verify(anchors))


def read_anchors(settings: Settings) -> list[Anchor]:
    """Return what the runs and the backups of a home have seen of the log."""
    return [*_read_heads_of_runs(settings), *_read_heads_of_backups(settings)]


def _read_heads_of_backups(settings: Settings) -> list[Anchor]:
    """Return those of the backups that are there now; a disk may be away."""
    anchors = []
    for backup in read_known(settings.backups_file):
        with suppress(InputError, OSError):
            head = load_manifest(backup).audit
            if head.seq:
                anchors.append(Anchor(head.seq, head.digest, f"backup {backup.name}"))
    return anchors


def _read_heads_of_runs(settings: Settings) -> list[Anchor]:
    link = settings.snapshot_link
    if not link.exists() or query_snapshot(link, _HAS_HEADS).num_rows == 0:
        return []
    return [
        Anchor(row["seq"], row["line_digest"], f"run {row['run_id']}")
        for row in query_snapshot(link, _HEADS).to_pylist()
    ]
