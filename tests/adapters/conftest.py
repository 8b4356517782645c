"""An empty review store, for the tests of each of its parts."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from motbild.adapters.review_store import ReviewStore, open_review_store


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Address of a review store that is not there yet."""
    return f"sqlite:///{tmp_path / 'home' / 'review.sqlite'}"


@pytest.fixture
def store(address: str) -> Iterator[ReviewStore]:
    """An empty review store."""
    with closing(open_review_store(address)) as opened:
        yield opened
