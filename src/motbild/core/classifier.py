"""What a trained model says of texts: narratives, stance, threat and why.

A `Classifier` is linear heads over the rows of `motbild.core.features`. How it is
learned is in `motbild.core.learning`; how it is stored, in the artifacts adapter.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from motbild.core.calibration import EVEN_ODDS, LEAST, Gate, Sigmoid, recalibrate, softmax
from motbild.core.evidence import SeedBank, find_evidence
from motbild.core.features import Context, Features, Rows
from motbild.core.heads import Heads, carrying_units, combine_units, unit_starts
from motbild.core.records import STANCES, Classification, Evidence
from motbild.core.units import Units, is_brief, split_units, unit_texts
from motbild.core.vectors import Encode
from motbild.core.verdicts import (
    ASSERTS,
    HALF,
    NONE,
    Probabilities,
    Thresholds,
    Verdicts,
    match_narratives,
    pass_thresholds,
)

CHUNK = 2000  # texts held as features at a time
THREAT = "threat"


@dataclass(frozen=True)
class Classifier:
    """A trained model, ready to classify.

    Attributes:
        narratives: Narrative ids, in the order of the first heads.
        features: Vocabularies and block weights.
        heads: One head a narrative, then the threat head, then the one that tells what
            is near the narratives from ordinary writing.
        sigmoids: The calibration of each of these.
        stance_heads: One head for each of `STANCES`.
        stance_temperature: Factor on the stance scores before the softmax.
        gate: Tells what talks of any narrative from what talks of none.
        asserting: The calibration of asserting, over its log-odds after all of these.
        sentence_discount: What a sentence's score loses against the whole text's.
        thresholds: Where probabilities become matches, threats and flags.
        seeds: The labelled seeds that evidence is taken from.
        version: First twelve hex digits of the digest of everything learned.
    """

    narratives: tuple[str, ...]
    features: Features
    heads: Heads
    sigmoids: tuple[Sigmoid, ...]
    stance_heads: Heads
    stance_temperature: float
    gate: Gate
    asserting: Sigmoid
    sentence_discount: float
    thresholds: Thresholds
    seeds: SeedBank
    version: str = ""

    @property
    def model_version(self) -> str:
        """Version that changes whenever a classification could."""
        return self.version

    def with_thresholds(self, overrides: Mapping[str, float]) -> "Classifier":
        """Return it with some narratives' thresholds replaced, under a version of its own."""
        known = {name: value for name, value in overrides.items() if name in self.narratives}
        if known.items() <= self.thresholds.narratives.items():
            return self
        placed = replace(self.thresholds, narratives={**self.thresholds.narratives, **known})
        return self._placed_anew(placed, repr(sorted(known.items())))

    def with_asserts(self, asserts: float) -> "Classifier":
        """Return it flagging from another probability of asserting, whatever the language."""
        placed = replace(self.thresholds, asserts=asserts, asserts_by_lang={})
        return self._placed_anew(placed, f"asserts {asserts!r}")

    def _placed_anew(self, placed: Thresholds, how: str) -> "Classifier":
        mark = hashlib.sha256(how.encode()).hexdigest()[:8]
        return replace(self, thresholds=placed, version=f"{self.version}-{mark}")

    def classify(
        self,
        texts: Sequence[str],
        langs: Sequence[str],
        encode: Encode,
        parents: Sequence[str | None] | None = None,
    ) -> list[Classification]:
        """Classify texts.

        Args:
            texts: Masked texts, as written.
            langs: Their languages, ISO 639-1 or ``und``.
            encode: Turns model texts (wholes and sentences) into unit rows.
            parents: For each text the masked text that it replies to, None where it
                replies to nothing known; None where no text does.

        Returns:
            One classification for each text, in the order given. A text of two words, or
            of links alone, is never flagged unless what it replies to is known.
        """
        answered = parents if parents is not None else [None] * len(texts)
        classifications: list[Classification] = []
        for start in range(0, len(texts), CHUNK):
            chunk = slice(start, start + CHUNK)
            classifications += self._classify_chunk(
                texts[chunk], langs[chunk], answered[chunk], encode
            )
        return classifications

    def calibrate(
        self, scores: NDArray[np.floating], stance_scores: NDArray[np.floating]
    ) -> Probabilities:
        """Turn raw scores of whole texts into probabilities.

        Args:
            scores: ``(n, narratives + 2)``, units joined.
            stance_scores: ``(n, 5)``.

        Returns:
            Stances that sum to one, ``none`` being the less likely the surer a narrative is
            talked of, and narratives the less likely the more their text looks like talk
            of none. Nothing is sure of a text that is not near what is watched at all.
        """
        columns = [sigmoid.probabilities(scores[:, n]) for n, sigmoid in enumerate(self.sigmoids)]
        *narratives, threats, near = columns
        own = np.column_stack(narratives)
        stances = softmax(stance_scores * self.stance_temperature)
        talking = np.maximum(1.0 - stances[:, NONE], LEAST)
        passed = self.gate.probabilities(talking, own) * near
        stances *= (passed / talking)[:, None]
        stances[:, NONE] = 1.0 - passed
        stances = recalibrate(stances, ASSERTS, self.asserting)
        return Probabilities(own * np.sqrt(talking)[:, None], threats, stances)

    def passes(self, probabilities: Probabilities) -> NDArray[np.bool_]:
        """Tell of which texts some narrative passes its threshold, shaped ``(n,)``."""
        passed: NDArray[np.bool_] = np.any(pass_thresholds(probabilities, self._limits), axis=1)
        return passed

    def decide(self, probabilities: Probabilities, langs: Sequence[str]) -> Verdicts:
        """Hold probabilities against the thresholds, those of each text's language.

        A narrative matches from its own threshold on; of a text that surely talks of some
        narrative the likeliest matches from half of it on. A text is flagged as asserting
        where a narrative passes its whole threshold and ``asserts`` its own; of another
        that matches the stance is ``asserts`` too where that is likelier than not, though
        not surely enough to be flagged, or the likeliest of the others that talk of a
        narrative. Where none matches, it is ``none``.
        """
        own, shared = self.thresholds.asserts_by_lang, self.thresholds.asserts
        limits = np.array([own.get(lang, shared) for lang in langs])
        matched = match_narratives(probabilities, self._limits)
        flagged = self.passes(probabilities) & (probabilities.stances[:, ASSERTS] >= limits)
        others = probabilities.stances.copy()
        others[:, [ASSERTS, NONE]] = -1.0
        asserted = flagged | (probabilities.stances[:, ASSERTS] > EVEN_ODDS)
        stances = np.where(asserted, ASSERTS, others.argmax(axis=1))
        return Verdicts(
            matched=matched,
            stances=np.where(matched.any(axis=1), stances, NONE),
            threats=probabilities.threats >= self.thresholds.threat,
            flagged=flagged,
        )

    @property
    def _limits(self) -> NDArray[np.float64]:
        return np.array([self.thresholds.narratives[name] for name in self.narratives])

    def _classify_chunk(
        self,
        texts: Sequence[str],
        langs: Sequence[str],
        parents: Sequence[str | None],
        encode: Encode,
    ) -> list[Classification]:
        units = [split_units(text, lang) for text, lang in zip(texts, langs, strict=True)]
        flat = [part for unit in units for part in unit_texts(unit)]
        starts = unit_starts(units)
        alone = self.features.rows(flat, encode(flat))
        context = Context.of(parents, [1 + len(unit.sentences) for unit in units])
        rows = self.features.in_context(alone, context, encode(context.texts))
        raw = self.heads.scores(rows)
        found = self.calibrate(
            combine_units(raw, starts, self.sentence_discount),
            self.stance_heads.scores(rows.take(starts)),
        )
        carriers = carrying_units(raw[:, : len(self.narratives)], starts)
        evidence = self._explain(texts, units, flat, alone, carriers, found)
        verdicts = self.decide(found, langs)
        brief = [
            not parent and is_brief(unit.text) for unit, parent in zip(units, parents, strict=True)
        ]
        return self._tell(
            found, replace(verdicts, flagged=verdicts.flagged & ~np.array(brief)), evidence
        )

    def _tell(
        self, found: Probabilities, verdicts: Verdicts, evidence: Mapping[int, Evidence]
    ) -> list[Classification]:
        told = []
        for n, row in enumerate(found.narratives.tolist()):
            by_id = dict(zip(self.narratives, row, strict=True))
            passed = [self.narratives[column] for column in np.flatnonzero(verdicts.matched[n])]
            told.append(
                Classification(
                    narratives=by_id,
                    matches=tuple(sorted(passed, key=by_id.__getitem__, reverse=True)),
                    stance=STANCES[verdicts.stances[n]],
                    stance_probabilities=dict(zip(STANCES, found.stances[n].tolist(), strict=True)),
                    threat_probability=float(found.threats[n]),
                    is_threat=bool(verdicts.threats[n]),
                    is_flagged=bool(verdicts.flagged[n]),
                    evidence=evidence.get(n),
                )
            )
        return told

    def _explain(
        self,
        texts: Sequence[str],
        units: Sequence[Units],
        flat: Sequence[str],
        rows: Rows,
        carriers: NDArray[np.intp],
        found: Probabilities,
    ) -> dict[int, Evidence]:
        # Set against its own threshold, so that evidence speaks for what was matched.
        relative = found.narratives / self._limits
        likeliest = np.argmax(relative, axis=1)
        told = np.flatnonzero(relative.max(axis=1) >= HALF)
        chosen = carriers[told, likeliest[told]]
        carrying = rows.take(chosen)
        near = self.seeds.nearest(carrying)
        wholes = unit_starts(units)
        evidence: dict[int, Evidence] = {}
        for row, (n, carrier) in enumerate(zip(told.tolist(), chosen.tolist(), strict=True)):
            evidence[n] = find_evidence(
                narrative=self.narratives[likeliest[n]],
                text=texts[n],
                span=units[n].spans[max(carrier - int(wholes[n]) - 1, 0)],
                sentence=flat[carrier],
                ngrams=carrying.ngrams[[row]],
                seeds=near[row],
                features=self.features,
                weights=self.heads.weights[:, likeliest[n]],
            )
        return evidence


def flag_score(classification: Classification) -> float:
    """Return how strongly a text asserts a watched narrative, to rank by; in [0, 1].

    It is the probability of ``asserts`` alone: multiplied with the narrative's it ranks
    worse on voices that were not learned from.
    """
    return classification.stance_probabilities["asserts"]
