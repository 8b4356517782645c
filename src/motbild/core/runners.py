"""Where the work on batches is done: in this process, or by others.

A stage reads batches, has work done on each, and stores what came of it. Only the stage
touches the warehouse; the work is pure, so that it may be done anywhere and done again.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Kept = TypeVar("Kept")
Given = TypeVar("Given")
Made = TypeVar("Made")


class Runner(Protocol):
    """Does work on batches."""

    @property
    def is_here(self) -> bool:
        """Whether the work is done in this process, one batch after another."""
        ...

    def map(
        self, work: Callable[[Given], Made], batches: Iterable[tuple[Kept, Given]]
    ) -> Iterator[tuple[Kept, Made]]:
        """Do the work on each batch.

        Args:
            work: What to do. Where the work is not done here it is pickled, and may be done
                more than once on the same batch.
            batches: What stays here beside what the work is given. Read as the work goes on,
                so that only a few are held at a time.

        Yields:
            What stayed and what was made, in the order of the batches.
        """
        ...


class Here:
    """Does the work in this process, each batch as its turn comes."""

    is_here = True

    def map(
        self, work: Callable[[Given], Made], batches: Iterable[tuple[Kept, Given]]
    ) -> Iterator[tuple[Kept, Made]]:
        """Do the work on each batch, in their order."""
        for kept, given in batches:
            yield kept, work(given)
