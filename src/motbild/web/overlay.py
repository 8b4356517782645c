"""What people have decided, laid over the snapshot, so that everybody sees it at once."""

import threading
from dataclasses import dataclass, field
from importlib.resources import files

import pyarrow as pa

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.review_store.decisions import OverlayRow
from motbild.adapters.warehouse.reading import OpenSnapshot

DECIDED = pa.schema(
    [
        ("seq", pa.int64()),
        ("decision_id", pa.string()),
        ("undoes", pa.string()),
        ("text_digest", pa.string()),
        ("act_id", pa.string()),
        ("kind", pa.string()),
        ("narratives", pa.list_(pa.string())),
        ("is_threat", pa.bool_()),
        ("reviewer", pa.string()),
        ("decided_at", pa.timestamp("us", tz="UTC")),
    ]
)
LAYING = files("motbild.web") / "sql" / "decisions.sql"
_AT_ONCE = 2_000
_MOST_CHUNKS = 100


@dataclass
class _Laid:
    """How many of the decisions lie over a snapshot."""

    count: int = 0
    laying: threading.Lock = field(default_factory=threading.Lock)


class Overlay:
    """Follows the review store and keeps what it holds beside each snapshot that is read."""

    def __init__(self, store: ReviewStore) -> None:
        self._store = store
        self._statements = LAYING.read_text(encoding="utf-8")
        self._decided = DECIDED.empty_table()
        self._last_seq = 0
        self._following = threading.Lock()

    def follow(self, snapshot: OpenSnapshot) -> None:
        """Bring the status table of a snapshot up to what the store holds now."""
        decided = self._take_in()
        laid = snapshot.once("overlay", _Laid)
        with laid.laying:
            if laid.count < len(decided):
                snapshot.change(self._statements, decided.slice(laid.count))
                laid.count = len(decided)

    def _take_in(self) -> pa.Table:
        """Return every decision and undoing that the store holds, in order."""
        with self._following:
            while rows := self._store.decisions.overlay_after(self._last_seq, _AT_ONCE):
                told = pa.Table.from_pylist([_told(row) for row in rows], schema=DECIDED)
                self._decided = pa.concat_tables([self._decided, told])
                self._last_seq = rows[-1].seq
                if self._decided["seq"].num_chunks > _MOST_CHUNKS:
                    self._decided = self._decided.combine_chunks()
                if len(rows) < _AT_ONCE:
                    break
            return self._decided


def _told(row: OverlayRow) -> dict[str, object]:
    return {
        name: list(row.narratives) if name == "narratives" else getattr(row, name)
        for name in DECIDED.names
    }
