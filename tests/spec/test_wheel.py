"""The wheel carries what `pip install` needs outside a checkout."""

import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.wheels import build_wheel

_CARRIED = (
    *("flows", "models", "warehouse/migrations", "warehouse/views", "warehouse/queries"),
    "warehouse/notebooks",
)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    return set(zipfile.ZipFile(build_wheel(folder)).namelist())


@pytest.mark.parametrize("folder", [*_CARRIED, "warehouse/demo"])
def test_every_file_that_is_not_code_of_the_package_comes_along(
    names: set[str], folder: str
) -> None:
    """Flows, packs, model, SQL and the demonstration's posts are in the wheel."""
    files = [p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert files
    missing = {
        str(p.relative_to(ROOT))
        for p in files
        if f"motbild/bundled/{p.relative_to(ROOT)}" not in names
    }
    assert missing == set()


def test_nothing_that_is_private_comes_along(names: set[str]) -> None:
    """No store, key or test is in the wheel."""
    assert not [
        name for name in names if Path(name).suffix in {".duckdb", ".key"} or "tests" in name
    ]
