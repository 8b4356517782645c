"""A furnished home, made once for all tests of what is handed over."""

from pathlib import Path

import pytest

from tests.sharing import furnish_home


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home in which much is to be told, and its pack."""
    folder = tmp_path_factory.mktemp("furnished")
    furnish_home(folder)
    return folder
