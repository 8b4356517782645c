"""What a classifier says of texts, as rows of `core.classifications`."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from motbild.core import schemas
from motbild.core.records import Classification, Evidence

TOLD = pa.schema(
    [
        field
        for field in schemas.CLASSIFICATIONS
        if field.name not in {"text_digest", "parent_digest", "model_version", "run_id"}
    ]
)


def tell_rows(outputs: Sequence[Classification]) -> pa.Table:
    """Return one row for each classification: all but which text, model and run it belongs to."""
    evidence = [_evidence_row(output.evidence) if output.evidence else None for output in outputs]
    columns = {
        "narrative_probabilities": _maps([output.narratives for output in outputs]),
        "matches": [output.matches for output in outputs],
        "stance": [output.stance for output in outputs],
        "stance_probabilities": _maps([output.stance_probabilities for output in outputs]),
        "threat_probability": [output.threat_probability for output in outputs],
        "is_threat": [output.is_threat for output in outputs],
        "is_flagged": [output.is_flagged for output in outputs],
        "evidence": pa.array(evidence, TOLD.field("evidence").type),
    }
    return pa.table(columns).cast(TOLD)


def _maps(probabilities: Sequence[Mapping[str, float]]) -> pa.MapArray:
    """Return probabilities by name as one column."""
    names = [name for one in probabilities for name in one]
    values = [value for one in probabilities for value in one.values()]
    starts = np.cumsum([0, *map(len, probabilities)], dtype=np.int32)
    return pa.MapArray.from_arrays(starts, names, pa.array(values, pa.float32()))


def _evidence_row(evidence: Evidence) -> dict[str, Any]:
    return {
        "narrative_id": evidence.narrative,
        "sentence": evidence.sentence,
        "start_offset": evidence.start,
        "end_offset": evidence.end,
        "seeds": [
            {
                "seed_id": seed.seed_id,
                "similarity": seed.similarity,
                "narratives": list(seed.narratives),
                "stance": seed.stance,
                "text": seed.text,
            }
            for seed in evidence.seeds
        ],
        "terms": [{"term": term.term, "weight": term.weight} for term in evidence.terms],
    }
