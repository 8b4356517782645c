"""Copies are found among all that is stored, whatever night they came in."""

import random
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from motbild.adapters.warehouse import Warehouse, copy_candidates, open_in_memory, open_warehouse
from motbild.core import components, schemas
from motbild.core.bands import BANDS
from motbild.core.families import copy_edges, sketch
from motbild.core.run_marks import MARK_WORDS
from motbild.core.text import text_digest
from motbild.settings import bundle_root
from motbild.stages.group import group

MIGRATIONS = bundle_root() / "warehouse" / "migrations"
VIEWS = bundle_root() / "warehouse" / "views"
_LETTERS = "abdefgiklmnoprstuvåäö"


def _prose(draw: random.Random, word_count: int) -> list[str]:
    return ["".join(draw.choices(_LETTERS, k=draw.randint(3, 8))) for _ in range(word_count)]


def _texts() -> dict[str, str]:
    """Return texts by digest: thirty messages, each with up to four copies that grow apart."""
    draw = random.Random(11)
    texts = []
    for _ in range(30):
        words = _prose(draw, draw.choice([4, 8, 15, 30, 90]))
        for _ in range(draw.randint(1, 5)):
            texts.append(" ".join(words))
            words[draw.randrange(len(words))] = _prose(draw, 1)[0]
    return {text_digest(text): text for text in texts}


TEXTS = _texts()
EXPECTED = components.group(TEXTS, copy_edges(TEXTS))


def _store(warehouse: Warehouse, digests: Iterable[str]) -> None:
    rows = [
        {
            "text_digest": digest,
            "text": TEXTS[digest],
            "lang": "sv",
            "lang_probability": 1,
            "run_id": "r",
        }
        for digest in digests
    ]
    table = pa.Table.from_pylist(rows, schema=schemas.TEXTS)
    warehouse.append("core.texts", table, key=("text_digest",))


def _families(warehouse: Warehouse) -> dict[str, str]:
    return dict(warehouse.read_rows("FROM core.text_families"))


@pytest.mark.parametrize("night_count", [1, 5])
@pytest.mark.parametrize("keys_at_once", [1, 2_000_000])
def test_families_are_the_same_whatever_night_texts_came_in(
    monkeypatch: pytest.MonkeyPatch, night_count: int, keys_at_once: int
) -> None:
    """They are those that comparing every pair finds, by however few bands they are looked for."""
    monkeypatch.setattr(copy_candidates, "_KEYS_AT_ONCE", keys_at_once)
    assert 30 <= len(set(EXPECTED.values())) < len(EXPECTED)
    digests = random.Random(night_count).sample(sorted(TEXTS), len(TEXTS))
    counts = []
    with closing(open_in_memory(MIGRATIONS, VIEWS)) as warehouse:
        for night in range(night_count):
            _store(warehouse, digests[night::night_count])
            counts.append(group(warehouse, batch_row_count=50))
        assert _families(warehouse) == EXPECTED
        assert group(warehouse) == {"texts_grouped": 0, "copies_joined": 0}
    assert sum(count["texts_grouped"] for count in counts) == len(TEXTS)
    assert sum(count["copies_joined"] for count in counts) == len(TEXTS) - len(
        set(EXPECTED.values())
    )


@pytest.mark.parametrize("has_marks", [True, False])
def test_sketches_of_before_are_kept(tmp_path: Path, has_marks: bool) -> None:
    """A home whose bands had rows of their own finds the copies of its texts as before."""
    earlier = tmp_path / "migrations"
    earlier.mkdir()
    for path in sorted(MIGRATIONS.glob("*.sql")):
        if path.name < "0024":
            (earlier / path.name).write_bytes(path.read_bytes())
    live = tmp_path / "live.duckdb"
    old, new = (sorted(TEXTS)[side::2] for side in (0, 1))
    made = sketch([TEXTS[digest] for digest in old])
    with closing(open_warehouse(live, earlier, VIEWS)) as warehouse:
        _store(warehouse, old)
        families = components.group(old, copy_edges({digest: TEXTS[digest] for digest in old}))
        named = {"text_digest": list(families), "family_id": list(families.values())}
        warehouse.add("core.text_families", pa.table(named))
        bands = {
            "text_digest": np.repeat(old, BANDS),
            "band_number": np.tile(np.arange(BANDS)[::-1], len(old)),
            "band_key": made.keys[:, ::-1].ravel(),
        }
        warehouse.add("core.text_bands", pa.table(bands))
        if has_marks:
            marks = pa.FixedSizeListArray.from_arrays(made.marks.ravel(), MARK_WORDS)
            rows = {"text_digest": old, "run_count": made.run_counts, "marks": marks}
            warehouse.add("core.text_marks", pa.table(rows))
    with closing(open_warehouse(live, MIGRATIONS, VIEWS)) as warehouse:
        sketches = warehouse.read("FROM core.text_sketches ORDER BY text_digest")
        assert sketches["text_digest"].to_pylist() == old
        assert sketches["band_keys"].to_pylist() == made.keys.tolist()
        counts = made.run_counts.tolist() if has_marks else [0] * len(old)
        assert sketches["run_count"].to_pylist() == counts
        _store(warehouse, new)
        assert group(warehouse)["texts_grouped"] == len(new)
        assert _families(warehouse) == EXPECTED
