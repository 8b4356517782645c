"""Opening files, packed or not, and cutting them into lines or text in bounded memory.

Nothing here knows what a post is. A file that is not what it says it is raises
`SourceError`; one that only ends badly gives all that came before it and then
raises `BrokenTailError`, which the registry turns into one reject.
"""

import codecs
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import zstandard

from motbild.adapters.sources.rejects import make_reject
from motbild.core.records import Reject
from motbild.errors import SourceError

CHUNK = 1 << 16
LINE_LIMIT = 16 << 20
# Of a packed file. No export is so large; what is was made to fill a disk or a night.
UNPACKED_LIMIT = 64 << 30
HEAD_LIMIT = 4 * CHUNK
# A zstd block of four bytes can unpack to 128 KiB; fed so little at a time, memory stays small.
_ZSTD_FEED = 256
_ZSTD_WINDOW = 1 << 27
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_BINARY_MAGICS = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"SQLite format 3", b"PAR1")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


class BrokenTailError(Exception):
    """The stream ends too early or turns to damage; what came before it is good.

    Attributes:
        line: 1-based line or item at which it breaks, or 0 where not known.
    """

    def __init__(self, line: int = 0) -> None:
        super().__init__("The stream is damaged or ends too early.")
        self.line = line


def check_file(path: Path) -> None:
    """Make sure that a path is a readable file with something in it.

    Raises:
        SourceError: It is missing, a folder, no ordinary file, or empty.
    """
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder; name a file in it.")
        if not path.exists():
            raise SourceError(f"{path} does not exist; check the path.")
        if not path.is_file():
            raise SourceError(f"{path} is not an ordinary file; copy its content to one.")
        if path.stat().st_size == 0:
            raise SourceError(f"{path} is empty; export it again.")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, unpacked where it is gzip or zstd.

    What it is packed with is told by its first bytes, so that a wrong suffix
    does no harm; a suffix that promises a packing which is not there does.

    Raises:
        SourceError: The file cannot be opened, is not packed as its name says, or unpacks
            to more than `UNPACKED_LIMIT`.
        BrokenTailError: The packed stream ends too early or is damaged.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
            file.seek(0)
            if magic.startswith(_GZIP_MAGIC):
                yield from _bounded(path, _read_gzip(file))
            elif magic == _ZSTD_MAGIC:
                yield from _bounded(path, _read_zstd(file))
            elif path.suffix.lower() in {".gz", ".zst"}:
                raise SourceError(
                    f"{path} is named {path.suffix} but is not packed so; "
                    "rename it or fetch it again."
                )
            else:
                yield from iter(lambda: file.read(CHUNK), b"")
    except OSError as error:
        raise _unreadable(path, error) from error


def read_head(path: Path) -> bytes:
    """Return up to 256 KiB from the start of a file, unpacked, without its byte-order mark.

    Raises:
        SourceError: The file cannot be opened or is not packed as its name says.
    """
    head = bytearray()
    try:
        for chunk in _to_utf8(read_chunks(path)):
            head += chunk
            if len(head) >= HEAD_LIMIT:
                break
    except BrokenTailError:
        pass  # what can be read of it is enough to tell what it is
    return bytes(head[:HEAD_LIMIT])


def is_binary(head: bytes) -> bool:
    """Tell whether the start of a file is anything but text."""
    if head.startswith(_BINARY_MAGICS):
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * 10 > len(head)


def read_lines(path: Path) -> Iterator[tuple[int, str | Reject]]:
    """Yield each line with its number, without its line break.

    A line that is too long is passed over to its end without being held; one
    that is not UTF-8 is rejected alone.

    Raises:
        SourceError: The file cannot be opened or is not packed as its name says.
        BrokenTailError: The stream is damaged, with the line at which it is.
    """
    number = 0
    lines = _split_lines(_to_utf8(read_chunks(path)))
    try:
        for number, line in enumerate(lines, start=1):
            yield number, _decode_line(number, line)
    except BrokenTailError as error:
        raise BrokenTailError(number + 1) from error


def read_text(path: Path) -> Iterator[str]:
    """Yield a file's text in pieces; bytes that are not UTF-8 become lone surrogates.

    Raises:
        SourceError: The file cannot be opened or is not packed as its name says.
        BrokenTailError: The stream is damaged.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for chunk in _to_utf8(read_chunks(path)):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _unreadable(path: Path, error: Exception) -> SourceError:
    why = getattr(error, "strerror", None) or "not a usable path"
    return SourceError(f"{path} cannot be read ({why}); check the path and its permissions.")


def _bounded(path: Path, chunks: Iterator[bytes]) -> Iterator[bytes]:
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > UNPACKED_LIMIT:
            raise SourceError(
                f"{path} unpacks to more than {UNPACKED_LIMIT >> 30} GiB, which no export does; "
                "look at where it comes from, and split it if it is sound."
            )
        yield chunk


def _read_gzip(file: BinaryIO) -> Iterator[bytes]:
    """Unpack all members of a gzip file, at most a chunk at a time."""
    decoder = zlib.decompressobj(31)
    packed = b""
    while packed := packed or file.read(CHUNK):
        if decoder.eof:
            packed = packed.lstrip(b"\0")  # padding after a member, as tape blocks have it
            if not packed:
                continue
            decoder = zlib.decompressobj(31)
        try:
            piece = decoder.decompress(packed, CHUNK)
        except zlib.error as error:
            raise BrokenTailError from error
        packed = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
        yield piece
    if not decoder.eof:
        raise BrokenTailError


def _read_zstd(file: BinaryIO) -> Iterator[bytes]:
    """Unpack all frames of a zstd file; a reader of the library would hide an early end."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    decoder = unpacker.decompressobj()
    for block in iter(lambda: file.read(CHUNK), b""):
        for start in range(0, len(block), _ZSTD_FEED):
            packed = block[start : start + _ZSTD_FEED]
            while packed:
                if decoder.eof:
                    decoder = unpacker.decompressobj()
                try:
                    piece = decoder.decompress(packed)
                except zstandard.ZstdError as error:
                    raise BrokenTailError from error
                packed = decoder.unused_data if decoder.eof else b""
                yield piece
    if not decoder.eof:
        raise BrokenTailError


def _to_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Drop a UTF-8 byte-order mark, or turn marked UTF-16 into UTF-8."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= 4:
            break
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from _from_utf16(chain([head], chunks))
        return
    yield head.removeprefix(codecs.BOM_UTF8)
    yield from chunks


def _from_utf16(chunks: Iterable[bytes]) -> Iterator[bytes]:
    # Halves of surrogate pairs pass through as invalid UTF-8, so that their line alone is rejected.
    decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BrokenTailError from error


def _split_lines(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield lines; None stands for one that is longer than the limit."""
    pieces: list[bytes] = []
    length = 0
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for end in ended:
            pieces.append(end)
            yield b"".join(pieces) if length + len(end) <= LINE_LIMIT else None
            pieces.clear()
            length = 0
        length += len(rest)
        if length <= LINE_LIMIT:
            pieces.append(rest)
        else:
            pieces.clear()
    if length:
        yield b"".join(pieces) if length <= LINE_LIMIT else None


def _decode_line(number: int, line: bytes | None) -> str | Reject:
    if line is None:
        return make_reject(number, "line-too-long")
    try:
        return line.removesuffix(b"\r").decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return make_reject(number, "wrong-encoding")
