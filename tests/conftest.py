"""What many tests share: where the checkout lies, and an empty warehouse."""

import os
from collections.abc import Iterator
from pathlib import Path

# Before numpy and torch are there: where tests run on every core, each keeps to one.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from motbild.adapters.warehouse import Warehouse, open_in_memory

# A busy machine is no fault of the code; how fast things are is measured elsewhere.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


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
