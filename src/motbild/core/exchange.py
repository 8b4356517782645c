"""The stable JSON form of a classification, which scripts of others rely on."""

from typing import Any

from motbild.core.records import Classification, Evidence

_DIGITS = 6


def classification_to_json(post_id: str, lang: str, output: Classification) -> dict[str, Any]:
    """Return one post's classification as `motbild classify` writes it.

    Returns:
        `id`, `narratives` (a list of `id`, `probability`, `is_match`), `stance`
        (`label`, `probabilities`), `threat` (`probability`, `is_match`),
        `is_flagged`, `lang` and `evidence` (null where nothing matched).
    """
    return {
        "id": post_id,
        "narratives": [
            {
                "id": narrative_id,
                "probability": _rounded(probability),
                "is_match": narrative_id in output.matches,
            }
            for narrative_id, probability in output.narratives.items()
        ],
        "stance": {
            "label": output.stance,
            "probabilities": {
                label: _rounded(p) for label, p in output.stance_probabilities.items()
            },
        },
        "threat": {
            "probability": _rounded(output.threat_probability),
            "is_match": output.is_threat,
        },
        "is_flagged": output.is_flagged,
        "lang": lang,
        "evidence": _evidence_to_json(output.evidence) if output.evidence else None,
    }


def _evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "narrative": evidence.narrative,
        "sentence": evidence.sentence,
        "start": evidence.start,
        "end": evidence.end,
        "seeds": [
            {
                "id": seed.seed_id,
                "similarity": _rounded(seed.similarity),
                "narratives": list(seed.narratives),
                "stance": seed.stance,
                "text": seed.text,
            }
            for seed in evidence.seeds
        ],
        "terms": [{"term": t.term, "weight": _rounded(t.weight)} for t in evidence.terms],
    }


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
