"""`motbild export stix`: what leaves a home, and what never does."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from stix2validator import validate_parsed_json

from motbild.core.acts import Act
from motbild.core.decisions import Decision
from motbild.errors import InputError
from motbild.wiring.sharing import Selection, opened_snapshot
from motbild.wiring.stix_bundles import Sharing, make_bundle
from tests.cli.conftest import Export
from tests.sharing import ADDRESS, AUTHOR, PROTECTED, load_settings, opened_store
from tests.unit.test_stix_bundle import STRICT


def _of(bundle: Any, kind: str) -> list[Any]:
    return [told for told in bundle["objects"] if told["type"] == kind]


def test_what_was_seen_is_told_without_words_or_places(export: Export) -> None:
    """One message of six posts by itself, the others together; no author, text or address."""
    bundle = export("stix", "--narrative", "kidnappning")
    assert validate_parsed_json(bundle, STRICT).is_valid
    observed = {o["number_observed"]: o for o in _of(bundle, "observed-data")}
    assert observed[6]["labels"] == ["machine-match"]
    assert len(observed) == 2
    told = json.dumps(bundle)
    assert {o["type"] for o in bundle["objects"]}.isdisjoint(
        {"user-account", "threat-actor", "text"}
    )
    for never in (AUTHOR, ADDRESS, "varje dag", "handläggaren"):
        assert never not in told
    assert {one["name"] for one in _of(bundle, "identity")} == {"Exempelmyndigheten"}


def test_words_and_places_are_told_when_asked_for(export: Export) -> None:
    """Only of messages that many posted; a threat never, nor what a person judged otherwise."""
    bundle = export("stix", "--with-text", "--with-addresses", "--tlp", "red")
    said = {one["id"] for one in _of(bundle, "text")}
    for observed in _of(bundle, "observed-data"):
        if observed["object_refs"][0] in said:
            assert observed["number_observed"] == len(observed["object_refs"]) - 1 >= 5
    texts = {one["value"] for one in _of(bundle, "text")}
    assert "kidnappning sker varje dag i det här landet" in texts
    assert not [text for text in texts if "handläggaren" in text or text == PROTECTED]
    assert _of(bundle, "marking-definition")[0]["name"] == "TLP:RED"


def test_what_people_said_goes_before_what_a_model_says(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is confirmed stands for itself; what is protected or a threat is not there at all."""
    monkeypatch.setenv("MOTBILD_SMALLEST_COUNT", "1")
    bundle = export("stix", "--with-text", "--most", 500)
    observed = {o["object_refs"][0]: o for o in _of(bundle, "observed-data")}
    told = {one["value"]: observed[one["id"]]["labels"] for one in _of(bundle, "text")}
    assert told["kidnappning av barn bekräftas här av en granskare"] == ["human-confirmed"]
    assert told["barnhandel pågår helt öppet och ingen säger något"] == ["machine-match"]
    assert PROTECTED not in told
    assert not [text for text in told if "handläggaren" in text]
    assert validate_parsed_json(bundle, STRICT).is_valid


def test_what_is_refused_today_does_not_leave_tonight(furnished: Path, tmp_path: Path) -> None:
    """A decision that no night has seen yet counts against telling; taken back, it does not."""
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True, symlinks=True)
    settings, chosen = load_settings(tmp_path), Selection("kidnappning")
    before = make_bundle(settings, chosen, Sharing()).text
    with opened_snapshot(settings) as snapshot, opened_store(settings) as store:
        (post,) = snapshot.rows(
            "SELECT post_id, text_digest FROM core.posts WHERE text LIKE '%varje dag%' LIMIT 1"
        )
        now = datetime.now(UTC)
        told = Decision("d-now", post["post_id"], post["text_digest"], "protected", "gun", now)
        act = Act("a-now", post["text_digest"], (told,))
        store.decisions.decide(act, seen_seq=0, actor="gun", now=now)
        during = make_bundle(settings, chosen, Sharing()).text
        store.decisions.undo("a-now", actor="gun", now=now)
    message = f"motbild-message-{post['text_digest'][:12]}"
    assert message in before
    assert message not in during
    assert make_bundle(settings, chosen, Sharing()).text == before


def test_a_file_appears_whole_and_is_not_written_over(export: Export, tmp_path: Path) -> None:
    """A second time asks for --force; the log tells what was handed over, and not what it said."""
    path = tmp_path / "bundle.json"
    export("stix", "--output", path)
    first = path.read_bytes()
    with pytest.raises(InputError, match="is there already"):
        export("stix", "--output", path)
    export("stix", "--output", path, "--force")
    assert path.read_bytes() == first
    assert list(tmp_path.iterdir()) == [path]


def test_the_log_tells_what_was_handed_over(export: Export, furnished: Path) -> None:
    """At the terminal, which part, whether with words, and how many objects."""
    bundle = export("stix", "--lang", "sv")
    with opened_store(load_settings(furnished)) as store:
        entry = store.audit.entries(action="exported")[0]
    assert (entry.actor, entry.subject) == ("terminal", "stix")
    assert entry.details["filter"] == {"lang": "sv"}
    assert entry.details["row_count"] == len(bundle["objects"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--narrative", "bokbal"],
            "There is no narrative bokbal; name one of barnhandel, kidnappning",
        ),
        (["--from", "2026-11-30", "--to", "2026-11-01"], "ends before it begins"),
        (["--from", "2031-01-01"], "Nothing was seen there"),
        (["--narrative", "barnhandel"], "Nothing was seen there in 5 posts or more"),
        (["--output", "nowhere/bundle.json"], "There is no folder nowhere"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(export: Export, words: list[str], told: str) -> None:
    """And nothing is written."""
    with pytest.raises(InputError, match=told):
        export("stix", *words)


def test_nobody_shares_without_a_name(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting that is missing is named."""
    monkeypatch.delenv("MOTBILD_PUBLISHER")
    with pytest.raises(InputError, match="set MOTBILD_PUBLISHER"):
        export("stix")
