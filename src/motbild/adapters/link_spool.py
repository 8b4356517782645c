"""Full addresses between ingestion and flagging, in files that are then removed.

Addresses are kept for posts that are flagged, ask or threaten, and for no others.
Which those are is known only after classification, so until then addresses wait
outside the warehouse, whose file would keep the bytes of deleted rows.
"""

from collections.abc import Callable, Iterator
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
            yield _read(path)

    def keep(self, wanted: Callable[[pa.Table], pa.Table]) -> int:
        """Keep some of the addresses that wait, and remove what was left half-written.

        Args:
            wanted: Given the addresses of a batch, returns those that stay.

        Returns:
            How many were removed.
        """
        removed_count = 0
        for path in self._folder.glob(".*.pending"):
            path.unlink()
        for path in sorted(self._folder.glob("*.parquet")):
            rows = _read(path)
            kept = wanted(rows)
            removed_count += rows.num_rows - kept.num_rows
            if kept.num_rows == 0:
                path.unlink()
            elif kept.num_rows < rows.num_rows:
                self.save(path.stem, kept)
        return removed_count

    def clear(self) -> None:
        """Remove every address that waits."""
        for path in [*self._folder.glob("*.parquet"), *self._folder.glob(".*.pending")]:
            path.unlink()


def _read(path: Path) -> pa.Table:
    # Without threads: where there is no memory to begin one, the library waits for it for ever.
    with pq.ParquetFile(path) as file:
        return file.read(use_threads=False).cast(LINKS)
