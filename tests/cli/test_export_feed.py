"""`motbild export feed`: what dashboards read, from a real snapshot."""

import json
from pathlib import Path

import pytest

from motbild.errors import InputError
from tests.cli.conftest import Export
from tests.sharing import ADDRESS, AUTHOR
from tests.unit.test_dashboard_feed import VALIDATOR


def test_a_home_is_told_in_counts(export: Export) -> None:
    """By day, narrative and language; no word of any post, and nobody's name."""
    feed = export("feed")
    VALIDATOR.validate(feed)
    assert feed["publisher"] == "Exempelmyndigheten"
    assert {row["narrative_id"] for row in feed["counts"]} >= {"kidnappning", "barnhandel"}
    assert feed["night"]["sources"][0]["has_failed"] is False
    told = json.dumps(feed, ensure_ascii=False)
    assert not [never for never in (AUTHOR, ADDRESS, "varje dag", "gun") if never in told]


def test_small_counts_are_told_when_the_home_says_so(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the setting, which the feed names."""
    monkeypatch.setenv("MOTBILD_SMALLEST_COUNT", "1")
    feed = export("feed", "--narrative", "barnhandel", "--lang", "sv")
    assert feed["smallest_count"] == 1
    assert sum(row["post_count"] for row in feed["counts"]) == 3
    assert not any(row["is_suppressed"] for row in feed["counts"])


def test_a_period_may_be_asked_for(export: Export) -> None:
    """Days are those of posting, both included."""
    feed = export("feed", "--from", "2026-11-12", "--to", "2026-11-13")
    assert {row["day"] for row in feed["counts"]} == {"2026-11-12", "2026-11-13"}


def test_a_file_is_renewed_with_force(export: Export, tmp_path: Path) -> None:
    """As a schedule does each morning."""
    path = tmp_path / "feed.json"
    export("feed", "--output", path)
    with pytest.raises(InputError, match="add --force"):
        export("feed", "--output", path)
    export("feed", "--output", path, "--force")
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))


def test_an_unknown_narrative_is_told(export: Export) -> None:
    """An empty feed would be taken for a quiet week."""
    with pytest.raises(InputError, match="There is no narrative bokbal"):
        export("feed", "--narrative", "bokbal")
