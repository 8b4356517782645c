"""Kinds of columns that several tables have."""

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")
NARRATIVE_SCORES = pa.map_(pa.string(), pa.float32())
WORDINGS = pa.map_(pa.string(), pa.string())
