"""The narrative packs as pages show them: loaded once, counted once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

from motbild.adapters.packs import load_pack
from motbild.core.narratives import BACKGROUND, Fact, Narrative, Pack, Seed
from motbild.settings import Settings

PAGE = 25
STANCES = ("asserts", "counters", "reports", "asks")
_LANGS = ("sv", "en", "ar", "so", "tr", "fa")
_FILES = ("pack.toml", "seeds.jsonl", "facts.toml", "documents.toml")
_Stamp = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ShownNarrative:
    """A narrative with all that its pack has of it.

    Attributes:
        narrative: The narrative.
        seeds: The examples that bear on it.
        facts: What answers it, the best first.
    """

    narrative: Narrative
    seeds: tuple[Seed, ...]
    facts: tuple[Fact, ...]

    @cached_property
    def counts(self) -> Mapping[str, Counter[str]]:
        """Examples by language and stance, the languages with most of them first."""
        return _count(self.seeds)

    @cached_property
    def stance_counts(self) -> Counter[str]:
        """Examples by stance."""
        return Counter(seed.stance for seed in self.seeds)


@dataclass(frozen=True)
class ShownPack:
    """A pack as pages show it."""

    pack: Pack

    @cached_property
    def narratives(self) -> Mapping[str, ShownNarrative]:
        """Its narratives by id, in the pack's own order."""
        return {each.narrative_id: self._show(each) for each in self.pack.narratives}

    @cached_property
    def seed_counts(self) -> Mapping[str, int]:
        """How many examples there are, of which how many bear on no narrative."""
        seeds = self.pack.seeds
        background = sum(seed.origin == BACKGROUND for seed in seeds)
        unmatched = sum(not seed.narratives for seed in seeds)
        threats = sum(seed.is_threat for seed in seeds)
        counts = {"all": len(seeds), "background": background, "threats": threats}
        return counts | {"counterexamples": unmatched - background}

    def _show(self, narrative: Narrative) -> ShownNarrative:
        name = narrative.narrative_id
        seeds = tuple(seed for seed in self.pack.seeds if name in seed.narratives)
        facts = [fact for fact in self.pack.facts if name in fact.narratives]
        facts.sort(key=lambda fact: fact.narratives.index(name))
        return ShownNarrative(narrative, seeds, tuple(facts))


@dataclass(frozen=True, slots=True)
class SeedFilter:
    """Which examples of a narrative; every part may be left empty. It is told in the address.

    Attributes:
        sok: Words that all occur.
        hallning: One of `STANCES`.
        sprak: ISO 639-1.
    """

    sok: str = ""
    hallning: str = ""
    sprak: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Self:
        """Read a filter from an address; what makes no sense is left out."""
        stance = str(parameters.get("hallning", ""))
        return cls(
            sok=str(parameters.get("sok", ""))[:200].strip(),
            hallning=stance if stance in STANCES else "",
            sprak=str(parameters.get("sprak", ""))[:3],
        )

    @property
    def parameters(self) -> dict[str, str]:
        """What an address tells of it."""
        told = {"sok": self.sok, "hallning": self.hallning, "sprak": self.sprak}
        return {name: value for name, value in told.items() if value}

    def pick(self, seeds: Iterable[Seed]) -> list[Seed]:
        """Return the examples that are asked for, in the pack's own order."""
        words = self.sok.casefold().split()
        return [
            seed
            for seed in seeds
            if self.hallning in ("", seed.stance)
            and self.sprak in ("", seed.lang)
            and all(word in seed.text.casefold() for word in words)
        ]


def read_packs(settings: Settings) -> tuple[ShownPack, ...]:
    """Return the active packs, with what was imported from their documents.

    Raises:
        PackError: A pack cannot be loaded.
    """
    return tuple(
        _load(folder, imported, _stamp(folder, imported))
        for folder in settings.pack_folders
        if (imported := settings.imported_seeds_of(folder))
    )


def find_narrative(
    packs: Iterable[ShownPack], name: str
) -> tuple[ShownPack, ShownNarrative] | None:
    """Return a narrative and its pack by the narrative's id, or None."""
    found = ((each, each.narratives[name]) for each in packs if name in each.narratives)
    return next(found, None)


@lru_cache(maxsize=16)
def _load(folder: Path, imported: Path, _stamp: _Stamp) -> ShownPack:
    """Load a pack, again only when a file of it has changed."""
    return ShownPack(load_pack(folder, imported))


def _stamp(folder: Path, imported: Path) -> _Stamp:
    paths = [*(folder / name for name in _FILES), imported]
    return tuple((path.name, path.stat().st_mtime_ns) for path in paths if path.exists())


def _count(seeds: Iterable[Seed]) -> Mapping[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {lang: Counter() for lang in _LANGS}
    for seed in seeds:
        counts.setdefault(seed.lang, Counter())[seed.stance] += 1
    told = [(lang, count) for lang, count in counts.items() if count]
    return dict(sorted(told, key=lambda each: -each[1].total()))
