"""What is seen across posts and days: counts, episodes, campaigns and rumours."""

import pyarrow as pa

from motbild.core.schemas.columns import MOMENT

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
        ("chance", pa.float64()),
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

HOURLY_COUNTS = pa.schema([("counted_hour_at", MOMENT), *_COUNTS])

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
        ("first_posted_at", MOMENT),
        ("last_posted_at", MOMENT),
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
