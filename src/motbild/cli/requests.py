"""Commands for what a person may ask of an authority: erase, disclose."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, warn
from motbild.errors import InputError

if TYPE_CHECKING:
    from motbild.core.requests import Handled, Subject

_STDIN = "; - reads it from standard input, which keeps it out of the shell's history."
Author = Annotated[
    str | None,
    typer.Option("--author", help=f"Name or handle{_STDIN}", show_default=False),
]
Url = Annotated[
    str | None, typer.Option("--url", help=f"Address of the post{_STDIN}", show_default=False)
]
Text = Annotated[
    str | None,
    typer.Option(
        "--text", help=f"Words of the post, and of all its copies{_STDIN}", show_default=False
    ),
]
Case = Annotated[
    str,
    typer.Option(
        "--case",
        "--reason",
        help="Case number of the request, for the protocol; never a person's name.",
        show_default=False,
    ),
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild erase --url - --case 'dnr 123/2026' < address.txt")(erase)
    app.command(
        epilog="Example: motbild disclose --author - --case 'dnr 123/2026' --output copy.jsonl"
    )(disclose)


def erase(
    author: Author = None,
    url: Url = None,
    text: Text = None,
    case: Case = "",
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Tell how many posts there are, and erase none.")
    ] = False,
    is_agreed: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Erase posts on request, out of every file; they stay in the counts and do not come back."""
    from dataclasses import asdict

    from motbild.settings import Settings
    from motbild.wiring.requests import run_erasure

    subject = _read_subject(author, url, text)
    confirm: Callable[[Handled], bool] = lambda _: True  # noqa: E731
    if not (is_agreed or is_dry):
        if not sys.stdin.isatty():
            raise InputError("Nobody can be asked here whether to erase; give --yes, or --dry-run.")
        confirm = _ask
    handled = run_erasure(
        Settings.load(home=home), subject, case=case, is_dry=is_dry, confirm=confirm
    )
    if as_json:
        print_json(asdict(handled))
    else:
        _tell_erased(handled, is_dry)


def disclose(
    author: Author = None,
    url: Url = None,
    text: Text = None,
    case: Case = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            help="File for JSON Lines; a readable copy is put beside it, ending in .md.",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Give a masked copy of what is held of posts, for a request; that it was given is logged."""
    from datetime import UTC, datetime

    from motbild.core.disclosure import render_lines, render_readable
    from motbild.settings import Settings
    from motbild.wiring.requests import run_disclosure

    subject = _read_subject(author, url, text)
    if output is not None and not output.parent.is_dir():
        raise InputError(f"The folder of {output} is not there; make it, or name another file.")
    now = datetime.now(UTC)
    _, posts = run_disclosure(Settings.load(home=home), subject, case=case, now=now)
    readable = render_readable(posts, case=case, now=now)
    if output is not None and posts:
        _write_private(output, render_lines(posts))
        _write_private(output.with_suffix(".md"), readable)
        print_line(f"{len(posts)} posts in {output} and {output.with_suffix('.md')}.")
    elif as_json:
        sys.stdout.write(render_lines(posts))
    elif posts:
        sys.stdout.write(readable)
    else:
        print_line("Nothing is held of such a post.")


def _read_subject(author: str | None, url: str | None, text: str | None) -> "Subject":
    from motbild.core.requests import Subject

    told = {"author": author, "url": url, "text": text}
    given = {kind: value for kind, value in told.items() if value is not None}
    if len(given) != 1:
        raise InputError("Say what the request is about: one of --author, --url and --text.")
    [(kind, value)] = given.items()
    return Subject(kind, sys.stdin.read().strip() if value == "-" else value)


def _ask(found: "Handled") -> bool:
    return typer.confirm(f"Erase {found.post_count} posts for good?", err=True)


def _tell_erased(handled: "Handled", is_dry: bool) -> None:
    if not handled.post_count:
        print_line("Nothing is held of such a post.")
        return
    if handled.is_done:
        print_line(f"{handled.post_count} posts are erased; they stay in the counts.")
        warn("Backups made before hold them until they are replaced.")
    else:
        told = "would be erased" if is_dry else "are held, and none was erased"
        print_line(f"{handled.post_count} posts {told}.")
    for name in handled.outside:
        warn(f"They were read from {name}, which is not the home's; clear it there.")


def _write_private(path: Path, content: str) -> None:
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
