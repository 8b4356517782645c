"""The threshold that was chosen with the workload slider; the newest one is wished for."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.tables import saved_thresholds
from motbild.errors import InputError


@dataclass(frozen=True, slots=True)
class SavedThreshold:
    """From which probability of asserting posts are to be flagged, as somebody chose."""

    asserts: float
    actor: str
    at: datetime


class SavedThresholds:
    """What was chosen; every choice is kept."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def save(self, asserts: float, *, actor: str, now: datetime) -> SavedThreshold:
        """Choose a threshold.

        Raises:
            InputError: It is no probability between nought and one.
        """
        if not 0 < asserts < 1:
            raise InputError("Tröskeln ska ligga mellan 0 och 1.")
        row = {"asserts": asserts, "actor": actor, "at": now}
        with self._ledger.writing(actor, now) as writing:
            writing.connection.execute(saved_thresholds.insert().values(row))
            writing.note("threshold-saved", "asserts", {"asserts": asserts})
        return SavedThreshold(asserts, actor, now)

    def latest(self) -> SavedThreshold | None:
        """Return the newest choice, or None where nobody has chosen."""
        columns = (column for column in saved_thresholds.c if column.name != "seq")
        query = sa.select(*columns).order_by(saved_thresholds.c.seq.desc()).limit(1)
        with self._ledger.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else SavedThreshold(**row)
