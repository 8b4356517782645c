"""Which words of posts a letter quotes, where that is set."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.notices import SEVERITIES, Notice
from motbild.stages.digest import read_notices, read_quotes

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def _notice(kind: str, subject: str) -> Notice:
    return Notice(f"{kind}:1", kind, subject, SEVERITIES[kind], NOW, NOW, True, {}, "r", "r")


@pytest.fixture
def snapshot_file(tmp_path: Path) -> Path:
    """A snapshot with what letters quote, and no notices yet."""
    path = tmp_path / "analyst-1.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            CREATE SCHEMA core;
            CREATE TABLE core.posts AS FROM (VALUES
                ('p1', 'f1', 'kopia'), ('p2', 'f1', 'kopia'), ('p3', 'f2', 'hot\u202e här'),
                ('p4', 'f3', 'annat')
            ) AS t(post_id, family_id, text);
            CREATE TABLE core.threats AS SELECT 'p3' AS post_id, 'r1' AS run_id,
                0.9 AS threat_probability;
            CREATE TABLE core.episodes AS SELECT 'e1' AS episode_id,
                [{'family_id': 'f1', 'post_count': 2}] AS families;
            CREATE TABLE core.campaigns AS SELECT 'c1' AS campaign_id, ['f3', 'f1'] AS family_ids;
        """)
    return path


def test_the_words_that_carry_a_thing_are_quoted(snapshot_file: Path) -> None:
    """One of copies, with nothing hidden in it; none where nothing is known."""
    with closing(OpenSnapshot(snapshot_file, "")) as snapshot:
        quotes = read_quotes(
            snapshot,
            [
                _notice("threats", "r1"),
                _notice("spike", "e1"),
                _notice("campaign", "c1"),
                _notice("spike", "gone"),
                _notice("source-failed", "forum"),
                _notice("new-rumour", "k1"),
            ],
        )
        assert quotes == {0: ["hot⟨U+202E⟩ här"], 1: ["kopia"], 2: ["annat"], 3: []}
        assert read_notices(snapshot) == []
