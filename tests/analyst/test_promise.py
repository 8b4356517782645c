"""What docs/analysts.md promises of the analysts' views holds: names, types, and old queries.

`tests/data/analyst-promise.json` is the record of the views as they are promised, and
`tests/data/analyst-queries/<version>/` holds the worked queries of each version as they were.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.snapshots import describe_snapshot, query_snapshot
from motbild.settings import Settings
from tests.conftest import ROOT

RECORD = ROOT / "tests" / "data" / "analyst-promise.json"
OLD_QUERIES = sorted((ROOT / "tests" / "data" / "analyst-queries").rglob("*.sql"))
GUIDE = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")


def _promised() -> Any:
    return json.loads(RECORD.read_text(encoding="utf-8"))


def _views(warehouse: Warehouse) -> dict[str, dict[str, str]]:
    views: dict[str, dict[str, str]] = {}
    for column in describe_snapshot(warehouse, ROOT / "warehouse" / "views"):
        if column.schema == "analyst":
            views.setdefault(column.table, {})[column.name] = column.data_type
    return views


def _version() -> str:
    text = (ROOT / "warehouse" / "views" / "analyst.sql").read_text(encoding="utf-8")
    [version] = re.findall(r"'(\d+\.\d+)' AS views_version", text)
    return str(version)


def test_what_is_promised_is_there(warehouse: Warehouse) -> None:
    """Each view, each column and each type that analysts were told to build on is as it was."""
    views = _views(warehouse)
    gone = [
        f"analyst.{view}.{name} is {views.get(view, {}).get(name, 'not there')} and not {data_type}"
        for view, columns in _promised()["views"].items()
        for name, data_type in columns.items()
        if views.get(view, {}).get(name) != data_type
    ]
    assert gone == [], (
        "queries of analysts break: put it back, or, if it must go, first name it under "
        "'What goes' in docs/analysts.md for a year, then raise the first number of views_version "
        "in warehouse/views/analyst.sql and take it out of tests/data/analyst-promise.json"
    )


def test_what_is_there_is_promised(warehouse: Warehouse) -> None:
    """A view or column that is added is recorded, and the version tells."""
    promised = _promised()
    new = [
        f"analyst.{view}.{name} ({data_type})"
        for view, columns in _views(warehouse).items()
        for name, data_type in columns.items()
        if name not in promised["views"].get(view, {})
    ]
    assert new == [], (
        "add them to tests/data/analyst-promise.json and raise the second number of views_version, "
        "there and in warehouse/views/analyst.sql"
    )
    assert promised["views_version"] == _version(), "views_version of the record and of the views"


@pytest.mark.parametrize("path", OLD_QUERIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_old_queries_run(demo: Settings, path: Path) -> None:
    """What was handed out with an earlier version still runs, and still has rows where it had."""
    rows = query_snapshot(demo.snapshot_link, path.read_text(encoding="utf-8"))
    assert rows.num_rows or path.stem in ("13_rises", "14_campaigns"), (
        "a query that analysts were given finds nothing any more: see docs/analysts.md on what is "
        "promised; do not change the query"
    )


def test_the_guide_explains_every_view(warehouse: Warehouse) -> None:
    """Each has a line that says what it is for, and no line is of a view that is not there."""
    told = set(
        re.findall(r"^\| `(\w+)` \|", GUIDE.split("## What each view is for")[1], re.MULTILINE)
    )
    assert told == set(_views(warehouse))


def test_the_guide_tells_the_version() -> None:
    """The version in the guide is that of the views."""
    assert f"`views_version` {_version()}" in GUIDE
