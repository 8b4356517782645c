"""STIX 2.1 objects as plain dicts: their ids, times, markings and what all of them share.

Which objects an export holds is told in `motbild.core.stix_bundle`; the standard's own
library checks them in `motbild.adapters.stix`.

Source:
    OASIS, STIX Version 2.1 (2021): 2.9 identifiers, 3.2 common properties, 7.2 markings.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from motbild.core.publisher import Publisher

StixObject = dict[str, Any]
Tlp = Literal["clear", "green", "amber", "red"]

# The extensions by which OpenCTI knows its own kinds, and a technique's number.
OPENCTI_KINDS = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
OPENCTI_OBSERVABLES = "extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82"
OPENCTI_TECHNIQUES = "extension-definition--322b8f77-262a-4cb8-a915-1e441e00329b"

_OURS = UUID("6f1d7b1e-3c1b-5d0e-9d58-6f2f0a2c9c41")
_OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # the standard's own
_STOCKHOLM = ZoneInfo("Europe/Stockholm")
# Nothing tells when a narrative was first described, and all versions of an object must
# give the same moment of creation.
_CREATED = datetime(2020, 1, 1, tzinfo=UTC)
# The standard fixes these four. What FIRST now calls clear is its white.
_MARKINGS: Mapping[Tlp, tuple[str, str]] = {
    "clear": ("613f2e26-407d-48c7-9eca-b8e91df99dc9", "white"),
    "green": ("34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"),
    "amber": ("f88d31f6-486f-44da-b317-01333bde0b82", "amber"),
    "red": ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What all objects of one export have in common.

    Attributes:
        publisher: Who says it.
        tlp: Whom it may be passed on to.
        moment: As of when it is said (UTC); the version of every object.
    """

    publisher: Publisher
    tlp: Tlp
    moment: datetime

    @property
    def identity_id(self) -> str:
        """Id of the publisher."""
        return make_id("identity", self.publisher.name)

    @property
    def marking_id(self) -> str:
        """Id of the marking."""
        return f"marking-definition--{_MARKINGS[self.tlp][0]}"

    def make(self, kind: str, key: Iterable[str], **properties: object) -> StixObject:
        """Return an object of the publisher's own.

        Args:
            kind: Type in STIX.
            key: What tells it from others of its kind; the same key gives the same id.
            properties: What it says; None is left out.
        """
        told = {
            "id": make_id(kind, self.publisher.name, *key),
            "created_by_ref": self.identity_id,
            "modified": format_moment(self.moment),
            "object_marking_refs": [self.marking_id],
        }
        return _domain_object(kind, {**told, **properties})

    def relate(self, source: StixObject, verb: str, target: StixObject) -> StixObject:
        """Return a relationship between two objects."""
        return self.make(
            "relationship",
            (source["id"], verb, target["id"]),
            relationship_type=verb,
            source_ref=source["id"],
            target_ref=target["id"],
        )

    def observe(self, kind: str, named_by: str, value: str, *, defined_by: str = "") -> StixObject:
        """Return an observable that one property tells apart, with the id the standard asks for.

        Args:
            kind: Type in STIX.
            named_by: The property.
            value: What it holds.
            defined_by: The extension that makes the kind, where the standard does not.
        """
        # RFC 8785 for a single text: no spaces, and nothing escaped that need not be.
        canonical = json.dumps({named_by: value}, separators=(",", ":"), ensure_ascii=False)
        told: StixObject = {
            "type": kind,
            "spec_version": "2.1",
            "id": f"{kind}--{uuid5(_OBSERVABLES, canonical)}",
            "object_marking_refs": [self.marking_id],
            named_by: value,
        }
        if defined_by:
            told["extensions"] = {defined_by: {"extension_type": "new-sco"}}
        return told

    def identity(self) -> StixObject:
        """Return the publisher, an organisation."""
        told = {
            "id": self.identity_id,
            "modified": format_moment(self.moment),
            "name": self.publisher.name,
            "identity_class": "organization",
            "contact_information": self.publisher.address,
        }
        return _domain_object("identity", told)

    def marking(self) -> StixObject:
        """Return the marking as the standard gives it, word for word."""
        colour = _MARKINGS[self.tlp][1]
        return {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": self.marking_id,
            "created": "2017-01-20T00:00:00.000Z",
            "definition_type": "tlp",
            "name": f"TLP:{colour.upper()}",
            "definition": {"tlp": colour},
        }


def make_technique(technique_id: str, name: str) -> StixObject:
    """Return a DISARM technique, the same whoever exports it, so that platforms merge it."""
    told = {
        "id": make_id("attack-pattern", "DISARM", technique_id),
        "modified": format_moment(_CREATED),
        "name": name,
        "external_references": [{"source_name": "DISARM", "external_id": technique_id}],
        "extensions": {
            OPENCTI_TECHNIQUES: {"extension_type": "property-extension", "id": technique_id}
        },
    }
    return _domain_object("attack-pattern", told)


def make_id(kind: str, *key: str) -> str:
    """Return an id that is the same for the same key."""
    return f"{kind}--{uuid5(_OURS, json.dumps([kind, *key]))}"


def format_moment(moment: datetime) -> str:
    """Write a moment as STIX does, in UTC with milliseconds."""
    told = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


def day_bounds(first: date, last: date) -> tuple[str, str]:
    """Return the first and the last moment of a span of Swedish days."""
    start = datetime(first.year, first.month, first.day, tzinfo=_STOCKHOLM)
    after = last + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=_STOCKHOLM)
    return format_moment(start), format_moment(end - timedelta(milliseconds=1))


def _domain_object(kind: str, properties: Mapping[str, object]) -> StixObject:
    told = {name: value for name, value in properties.items() if value is not None}
    beginning = {"type": kind, "spec_version": "2.1", "created": format_moment(_CREATED)}
    return beginning | told
