"""What leaves a home for others: which of it, from which snapshot, in whose name."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from motbild.adapters.packs import load_pack
from motbild.adapters.review_store import open_review_store
from motbild.adapters.warehouse.reading import OpenSnapshot, SnapshotReader
from motbild.core.narratives import Narrative
from motbild.core.publisher import Publisher
from motbild.errors import InputError
from motbild.settings import Settings


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a snapshot is asked for; None asks for everything.

    Attributes:
        narrative_id: One narrative.
        first_day: From this day on (Europe/Stockholm).
        last_day: Up to this day, included.
        lang: One language (ISO 639-1).
    """

    narrative_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    lang: str | None = None

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise InputError(
                f"The period from {self.first_day} to {self.last_day} ends before it begins; "
                "give the earlier day with --from."
            )

    def overlaps(self, first_day: date | None, last_day: date | None) -> bool:
        """Tell whether days that may not be known lie, if only in part, in what is asked for."""
        is_late = self.last_day and (first_day is None or first_day > self.last_day)
        is_early = self.first_day and (last_day is None or last_day < self.first_day)
        return not (is_late or is_early)

    @property
    def told(self) -> dict[str, str]:
        """What is asked for, as options name it, without what is not."""
        told = {
            "narrative": self.narrative_id,
            "from": self.first_day,
            "to": self.last_day,
            "lang": self.lang,
        }
        return {name: str(value) for name, value in told.items() if value is not None}


@contextmanager
def opened_snapshot(settings: Settings) -> Iterator[OpenSnapshot]:
    """Open the newest snapshot of a home.

    Raises:
        WarehouseError: No night has published one.
    """
    with closing(SnapshotReader(settings.snapshot_link)) as reader:
        yield reader.newest()


def has_table(snapshot: OpenSnapshot, schema: str, name: str) -> bool:
    """Tell whether a snapshot, perhaps an older one, holds a table or a view."""
    query = """
        SELECT 1 FROM information_schema.tables
        WHERE table_catalog = 'snapshot' AND table_schema = ? AND table_name = ?
    """
    return bool(snapshot.rows(query, [schema, name]))


def load_narratives(settings: Settings, narrative_id: str | None = None) -> dict[str, Narrative]:
    """Return the narratives of the active packs by id.

    Raises:
        InputError: The one that is asked for is in none of them.
    """
    packs = [load_pack(folder) for folder in settings.pack_folders]
    known = {n.narrative_id: n for pack in packs for n in pack.narratives}
    if narrative_id is not None and narrative_id not in known:
        raise InputError(
            f"There is no narrative {narrative_id}; name one of {', '.join(sorted(known))}."
        )
    return known


def publisher_of(settings: Settings) -> Publisher:
    """Return who shares something.

    Raises:
        InputError: Nobody is named.
    """
    if settings.publisher is None:
        raise InputError(
            "Who publishes this is not known; set MOTBILD_PUBLISHER to the name of the authority, "
            "and MOTBILD_PUBLISHER_URL to its address."
        )
    return Publisher(settings.publisher, settings.publisher_url)


def read_moment(snapshot: OpenSnapshot) -> datetime:
    """Return as of when a snapshot tells: when the run began that made it (UTC)."""
    (row,) = snapshot.rows("SELECT max(started_at) AS started_at FROM ops.runs")
    moment: datetime = row["started_at"] or datetime(2020, 1, 1, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_refused_texts(settings: Settings, since: datetime) -> list[str]:
    """Return the digests of texts that reviewers have found to be something else since a moment.

    A snapshot cannot know of them yet. The newest word on each post counts, and one post
    is enough, whatever the same text may be elsewhere.
    """
    if settings.review_store is None:
        return []
    with closing(open_review_store(settings.review_store)) as store:
        rows = store.decisions.after(0).to_pylist()
    undone = {row["undoes_decision_id"] for row in rows}
    newest = {
        row["post_id"]: row
        for row in rows
        if row["decided_at"] >= since
        and row["kind"] not in ("skip", "undo")
        and row["decision_id"] not in undone
    }
    refused = (row for row in newest.values() if row["kind"] != "confirm" or row["is_threat"])
    return sorted({row["text_digest"] for row in refused})


def note_export(
    settings: Settings, subject: str, details: Mapping[str, Any], now: datetime
) -> None:
    """Tell the home's log, where there is one, what was taken away at the terminal."""
    if settings.review_store is None:
        return
    with closing(open_review_store(settings.review_store)) as store:
        store.audit.note("exported", subject, details, actor="terminal", now=now)
