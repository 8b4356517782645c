"""A classifier fresh from training, with all that its card must tell."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motbild.core.classifier import Classifier
from motbild.core.narratives import Pack


@dataclass(frozen=True, slots=True)
class PackStamp:
    """Which pack a model learned from.

    Attributes:
        pack_id: Id of the pack.
        version: Version that its editors gave it.
        digest: Digest over all its files.
        learned_digest: Digest over what a model learns from; see `learned_digest`.
    """

    pack_id: str
    version: str
    digest: str
    learned_digest: str


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A classifier and what its card tells.

    Attributes:
        classifier: What was learned.
        encoder_id: The encoder that its vectors come from.
        packs: What it learned from, by pack id.
        counts: Examples learned from, by what they are.
        out_of_fold: Measures on voices it had not seen, by name.
        seed: What seeded the folds.
    """

    classifier: Classifier
    encoder_id: str
    packs: tuple[PackStamp, ...]
    counts: Mapping[str, int]
    out_of_fold: Mapping[str, float]
    seed: int


def learned_digest(pack: Pack) -> str:
    """Return the SHA-256 over a pack's narratives and labelled seeds, hex.

    Facts, titles, thresholds and notes are left out: a model learns nothing from
    them, and must not be refused because a fact was corrected.
    """
    told = [
        [s.seed_id, s.text, s.lang, sorted(s.narratives), s.stance, s.is_threat, s.voice]
        for s in pack.seeds
    ]
    content = json.dumps([pack.narrative_ids, told], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def stamp_packs(packs: Sequence[Pack]) -> tuple[PackStamp, ...]:
    """Return the stamps of packs, ordered by id."""
    return tuple(
        PackStamp(pack.pack_id, pack.version, pack.digest, learned_digest(pack))
        for pack in order_packs(packs)
    )


def order_packs(packs: Sequence[Pack]) -> list[Pack]:
    """Return packs ordered by id, so that their order on a command line changes nothing."""
    return sorted(packs, key=lambda pack: pack.pack_id)


def override_thresholds(classifier: Classifier, packs: Sequence[Pack]) -> Classifier:
    """Return it with the thresholds that the packs fix in place of those learned."""
    return classifier.with_thresholds(
        {
            narrative.narrative_id: narrative.threshold
            for pack in packs
            for narrative in pack.narratives
            if narrative.threshold is not None
        }
    )
