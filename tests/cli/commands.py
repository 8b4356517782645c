"""Running commands in this process, and finding all that there are."""

from collections.abc import Iterator, Mapping
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner, Result

from motbild.cli import app


def run(*words: object, stdin: str | None = None) -> Result:
    """Run a command; an error of ours is the result's `exception`."""
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def all_commands() -> dict[str, Any]:
    """Return every command by the words that call it, such as `pack check`."""
    return dict(_walk("", get_command(app)))


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    members: Mapping[str, Any] = getattr(command, "commands", {})
    if not members:
        yield name, command
    for word, member in members.items():
        yield from _walk(f"{name} {word}".strip(), member)
