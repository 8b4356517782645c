"""Ways in that the guide describes: each is tried, and none blocks a night."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import adbc_driver_duckdb
import adbc_driver_manager.dbapi
import duckdb
import pyarrow as pa
import pytest

from motbild.settings import Settings
from tests.analyst.conftest import publish_again
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")


def _adbc(path: Path) -> adbc_driver_manager.dbapi.Connection:
    """Open a snapshot as a BI tool with an ADBC driver would."""
    return adbc_driver_manager.dbapi.connect(
        driver=adbc_driver_duckdb.driver_path(),
        entrypoint="duckdb_adbc_init",
        db_kwargs={"path": str(path), "access_mode": "read_only"},
        autocommit=True,
    )


def test_adbc_reads_the_views(demo: Settings) -> None:
    """Rows come as Arrow, with the types of the views; the catalogue lists them."""
    with _adbc(demo.home / "motbild.duckdb") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM analyst.narrative_days ORDER BY ALL")
        table = cursor.fetch_arrow_table()
        assert table.num_rows > 50
        assert table.schema.field("counted_day").type == pa.date32()
        assert table.schema.field("post_count").type == pa.int64()
        cursor.execute("SELECT count(*) FROM analyst.flagged_posts WHERE lang = ?", ["sv"])
        assert cursor.fetchall()[0][0] > 0
        found = connection.adbc_get_objects(depth="tables", db_schema_filter="analyst").read_all()
        assert "flagged_posts" in str(found.to_pylist())


def test_adbc_cannot_write(demo: Settings) -> None:
    """The driver refuses, whatever the file's own rights."""
    with (
        _adbc(demo.home / "motbild.duckdb") as connection,
        connection.cursor() as cursor,
        pytest.raises(adbc_driver_manager.Error, match="read-only"),
    ):
        cursor.execute("CREATE TABLE core.mine (a INTEGER)")


def test_an_open_adbc_connection_blocks_no_night(small: Settings) -> None:
    """It keeps what it has opened; one opened afterwards has what is new."""
    query = "SELECT count(*) FROM analyst.nights"
    with _adbc(small.home / "motbild.duckdb") as before, before.cursor() as cursor:
        cursor.execute(query)
        count = cursor.fetchone()
        publish_again(small)
        cursor.execute(query)
        assert cursor.fetchone() == count


def test_both_links_name_one_file(demo: Settings) -> None:
    """One for the review room and Python, one for tools that name a database after its file."""
    assert demo.snapshot_link.resolve() == (demo.home / "motbild.duckdb").resolve()


def test_python_examples_of_the_guide_run(demo: Settings, tmp_path: Path) -> None:
    """Copied as they stand, with the home that they name put in place."""
    examples = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        script = tmp_path / "example.py"
        script.write_text(example.replace("/srv/motbild", str(demo.home)), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_the_command_line_client_opens_it(demo: Settings) -> None:
    """Where DuckDB's own client is at hand, its line of the guide is run."""
    client = shutil.which("duckdb")
    if client is None:
        pytest.skip("needs the command-line client of DuckDB")
    done = subprocess.run(
        [client, "-readonly", "-csv", str(demo.home / "motbild.duckdb"),
         "SELECT count(*) FROM analyst.flagged_posts"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert int(done.stdout.splitlines()[-1]) > 0, done.stderr


def test_no_statement_of_an_analyst_changes_the_file(demo: Settings) -> None:
    """Also where a tool forgets to ask for reading alone, for whoever does not own the file."""
    assert demo.snapshot_link.resolve().stat().st_mode & 0o222 == 0
    with (
        duckdb.connect(str(demo.snapshot_link.resolve()), read_only=True) as connection,
        pytest.raises(duckdb.Error, match="read-only"),
    ):
        connection.execute("DELETE FROM core.flags")
