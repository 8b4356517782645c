"""The feed: its form is the one that is documented, and no count is of somebody."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from motbild.core.dashboard_feed import FeedRows, build_feed, suppress

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "feed.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
MOMENT = datetime(2026, 11, 22, 1, tzinfo=UTC)
EPISODE = {
    "episode_id": "e1",
    "kind": "spike",
    "narrative_id": "bokbal",
    "lang": "all",
    "platform": "all",
    "first_day": date(2026, 11, 20),
    "last_day": date(2026, 11, 21),
    "post_count": 40,
    "upper_count": 12,
    "families": [{"family_id": "f", "post_count": 3}],
}
NOTICE = {
    "notice_id": "n1",
    "kind": "spike",
    "subject_id": "e1",
    "severity": "warning",
    "first_noticed_at": MOMENT,
    "evidence": {"post_count": "40"},
}


def _count(post_count: int | None, flagged_count: int | None = 0) -> dict[str, Any]:
    return {
        "day": date(2026, 11, 21),
        "narrative_id": "bokbal",
        "lang": "sv",
        "platform": "x",
        "post_count": post_count,
        "flagged_count": flagged_count,
        "is_missing": post_count is None,
    }


def _rows(*counts: Mapping[str, Any], has_night: bool = True) -> FeedRows:
    return FeedRows(
        run_id="20261122T010000Z-abc",
        moment=MOMENT,
        narratives=[{"narrative_id": "bokbal", "title_sv": "Böcker", "title_en": "Books"}],
        counts=counts,
        episodes=[EPISODE],
        notices=[NOTICE],
        night={"status": "running", "started_at": MOMENT, "ended_at": None} if has_night else None,
        sources=[{"source_id": "forum", "has_failed": False, "post_count": 3}],
    )


@pytest.mark.parametrize("has_night", [True, False])
def test_it_is_what_the_schema_says(has_night: bool) -> None:
    """Every part that a snapshot may have, and a home where no night has run."""
    rows = _rows(_count(7), _count(None, None), _count(3), has_night=has_night)
    VALIDATOR.validate(json.loads(json.dumps(build_feed(rows, None, 5))))


def test_what_carries_an_episode_stays_at_home() -> None:
    """Families and evidence are not told: they lead to posts."""
    told = json.dumps(build_feed(_rows(), "Exempelmyndigheten", 5))
    assert "families" not in told
    assert "evidence" not in told


@given(st.none() | st.integers(0, 50), st.integers(1, 10))
def test_no_small_count_is_told(count: int | None, smallest: int) -> None:
    """Zero is of nobody; what is told otherwise is large enough, and true."""
    told = suppress(count, smallest)
    assert told in (None, count)
    assert told is None or told == 0 or told >= smallest
    assert (told is None) == (count is None or 0 < count < smallest)


def test_small_is_told_from_missing() -> None:
    """Null has two reasons, and each has its flag."""
    small, missing, large = build_feed(_rows(_count(3), _count(None, None), _count(9)), None, 5)[
        "counts"
    ]
    assert (small["post_count"], small["is_suppressed"], small["is_missing"]) == (None, True, False)
    assert (missing["is_suppressed"], missing["is_missing"]) == (False, True)
    assert (large["post_count"], large["is_suppressed"]) == (9, False)
