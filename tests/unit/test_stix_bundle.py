"""STIX objects: the same ids each time, small counts gathered, machines and people apart."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from stix2validator import ValidationOptions, validate_parsed_json

from motbild.adapters.stix import write_bundle
from motbild.core.narratives import Narrative
from motbild.core.publisher import Publisher
from motbild.core.sightings import CampaignEvidence, Period, Sighting, gather_small
from motbild.core.stix_bundle import HUMAN, MACHINE, build_objects
from motbild.core.stix_objects import Frame, Tlp, day_bounds, make_id
from motbild.errors import MotbildError

FRAME = Frame(
    Publisher("Exempelmyndigheten", "https://myndighet.example"),
    "amber",
    datetime(2026, 11, 22, 3, 4, 5, 678_900, tzinfo=UTC),
)
PERIOD = Period(date(2026, 11, 1), date(2026, 11, 30))
NARRATIVES = {
    "bokbal": Narrative(
        "bokbal",
        {"sv": "Böcker bränns", "en": "Books are burnt"},
        {"sv": "Biblioteket bränner böcker."},
        {"sv": "Gallrade böcker säljs."},
        disarm_ids=("T0022.001", "T0999"),
    ),
    "tyst": Narrative("tyst", {"sv": "Tyst"}, {"sv": "Tyst."}, {"sv": "Nej."}),
}
CAMPAIGN = CampaignEvidence(
    "c1", "bokbal", 20, 11, 9, 60, date(2026, 11, 3), date(2026, 11, 4), ("burst", "shared-link")
)
# Deterministic ids are version 5, as 2.9 of the standard allows; that a campaign uses a
# narrative is OpenCTI's relationship, which the standard permits and does not suggest.
STRICT = ValidationOptions(
    version="2.1", strict=True, enforce_refs=True, disabled="uuid-check,relationship-types"
)


def _sighting(message: str = "a", count: int = 7, **told: Any) -> Sighting:
    days = {"first_day": date(2026, 11, 3), "last_day": date(2026, 11, 5)}
    known = {"narrative_id": "bokbal", "is_confirmed": False, "probability": 0.93, **days, **told}
    return Sighting(message_id=message * 64, post_count=count, **known)


def _objects(*sightings: Sighting, tlp: Tlp = "amber") -> list[dict[str, Any]]:
    frame = Frame(FRAME.publisher, tlp, FRAME.moment)
    return build_objects(frame, PERIOD, NARRATIVES, sightings, [CAMPAIGN])


def _of(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [told for told in objects if told["type"] == kind]


FULL = (
    _sighting(text="Å 'hej' <script>\u202e", addresses=("https://x.example/1",)),
    _sighting("b", is_confirmed=True, probability=None),
    _sighting("c", probability=None),
)


@pytest.mark.parametrize("tlp", ["clear", "green", "amber", "red"])
def test_a_bundle_is_valid_and_reads_back(tlp: Tlp) -> None:
    """The validator of OASIS finds nothing to say, and the library reads what was written."""
    text = write_bundle(make_id("bundle", "1"), _objects(*FULL, tlp=tlp))
    checked = validate_parsed_json(json.loads(text), STRICT)
    assert checked.is_valid, checked.as_dict()
    read = stix2.parse(text, version="2.1")
    # The library leaves out milliseconds where there are none.
    shortened = read.serialize().replace(".000Z", "Z")
    assert json.loads(shortened) == json.loads(text.replace(".000Z", "Z"))
    assert text.isascii()


def test_the_same_is_told_with_the_same_ids() -> None:
    """Exported twice it is the same objects; later it is newer versions of them."""
    assert _objects(*FULL) == _objects(*FULL)
    later = Frame(FRAME.publisher, "amber", FRAME.moment + timedelta(days=1))
    again = build_objects(later, PERIOD, NARRATIVES, FULL, [CAMPAIGN])
    assert [told["id"] for told in again] == [told["id"] for told in _objects(*FULL)]
    other = Frame(Publisher("Annan myndighet"), "amber", FRAME.moment)
    shared = {told["id"] for told in build_objects(other, PERIOD, NARRATIVES, FULL)}
    shared &= {told["id"] for told in _objects(*FULL)}
    kinds = {name.split("--")[0] for name in shared}
    assert kinds == {"marking-definition", "attack-pattern", "file", "text", "url"}


def test_observables_have_the_ids_of_the_standard() -> None:
    """Whoever makes the same file or address by the library gets the same id."""
    told = _objects(*FULL)
    for one in (*_of(told, "file"), *_of(told, "url")):
        made = stix2.parse({name: one[name] for name in one if name != "id"}, version="2.1")
        assert made["id"] == one["id"]


def test_machines_and_people_are_told_apart() -> None:
    """A match has a confidence and a word that it is no verdict; a decision has neither."""
    told = _objects(*FULL)
    by_label: dict[str, list[dict[str, Any]]] = {MACHINE: [], HUMAN: []}
    for observed in _of(told, "observed-data"):
        by_label[observed["labels"][0]].append(observed)
    assert [o.get("confidence") for o in by_label[MACHINE]] == [93, None]
    assert ["confidence" in o for o in by_label[HUMAN]] == [False]
    notes = {note["labels"][0]: note for note in _of(told, "note")}
    assert "no verdict" in notes[MACHINE]["content"]
    assert "Exempelmyndigheten has read" in notes[HUMAN]["content"]
    for label, several in by_label.items():
        assert notes[label]["object_refs"] == [one["id"] for one in several]


def test_a_technique_is_known_by_its_number() -> None:
    """Also one whose name is not known here; OpenCTI finds the number in its extension."""
    found = {
        t["external_references"][0]["external_id"]: t for t in _of(_objects(), "attack-pattern")
    }
    assert found["T0022.001"]["name"] == "Amplify Existing Conspiracy Theory Narratives"
    assert found["T0999"]["name"] == "DISARM T0999"
    assert [e["id"] for e in found["T0999"]["extensions"].values()] == ["T0999"]


def test_only_what_was_seen_is_described() -> None:
    """A narrative that nobody spread in the period is not told of; the report holds the rest."""
    told = _objects(*FULL)
    assert [n["aliases"] for n in _of(told, "narrative")] == [["Böcker bränns"]]
    (report,) = _of(told, "report")
    meta = {"marking-definition", "identity", "report"}
    assert set(report["object_refs"]) == {o["id"] for o in told if o["type"] not in meta}


def test_what_is_unmarked_is_only_what_everybody_may_know() -> None:
    """Every object of ours carries the marking, observables too."""
    told = _objects(*FULL)
    unmarked = {o["type"] for o in told if "object_marking_refs" not in o}
    assert unmarked == {"marking-definition", "identity", "attack-pattern"}


def test_days_are_swedish_days() -> None:
    """No moment of a post is told, only the days; in summer they begin two hours before UTC's."""
    assert day_bounds(date(2026, 6, 30), date(2026, 7, 1)) == (
        "2026-06-29T22:00:00.000Z",
        "2026-07-01T21:59:59.999Z",
    )


def test_what_stix_does_not_know_is_never_written() -> None:
    """An object with a property that the standard has not is a fault, and is told as one."""
    with pytest.raises(MotbildError, match="identity"):
        write_bundle(make_id("bundle", "1"), [{**FRAME.identity(), "author": "x"}])


counts = st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=12)


@given(counts, st.integers(1, 6), st.integers(0, 4))
def test_no_small_count_is_told(told: list[tuple[int, bool]], least: int, most: int) -> None:
    """Each count is large enough, none is told twice, and only a small rest is lost."""
    sightings = [
        _sighting(f"{number:x}", count, is_confirmed=is_confirmed)
        for number, (count, is_confirmed) in enumerate(told)
    ]
    gathered = gather_small(sightings, least, most)
    assert all(one.post_count >= least for one in gathered)
    for is_confirmed in (True, False):
        of_kind = [s.post_count for s in sightings if s.is_confirmed == is_confirmed]
        kept = [s for s in gathered if s.is_confirmed == is_confirmed]
        assert 0 <= sum(of_kind) - sum(s.post_count for s in kept) < least
        assert len(kept) <= most + 1


def test_gathered_messages_say_nothing_of_themselves() -> None:
    """What is told as one has neither words nor addresses, and the days of all of it."""
    one = _sighting("a", 2, text="hej", addresses=("https://x.example/1",), probability=0.5)
    other = _sighting("b", 4, first_day=date(2026, 11, 1), probability=0.8)
    (told,) = gather_small([one, other], 5, 500)
    assert (told.text, told.addresses, told.post_count) == (None, (), 6)
    assert (told.first_day, told.last_day) == (date(2026, 11, 1), date(2026, 11, 5))
    assert told.probability == pytest.approx(0.7)
