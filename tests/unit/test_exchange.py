"""The JSON of a classification, which scripts of others rely on."""

import json

from motbild.core.exchange import classification_to_json
from motbild.core.records import STANCES, Classification, Evidence, NearSeed, Term


def test_the_form_is_the_documented_one() -> None:
    """Every key is there, numbers are plain, and narratives keep the pack's order."""
    output = Classification(
        narratives={"kidnappning": 0.98765432, "barnhandel": 0.1},
        matches=("kidnappning",),
        stance="asserts",
        stance_probabilities=dict.fromkeys(STANCES, 0.2),
        threat_probability=0.01,
        is_threat=False,
        is_flagged=True,
        evidence=Evidence(
            "kidnappning",
            "de tar barn",
            3,
            14,
            seeds=(NearSeed("sv-1", 0.5, ("kidnappning",), "asserts", "dom tar barn"),),
            terms=(Term("tar", 1.5),),
        ),
    )
    row = json.loads(json.dumps(classification_to_json("7", "sv", output)))
    assert list(row) == [
        *("id", "narratives", "stance", "threat", "is_flagged", "lang", "evidence")
    ]
    assert row["narratives"] == [
        {"id": "kidnappning", "probability": 0.987654, "is_match": True},
        {"id": "barnhandel", "probability": 0.1, "is_match": False},
    ]
    assert row["stance"]["label"] == "asserts"
    assert list(row["stance"]["probabilities"]) == list(STANCES)
    assert row["threat"] == {"probability": 0.01, "is_match": False}
    assert row["evidence"]["seeds"][0]["id"] == "sv-1"
    assert row["evidence"]["terms"] == [{"term": "tar", "weight": 1.5}]
