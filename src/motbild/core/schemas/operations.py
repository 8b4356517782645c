"""What is kept of the nights themselves, of their sources and of what people were told."""

import pyarrow as pa

from motbild.core.schemas.columns import MOMENT, NARRATIVE_SCORES, WORDINGS

RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("kind", pa.string()),
        ("status", pa.string()),
        ("started_at", MOMENT),
        ("ended_at", MOMENT),
        ("versions", WORDINGS),
        ("counts", pa.map_(pa.string(), pa.int64())),
        ("stage_seconds", pa.map_(pa.string(), pa.float64())),
        ("failure", pa.string()),
    ]
)

SOURCE_RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("source_id", pa.string()),
        ("file_name", pa.string()),
        ("run_day", pa.date32()),
        ("status", pa.string()),
        ("post_count", pa.int64()),
        ("reject_count", pa.int64()),
        ("failure", pa.string()),
    ]
)

FILES = pa.schema(
    [
        ("file_digest", pa.string()),
        ("file_name", pa.string()),
        ("source_id", pa.string()),
        ("kind", pa.string()),
        ("reading_digest", pa.string()),
        ("first_seen_at", MOMENT),
        ("completed_at", MOMENT),
    ]
)

STAGE_INPUTS = pa.schema(
    [("stage", pa.string()), ("input_digest", pa.string()), ("run_id", pa.string())]
)

CURSORS = pa.schema(
    [
        ("source_id", pa.string()),
        ("cursor", pa.string()),
        ("updated_at", MOMENT),
        ("run_id", pa.string()),
    ]
)

REJECTS = pa.schema(
    [
        ("file_digest", pa.string()),
        ("line_number", pa.int64()),
        ("code", pa.string()),
        ("reason", pa.string()),
        ("file_name", pa.string()),
        ("source_id", pa.string()),
        ("run_id", pa.string()),
    ]
)

MODELS = pa.schema(
    [
        ("model_version", pa.string()),
        ("encoder_id", pa.string()),
        ("pack_versions", WORDINGS),
        ("thresholds", NARRATIVE_SCORES),
        ("first_run_id", pa.string()),
    ]
)

NOTICES = pa.schema(
    [
        ("notice_id", pa.string()),
        ("kind", pa.string()),
        ("subject_id", pa.string()),
        ("severity", pa.string()),
        ("first_noticed_at", MOMENT),
        ("last_noticed_at", MOMENT),
        ("is_open", pa.bool_()),
        ("evidence", WORDINGS),
        ("run_id", pa.string()),
        ("last_run_id", pa.string()),
    ]
)

DELETIONS = pa.schema(
    [
        ("deletion_id", pa.string()),
        ("run_id", pa.string()),
        ("rule", pa.string()),
        ("decided_by", pa.string()),
        ("from_table", pa.string()),
        ("row_count", pa.int64()),
        ("oldest_day", pa.date32()),
        ("newest_day", pa.date32()),
        ("keys_digest", pa.string()),
        ("deleted_at", MOMENT),
        ("reference", pa.string()),
        ("removed_at", MOMENT),
    ]
)
