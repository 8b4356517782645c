"""What the model says of a post, what people decide on it, and what it says it by."""

import pyarrow as pa

from motbild.core.schemas.columns import MOMENT, NARRATIVE_SCORES, WORDINGS

NARRATIVES = pa.schema(
    [
        ("narrative_id", pa.string()),
        ("pack_id", pa.string()),
        ("title_sv", pa.string()),
        ("title_en", pa.string()),
        ("claim_sv", pa.string()),
        ("falsehood_sv", pa.string()),
        ("harm", pa.float32()),
        ("threshold", pa.float32()),
    ]
)

FACTS = pa.schema(
    [
        ("fact_id", pa.string()),
        ("pack_id", pa.string()),
        ("fact_number", pa.int32()),
        ("narratives", pa.list_(pa.string())),
        ("text_by_lang", WORDINGS),
        ("caveat_by_lang", WORDINGS),
        (
            "sources",
            pa.list_(
                pa.struct(
                    [
                        ("title", pa.string()),
                        ("publisher", pa.string()),
                        ("year", pa.int32()),
                        ("address", pa.string()),
                    ]
                )
            ),
        ),
        ("valid_from_day", pa.date32()),
        ("valid_to_day", pa.date32()),
        ("review_by_day", pa.date32()),
        ("approved_by", pa.string()),
    ]
)

VECTORS = pa.schema(
    [
        ("input_digest", pa.string()),
        ("encoder_id", pa.string()),
        ("vector", pa.list_(pa.float32())),
    ]
)

ENCODED_TEXTS = pa.schema(
    [("text_digest", pa.string()), ("encoder_id", pa.string()), ("run_id", pa.string())]
)

EVIDENCE = pa.struct(
    [
        ("narrative_id", pa.string()),
        ("sentence", pa.string()),
        ("start_offset", pa.int32()),
        ("end_offset", pa.int32()),
        (
            "seeds",
            pa.list_(
                pa.struct(
                    [
                        ("seed_id", pa.string()),
                        ("similarity", pa.float32()),
                        ("narratives", pa.list_(pa.string())),
                        ("stance", pa.string()),
                        ("text", pa.string()),
                    ]
                )
            ),
        ),
        ("terms", pa.list_(pa.struct([("term", pa.string()), ("weight", pa.float32())]))),
    ]
)

CLASSIFICATIONS = pa.schema(
    [
        ("text_digest", pa.string()),
        ("parent_digest", pa.string()),
        ("model_version", pa.string()),
        ("narrative_probabilities", NARRATIVE_SCORES),
        ("matches", pa.list_(pa.string())),
        ("stance", pa.string()),
        ("stance_probabilities", NARRATIVE_SCORES),
        ("threat_probability", pa.float32()),
        ("is_threat", pa.bool_()),
        ("is_flagged", pa.bool_()),
        ("evidence", EVIDENCE),
        ("run_id", pa.string()),
    ]
)

FLAGS = pa.schema(
    [
        ("post_id", pa.string()),
        ("narrative_id", pa.string()),
        ("model_version", pa.string()),
        ("probability", pa.float32()),
        ("threshold", pa.float32()),
        ("stance", pa.string()),
        ("asserts_probability", pa.float32()),
        ("priority_score", pa.float32()),
        ("priority_reason", pa.string()),
        ("run_id", pa.string()),
    ]
)

QUESTIONS = pa.schema(
    [
        ("post_id", pa.string()),
        ("narrative_id", pa.string()),
        ("model_version", pa.string()),
        ("probability", pa.float32()),
        ("asks_probability", pa.float32()),
        ("run_id", pa.string()),
    ]
)

THREATS = pa.schema(
    [
        ("post_id", pa.string()),
        ("model_version", pa.string()),
        ("threat_probability", pa.float32()),
        ("run_id", pa.string()),
    ]
)

PROPOSALS = pa.schema(
    [
        ("post_id", pa.string()),
        ("text_digest", pa.string()),
        ("family_id", pa.string()),
        ("narrative_id", pa.string()),
        ("kind", pa.string()),
        ("score", pa.float32()),
        ("reason", pa.string()),
        ("model_version", pa.string()),
        ("run_id", pa.string()),
    ]
)

ANSWERS = pa.schema(
    [
        ("answer_id", pa.string()),
        ("narrative_id", pa.string()),
        ("family_id", pa.string()),
        ("channel", pa.string()),
        ("lang", pa.string()),
        ("fact_ids", pa.list_(pa.string())),
        ("address", pa.string()),
        ("published_day", pa.date32()),
        ("withdrawn_at", MOMENT),
        ("run_id", pa.string()),
    ]
)

DECISIONS = pa.schema(
    [
        ("seq", pa.int64()),
        ("decision_id", pa.string()),
        ("post_id", pa.string()),
        ("text_digest", pa.string()),
        ("kind", pa.string()),
        ("narratives", pa.list_(pa.string())),
        ("stance", pa.string()),
        ("is_threat", pa.bool_()),
        ("reviewer", pa.string()),
        ("decided_at", MOMENT),
        ("note", pa.string()),
        ("undoes_decision_id", pa.string()),
        ("run_id", pa.string()),
    ]
)
