"""What is known of a post as it was read: its text, addresses and copies."""

import pyarrow as pa

from motbild.core.bands import BANDS
from motbild.core.run_marks import MARK_WORDS
from motbild.core.schemas.columns import MOMENT

POSTS = pa.schema(
    [
        ("post_id", pa.string()),
        ("platform", pa.string()),
        ("source_id", pa.string()),
        ("author_pseudonym", pa.string()),
        ("posted_at", MOMENT),
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
        ("observed_at", MOMENT),
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

TEXT_SKETCHES = pa.schema(
    [
        ("text_digest", pa.string()),
        ("run_count", pa.uint32()),
        ("marks", pa.list_(pa.uint64(), MARK_WORDS)),
        ("fine_marks", pa.list_(pa.uint64())),
        ("band_keys", pa.list_(pa.uint64(), BANDS)),
    ]
)

TEXT_FAMILIES = pa.schema([("text_digest", pa.string()), ("family_id", pa.string())])
