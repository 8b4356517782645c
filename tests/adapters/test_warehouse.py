"""The live warehouse on real DuckDB: writing, migrating, and what must never happen."""

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.adapters.warehouse import Warehouse, open_warehouse
from motbild.core import schemas
from motbild.errors import WarehouseError

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "warehouse" / "migrations"
VIEWS = ROOT / "warehouse" / "views"


def _texts(*digests: str, run_id: str = "r1") -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"text_digest": d, "text": d, "lang": "sv", "lang_probability": 1.0, "run_id": run_id}
            for d in digests
        ],
        schema=schemas.TEXTS,
    )


def _open(path: Path) -> Warehouse:
    return open_warehouse(path, MIGRATIONS, VIEWS)


@pytest.mark.parametrize("table", sorted(schemas.BY_TABLE))
def test_schemas_are_those_of_the_migrations(warehouse: Warehouse, table: str) -> None:
    """Each Arrow schema has the columns of its table, in their order."""
    columns = warehouse.read(f"FROM {table} LIMIT 0").column_names
    assert columns == schemas.BY_TABLE[table].names


@pytest.mark.parametrize("table", sorted(schemas.BY_TABLE))
def test_every_table_and_column_says_what_it_means(warehouse: Warehouse, table: str) -> None:
    """No table or column of the live warehouse is without a comment."""
    schema, name = table.split(".")
    columns = [c for c in warehouse.describe("live") if (c.schema, c.table) == (schema, name)]
    assert columns
    assert all(column.comment and column.table_comment for column in columns)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            st.floats(0, 1, width=32),
        ),
        max_size=5,
    )
)
@settings(max_examples=30, deadline=None)
def test_rows_survive_the_way_in_and_out(rows: list[tuple[str, float]]) -> None:
    """Texts and numbers come back from DuckDB as they went in."""
    table = pa.Table.from_pylist(
        [
            {"text_digest": str(n), "text": t, "lang": "sv", "lang_probability": p, "run_id": "r"}
            for n, (t, p) in enumerate(rows)
        ],
        schema=schemas.TEXTS,
    )
    from motbild.adapters.warehouse import open_in_memory

    opened = open_in_memory(MIGRATIONS, VIEWS)
    try:
        opened.append("core.texts", table, key=("text_digest",))
        assert opened.read("FROM core.texts ORDER BY text_digest::INT").to_pylist() == (
            table.to_pylist()
        )
    finally:
        opened.close()


def test_appending_twice_adds_once(warehouse: Warehouse) -> None:
    """Rows whose key is there are left as they are."""
    assert warehouse.append("core.texts", _texts("a", "b"), key=("text_digest",)) == 2
    assert warehouse.append("core.texts", _texts("b", "c", run_id="r2"), key=("text_digest",)) == 1
    runs = warehouse.read_rows("SELECT text_digest, run_id FROM core.texts ORDER BY ALL")
    assert runs == [("a", "r1"), ("b", "r1"), ("c", "r2")]


def test_replacing_touches_only_what_differs(warehouse: Warehouse) -> None:
    """Rows that are gone go, new ones come, and equal ones keep the run that wrote them."""
    warehouse.append("core.threats", _threats({"a": 0.5, "b": 0.5}, "r1"), key=("post_id",))
    changed = warehouse.replace(
        "core.threats", _threats({"a": 0.5, "c": 0.75}, "r2"), key=("post_id",), keep="run_id"
    )
    assert changed == 1
    rows = warehouse.read_rows("SELECT post_id, run_id FROM core.threats ORDER BY ALL")
    assert rows == [("a", "r1"), ("c", "r2")]


def _threats(probabilities: dict[str, float], run_id: str) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"post_id": p, "model_version": "m", "threat_probability": v, "run_id": run_id}
            for p, v in probabilities.items()
        ],
        schema=schemas.THREATS,
    )


def test_a_failed_transaction_leaves_nothing(warehouse: Warehouse) -> None:
    """An error within a transaction undoes what came before it in the block."""

    def fail_half_way() -> None:
        with warehouse.transaction():
            warehouse.append("core.texts", _texts("a"), key=("text_digest",))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert warehouse.read_rows("SELECT count(*) FROM core.texts") == [(0,)]


def test_rows_may_be_written_between_two_batches(warehouse: Warehouse) -> None:
    """A reading in batches sees the warehouse as it was, and does not hinder writing."""
    warehouse.append("core.texts", _texts(*(f"{n:04}" for n in range(5000))), key=("text_digest",))
    seen = 0
    for number, batch in enumerate(
        warehouse.read_batches("FROM core.texts ORDER BY text_digest", row_count=500)
    ):
        with warehouse.transaction():
            warehouse.append("core.texts", _texts(f"new {number}"), key=("text_digest",))
        seen += batch.num_rows
    assert seen == 5000


def test_a_checkpoint_leaves_no_log(tmp_path: Path) -> None:
    """After a checkpoint the file holds everything, so that it may be copied."""
    opened = _open(tmp_path / "live.duckdb")
    opened.append("core.texts", _texts("a"), key=("text_digest",))
    opened.checkpoint()
    assert not (tmp_path / "live.duckdb.wal").exists()
    opened.close()
    shutil.copyfile(tmp_path / "live.duckdb", tmp_path / "copy.duckdb")
    copy = _open(tmp_path / "copy.duckdb")
    assert copy.read_rows("SELECT count(*) FROM core.texts") == [(1,)]
    copy.close()


def test_the_live_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Neither group nor others may read the live warehouse or its log."""
    opened = _open(tmp_path / "live.duckdb")
    opened.append("core.texts", _texts("a"), key=("text_digest",))
    modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob("live.duckdb*")}
    opened.close()
    assert modes
    assert not any(modes.values())


def test_another_writer_gets_one_sentence(tmp_path: Path) -> None:
    """While another process has the file open, opening it says so and what to do."""
    path = tmp_path / "live.duckdb"
    _open(path).close()
    script = f"import duckdb; c = duckdb.connect({str(path)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(WarehouseError, match="is open in another program"):
            _open(path)
        holder.communicate(b"\n")


def test_what_is_no_warehouse_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A file of another kind is not overwritten."""
    path = tmp_path / "live.duckdb"
    path.write_bytes(b"not a database, but somebody's notes" * 500)
    with pytest.raises(WarehouseError, match="cannot be opened as a warehouse"):
        _open(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_warehouse_that_was_emptied_is_no_new_one(tmp_path: Path) -> None:
    """Where something was published from it, a file of no bytes is refused and left alone."""
    path = tmp_path / "live.duckdb"
    path.touch()
    (tmp_path / "analyst.duckdb").touch()
    with pytest.raises(WarehouseError, match="is empty, and snapshots were published from it"):
        _open(path)
    assert path.stat().st_size == 0
    # Before the first snapshot it is what a night leaves that died as it made the file.
    (tmp_path / "analyst.duckdb").unlink()
    _open(path).close()


def test_a_failed_transaction_raises_what_failed(tmp_path: Path) -> None:
    """Not that there is nothing left to roll back."""
    opened = _open(tmp_path / "live.duckdb")

    def fail() -> None:
        opened.execute("ROLLBACK")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), opened.transaction():
        fail()
    opened.close()


def test_what_memory_does_not_hold_waits_on_the_disk(tmp_path: Path) -> None:
    """Rows beyond what it may hold lie in a folder for its owner alone, until it is closed."""
    path = tmp_path / "live.duckdb"
    spill = tmp_path / "spill"
    with closing(open_warehouse(path, MIGRATIONS, VIEWS, megabytes=200)) as opened:
        opened.execute(
            "CREATE TEMP TABLE held AS "
            "SELECT string_agg(md5((32 * n + part)::VARCHAR), '') AS said "
            "FROM range(300_000) AS numbers(n), range(32) AS parts(part) GROUP BY n"
        )
        assert opened.read_rows("SELECT count(*), sum(length(said)) FROM held") == [
            (300_000, 300_000 * 32 * 32)
        ]
        waiting = list(spill.iterdir())
        assert waiting
        assert not any(file.stat().st_mode & 0o077 for file in waiting)
    assert not spill.exists() or not list(spill.iterdir())


def test_a_migration_is_applied_once(tmp_path: Path) -> None:
    """Opening again applies nothing again."""
    path = tmp_path / "live.duckdb"
    for _ in range(2):
        opened = _open(path)
        count = opened.read_rows("SELECT count(*) FROM ops.migrations")
        opened.close()
        assert count == [(len(list(MIGRATIONS.glob("*.sql"))),)]


def test_classifications_of_before_are_kept_as_read_alone(tmp_path: Path) -> None:
    """A warehouse that was written before replies were read in context loses no row by it."""
    migrations, views = tmp_path / "migrations", tmp_path / "views"
    migrations.mkdir()
    shutil.copy(MIGRATIONS / "0001_core.sql", migrations)
    views.mkdir()
    (views / "live.sql").write_text("CREATE VIEW core.unflagged_posts AS FROM core.classifications")
    path = tmp_path / "live.duckdb"
    opened = open_warehouse(path, migrations, views)
    opened.execute(
        "INSERT INTO core.classifications SELECT 'text ' || n, 'm', MAP {'a': n / 5000}, ['a'], "
        "'asserts', MAP {'asserts': 1}, 0.25, n % 2 = 0, true, {'narrative_id': 'a', 'sentence': "
        "'s', 'start_offset': 0, 'end_offset': 1, 'seeds': [], 'terms': []}, 'r1' "
        "FROM range(5000) AS numbers(n)"
    )
    held = opened.read("FROM core.classifications ORDER BY text_digest")
    opened.close()
    for _ in range(2):  # the second time from what the first left in file and log
        opened = _open(path)
        kept = opened.read("FROM core.classifications ORDER BY text_digest")
        assert kept.drop_columns(["parent_digest"]).equals(held)
        assert set(kept["parent_digest"].to_pylist()) == {""}
        assert opened.read_rows("SELECT count(*) FROM core.unflagged_posts") == [(0,)]
        opened.close()


def test_the_same_text_may_answer_two(warehouse: Warehouse) -> None:
    """A text has one classification for each text that it answers; a later one takes its place."""
    key = ("text_digest", "parent_digest", "model_version")
    for run_id, parents in (("r1", ["", "b"]), ("r2", ["b", "c"])):
        rows = pa.Table.from_pylist(
            [
                {
                    "text_digest": "a",
                    "parent_digest": parent,
                    "model_version": "m",
                    "narrative_probabilities": {},
                    "matches": [],
                    "stance": "none",
                    "stance_probabilities": {},
                    "threat_probability": 0,
                    "is_threat": False,
                    "is_flagged": False,
                    "run_id": run_id,
                }
                for parent in parents
            ],
            schema=schemas.CLASSIFICATIONS,
        )
        warehouse.overwrite("core.classifications", rows, key=key)
        warehouse.overwrite("core.classifications", rows.slice(0, 0), key=key)
    told = "SELECT parent_digest, run_id FROM core.classifications ORDER BY ALL"
    assert warehouse.read_rows(told) == [("", "r1"), ("b", "r2"), ("c", "r2")]


def test_a_failing_migration_leaves_nothing(tmp_path: Path) -> None:
    """A migration that fails half-way is undone with its record, and can be mended."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    number = len(list(folder.glob("*.sql"))) + 1
    added = folder / f"{number:04d}_broken.sql"
    added.write_text("CREATE TABLE core.half (a INT); SELECT * FROM nothing_of_the_kind;")
    path = tmp_path / "live.duckdb"
    with pytest.raises(WarehouseError, match="failed and was undone"):
        open_warehouse(path, folder, VIEWS)
    added.write_text("CREATE TABLE core.half (a INT); CREATE TABLE core.whole (a INT);")
    opened = open_warehouse(path, folder, VIEWS)
    assert opened.read_rows("SELECT count(*) FROM core.whole") == [(0,)]
    opened.close()


def test_a_changed_migration_is_refused(tmp_path: Path) -> None:
    """What has been applied may not be rewritten."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    path = tmp_path / "live.duckdb"
    open_warehouse(path, folder, VIEWS).close()
    first = folder / "0001_core.sql"
    first.write_text(first.read_text() + "\n-- a second thought")
    with pytest.raises(WarehouseError, match="differs from what was applied"):
        open_warehouse(path, folder, VIEWS)


def test_a_newer_warehouse_is_refused(tmp_path: Path) -> None:
    """An older Motbild does not write into a newer one's warehouse."""
    path = tmp_path / "live.duckdb"
    opened = _open(path)
    opened.execute("INSERT INTO ops.migrations VALUES (9999, '9999_later.sql', 'x', now())")
    opened.close()
    with pytest.raises(WarehouseError, match="written by a newer Motbild"):
        _open(path)


def test_misnumbered_migrations_are_refused(tmp_path: Path) -> None:
    """A gap in the numbers is an error with the name that was expected."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0002_second.sql").write_text("SELECT 1;")
    with pytest.raises(WarehouseError, match="should be number 0001"):
        open_warehouse(tmp_path / "live.duckdb", folder, VIEWS)


def test_checkpoints_wait_for_the_end(warehouse: Warehouse) -> None:
    """A night is not held up by checkpoints at the default 16 MB."""
    assert warehouse.read_rows("SELECT current_setting('checkpoint_threshold')") == [("953.6 MiB",)]


def test_nothing_is_fetched(warehouse: Warehouse) -> None:
    """No extension is looked for on the network."""
    for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
        assert warehouse.read_rows(f"SELECT current_setting('{name}')") == [(False,)]
