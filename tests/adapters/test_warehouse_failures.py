"""What the machine does to a night, told in a sentence."""

import duckdb
import pytest

from motbild.adapters.warehouse.failures import explain


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
