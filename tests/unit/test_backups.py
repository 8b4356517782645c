"""Backups by name, by manifest and by age."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.audit import Head
from motbild.core.backups import (
    FORM,
    File,
    Manifest,
    describe_differences,
    find_expired,
    is_limit,
    name_backup,
    other_settings,
    parse_manifest,
    parse_name,
    render_manifest,
)
from motbild.errors import InputError
from tests.decisions import MOMENT

_DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
_MOMENTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
_MANIFESTS = st.builds(
    Manifest,
    form=st.just(FORM),
    motbild_version=st.text(),
    made_at=_MOMENTS,
    migration_number=st.integers(0),
    review_form=st.integers(0),
    review_store=st.sampled_from(["file", "elsewhere", "none"]),
    has_secrets=st.booleans(),
    counts=st.dictionaries(st.text(), st.integers(0)),
    audit=st.builds(Head, st.integers(0), _DIGESTS),
    settings=st.dictionaries(st.text(), st.text()),
    files=st.dictionaries(
        st.sampled_from(["live.duckdb", "inbox/å ä.jsonl", ".made-by-motbild-demo"]),
        st.builds(File, st.integers(0), _DIGESTS),
    ),
)


@given(_MANIFESTS)
def test_a_manifest_is_read_back_as_it_was_written(manifest: Manifest) -> None:
    """Every part of it."""
    assert parse_manifest(render_manifest(manifest), "m") == manifest


@given(_MANIFESTS, st.data())
def test_a_manifest_that_lacks_a_part_is_refused(manifest: Manifest, data: st.DataObject) -> None:
    """In one sentence that names where it lies, and no other error."""
    told = json.loads(render_manifest(manifest))
    del told[data.draw(st.sampled_from(sorted(told)))]
    with pytest.raises(InputError, match=r"^here/manifest\.json is no manifest"):
        parse_manifest(json.dumps(told), "here/manifest.json")


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "", "a//b", "a\\..\\b"])
def test_a_path_that_leads_out_of_a_backup_is_refused(path: str) -> None:
    """A manifest cannot make anything be written elsewhere."""
    manifest = Manifest(1, "0.1", MOMENT, 1, 1, "none", True, {}, Head(0, "0"), {}, {})
    told: dict[str, Any] = json.loads(render_manifest(manifest))
    told["files"] = {path: {"size": 0, "digest": "0" * 64}}
    with pytest.raises(InputError, match="no manifest"):
        parse_manifest(json.dumps(told), "m")


@given(_MOMENTS)
def test_a_name_tells_its_moment(moment: datetime) -> None:
    """To the second, in UTC."""
    assert parse_name(name_backup(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize("name", ["motbild-", "motbild-20261329T020000Z", "x", "motbild-1.old"])
def test_other_folders_are_no_backups(name: str) -> None:
    """A name that is nearly one is none."""
    assert parse_name(name) is None


@given(st.sets(_MOMENTS, max_size=8), _MOMENTS, st.integers(0, 400))
def test_only_what_is_past_its_time_goes_and_never_the_newest(
    moments: set[datetime], now: datetime, days: int
) -> None:
    """Whatever there is, and other folders least of all."""
    names = {name_backup(moment) for moment in moments}
    expired = find_expired([*names, "kept", "motbild-x"], now=now, days=days)
    assert set(expired) <= names
    assert max(names, default=None) not in expired
    for name in names - {max(names, default="")}:
        made_at = parse_name(name)
        assert made_at is not None
        assert (name in expired) == (days > 0 and made_at < now - timedelta(days=days))


def test_counts_that_differ_are_told() -> None:
    """By their names, also where one side lacks them."""
    told = describe_differences({"a": 1, "b": 2, "c": 0}, {"a": 1, "b": 3, "d": 1})
    assert told == ["b: 3 rows instead of 2", "d: 1 rows instead of 0"]


def test_settings_that_differ_are_named() -> None:
    """Another value, one that is no longer set, and one that is new."""
    then = {"MOTBILD_FLAGGED_TEXT_DAYS": "700", "MOTBILD_PUBLISHER": "M", "MOTBILD_SAME": "1"}
    manifest = Manifest(1, "0.1", MOMENT, 1, 1, "none", True, {}, Head(0, "0"), then, {})
    now = {"MOTBILD_FLAGGED_TEXT_DAYS": "365", "MOTBILD_SAME": "1", "MOTBILD_QUIET_HOURS": "22-06"}
    differing = other_settings(manifest, now)
    assert differing == [
        "MOTBILD_FLAGGED_TEXT_DAYS",
        "MOTBILD_PUBLISHER",
        "MOTBILD_QUIET_HOURS",
    ]
    assert [name for name in differing if is_limit(name)] == ["MOTBILD_FLAGGED_TEXT_DAYS"]
