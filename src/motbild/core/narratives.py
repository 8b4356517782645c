"""Narrative packs: what Motbild looks for, as plain values.

A pack is data that a non-programmer edits; `motbild.adapters.packs` loads it
from files and `motbild.core.pack_rules` says what is wrong with it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

BACKGROUND = "background"  # origin of seeds that show ordinary writing


@dataclass(frozen=True, slots=True)
class Narrative:
    """One false claim to be recognised whatever the wording or language.

    Attributes:
        narrative_id: Stable id, lower-case with hyphens.
        titles: Short title by language.
        claim: What is claimed, by language.
        falsehood: What is false in it, by language.
        disarm_ids: Techniques of the DISARM framework it is spread with.
        active_from: First day it is looked for, or None.
        active_to: Last day it is looked for, or None.
        harm: How harmful a post of it is to those it reaches, in [0, 1].
        threshold: A fixed probability threshold that overrides the trained one.
    """

    narrative_id: str
    titles: Mapping[str, str]
    claim: Mapping[str, str]
    falsehood: Mapping[str, str]
    disarm_ids: tuple[str, ...] = ()
    active_from: date | None = None
    active_to: date | None = None
    harm: float = 0.5
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """One labelled example that classifiers learn from.

    Attributes:
        seed_id: Unique in its pack.
        text: The example, as a person would write it.
        lang: ISO 639-1.
        narratives: Ids of the narratives it bears on; empty for none.
        stance: One of `records.STANCES`; ``none`` exactly when `narratives` is empty.
        is_threat: Whether it threatens, incites against or doxxes staff.
        origin: ``written`` for the pack's own, ``background`` for its ordinary writing
            that is near no narrative, ``document`` for imported passages.
        voice: Who speaks, as a short name; whole voices are held out together.
        parent: The post it replies to, or None.
        note: Why it is labelled so; for people, never an input to a model.
    """

    seed_id: str
    text: str
    lang: str
    narratives: tuple[str, ...]
    stance: str
    is_threat: bool = False
    origin: str = "written"
    voice: str = ""
    parent: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where a fact comes from; `address` may be None for pages that move."""

    title: str
    publisher: str
    year: int | None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One sourced counter-fact.

    Attributes:
        fact_id: Unique in its pack.
        narratives: Ids of the narratives it answers, the best answered first.
        text: Wording by language.
        sources: Where it comes from, the weightiest first; never empty.
        caveat: What must be said or avoided along with it, by language; may be empty.
        valid_from: First day it holds.
        valid_to: Last day it holds, or None.
        review_by: Day by which a person must have looked at it again.
        approved_by: Who approved the wording for publication, or None.
    """

    fact_id: str
    narratives: tuple[str, ...]
    text: Mapping[str, str]
    sources: tuple[FactSource, ...]
    caveat: Mapping[str, str]
    valid_from: date
    valid_to: date | None
    review_by: date
    approved_by: str | None = None

    def is_valid(self, day: date) -> bool:
        """Tell whether the fact holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Passage:
    """A labelled span of a source document; its text is never copied.

    Attributes:
        paragraph: 1-based number among the document's non-blank lines.
        start: First character (code point) in that line, stripped of outer space.
        end: One past the last character.
        label: ``claim``, ``counter``, ``report`` or ``criticism``.
        narratives: Ids of the narratives it bears on; empty for none.
        stance: One of `records.STANCES`.
        is_threat: Whether it threatens or incites against staff.
        note: Why it is labelled so, in own words.
    """

    paragraph: int
    start: int
    end: int
    label: str
    narratives: tuple[str, ...]
    stance: str
    is_threat: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document that labelled passages are taken from, known by its digest."""

    digest: str
    title: str
    publisher: str
    kind: str
    lang: str
    published_on: date | None = None
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Pack:
    """A narrative pack with everything in it.

    Attributes:
        pack_id: Stable id, also the name of its folder.
        version: Version that its editors give it.
        digest: SHA-256 over its files, hex; changes whenever anything in it does.
    """

    pack_id: str
    version: str
    digest: str
    titles: Mapping[str, str]
    narratives: tuple[Narrative, ...]
    seeds: tuple[Seed, ...] = ()
    facts: tuple[Fact, ...] = ()
    documents: tuple[SourceDocument, ...] = field(default=())

    @cached_property
    def narrative_ids(self) -> tuple[str, ...]:
        """Ids of the narratives in the pack's own order."""
        return tuple(narrative.narrative_id for narrative in self.narratives)

    @cached_property
    def training_digest(self) -> str:
        """SHA-256 over what a classifier learns from, hex.

        Covers the narratives' ids and the labelled seeds in their order, which a stored
        model's seed vectors follow. A corrected fact, title, threshold or note leaves it
        as it is, so that a trained model still fits its pack.
        """
        examples = [
            [
                *(s.seed_id, s.text, s.lang, s.narratives, s.stance, s.is_threat),
                *(s.origin, s.voice, s.parent),
            ]
            for s in self.seeds
        ]
        canonical = json.dumps([self.narrative_ids, examples], separators=(",", ":"))
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()

    def facts_for(self, narrative_id: str, day: date) -> tuple[Fact, ...]:
        """Return the facts that hold on a day and answer a narrative, best first."""
        held = [f for f in self.facts if narrative_id in f.narratives and f.is_valid(day)]
        return tuple(sorted(held, key=lambda f: f.narratives.index(narrative_id)))
