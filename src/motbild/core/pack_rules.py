"""What is wrong with a narrative pack.

An error makes the pack unfit for its work; a warning says what would make it
better. The form of the files is judged before, by `motbild.core.pack_reading`;
how the seeds are spread, in `motbild.core.pack_coverage`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations

from motbild.core.narratives import BACKGROUND, Fact, Pack, Passage, Seed, SourceDocument
from motbild.core.pack_coverage import check_coverage
from motbild.core.pack_findings import ERRORS, WARNINGS, Finding, make_finding
from motbild.core.privacy import mask
from motbild.core.records import LANGUAGES, STANCES
from motbild.core.text import normalise

__all__ = ["ERRORS", "WARNINGS", "Finding", "check_pack"]

PASSAGE_LABELS = ("claim", "counter", "report", "criticism")
DEFINITION_LANGUAGES = ("sv", "en")
FACT_LANGUAGE = "sv"
FEWEST_CHARACTERS = 3
# Mentions are left out: they are part of how people write, and masked before training.
_PLACEHOLDERS = ("[personnummer]", "[telefon]", "[e-post]", "[adress]", "[regnummer]")


def check_pack(pack: Pack, today: date) -> list[Finding]:
    """Return everything that is wrong with a pack, errors first."""
    findings = [
        *_check_ids(pack),
        *_check_definitions(pack),
        *_check_seeds(pack),
        *_check_copies(pack.seeds),
        *_check_personal_data(seed for seed in pack.seeds if seed.origin != "document"),
        *check_coverage(pack),
        *_check_facts(pack, today),
        *_check_documents(pack),
    ]
    return sorted(findings, key=lambda finding: finding.severity != "error")


def _check_ids(pack: Pack) -> Iterator[Finding]:
    ids_by_file = {
        "pack.toml": pack.narrative_ids,
        "seeds.jsonl": tuple(seed.seed_id for seed in pack.seeds),
        "facts.toml": tuple(fact.fact_id for fact in pack.facts),
        "documents.toml": tuple(document.digest for document in pack.documents),
    }
    for file, ids in ids_by_file.items():
        for name, count in Counter(ids).items():
            if count > 1:
                yield make_finding("duplicate-id", f'{file} "{name}"', count=count)


def _check_definitions(pack: Pack) -> Iterator[Finding]:
    yield from _check_translations("pack.toml", "title", pack.titles)
    for narrative in pack.narratives:
        where = f'pack.toml "{narrative.narrative_id}"'
        yield from _check_translations(where, "title", narrative.titles)
        yield from _check_translations(where, "claim", narrative.claim)
        yield from _check_translations(where, "falsehood", narrative.falsehood)
        first, last = narrative.active_from, narrative.active_to
        if first and last and last < first:
            yield make_finding("bad-dates", where, first="active_from", last="active_to")


def _check_translations(where: str, key: str, texts: Mapping[str, str]) -> Iterator[Finding]:
    for lang in DEFINITION_LANGUAGES:
        if lang not in texts:
            yield make_finding("missing-definition", where, key=key, lang=lang)
    yield from _check_known("unknown-language", where, texts, LANGUAGES)


def _check_known(
    code: str, where: str, names: Iterable[str], known: Collection[str]
) -> Iterator[Finding]:
    for name in names:
        if name not in known:
            yield make_finding(code, where, name=name, known=", ".join(known))


def _check_labels(pack: Pack, where: str, labelled: Seed | Passage) -> Iterator[Finding]:
    stance = labelled.stance
    yield from _check_known("unknown-narrative", where, labelled.narratives, pack.narrative_ids)
    yield from _check_known("unknown-stance", where, [stance], STANCES)
    if labelled.narratives and stance == "none":
        yield make_finding("stance-missing", where)
    if not labelled.narratives and stance in STANCES and stance != "none":
        yield make_finding("narrative-missing", where, stance=stance)


def _check_seeds(pack: Pack) -> Iterator[Finding]:
    for seed in pack.seeds:
        where = _seed_place(seed)
        yield from _check_labels(pack, where, seed)
        yield from _check_known("unknown-language", where, [seed.lang], LANGUAGES)
        if seed.origin == BACKGROUND and (seed.narratives or seed.is_threat):
            yield make_finding("labelled-background", where)
        # As a reply even a single sign may tell a stance.
        if seed.parent is None and sum(map(str.isalnum, seed.text)) < FEWEST_CHARACTERS:
            yield make_finding("near-empty-text", where)


def _check_copies(seeds: Iterable[Seed]) -> Iterator[Finding]:
    """Yield texts that stand there twice; what they reply to is part of what they say."""
    copies = defaultdict(list)
    for seed in seeds:
        copies[normalise(seed.text), normalise(seed.parent or "")].append(seed)
    for first, *others in copies.values():
        if others:
            is_contradiction = any(_labels(seed) != _labels(first) for seed in others)
            code = "contradictory-seeds" if is_contradiction else "duplicate-seeds"
            ids = _some([seed.seed_id for seed in others])
            yield make_finding(code, _seed_place(first), others=ids)


def _check_personal_data(seeds: Iterable[Seed]) -> Iterator[Finding]:
    found: dict[str, list[str]] = defaultdict(list)
    for seed in seeds:
        told = f"{seed.text}\n{seed.parent or ''}"
        masked = mask(told)
        for placeholder in _PLACEHOLDERS:
            if masked.count(placeholder) > told.count(placeholder):
                found[placeholder].append(seed.seed_id)
    for placeholder, ids in found.items():
        yield make_finding("personal-data", "seeds.jsonl", ids=_some(ids), placeholder=placeholder)


def _check_facts(pack: Pack, today: date) -> Iterator[Finding]:
    for fact in pack.facts:
        where = f'facts.toml "{fact.fact_id}"'
        yield from _check_known("unknown-narrative", where, fact.narratives, pack.narrative_ids)
        yield from _check_fact_text(where, fact)
        yield from _check_fact_dates(where, fact, today)
    if ids := [fact.fact_id for fact in pack.facts if not fact.approved_by]:
        yield make_finding("unapproved-facts", "facts.toml", count=len(ids), ids=_some(ids))
    for name in pack.narrative_ids:
        if not pack.facts_for(name, today):
            yield make_finding("no-valid-fact", "facts.toml", name=name)


def _check_fact_text(where: str, fact: Fact) -> Iterator[Finding]:
    yield from _check_known(
        "unknown-language", where, dict.fromkeys([*fact.text, *fact.caveat]), LANGUAGES
    )
    if not fact.sources:
        yield make_finding("no-source", where)
    if FACT_LANGUAGE not in fact.text:
        yield make_finding("missing-fact-language", where, key="text", lang=FACT_LANGUAGE)
    if fact.caveat and FACT_LANGUAGE not in fact.caveat:
        yield make_finding("missing-fact-language", where, key="caveat", lang=FACT_LANGUAGE)


def _check_fact_dates(where: str, fact: Fact, today: date) -> Iterator[Finding]:
    if fact.valid_to and fact.valid_to < fact.valid_from:
        yield make_finding("bad-dates", where, first="valid_from", last="valid_to")
    elif fact.valid_to and fact.valid_to < today:
        yield make_finding("expired-fact", where, day=fact.valid_to)
    elif fact.review_by < today:
        yield make_finding("review-due", where, day=fact.review_by)


def _check_documents(pack: Pack) -> Iterator[Finding]:
    for number, document in enumerate(pack.documents, 1):
        where = f"documents.toml documents[{number}]"
        yield from _check_known("unknown-language", where, [document.lang], LANGUAGES)
        if not re.fullmatch("[0-9a-f]{64}", document.digest):
            yield make_finding("bad-digest", where)
        for at, passage in enumerate(document.passages, 1):
            yield from _check_passage(pack, f"{where} passages[{at}]", passage)
        yield from _check_overlaps(where, document)


def _check_passage(pack: Pack, where: str, passage: Passage) -> Iterator[Finding]:
    yield from _check_labels(pack, where, passage)
    if passage.paragraph < 1 or not 0 <= passage.start < passage.end:
        yield make_finding("bad-span", where)
    yield from _check_known("unknown-label", where, [passage.label], PASSAGE_LABELS)


def _check_overlaps(where: str, document: SourceDocument) -> Iterator[Finding]:
    for (one, a), (other, b) in combinations(enumerate(document.passages, 1), 2):
        is_overlap = a.paragraph == b.paragraph and max(a.start, b.start) < min(a.end, b.end)
        if is_overlap and _labels(a) != _labels(b):
            yield make_finding("contradictory-passages", where, one=one, other=other)


def _labels(labelled: Seed | Passage) -> tuple[frozenset[str], str, bool]:
    return frozenset(labelled.narratives), labelled.stance, labelled.is_threat


def _seed_place(seed: Seed) -> str:
    file = "imported.jsonl" if seed.origin == "document" else "seeds.jsonl"
    return f'{file} "{seed.seed_id}"'


def _some(ids: list[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in ids[:3])
    return shown if len(ids) <= 3 else f"{shown} and {len(ids) - 3} more"
