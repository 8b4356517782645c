"""Arrow schemas of the tables that stages hand to the warehouse.

Names, units and meanings are those of the migrations, which carry a comment on
each column; a test holds the two together.
"""

import pyarrow as pa

_MOMENT = pa.timestamp("us", tz="UTC")
_NARRATIVE_SCORES = pa.map_(pa.string(), pa.float32())
_WORDINGS = pa.map_(pa.string(), pa.string())


POSTS = pa.schema(
    [
        ("post_id", pa.string()),
        ("platform", pa.string()),
        ("source_id", pa.string()),
        ("author_pseudonym", pa.string()),
        ("posted_at", _MOMENT),
        ("posted_day", pa.date32()),
        ("lang", pa.string()),
        ("text", pa.string()),
        ("text_digest", pa.string()),
        ("reply_to_post_id", pa.string()),
        ("edit_of_post_id", pa.string()),
        ("file_digest", pa.string()),
        ("line_number", pa.int64()),
        ("run_id", pa.string()),
    ]
)

TEXTS = pa.schema(
    [
        ("text_digest", pa.string()),
        ("text", pa.string()),
        ("lang", pa.string()),
        ("lang_probability", pa.float32()),
        ("run_id", pa.string()),
    ]
)

ENGAGEMENT = pa.schema(
    [
        ("post_id", pa.string()),
        ("observed_at", _MOMENT),
        ("like_count", pa.int64()),
        ("share_count", pa.int64()),
        ("comment_count", pa.int64()),
        ("view_count", pa.int64()),
        ("run_id", pa.string()),
    ]
)

LINKS = pa.schema([("post_id", pa.string()), ("link_number", pa.int32()), ("address", pa.string())])

POST_SIGNALS = pa.schema(
    [
        ("post_id", pa.string()),
        ("kind", pa.string()),
        ("signal_digest", pa.string()),
        ("domain", pa.string()),
    ]
)

TEXT_BANDS = pa.schema(
    [
        ("text_digest", pa.string()),
        ("band_number", pa.uint8()),
        ("band_key", pa.uint64()),
    ]
)

TEXT_FAMILIES = pa.schema([("text_digest", pa.string()), ("family_id", pa.string())])

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
        ("narrative_probabilities", _NARRATIVE_SCORES),
        ("matches", pa.list_(pa.string())),
        ("stance", pa.string()),
        ("stance_probabilities", _NARRATIVE_SCORES),
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
        ("text_by_lang", _WORDINGS),
        ("caveat_by_lang", _WORDINGS),
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

RUNS = pa.schema(
    [
        ("run_id", pa.string()),
        ("kind", pa.string()),
        ("status", pa.string()),
        ("started_at", _MOMENT),
        ("ended_at", _MOMENT),
        ("versions", _WORDINGS),
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

CURSORS = pa.schema(
    [
        ("source_id", pa.string()),
        ("cursor", pa.string()),
        ("updated_at", _MOMENT),
        ("run_id", pa.string()),
    ]
)

FILES = pa.schema(
    [
        ("file_digest", pa.string()),
        ("file_name", pa.string()),
        ("source_id", pa.string()),
        ("kind", pa.string()),
        ("reading_digest", pa.string()),
        ("first_seen_at", _MOMENT),
        ("completed_at", _MOMENT),
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
        ("pack_versions", _WORDINGS),
        ("thresholds", _NARRATIVE_SCORES),
        ("first_run_id", pa.string()),
    ]
)

NOTICES = pa.schema(
    [
        ("notice_id", pa.string()),
        ("kind", pa.string()),
        ("subject_id", pa.string()),
        ("severity", pa.string()),
        ("first_noticed_at", _MOMENT),
        ("last_noticed_at", _MOMENT),
        ("is_open", pa.bool_()),
        ("evidence", _WORDINGS),
        ("run_id", pa.string()),
        ("last_run_id", pa.string()),
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
        ("decided_at", _MOMENT),
        ("note", pa.string()),
        ("undoes_decision_id", pa.string()),
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

CLUSTERS = pa.schema(
    [
        ("cluster_id", pa.string()),
        ("narrative_id", pa.string()),
        ("post_count", pa.int64()),
        ("family_count", pa.int64()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("growth", pa.float32()),
        ("terms", pa.list_(pa.string())),
        ("score", pa.float32()),
        ("model_version", pa.string()),
        ("run_id", pa.string()),
        ("night_count", pa.int64()),
        ("stability", pa.float32()),
        ("last_night_day", pa.date32()),
        ("threshold_share", pa.float32()),
    ]
)

CLUSTER_POSTS = pa.schema(
    [
        ("cluster_id", pa.string()),
        ("post_id", pa.string()),
        ("similarity", pa.float32()),
        ("rank", pa.int32()),
    ]
)

_COUNTS = [
    ("source_id", pa.string()),
    ("platform", pa.string()),
    ("lang", pa.string()),
    ("narrative_id", pa.string()),
    ("stance", pa.string()),
    ("is_missing", pa.bool_()),
    ("post_count", pa.int64()),
    ("flagged_count", pa.int64()),
]

DAILY_COUNTS = pa.schema([("counted_day", pa.date32()), *_COUNTS])

HOURLY_COUNTS = pa.schema([("counted_hour_at", _MOMENT), *_COUNTS])

EPISODES = pa.schema(
    [
        ("episode_id", pa.string()),
        ("kind", pa.string()),
        ("narrative_id", pa.string()),
        ("lang", pa.string()),
        ("platform", pa.string()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("is_open", pa.bool_()),
        ("hour_count", pa.int32()),
        ("post_count", pa.int64()),
        ("expected_count", pa.float64()),
        ("upper_count", pa.int64()),
        ("ratio", pa.float64()),
        (
            "families",
            pa.list_(pa.struct([("family_id", pa.string()), ("post_count", pa.int64())])),
        ),
        ("run_id", pa.string()),
        ("last_run_id", pa.string()),
    ]
)

CAMPAIGNS = pa.schema(
    [
        ("campaign_id", pa.string()),
        ("narrative_id", pa.string()),
        ("family_ids", pa.list_(pa.string())),
        ("post_count", pa.int64()),
        ("repost_count", pa.int64()),
        ("account_count", pa.int64()),
        ("langs", pa.list_(pa.string())),
        ("platforms", pa.list_(pa.string())),
        ("first_posted_at", _MOMENT),
        ("last_posted_at", _MOMENT),
        ("timed_post_count", pa.int64()),
        ("burst_post_count", pa.int64()),
        ("burst_account_count", pa.int64()),
        ("burst_seconds", pa.int32()),
        ("co_post_count", pa.int64()),
        ("co_post_account_count", pa.int64()),
        ("co_post_seconds", pa.int32()),
        ("expected_co_post_count", pa.float32()),
        ("shared_link_count", pa.int64()),
        ("shared_media_count", pa.int64()),
        ("reasons", pa.list_(pa.string())),
        ("score", pa.float32()),
        ("run_id", pa.string()),
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
        ("deleted_at", _MOMENT),
    ]
)

BY_TABLE = {
    "core.posts": POSTS,
    "core.texts": TEXTS,
    "core.engagement": ENGAGEMENT,
    "core.links": LINKS,
    "core.post_signals": POST_SIGNALS,
    "core.text_bands": TEXT_BANDS,
    "core.text_families": TEXT_FAMILIES,
    "core.vectors": VECTORS,
    "core.encoded_texts": ENCODED_TEXTS,
    "core.classifications": CLASSIFICATIONS,
    "core.flags": FLAGS,
    "core.questions": QUESTIONS,
    "core.threats": THREATS,
    "core.decisions": DECISIONS,
    "core.proposals": PROPOSALS,
    "core.clusters": CLUSTERS,
    "core.cluster_posts": CLUSTER_POSTS,
    "core.daily_counts": DAILY_COUNTS,
    "core.hourly_counts": HOURLY_COUNTS,
    "core.episodes": EPISODES,
    "core.campaigns": CAMPAIGNS,
    "core.narratives": NARRATIVES,
    "core.facts": FACTS,
    "ops.runs": RUNS,
    "ops.source_runs": SOURCE_RUNS,
    "ops.files": FILES,
    "ops.cursors": CURSORS,
    "ops.rejects": REJECTS,
    "ops.models": MODELS,
    "ops.notices": NOTICES,
    "ops.deletions": DELETIONS,
}
