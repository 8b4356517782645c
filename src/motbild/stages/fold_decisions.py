"""Copy what reviewers have decided into the warehouse, and read it as something to learn from."""

from collections.abc import Collection

import pyarrow as pa

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.warehouse import Warehouse
from motbild.core.audit import Head
from motbild.core.decisions import label_seeds
from motbild.core.narratives import Seed

# A server's transactions may end out of the order of their numbers; these are read again.
_OVERLAP_COUNT = 1_000

_LABELLED = """
SELECT
    standing.decision_id,
    texts.text,
    texts.lang,
    standing.narratives,
    standing.stance,
    standing.is_threat,
    standing.reviewer,
    parents.text AS parent
FROM core.standing_decisions AS standing
JOIN core.texts AS texts USING (text_digest)
LEFT JOIN core.texts AS parents ON parents.text_digest = standing.parent_digest
ORDER BY standing.text_digest, standing.parent_digest
"""


def fold_decisions(warehouse: Warehouse, store: ReviewStore, *, run_id: str) -> dict[str, int]:
    """Copy the decisions that the warehouse lacks, each once, in their order.

    Where the log of the review store ends is kept with them.

    Returns:
        How many were added.

    Raises:
        ReviewStoreError: The store lacks what was copied from it before.
    """
    last = warehouse.read_rows(
        "SELECT seq, decision_id FROM core.decisions ORDER BY seq DESC LIMIT 1"
    )
    if last:
        store.decisions.require(*last[0])
    last_seq = last[0][0] if last else 0
    found = store.decisions.after(max(last_seq - 1 - _OVERLAP_COUNT, 0))
    column = found.schema.get_field_index("run_id")
    filled = found.set_column(
        column, found.schema.field(column), pa.array([run_id] * found.num_rows, pa.string())
    )
    head = store.audit.head()
    with warehouse.transaction():
        added = warehouse.append("core.decisions", filled, key=("seq",))
        _keep_head(warehouse, head, run_id)
    return {"decisions_added": added}


def read_standing_seeds(warehouse: Warehouse, narratives: Collection[str]) -> list[Seed]:
    """Return the texts that people have labelled, as seeds.

    Args:
        warehouse: Holds decisions and texts; a decision on a text that is not there
            (any more) teaches nothing.
        narratives: Ids that are learned now.
    """
    return label_seeds(warehouse.read(_LABELLED).to_pylist(), narratives)


def _keep_head(warehouse: Warehouse, head: Head, run_id: str) -> None:
    """Keep where the log ends, unless it ended there before."""
    warehouse.execute(
        "INSERT INTO ops.audit_heads SELECT $run_id, $seq, $digest WHERE $seq > 0 AND NOT EXISTS "
        "(FROM ops.audit_heads WHERE run_id = $run_id OR (seq = $seq AND line_digest = $digest))",
        {"run_id": run_id, "seq": head.seq, "digest": head.digest},
    )
