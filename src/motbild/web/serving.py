"""Running the review room."""

from collections.abc import Callable
from contextlib import closing

import uvicorn

from motbild.adapters.passwords import draw_password, hash_password
from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.settings import Settings
from motbild.web.app import create_app
from motbild.web.room import Room, utc_now

FIRST_LOGIN = "administrator"


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
    """
    with closing(open_review_store(settings.review_store_to_make)) as store:
        tell(make_first_account(store))
        room = Room(settings, store)
        uvicorn.run(
            create_app(room),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,  # addresses hold what was searched for
            server_header=False,
        )
        room.close()


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
