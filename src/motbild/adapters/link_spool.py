"""Full addresses between ingestion and flagging, in files that are then removed.

Addresses are kept for posts that are flagged, ask or threaten, and for no others.
Which those are is known only after classification, so until then addresses wait
outside the warehouse, whose file would keep the bytes of deleted rows.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from motbild.core.schemas import LINKS


class LinkSpool:
    """A folder of address files, one for each ingested batch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, batch_name: str, rows: pa.Table) -> None:
        """Keep the addresses of a batch; the same batch again replaces them.

        Args:
            batch_name: Names the batch, from its file's digest and its number.
            rows: Table with the schema `schemas.LINKS`.
        """
        if rows.num_rows == 0:
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        pending = self._folder / f".{batch_name}.pending"
        pq.write_table(rows, pending)
        pending.chmod(0o600)
        pending.replace(self._folder / f"{batch_name}.parquet")

    def load(self) -> Iterator[pa.Table]:
        """Yield the addresses of every batch that waits."""
        for path in sorted(self._folder.glob("*.parquet")):
            yield pq.read_table(path, schema=LINKS)

    def clear(self) -> None:
        """Remove every address that waits."""
        for path in [*self._folder.glob("*.parquet"), *self._folder.glob(".*.pending")]:
            path.unlink()
