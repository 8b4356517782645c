"""What the machine does to a night, told in a sentence."""

import duckdb
import pyarrow as pa
import pytest

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.failures import explain, is_damage, telling
from motbild.errors import WarehouseError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            duckdb.TransactionException(
                'Failed to commit: Could not write file "live.duckdb.wal": No space left on device'
            ),
            "The disk that holds the home is full",
        ),
        (duckdb.IOException("Could not write: Disk quota exceeded"), "full"),
        (duckdb.OutOfMemoryException("failed to allocate 64 KiB"), "too little memory"),
        (
            duckdb.InvalidInputException("exporting a stream from 'found' failed: MemoryError: "),
            "too little memory",
        ),
        (
            pa.ArrowException("Failed to launch worker thread: Resource temporarily unavailable"),
            "too little memory",
        ),
        (
            ImportError("_compute.so: failed to map segment from shared object"),
            "too little memory",
        ),
    ],
)
def test_a_full_disk_and_too_little_memory_are_told(error: Exception, told: str) -> None:
    """With what to do, and that nothing is lost; the message of the library is not repeated."""
    explained = explain(error)
    assert explained is not None
    assert told in str(explained)
    assert "nothing that was stored is lost" in str(explained)
    assert "wal" not in str(explained)


def test_other_errors_are_not_explained_away() -> None:
    """A fault of the program stays one."""
    assert explain(duckdb.ConstraintException("Duplicate key")) is None
    assert explain(ValueError("No space left on device")) is None
    with pytest.raises(ZeroDivisionError), telling():
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "error",
    [
        duckdb.Error("Corrupt database file: computed checksum 1 does not match stored checksum 2"),
        duckdb.IOException('Could not read enough bytes from file "live.duckdb"'),
        duckdb.FatalException("the database has been invalidated"),
    ],
)
def test_damage_is_told_with_its_file_and_the_way_back(error: Exception) -> None:
    """Which file, what is still whole, and what to put where."""
    told = str(explain(error))
    assert "live.duckdb is damaged or its disk fails; what is published is not" in told
    assert "put the last backup of live.duckdb in its place" in told


def test_a_read_only_disk_is_told() -> None:
    """And not taken for damage."""
    error = duckdb.IOException('Cannot open file "live.duckdb": Read-only file system')
    assert "read-only" in str(explain(error))
    assert not is_damage(error)


def test_the_first_error_tells_and_not_those_that_follow_from_it() -> None:
    """A transaction that is aborted by a full disk is no fault of its own."""

    def fail() -> None:
        try:
            raise duckdb.IOException("No space left on device")
        finally:
            raise duckdb.TransactionException("Current transaction is aborted")

    with pytest.raises(WarehouseError, match="is full"), telling():
        fail()


def test_memory_that_ends_is_told_whoever_asks_for_it() -> None:
    """Python, Arrow and DuckDB each have words of their own for it."""
    for error in (MemoryError(), pa.ArrowMemoryError("malloc of size 64 failed")):
        with pytest.raises(WarehouseError, match="too little memory"), telling():
            raise error


def test_what_failed_first_is_raised_from_a_broken_transaction(warehouse: Warehouse) -> None:
    """That rows cannot be let go of within it is no news."""
    rows = pa.table({"run_id": ["r1", None]})
    with (
        pytest.raises(duckdb.ConstraintException),
        warehouse.transaction(),
        warehouse.registered("incoming", rows),
    ):
        warehouse.execute("INSERT INTO ops.runs BY NAME FROM incoming")
