"""The command line. Each command is thin: settings in, wiring, a table or JSON out.

Nothing heavy is imported here: help must come at once, so a command imports what
it needs when it runs.
"""

import sys

import typer

from motbild.cli import (
    alerts,
    audit,
    backups,
    export,
    models,
    nights,
    packs,
    registry,
    requests,
    review,
    sources,
    stores,
    upkeep,
)
from motbild.cli.files import describe_refusal
from motbild.errors import MotbildError

app = typer.Typer(
    name="motbild",
    help="Watch posts for known false narratives, and answer them with sourced facts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_NO_MEMORY = (
    "There was too little memory; close what else runs on this machine, or give it more, and run "
    "again."
)
nights.add_commands(app)
models.add_commands(app)
registry.add_commands(app)
packs.add_commands(app)
sources.add_commands(app)
review.add_commands(app)
stores.add_commands(app)
export.add_commands(app)
alerts.add_commands(app)
upkeep.add_commands(app)
audit.add_commands(app)
backups.add_commands(app)
requests.add_commands(app)


def main() -> None:
    """Run the command line; a mistake gets one sentence and no traceback."""
    # Left outside the handlers: an exit with an error in hand keeps DuckDB's objects alive
    # through the interpreter's end, and its binding then complains of leaks.
    if code := _run():
        sys.exit(code)


def _run() -> int:
    try:
        app()
    except MotbildError as error:
        return _tell(error)
    except OSError as error:
        return _tell(describe_refusal(error))
    except MemoryError:
        return _tell(MotbildError(_NO_MEMORY))
    return 0


def _tell(error: MotbildError) -> int:
    sys.stderr.write(f"motbild: {error}\n")
    return error.exit_code
