"""What a snapshot tells of campaigns, rises and notices, where it tells of any."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from stix2validator import validate_parsed_json

from motbild.wiring.feed import write_feed
from motbild.wiring.sharing import Selection, opened_snapshot
from motbild.wiring.stix_bundles import Sharing, make_bundle
from tests.sharing import load_settings
from tests.unit.test_dashboard_feed import VALIDATOR
from tests.unit.test_stix_bundle import STRICT

_EVIDENCE = """
    DROP TABLE IF EXISTS core.campaigns CASCADE;
    CREATE TABLE core.campaigns AS
    SELECT * FROM (VALUES
        ('c-large', 'kidnappning', 20, 11, 9, 60, ['burst', 'shared-link'], ['sv'],
            TIMESTAMPTZ '2026-11-12 23:30:00+00', TIMESTAMPTZ '2026-11-14 10:00:00+00'),
        ('c-small', 'kidnappning', 4, 4, 4, 60, ['burst'], ['sv'], NULL, NULL),
        ('c-undated', 'barnhandel', 8, 5, 5, 60, ['burst'], ['ar'], NULL, NULL)
    ) AS told(campaign_id, narrative_id, post_count, account_count, burst_post_count,
        burst_seconds, reasons, langs, first_posted_at, last_posted_at);
    DROP TABLE IF EXISTS core.episodes CASCADE;
    CREATE TABLE core.episodes AS
    SELECT * FROM (VALUES
        ('e-open', 'spike', 'kidnappning', 'sv', 'all', DATE '2026-11-12', DATE '2026-11-14', true,
            4::BIGINT, 2::BIGINT, [{'family_id': 'f', 'post_count': 3}]),
        ('e-over', 'spike', 'kidnappning', 'sv', 'all', DATE '2026-10-12', DATE '2026-10-14', false,
            40::BIGINT, 2::BIGINT, [])
    ) AS told(episode_id, kind, narrative_id, lang, platform, first_day, last_day, is_open,
        post_count, upper_count, families);
    DROP TABLE IF EXISTS ops.notices CASCADE;
    CREATE TABLE ops.notices AS
    SELECT 'n' AS notice_id, 'spike' AS kind, 'e-open' AS subject_id, 'warning' AS severity,
        TIMESTAMPTZ '2026-11-14 01:00:00+00' AS first_noticed_at, true AS is_open,
        MAP {'post_count': '4'} AS evidence;
"""


@pytest.fixture(scope="module")
def told(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the furnished home, whose snapshot tells of all these."""
    folder = tmp_path_factory.mktemp("told")
    shutil.copytree(furnished, folder, dirs_exist_ok=True, symlinks=True)
    path = (folder / "home" / "analyst.duckdb").resolve()
    path.chmod(0o600)
    with duckdb.connect(str(path)) as snapshot:
        snapshot.execute(_EVIDENCE)
    return folder


def _campaigns(folder: Path, chosen: Selection) -> list[dict[str, Any]]:
    bundle = json.loads(make_bundle(load_settings(folder), chosen, Sharing()).text)
    assert validate_parsed_json(bundle, STRICT).is_valid
    return [told for told in bundle["objects"] if told["type"] == "campaign"]


def test_campaigns_are_told_as_what_was_measured(told: Path) -> None:
    """In days, with who says so; one of few posts is not told."""
    large, undated = sorted(_campaigns(told, Selection()), key=lambda one: "first_seen" not in one)
    assert large["first_seen"] == "2026-11-12T23:00:00.000Z"
    assert large["last_seen"] == "2026-11-14T22:59:59.999Z"
    assert large["labels"] == ["machine-match"]
    assert "20 posts from 11 accounts" in large["description"]
    assert "nobody has said that it was arranged" in large["description"]
    assert "first_seen" not in undated


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (Selection("kidnappning", date(2026, 11, 14)), ["kidnapped"]),
        (Selection("kidnappning", date(2026, 11, 15)), []),
        (Selection(lang="sv", last_day=date(2026, 11, 12)), []),
        (Selection(lang="sv", last_day=date(2026, 11, 13)), ["kidnapped"]),
    ],
)
def test_campaigns_are_narrowed(told: Path, chosen: Selection, names: list[str]) -> None:
    """By the Swedish days that they lasted; where these are not known, they are in none."""
    found = _campaigns(told, chosen)
    assert [one["name"].split(":")[0].split()[-1] for one in found] == names


def test_a_feed_tells_what_goes_on(told: Path) -> None:
    """Open rises and notices, without what they rest on and without a small count."""
    settings = load_settings(told)
    with opened_snapshot(settings) as snapshot:
        feed = json.loads(write_feed(settings, snapshot))
    VALIDATOR.validate(feed)
    (episode,) = feed["episodes"]
    assert (episode["episode_id"], episode["post_count"]) == ("e-open", None)
    assert [notice["notice_id"] for notice in feed["notices"]] == ["n"]
