"""A classifier fresh from training, with all that its card must tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from motbild.core.classifier import Classifier
from motbild.core.narratives import Pack
from motbild.core.workload import Workload


@dataclass(frozen=True, slots=True)
class PackStamp:
    """Which pack a model learned from.

    Attributes:
        pack_id: Id of the pack.
        version: Version that its editors gave it.
        digest: Digest over all its files.
        training_digest: Digest over what a model learns from.
    """

    pack_id: str
    version: str
    digest: str
    training_digest: str


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
        workloads: What the thresholds mean in a night's work.
        workload_curve: The same for other thresholds of asserts, by threshold.
    """

    classifier: Classifier
    encoder_id: str
    packs: tuple[PackStamp, ...]
    counts: Mapping[str, int]
    out_of_fold: Mapping[str, float]
    seed: int
    workloads: tuple[Workload, ...] = ()
    workload_curve: Mapping[float, Workload] = field(default_factory=dict)


def stamp_packs(packs: Sequence[Pack]) -> tuple[PackStamp, ...]:
    """Return the stamps of packs, ordered by id."""
    return tuple(
        PackStamp(pack.pack_id, pack.version, pack.digest, pack.training_digest)
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
