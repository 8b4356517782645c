"""How a pack's seeds are spread over narratives, stances, languages and voices.

A model is as good as its thinnest cell: what no seed shows in a language is not
learned there. What is wrong with single entries is told in `motbild.core.pack_rules`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from motbild.core.narratives import BACKGROUND, Pack, Seed
from motbild.core.pack_findings import Finding, make_finding
from motbild.core.records import LANGUAGES, STANCES

FEWEST_SEEDS = 8
GOOD_SEEDS = 40
GOOD_STANCE_SEEDS = 5
GOOD_LANGUAGE_SEEDS = 20
GOOD_CELL_SEEDS = 3
THREAT = "threat"
_WHERE = "seeds.jsonl"
_BEARING = tuple(stance for stance in STANCES if stance != "none")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How many seeds there are of one kind.

    Attributes:
        narrative: Its id; empty in the last three rows, which no narrative has.
        kind: A stance, ``none`` for the hard negatives, ``threat`` for threats whatever
            they bear on, or ``background``.
        counts: Seeds by language, zero where there are none; every watched language first.
        dialogue_count: How many of them reply to a parent.
        voice_count: How many voices they have.
    """

    narrative: str
    kind: str
    counts: Mapping[str, int]
    dialogue_count: int
    voice_count: int


def coverage(pack: Pack) -> list[CoverageRow]:
    """Count seeds by narrative, stance and language.

    A seed that bears on two narratives is counted in both. Background has a row of its
    own alone: it shows what most writing is like, and nothing of where narratives end.
    """
    hard = _hard(pack.seeds)
    groups: list[tuple[str, str, list[Seed]]] = [
        (name, stance, [s for s in hard if name in s.narratives and s.stance == stance])
        for name in pack.narrative_ids
        for stance in _BEARING
    ]
    groups += [
        ("", "none", [seed for seed in hard if not seed.narratives]),
        ("", THREAT, [seed for seed in hard if seed.is_threat]),
        ("", BACKGROUND, [seed for seed in pack.seeds if seed.origin == BACKGROUND]),
    ]
    languages = _languages(pack.seeds)
    return [_count(name, kind, seeds, languages) for name, kind, seeds in groups]


def check_coverage(pack: Pack) -> Iterator[Finding]:
    """Yield what is too little of anything in a pack's seeds."""
    seeds = _hard(pack.seeds)
    languages = Counter(seed.lang for seed in seeds)
    for name in pack.narrative_ids:
        bearing = [seed for seed in seeds if name in seed.narratives]
        yield from _check_narrative(name, Counter(seed.stance for seed in bearing))
        yield from _check_cells(name, bearing, languages)
    if few := _below(GOOD_LANGUAGE_SEEDS, LANGUAGES, languages):
        yield make_finding("few-language-seeds", _WHERE, few=few, good=GOOD_LANGUAGE_SEEDS)
    yield from _check_negatives(seeds, languages)


def _check_narrative(name: str, stances: Counter[str]) -> Iterator[Finding]:
    count = stances.total()
    if count < FEWEST_SEEDS:
        yield make_finding("too-few-seeds", _WHERE, count=count, name=name, least=FEWEST_SEEDS)
    elif count < GOOD_SEEDS:
        yield make_finding("few-seeds", _WHERE, count=count, name=name, good=GOOD_SEEDS)
    if few := _below(GOOD_STANCE_SEEDS, _BEARING, stances):
        yield make_finding("few-stance-seeds", _WHERE, name=name, few=few, good=GOOD_STANCE_SEEDS)


def _check_cells(name: str, bearing: list[Seed], languages: Counter[str]) -> Iterator[Finding]:
    """Yield the stances that a well-filled language lacks; those that all lack are told before."""
    stances = Counter(seed.stance for seed in bearing)
    cells = Counter(f"{seed.stance} in {seed.lang}" for seed in bearing)
    wanted = [
        f"{stance} in {lang}"
        for stance in _BEARING
        for lang in _well_filled(languages)
        if stances[stance] >= GOOD_STANCE_SEEDS
    ]
    if few := _below(GOOD_CELL_SEEDS, wanted, cells):
        yield make_finding("thin-cells", _WHERE, name=name, few=few, good=GOOD_CELL_SEEDS)


def _check_negatives(seeds: list[Seed], languages: Counter[str]) -> Iterator[Finding]:
    negatives = Counter(seed.lang for seed in seeds if not seed.narratives)
    if seeds and not negatives:
        yield make_finding("no-hard-negatives", _WHERE)
    elif few := _below(GOOD_CELL_SEEDS, _well_filled(languages), negatives):
        yield make_finding("few-language-negatives", _WHERE, few=few, good=GOOD_CELL_SEEDS)


def _hard(seeds: Iterable[Seed]) -> list[Seed]:
    """Return the seeds that stand close to the narratives: all but the background."""
    return [seed for seed in seeds if seed.origin != BACKGROUND]


def _count(name: str, kind: str, seeds: list[Seed], languages: list[str]) -> CoverageRow:
    by_lang = Counter(seed.lang for seed in seeds)
    return CoverageRow(
        narrative=name,
        kind=kind,
        counts={lang: by_lang[lang] for lang in languages},
        dialogue_count=sum(seed.parent is not None for seed in seeds),
        voice_count=len({seed.voice for seed in seeds if seed.voice}),
    )


def _languages(seeds: Iterable[Seed]) -> list[str]:
    """Return the watched languages, then any others that seeds are said to be in."""
    return list(dict.fromkeys([*LANGUAGES, *sorted({seed.lang for seed in seeds})]))


def _well_filled(languages: Counter[str]) -> list[str]:
    return [lang for lang in LANGUAGES if languages[lang] >= GOOD_LANGUAGE_SEEDS]


def _below(good: int, names: Iterable[str], counts: Counter[str]) -> str:
    return ", ".join(f"{name} ({counts[name]})" for name in names if counts[name] < good)
