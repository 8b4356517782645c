"""What all pages share: the stores, the settings, the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources import files

from starlette.requests import Request

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.warehouse.reading import OpenSnapshot, SnapshotReader
from motbild.settings import Settings
from motbild.web.language import STOCKHOLM
from motbild.web.overlay import Overlay
from motbild.web.reading.daily import read_daily
from motbild.web.reading.places import read_order
from motbild.web.signing_in import OnTheirWay

ITEMS = files("motbild.web") / "sql" / "items.sql"


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


@dataclass
class Room:
    """What all pages share.

    Attributes:
        settings: Which home.
        store: What reviewers write.
        clock: Tells the moment.
        on_their_way: Who was sent to the sign-in service.
    """

    settings: Settings
    store: ReviewStore
    clock: Callable[[], datetime] = utc_now
    on_their_way: OnTheirWay = field(default_factory=OnTheirWay)
    _snapshots: SnapshotReader = field(init=False)
    _overlay: Overlay = field(init=False)

    def __post_init__(self) -> None:
        self._overlay = Overlay(self.store)
        self._snapshots = SnapshotReader(
            self.settings.snapshot_link,
            ITEMS.read_text(encoding="utf-8"),
            complete=self._complete,
        )

    def snapshot(self) -> OpenSnapshot:
        """Return the newest snapshot, with all decisions laid over it.

        Raises:
            WarehouseError: No night has published one.
        """
        newest = self._snapshots.newest()
        self._overlay.follow(newest)
        return newest

    def _complete(self, snapshot: OpenSnapshot) -> None:
        """Make what most pages need of a snapshot, while others still read the one before."""
        self._overlay.follow(snapshot)
        read_order(snapshot)
        read_daily(snapshot)

    def close(self) -> None:
        """Let go of the snapshot."""
        self._snapshots.close()


def room_of(request: Request) -> Room:
    """Return the room that a request came to."""
    room: Room = request.app.state.room
    return room


def today(request: Request) -> date:
    """Return the day it is in Sweden."""
    moment: datetime = request.state.now
    return moment.astimezone(STOCKHOLM).date()


def actor_of(request: Request) -> str:
    """Return the login of who asks, by which what is done is signed."""
    login: str = request.state.account.login
    return login
