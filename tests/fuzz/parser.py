"""What is fuzzed: a parser, what it is given to begin with, and what it may answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from motbild.errors import MotbildError

FOUND = Path(__file__).parents[1] / "data" / "fuzz"
MEMORY_LIMIT = 300 << 20
SECONDS_LIMIT = 2.0


@dataclass(frozen=True)
class Parser:
    """Something that takes what a stranger wrote.

    Attributes:
        name: What it goes by, and its folder under `FOUND`.
        parse: Takes bytes; whatever it raises besides `refusals` is a crash.
        seeds: Well-formed inputs to begin with; made when asked for.
        words: Pieces that its language is made of.
        share: Cases that it gets, measured in those of others; less where each is slow.
        refusals: How it says that an input is none.
        longest: Bytes of the longest input.
    """

    name: str
    parse: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    words: tuple[bytes, ...] = ()
    share: float = 1.0
    refusals: tuple[type[Exception], ...] = (MotbildError,)
    longest: int = 8_192

    def takes(self, data: bytes) -> bool:
        """Let it parse; tell whether it did not refuse.

        Raises:
            Exception: It crashed.
        """
        try:
            self.parse(data)
        except self.refusals:
            return False
        return True


def found_inputs(parser: str) -> Iterator[Path]:
    """Yield every input that has once crashed a parser."""
    folder = FOUND / parser
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if path.is_file())


def as_text(data: bytes) -> str:
    """Read bytes as text that may hold anything, lone surrogates too."""
    return data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")


def whole_text(data: bytes) -> str:
    """Read bytes as text that can be written down again: no lone surrogate."""
    return data.decode("utf-8", "replace")
