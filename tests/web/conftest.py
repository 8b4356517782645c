"""A published home, made once, and a room on a copy of it for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rooms import TestRoom, furnish, publish_demo


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose night has run over the demo's posts."""
    return publish_demo(tmp_path_factory.mktemp("published") / "home")


@pytest.fixture
def room(published: Path, tmp_path: Path) -> Iterator[TestRoom]:
    """A room with five people, in which nobody has decided anything."""
    made = furnish(published, tmp_path / "home")
    yield made
    made.close()
