"""What reviewers wrote of texts whose time is over, taken away so that no page holds it.

Notes and translations may quote a post. The decisions themselves stay, and so does the
log, which quotes nothing.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.tables import decisions, late_acts, translations
from motbild.errors import ReviewStoreError

ACTOR = "terminal"
# As many as either database takes in one question.
_AT_ONCE = 5_000
PackedDecision: TypeAlias = dict[str, Any]


class Disposal:
    """Taking away what quotes a post, and the names that posts go by."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def written_of(self) -> set[str]:
        """Return the digests of the texts that a note or a translation is of."""
        noted = sa.select(decisions.c.text_digest).where(decisions.c.note != "")
        translated = sa.select(translations.c.text_digest)
        with self._ledger.reading() as connection:
            found = set(connection.scalars(noted)) | set(connection.scalars(translated))
            for packed in connection.scalars(sa.select(late_acts.c.act)):
                found |= {each["text_digest"] for each in packed["decisions"] if each["note"]}
        return found

    def posts(self) -> set[str]:
        """Return the ids of the posts that were decided on."""
        with self._ledger.reading() as connection:
            found = set(connection.scalars(sa.select(decisions.c.post_id).distinct()))
            for packed in connection.scalars(sa.select(late_acts.c.act)):
                found |= {each["post_id"] for each in packed["decisions"]}
        return found

    def take_words(self, text_digests: Collection[str], *, now: datetime) -> int:
        """Take away every note on some texts and every translation of them.

        Returns:
            How many notes and translations there were.
        """
        if not text_digests:
            return 0
        digests = set(text_digests)
        with self._ledger.writing(ACTOR, now) as writing:
            run = writing.connection.execute
            taken = 0
            for wanted in _portions(sorted(digests)):
                gone = translations.delete().where(translations.c.text_digest.in_(wanted))
                noted = (decisions.c.text_digest.in_(wanted), decisions.c.note != "")
                taken += run(gone).rowcount
                taken += run(decisions.update().where(*noted).values(note="")).rowcount
            taken += _edit_late(writing.connection, lambda each: _without_note(each, digests))
            if taken:
                writing.note("disposed", "texts", {"row_count": taken})
        return taken

    def rename_posts(self, names: Mapping[str, str], *, now: datetime) -> int:
        """Give posts other names, by the names that they had; return how many rows had one."""
        if not names:
            return 0
        with self._ledger.writing(ACTOR, now) as writing:
            renamed = 0
            for old, new in names.items():
                renaming = decisions.update().where(decisions.c.post_id == old)
                renamed += writing.connection.execute(renaming.values(post_id=new)).rowcount
            renamed += _edit_late(writing.connection, lambda each: _renamed(each, names))
        return renamed

    def compact(self) -> None:
        """Give back what freed pages hold; a database server sees to that itself.

        Raises:
            ReviewStoreError: Others have had it in use for too long.
        """
        engine = self._ledger.engine
        if engine.dialect.name != "sqlite":
            return
        with self._ledger.told(), engine.connect() as connection:
            raw = connection.connection.cursor()
            try:
                raw.execute("PRAGMA secure_delete = ON")
                raw.execute("VACUUM")
                is_busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                raw.close()
        if is_busy:
            raise ReviewStoreError(
                "The log of the review store could not be folded in, since others have been "
                "reading it all the while; run `motbild retention` again."
            )


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def _edit_late(connection: sa.Connection, edit: Callable[[PackedDecision], PackedDecision]) -> int:
    """Edit the decisions within late acts; return how many changed."""
    changed_count = 0
    for late_id, packed in connection.execute(sa.select(late_acts.c.late_id, late_acts.c.act)):
        edited = [edit(each) for each in packed["decisions"]]
        changed = sum(a != b for a, b in zip(edited, packed["decisions"], strict=True))
        if changed:
            act = {**packed, "decisions": edited}
            connection.execute(
                late_acts.update().where(late_acts.c.late_id == late_id).values(act=act)
            )
            changed_count += changed
    return changed_count


def _without_note(decision: PackedDecision, digests: Collection[str]) -> PackedDecision:
    return {**decision, "note": ""} if decision["text_digest"] in digests else decision


def _renamed(decision: PackedDecision, names: Mapping[str, str]) -> PackedDecision:
    return {**decision, "post_id": names.get(decision["post_id"], decision["post_id"])}
