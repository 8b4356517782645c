"""Parquet tables, read a batch of rows at a time.

pyarrow turns a whole batch into Python values or fails for all of it, so that
moments and strings are turned here one by one: what cannot be a value costs
its own row only.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from motbild.adapters.sources.csv_table import check_columns
from motbild.adapters.sources.mapping import ColumnMapping
from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.rows import parse_row
from motbild.adapters.sources.streams import BrokenTailError
from motbild.core.partitions import partition_values
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError

BATCH_ROWS = 1_000
# Unpacked: what may stand in memory while a group of rows is read.
GROUP_LIMIT = 2 << 30
_MICROSECONDS = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 0.001}
_UNDECODABLE = object()


def read(path: Path, mapping: ColumnMapping) -> Iterator[RawPost | Reject]:
    """Yield the posts of a Parquet file, each with what the partition folders above it tell.

    Raises:
        SourceError: The file is not Parquet, or has no column for id or text.
        BrokenTailError: A part of the file is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path)
        names = list(table.schema_arrow.names)
        # Not column by column: of a damaged one pyarrow ends the process as it is looked at.
        groups = [table.metadata.row_group(n).total_byte_size for n in range(table.num_row_groups)]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(f"{path} is not a Parquet file; export it again.") from error
    with table:
        told = {k: v for k, v in partition_values(path.as_posix()).items() if k not in names}
        used = check_columns(path, [*names, *told], mapping)
        _check_sizes(path, groups)
        number = 0
        try:
            # Without threads: where there is no memory to begin one, the library may wait for ever.
            columns = [name for name in used if name not in told]
            batches = table.iter_batches(BATCH_ROWS, columns=columns, use_threads=False)
            for batch in batches:
                for row in _read_batch(batch):
                    number += 1
                    yield _parse({**told, **row}, number, mapping)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise BrokenTailError(number + 1) from error


def _check_sizes(path: Path, group_sizes: Sequence[int]) -> None:
    """Refuse a table whose groups of rows take more memory than there may be.

    Raises:
        SourceError: One does.
    """
    if max(group_sizes, default=0) > GROUP_LIMIT:
        raise SourceError(
            f"{path} has a group of rows that unpacks to more than {GROUP_LIMIT >> 30} GiB; "
            "export it with smaller groups of rows."
        )


def _parse(row: dict[str, object], number: int, mapping: ColumnMapping) -> RawPost | Reject:
    if any(value is _UNDECODABLE for value in row.values()):
        return make_reject(number, "wrong-encoding")
    return parse_row(row, number, mapping)


def _read_batch(batch: Any) -> Iterator[dict[str, object]]:  # noqa: ANN401
    columns = [_read_column(column) for column in batch.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, values, strict=True))


def _read_column(column: Any) -> list[object]:  # noqa: ANN401
    """Turn an Arrow column into Python values, one for each row, whatever it holds."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_timestamp(kind):
        numbers = column.cast(pa.int64()).to_pylist()
        scale = _MICROSECONDS[kind.unit]
        return [_read_moment(number, scale, kind.tz is not None) for number in numbers]
    if pa.types.is_date32(kind):
        days = column.cast(pa.int32()).to_pylist()
        return [_read_moment(day, 86_400_000_000, has_zone=False) for day in days]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        is_large = pa.types.is_large_string(kind)
        texts = column.cast(pa.large_binary() if is_large else pa.binary()).to_pylist()
        return [_decode(text) for text in texts]
    return [_read_scalar(scalar) for scalar in column]


def _read_moment(number: int | None, scale: float, has_zone: bool) -> object:
    """Read a moment, or return text that is none where it lies outside the calendar."""
    if number is None:
        return None
    microseconds = number // 1_000 if scale < 1 else number * int(scale)
    zone = UTC if has_zone else None
    try:
        return datetime(1970, 1, 1, tzinfo=zone) + timedelta(microseconds=microseconds)
    except OverflowError:
        return "outside the calendar"


def _decode(text: bytes | None) -> object:
    try:
        return None if text is None else text.decode("utf-8")
    except UnicodeDecodeError:
        return _UNDECODABLE


def _read_scalar(scalar: Any) -> object:  # noqa: ANN401
    try:
        return scalar.as_py()
    except (ValueError, OverflowError, ArithmeticError, ImportError):
        return _UNDECODABLE
