"""What many tests share: where the checkout lies, and an empty warehouse."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Before numpy and torch are there: where tests run on every core, each keeps to one.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import duckdb
import pytest
from hypothesis import settings

from motbild.adapters.warehouse import Warehouse, open_in_memory

# A busy machine is no fault of the code; how fast things are is measured elsewhere.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

# Files that take most of a minute or more, the longest first: they are begun first, so that no
# core has nothing to do while another is at one of them. The others go by their number of tests.
_LONGEST = (
    "tests/quality/test_stored_model.py",
    "tests/flows/test_served.py",
    "tests/flows/test_operations.py",
    "tests/spec/test_supply.py",
    "tests/stages/test_killed_night.py",
    "tests/stages/test_night.py",
    "tests/stages/test_requests.py",
    "tests/doctor/test_doctor.py",
    "tests/stages/test_discover.py",
    "tests/analyst/test_publishing_checks.py",
    "tests/browser/test_pages.py",
    "tests/adapters/test_copying.py",
    "tests/flows/test_nightly.py",
    "tests/analyst/test_notebook.py",
    "tests/stages/test_faults.py",
    "tests/stages/test_processes.py",
    "tests/stages/test_cluster.py",
    "tests/adapters/test_encoder.py",
)

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; within a file the order stays."""
    places = {ROOT / name: place for place, name in enumerate(_LONGEST)}
    counts = Counter(item.path for item in items)
    items.sort(key=lambda item: (places.get(item.path, len(places)), -counts[item.path]))


if "PYTEST_XDIST_WORKER" in os.environ:
    _connect = duckdb.connect

    def _connect_with_one_thread(*given: Any, **named: Any) -> duckdb.DuckDBPyConnection:
        return _connect(*given, **named | {"config": {"threads": 1, **named.get("config", {})}})

    vars(duckdb)["connect"] = _connect_with_one_thread


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    """An empty warehouse in memory."""
    opened = open_in_memory(ROOT / "warehouse" / "migrations", ROOT / "warehouse" / "views")
    yield opened
    opened.close()


@pytest.fixture
def shared() -> Path:
    """The folder of shared material beside the checkout; skips where it is not there."""
    if not SHARED.is_dir():
        pytest.skip("needs the folder shared/ beside the checkout")
    return SHARED
