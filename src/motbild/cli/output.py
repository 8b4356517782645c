"""What commands print: tables for people, JSON for scripts, progress on a terminal."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any


def print_json(value: object) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_as_text) + "\n")


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def print_line(text: str = "") -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def warn(text: str) -> None:
    """Print a line where warnings go."""
    sys.stderr.write(text + "\n")


def print_table(header: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """Print a table that fits the terminal; cells are shown as they are."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    table = Table(box=box.HORIZONTALS, title=title or None, title_justify="left", padding=(0, 1))
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)


@contextmanager
def progress(description: str) -> Iterator[None]:
    """Show on a terminal that something long goes on; elsewhere show nothing."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(description):
        yield


@contextmanager
def stage_progress(
    stage_count: int,
) -> Iterator[Callable[[str, Callable[[], Mapping[str, int]]], Mapping[str, int]]]:
    """Show on a terminal which of some stages runs; elsewhere show nothing.

    Yields:
        What runs one named stage, returns what that returns, and moves the bar.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=stage_count)

        def run(name: str, step: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
            bar.update(task, description=name)
            counts = step()
            bar.advance(task)
            return counts

        yield run
