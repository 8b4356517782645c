"""Who is on the way to the sign-in service and back, each known by a cookie of their own."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from motbild.adapters.sign_in_service import SignInBegun

LASTING = timedelta(minutes=10)
_MOST = 1_000  # whoever asks for more only makes earlier ones begin again


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """Somebody who was sent to the service.

    Attributes:
        begun: What they must bring back.
        place: Where they were going.
        since: When they left.
    """

    begun: SignInBegun
    place: str
    since: datetime


class OnTheirWay:
    """Everybody who was sent to the service and has not come back; each comes back once."""

    def __init__(self) -> None:
        self._known: dict[str, OnTheWay] = {}
        self._turn = threading.Lock()

    def keep(self, token_digest: str, who: OnTheWay) -> None:
        """Remember somebody; the one who left first is forgotten when there are too many."""
        with self._turn:
            while len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            self._known[token_digest] = who

    def take(self, token_digest: str, now: datetime) -> OnTheWay | None:
        """Return who came back, and forget them; None for strangers and the late."""
        with self._turn:
            who = self._known.pop(token_digest, None)
        return who if who is not None and now - who.since < LASTING else None
