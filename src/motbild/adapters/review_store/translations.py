"""What a post says in Swedish, as a reviewer has put it, for those who do not read its language."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.tables import translations
from motbild.errors import InputError

MOST_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True)
class Translation:
    """A text in Swedish, by whom and when."""

    text_digest: str
    text: str
    actor: str
    at: datetime


class Translations:
    """Translations of texts; every one is kept, the newest is shown."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def write(self, text_digest: str, text: str, *, actor: str, now: datetime) -> Translation:
        """Add a translation.

        Raises:
            InputError: It is empty, or longer than any post.
        """
        told = text.strip()
        if not told:
            raise InputError("Skriv vad inlägget säger innan du sparar.")
        if len(told) > MOST_CHARACTERS:
            raise InputError("Översättningen är för lång. Korta den.")
        row = {"text_digest": text_digest, "text": told, "actor": actor, "at": now}
        with self._ledger.writing(actor, now) as writing:
            writing.connection.execute(translations.insert().values(row))
            writing.note("translated", text_digest)
        return Translation(text_digest, told, actor, now)

    def latest(self, text_digests: Collection[str]) -> dict[str, Translation]:
        """Return the newest translation of each text that has one, by text."""
        columns = [column for column in translations.c if column.name != "seq"]
        query = (
            sa.select(*columns)
            .where(translations.c.text_digest.in_(sorted(text_digests)))
            .order_by(translations.c.seq)
        )
        with self._ledger.reading() as connection:
            rows = connection.execute(query).mappings()
            return {row["text_digest"]: Translation(**row) for row in rows}
