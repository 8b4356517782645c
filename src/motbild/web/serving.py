"""Running the review room."""

import socket
from collections.abc import Callable
from contextlib import closing, suppress

import uvicorn

from motbild.adapters.passwords import draw_password, hash_password
from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.core.audit import Head
from motbild.errors import InputError, WarehouseError
from motbild.settings import Settings
from motbild.web.app import create_app
from motbild.web.room import Room, utc_now

FIRST_LOGIN = "administrator"
# Longer than most think about a post: what is sent as a connection is closed may be lost.
KEEP_ALIVE = 75  # seconds
_LAST_HEAD = "SELECT seq, line_digest FROM snapshot.ops.audit_heads ORDER BY seq DESC LIMIT 1"


def serve_room(
    settings: Settings, host: str, port: int, tell: Callable[[str | None], None]
) -> None:
    """Serve until told to stop.

    Args:
        settings: Which home.
        host: Address to listen on.
        port: Port to listen on.
        tell: Called before the first request, with the first administrator's one-time
            password where there was no account, else with None.

    Raises:
        InputError: Nothing can listen there.
        ReviewStoreError: The store cannot be used, or is not the one that the nights know.
    """
    with (
        _listen(host, port) as listener,
        closing(open_review_store(settings.review_store_to_make)) as store,
        closing(Room(settings, store)) as room,
    ):
        refuse_other_store(room)
        config = uvicorn.Config(
            create_app(room),
            log_level="warning",
            access_log=False,  # addresses hold what was searched for
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        tell(make_first_account(store))
        # Told to stop, it raises the signal anew once all is answered.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def refuse_other_store(room: Room) -> None:
    """See that the store is the one whose log the nights have seen.

    Raises:
        ReviewStoreError: It is not: reviewers would decide again what they have decided.
    """
    with suppress(WarehouseError):  # told on the pages that need a snapshot
        snapshot = room.snapshot()
        if snapshot.has_table("audit_heads"):
            for row in snapshot.rows(_LAST_HEAD):
                room.store.audit.require(Head(row["seq"], row["line_digest"]))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"Port {port} of {host} cannot be listened on ({type(error).__name__}); it may be "
            "taken: choose another with --port, or close what uses it."
        ) from None


def make_first_account(store: ReviewStore) -> str | None:
    """Make an administrator where there is no account.

    Returns:
        The password to sign in with once; None where there are accounts.
    """
    password = draw_password()
    account = store.accounts.create_first(
        FIRST_LOGIN,
        "Administratör",
        hash_password(password),
        actor="terminal",
        now=utc_now(),
    )
    return password if account is not None else None
