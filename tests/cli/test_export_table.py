"""`motbild export table`: lists of the newest snapshot as files."""

import csv
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from motbild.adapters.exports import About, save_rows
from motbild.core.spreadsheets import defuse_csv
from motbild.errors import InputError
from motbild.wiring.lists import LISTS
from motbild.wiring.sharing import has_table, opened_snapshot
from tests.cli.conftest import Export
from tests.sharing import ADDRESS, AUTHOR, load_settings

KINDS = ("csv", "xlsx", "parquet")


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


@pytest.mark.parametrize("name", LISTS)
def test_each_list_leaves_without_people(
    export: Export, furnished: Path, tmp_path: Path, name: str
) -> None:
    """No author and no address is in any; those of later versions are missed in a sentence."""
    path = tmp_path / f"{name}.parquet"
    words = ["--with-threats"] if LISTS[name].is_guarded else []
    with opened_snapshot(load_settings(furnished)) as snapshot:
        is_there = has_table(snapshot, "analyst", LISTS[name].view)
    if not is_there:
        with pytest.raises(InputError, match="run `motbild nightly` once"):
            export("table", name, "--output", path, *words)
        return
    export("table", name, "--output", path, *words)
    rows = pq.read_table(path).to_pylist()
    assert AUTHOR not in str(rows)
    assert ADDRESS not in str(rows)
    assert not [row for row in rows if {"gun", "gry"} & {str(cell) for cell in row.values()}]


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_told_by_the_name_or_an_option(
    export: Export, tmp_path: Path, kind: str
) -> None:
    """Either way it is the same bytes."""
    starts = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "parquet": b"PAR1"}
    export("table", "narratives", "--output", tmp_path / f"a.{kind}")
    export("table", "narratives", "--output", tmp_path / "b", "--kind", kind)
    for path in (tmp_path / f"a.{kind}", tmp_path / "b"):
        assert path.read_bytes().startswith(starts[kind])


def test_a_list_is_narrowed(export: Export, tmp_path: Path) -> None:
    """By narrative, days and language at once."""
    path = tmp_path / "flagged.csv"
    export(
        *("table", "flagged", "--output", path, "--narrative", "barnhandel"),
        *("--from", "2026-11-17", "--to", "2026-11-30", "--lang", "sv"),
    )
    rows = _lines(path)
    assert {row["narrative_id"] for row in rows} == {"barnhandel"}
    assert {row["posted_day"] for row in rows} <= {"2026-11-17", "2026-11-18", "2026-11-19"}


def test_hostile_texts_are_no_formulas(export: Export, tmp_path: Path) -> None:
    """Every cell is already harmless: making it so once more changes nothing."""
    path = tmp_path / "flagged.csv"
    export("table", "flagged", "--output", path, "--with-addresses")
    rows = _lines(path)
    assert len(rows) > 30
    assert all(defuse_csv(row["text"]) == row["text"] for row in rows)
    assert all(row["address"].startswith("https://x.") for row in rows if row["address"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["threats"], "add --with-threats"),
        (["threat"], "There is no list threat; name one of flagged, questions"),
        (["nights", "--lang", "sv"], "The rows of nights have no language; leave out --lang"),
        (["models", "--from", "2026-01-01"], "have no day; leave out --from"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(
    export: Export, tmp_path: Path, words: list[str], told: str
) -> None:
    """And no file is begun."""
    with pytest.raises(InputError, match=told):
        export("table", *words, "--output", tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_list_is_never_held_as_a_whole(tmp_path: Path, kind: str) -> None:
    """Twenty megabytes are never held at once."""
    batch = pa.record_batch({"text": ["å" * 10_000] * 250, "day": [date(2026, 11, 1)] * 250})
    rows = pa.RecordBatchReader.from_batches(batch.schema, (batch for _ in range(4)))
    about = About("x", "", datetime(2026, 11, 22, tzinfo=UTC))
    tracemalloc.start()
    with (tmp_path / "x").open("wb") as file:
        assert save_rows(rows, kind, about, file) == 1_000  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15_000_000
