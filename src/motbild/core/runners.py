"""Where the work on batches is done: in this process, or by others.

A stage reads batches, has work done on each, and stores what came of it. Only the stage
touches the warehouse; the work is pure, so that it may be done anywhere and done again.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Protocol, TypeVar

import pyarrow as pa

from motbild.errors import MotbildError, UnexpectedError

Kept = TypeVar("Kept")
Given = TypeVar("Given", bound=Sized)
Made = TypeVar("Made")


class Runner(Protocol):
    """Does work on batches."""

    @property
    def is_here(self) -> bool:
        """Whether all work is done in this process, one batch after another."""
        ...

    def map(
        self,
        work: Callable[[Given], Made],
        batches: Iterable[tuple[Kept, Given]],
        *,
        here: Callable[[Given], Made] | None = None,
    ) -> Iterator[tuple[Kept, Made]]:
        """Do the work on each batch.

        Args:
            work: What to do. Where the work is not done here it is pickled, and may be done
                more than once on the same batch.
            batches: What stays here beside what the work is given, whose length is how many
                posts or texts it holds. Read as the work goes on, so that only a few are held
                at a time.
            here: What to do instead where it is done in this process after all, such as with
                what is kept here; by default the same.

        Yields:
            What stayed and what was made, in the order of the batches.
        """
        ...


class Here:
    """Does the work in this process, each batch as its turn comes."""

    is_here = True

    def map(
        self,
        work: Callable[[Given], Made],
        batches: Iterable[tuple[Kept, Given]],
        *,
        here: Callable[[Given], Made] | None = None,
    ) -> Iterator[tuple[Kept, Made]]:
        """Do the work on each batch, in their order."""
        for kept, given in batches:
            yield kept, (here or work)(given)


def in_lots(
    done: Iterable[tuple[pa.Table, Made]], row_count: int
) -> Iterator[tuple[pa.Table, list[Made]]]:
    """Put batches together, to be stored in one transaction.

    Args:
        done: Tables and what was made of each, as a runner yields them.
        row_count: Rows of the tables, from which on a lot is full.

    Yields:
        The tables of a lot as one, and what was made of each.
    """
    tables: list[pa.Table] = []
    made: list[Made] = []
    for table, one in done:
        tables.append(table)
        made.append(one)
        if sum(held.num_rows for held in tables) >= row_count:
            yield pa.concat_tables(tables), made
            tables, made = [], []
    if tables:
        yield pa.concat_tables(tables), made


def attempt(
    work: Callable[[Given], Made], given: Given, where: str, remedy: str
) -> tuple[Made | None, MotbildError | None]:
    """Do the work in another process; return what was made, or a failure that quotes nothing.

    Args:
        work: What to do.
        given: What it is given.
        where: What the process is called in a sentence, such as ``worker of the cluster``.
        remedy: What to do where the work failed as nobody foresaw.
    """
    try:
        return work(given), None
    except MotbildError as error:
        return None, type(error)(*error.args)
    except MemoryError:
        return None, MotbildError(
            f"A {where} had too little memory for a batch: let fewer of them work at once, or give "
            "them more, and run again; nothing that was stored is lost."
        )
    except Exception as error:
        return None, unforeseen(error, where, remedy)


def unforeseen(error: Exception, where: str, remedy: str) -> UnexpectedError:
    """Tell of an error by its kind and place, since its message may quote what was given."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return UnexpectedError(
        f"A {where} failed with an unexpected {type(error).__name__} in "
        f"{place.filename.rpartition('/')[2]} line {place.lineno}; {remedy}. Nothing that was "
        "stored is lost."
    )
