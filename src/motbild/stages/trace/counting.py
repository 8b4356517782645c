"""What the groups of families amount to: how far each has spread, and at what pace."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core.campaigns import FEWEST_ACCOUNTS, Pace, Spread, measure_pace
from motbild.core.timing import Numbers, tell_grains

# A family has one language, that of most of its posts: short copies are often misread. A post
# that was edited within its family counts once, at the moment of its first wording.
_GROUPED = """
CREATE OR REPLACE TEMP TABLE grouped AS
WITH spoken AS (
    SELECT family_id, arg_max(lang, (post_count, lang)) AS lang
    FROM (SELECT family_id, lang, count(*) AS post_count FROM temp.main.traced GROUP BY ALL)
    GROUP BY family_id
)
SELECT
    coalesce(members.group_id, traced.family_id) AS group_id,
    traced.family_id,
    traced.first_post_id,
    any_value(traced.account) AS account,
    any_value(traced.source_id) AS source_id,
    any_value(traced.platform) AS platform,
    any_value(spoken.lang) AS lang,
    min(traced.posted_at) AS posted_at,
    bool_and(traced.is_repost) AS is_repost,
    arg_min(traced.narrative_ids, traced.post_id) AS narrative_ids
FROM temp.main.traced AS traced
JOIN spoken USING (family_id)
LEFT JOIN members USING (family_id)
GROUP BY ALL
"""

_SPREADS = """
WITH wide AS (
    SELECT group_id FROM temp.main.grouped WHERE NOT is_repost
    GROUP BY group_id HAVING count(DISTINCT account) >= $fewest_accounts
),
posts AS (FROM temp.main.grouped SEMI JOIN wide USING (group_id)),
by_family AS (
    SELECT group_id, max(account_count) AS family_account_count
    FROM (
        SELECT group_id, family_id, count(DISTINCT account) AS account_count
        FROM posts WHERE NOT is_repost GROUP BY ALL
    ) GROUP BY group_id
),
by_narrative AS (
    SELECT group_id, arg_max(narrative_id, (post_count, narrative_id)) AS narrative_id
    FROM (
        SELECT group_id, narrative_id, count(*) AS post_count
        FROM posts, unnest(posts.narrative_ids) AS named(narrative_id) GROUP BY ALL
    ) GROUP BY group_id
)
SELECT
    posts.group_id,
    any_value(by_narrative.narrative_id) AS narrative_id,
    list_sort(list(DISTINCT family_id)) AS family_ids,
    count(DISTINCT first_post_id) FILTER (NOT is_repost) AS post_count,
    count(DISTINCT first_post_id) FILTER (is_repost) AS repost_count,
    count(DISTINCT account) FILTER (NOT is_repost) AS account_count,
    any_value(by_family.family_account_count) AS family_account_count,
    histogram(lang) FILTER (NOT is_repost) AS post_count_by_lang,
    histogram(platform) FILTER (NOT is_repost) AS post_count_by_platform,
    min(posted_at) FILTER (NOT is_repost) AS first_posted_at,
    max(posted_at) FILTER (NOT is_repost) AS last_posted_at
FROM posts JOIN by_family USING (group_id) JOIN by_narrative USING (group_id)
GROUP BY posts.group_id
ORDER BY posts.group_id
"""

# How a source writes moments is told from all that it brought.
_MOMENTS = """
WITH clocks AS (
    SELECT
        source_id,
        platform,
        count(*) AS clock_post_count,
        count(*) FILTER (epoch_us(posted_at) % 60_000_000 = 0) AS on_minute_count,
        count(*) FILTER (epoch_us(posted_at) % 3_600_000_000 = 0) AS on_hour_count
    FROM core.posts
    WHERE posted_at IS NOT NULL
    GROUP BY source_id, platform
)
SELECT
    grouped.group_id,
    epoch_us(grouped.posted_at) // 1_000_000 AS moment,
    coalesce(grouped.account, -1) AS account,
    clocks.clock_post_count,
    clocks.on_minute_count,
    clocks.on_hour_count
FROM temp.main.grouped AS grouped
SEMI JOIN wanted USING (group_id)
JOIN clocks USING (source_id, platform)
WHERE grouped.posted_at IS NOT NULL AND NOT grouped.is_repost
ORDER BY grouped.group_id
"""

_SPREAD_FIELDS = tuple(Spread.__dataclass_fields__)


@contextmanager
def grouped(warehouse: Warehouse, members: Mapping[str, str]) -> Iterator[None]:
    """Put the traced posts into groups, for the questions within the block.

    Args:
        warehouse: In which the posts are gathered.
        members: Group of each family that is tied to another; any other is a group of its own.
    """
    columns = {"family_id": list(members), "group_id": list(members.values())}
    rows = pa.table(columns, schema=pa.schema(dict.fromkeys(columns, pa.string())))
    with warehouse.registered("members", rows):
        warehouse.execute(_GROUPED)
    try:
        yield
    finally:
        warehouse.execute("DROP TABLE IF EXISTS temp.main.grouped")


def read_spreads(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Return the groups that enough accounts posted: id, families, narrative and spread."""
    rows = warehouse.read(_SPREADS, {"fewest_accounts": FEWEST_ACCOUNTS}).to_pylist()
    return [{**row, "spread": _spread(row)} for row in rows]


def read_paces(warehouse: Warehouse, group_ids: list[str]) -> dict[str, Pace]:
    """Return at what pace each group was posted; one of which no moment is told is left out."""
    wanted = pa.table({"group_id": pa.array(group_ids, pa.string())})
    with warehouse.registered("wanted", wanted):
        rows = warehouse.read(_MOMENTS)
    if rows.num_rows == 0:
        return {}
    names = rows["group_id"].combine_chunks().dictionary_encode()
    moments, accounts, *clocks = (_numbers(rows, name) for name in rows.column_names[1:])
    grains = tell_grains(moments, *clocks)
    codes = names.indices.to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    ends = [*starts[1:].tolist(), len(codes)]
    return {
        names.dictionary[int(codes[start])].as_py(): measure_pace(
            moments[start:end], grains[start:end], accounts[start:end]
        )
        for start, end in zip(starts.tolist(), ends, strict=True)
    }


def _spread(row: Mapping[str, Any]) -> Spread:
    kept = {name: row[name] for name in _SPREAD_FIELDS}
    maps = ("post_count_by_lang", "post_count_by_platform")
    return Spread(**{**kept, **{name: dict(row[name] or ()) for name in maps}})


def _numbers(rows: pa.Table, name: str) -> Numbers:
    return np.asarray(rows[name].combine_chunks().to_numpy(), dtype=np.int64)
