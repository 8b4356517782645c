"""Files that commands write: each appears whole or not at all."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from motbild.errors import InputError, MotbildError


def check_output(path: Path) -> None:
    """Make sure, before long work begins, that a file can be written there.

    Raises:
        InputError: Its folder is not there, or a folder stands in its place.
    """
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}; make it, or name another output.")
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file to write.")


def check_new(path: Path, *, is_forced: bool) -> None:
    """Make sure that a file can be written there and that none is lost by it.

    Raises:
        InputError: A file is there already, or none can be written.
    """
    if str(path) == "-":
        return
    check_output(path)
    if path.exists() and not is_forced:
        raise InputError(
            f"{path} is there already; name another file, or add --force to write over it."
        )


@contextmanager
def opened_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open where to write bytes, as `opened_output` does for text; never the screen."""
    check_output(path)
    pending = path.with_name(f".{path.name}.pending")
    try:
        with pending.open("wb") as file:
            yield file
        pending.replace(path)
    finally:
        pending.unlink(missing_ok=True)


@contextmanager
def opened_output(path: Path) -> Iterator[IO[str]]:
    """Open where to write, `-` for the screen; a file gets its name once it is complete.

    Raises:
        InputError: A file cannot be written there.
    """
    if str(path) == "-":
        yield sys.stdout
        return
    check_output(path)
    pending = path.with_name(f".{path.name}.pending")
    try:
        with pending.open("w", encoding="utf-8") as file:
            yield file
        pending.replace(path)
    finally:
        pending.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a whole text and a line break.

    Raises:
        InputError: A file cannot be written there.
    """
    with opened_output(path) as file:
        file.write(text + "\n")


def describe_refusal(error: OSError) -> MotbildError:
    """Tell in a sentence what the system refused, such as a full disk or a closed folder."""
    place = f"{error.filename}: " if error.filename else ""
    why = error.strerror or type(error).__name__
    return MotbildError(f"{place}{why}; see to the disk and its permissions, then run again.")
