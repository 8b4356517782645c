"""Claims: who works on an item just now, so that two people never do the same work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.tables import claims


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody works on a family of copies until a moment (UTC)."""

    family_id: str
    actor: str
    claimed_at: datetime
    expires_at: datetime


class Claims:
    """Who works on what; a claim passes by itself, and nothing is logged of it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def claim(self, family_id: str, *, actor: str, now: datetime, minutes: int = 10) -> Claim:
        """Claim an item, or hold one's claim on it for longer.

        Returns:
            The claim that holds now: somebody else's, where that was first.
        """
        new = {"family_id": family_id, "actor": actor, "claimed_at": now}
        adding = self._ledger.insert(claims).values(
            new | {"expires_at": now + timedelta(minutes=minutes)}
        )
        is_own = claims.c.actor == actor
        is_over = claims.c.expires_at <= now
        begun = sa.case((is_own & ~is_over, claims.c.claimed_at), else_=adding.excluded.claimed_at)
        taking = adding.on_conflict_do_update(
            index_elements=[claims.c.family_id],
            set_={
                "actor": adding.excluded.actor,
                "claimed_at": begun,
                "expires_at": adding.excluded.expires_at,
            },
            where=is_own | is_over,
        )
        with self._ledger.passing() as connection:
            connection.execute(taking)
            query = sa.select(claims).where(claims.c.family_id == family_id)
            return Claim(**connection.execute(query).mappings().one())

    def release(self, family_id: str, actor: str) -> None:
        """Give an item back; somebody else's claim on it stays."""
        query = claims.delete().where(claims.c.family_id == family_id, claims.c.actor == actor)
        with self._ledger.passing() as connection:
            connection.execute(query)

    def held(self, now: datetime) -> dict[str, Claim]:
        """Return the claims that hold at a moment, by item."""
        query = sa.select(claims).where(claims.c.expires_at > now)
        with self._ledger.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return {row["family_id"]: Claim(**row) for row in rows}
