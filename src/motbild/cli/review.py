"""The command that opens the review room."""

from typing import TYPE_CHECKING, Annotated

import typer

from motbild.cli.options import Home
from motbild.cli.output import print_line, warn

if TYPE_CHECKING:
    from collections.abc import Callable

_OWN_MACHINE = ("127.0.0.1", "localhost", "::1")


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild review --home /srv/motbild --port 8000")(review)


def review(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    home: Home = None,
) -> None:
    """Open the review room, where communicators decide and answer in a browser."""
    from motbild.settings import Settings
    from motbild.web.serving import serve_room

    if host not in _OWN_MACHINE:
        warn(
            f"motbild: {host} can be reached by others; put a server with HTTPS before it, "
            "or nobody can sign in."
        )
    # Browsers keep cookies for safe connections on this machine under this name alone.
    shown = "localhost" if host in _OWN_MACHINE else host
    serve_room(Settings.load(home=home), host, port, _teller(f"http://{shown}:{port}"))


def _teller(address: str) -> "Callable[[str | None], None]":
    def tell(password: str | None) -> None:
        if password is not None:
            print_line(f"First account: administrator, with the one-time password {password}")
        print_line(f"The review room is open at {address} (Ctrl+C closes it).")

    return tell
