"""A night over a partitioned table: each part once, and each by its own name."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.homes import Home


def _put(path: Path, number: int, text: str) -> None:
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table({"id": [str(number)], "text": [text]}), path)


def test_parts_of_one_name_are_told_apart(home: Home, tmp_path: Path) -> None:
    """And what their folders tell is stored with their posts."""
    table = tmp_path / "table"
    for number, platform in enumerate(("tiktok", "x")):
        _put(table / f"platform={platform}" / "part-0.parquet", number, f"hej {platform} hej")
    home.night(table)
    home.night(table)
    told = home.rows("SELECT file_name, status FROM ops.source_runs ORDER BY ALL")
    assert [tuple(row) for row in told] == [
        (f"platform={platform}/part-0.parquet", status)
        for platform in ("tiktok", "x")
        for status in ("already-read", "read")
    ]
    posts = home.rows("SELECT platform, text FROM core.posts ORDER BY ALL")
    assert [tuple(row) for row in posts] == [("tiktok", "hej tiktok hej"), ("x", "hej x hej")]
