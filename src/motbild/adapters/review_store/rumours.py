"""Verdicts on new rumours: a variant of a narrative, a new one, or nothing to watch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from motbild.adapters.review_store.ledger import Ledger, Writing
from motbild.adapters.review_store.tables import rumour_verdicts
from motbild.errors import InputError

VERDICTS = ("variant", "new", "dismissed")
_UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class RumourVerdict:
    """What somebody made of a cluster of posts that match no narrative.

    Attributes:
        cluster_id: Which.
        verdict: One of `VERDICTS`.
        narrative_id: The narrative it is a variant of, or the new one's, or None.
        text_digests: The texts that were looked at: they become seeds.
        title: Of a new narrative; else may be empty.
        claim: What a new narrative says; else may be empty.
        actor: Who.
        at: When (UTC).
        reason: Why it was dismissed, a short code; empty where none was given.
    """

    cluster_id: str
    verdict: str
    narrative_id: str | None
    text_digests: tuple[str, ...]
    title: str
    claim: str
    actor: str
    at: datetime
    reason: str = ""


class Rumours:
    """What people have made of new rumours; a verdict is undone or followed by another."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def record(
        self,
        cluster_id: str,
        verdict: str,
        narrative_id: str | None,
        text_digests: Iterable[str],
        title: str,
        claim: str,
        *,
        actor: str,
        now: datetime,
        reason: str = "",
    ) -> RumourVerdict:
        """Record a verdict, in place of the one there is.

        Raises:
            InputError: It is none of `VERDICTS`, or a variant of nothing.
        """
        if verdict not in VERDICTS:
            raise InputError("Välj variant, ny berättelse eller avfärda.")
        if verdict == "variant" and not narrative_id:
            raise InputError("Välj vilken berättelse ryktet är en variant av.")
        made = RumourVerdict(
            cluster_id, verdict, narrative_id, tuple(text_digests), title, claim, actor, now, reason
        )
        with self._ledger.writing(actor, now) as writing:
            _add(writing, made)
            action = "rumour-dismissed" if verdict == "dismissed" else "rumour-adopted"
            details = {"verdict": verdict, "narrative_id": narrative_id, "reason": reason}
            writing.note(action, cluster_id, details | {"text_count": len(made.text_digests)})
        return made

    def undo(self, cluster_id: str, *, actor: str, now: datetime) -> bool:
        """Take the verdict on a cluster back.

        Returns:
            Whether there was one.
        """
        with self._ledger.writing(actor, now) as writing:
            query = _NEWEST.where(rumour_verdicts.c.cluster_id == cluster_id)
            row = writing.connection.execute(query).mappings().one_or_none()
            if row is None or row["verdict"] == _UNDONE:
                return False
            _add(writing, RumourVerdict(cluster_id, _UNDONE, None, (), "", "", actor, now))
            writing.note("rumour-undone", cluster_id, {"of": row["actor"]})
            return True

    def verdicts(self) -> dict[str, RumourVerdict]:
        """Return the verdicts that stand, by cluster."""
        with self._ledger.reading() as connection:
            rows = connection.execute(_NEWEST).mappings().all()
        return {
            row["cluster_id"]: RumourVerdict(
                **(dict(row) | {"text_digests": tuple(row["text_digests"])})
            )
            for row in rows
            if row["verdict"] != _UNDONE
        }


_NEWEST = sa.select(*(column for column in rumour_verdicts.c if column.name != "seq")).where(
    rumour_verdicts.c.seq.in_(
        sa.select(sa.func.max(rumour_verdicts.c.seq)).group_by(rumour_verdicts.c.cluster_id)
    )
)


def _add(writing: Writing, made: RumourVerdict) -> None:
    row = {name: getattr(made, name) for name in made.__dataclass_fields__}
    row["text_digests"] = list(made.text_digests)
    writing.connection.execute(rumour_verdicts.insert().values(row))
