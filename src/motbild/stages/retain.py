"""Take away the texts whose time is over; the posts stay, for counting.

A text goes from every table that holds it or can give it back: posts, texts, their bands
and vectors, the evidence of classifications, addresses and signals. What was made of it
stays, so that no count forgets a post. A text counts its days from when it was stored, or
from the last decision on it.
"""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core import schemas
from motbild.core.features import split_units, unit_texts
from motbild.core.retention import QUEUED, UNFLAGGED, Deletion, Limit
from motbild.core.vectors import input_digest

# A post in a queue cannot be judged without what it answers, so that stays as long.
_DUE = """
CREATE OR REPLACE TEMP TABLE due AS
WITH queued AS (
    SELECT post_id FROM core.flags
    UNION SELECT post_id FROM core.questions
    UNION SELECT post_id FROM core.threats
),
decided AS (
    SELECT text_digest, max(decided_at) AS decided_at FROM core.decisions GROUP BY text_digest
),
kept AS (
    SELECT
        posts.post_id,
        posts.text_digest,
        posts.posted_day,
        queued.post_id IS NOT NULL OR decided.text_digest IS NOT NULL AS is_queued,
        greatest(runs.started_at, decided.decided_at) AS kept_since
    FROM core.posts AS posts
    JOIN ops.runs AS runs USING (run_id)
    LEFT JOIN queued ON queued.post_id = posts.post_id
    LEFT JOIN decided ON decided.text_digest = posts.text_digest
    WHERE posts.text IS NOT NULL
),
judged AS (
    SELECT
        *,
        coalesce(
            kept_since <= CASE WHEN is_queued THEN $queued_before::TIMESTAMPTZ
                ELSE $unflagged_before::TIMESTAMPTZ END,
            false
        ) AS is_due
    FROM kept
),
answered AS (
    SELECT contexts.parent_digest AS text_digest
    FROM judged JOIN core.post_contexts AS contexts USING (post_id)
    WHERE judged.is_queued AND NOT judged.is_due
)
SELECT
    post_id, text_digest, posted_day,
    CASE WHEN is_queued THEN $queued ELSE $unflagged END AS rule
FROM judged ANTI JOIN answered USING (text_digest)
WHERE is_due
"""

_GONE = """
CREATE OR REPLACE TEMP TABLE gone AS
SELECT due.text_digest, min(due.rule) AS rule
FROM due
ANTI JOIN (
    SELECT posts.text_digest FROM core.posts AS posts
    ANTI JOIN due ON due.post_id = posts.post_id
    WHERE posts.text IS NOT NULL
) AS needed ON needed.text_digest = due.text_digest
GROUP BY due.text_digest
"""

_GONE_TEXTS = """
SELECT text_digest, text, lang, gone.rule
FROM core.texts JOIN gone USING (text_digest)
WHERE text_digest > $last ORDER BY text_digest LIMIT $row_count
"""

# For each table the rows that a rule takes, each by its key, and how they are taken.
_BY_POST = "JOIN due USING (post_id)"
_BY_TEXT = "JOIN gone USING (text_digest)"
_TAKEN = {
    "core.posts": ("post_id", _BY_POST),
    "core.links": ("post_id || ' ' || link_number", _BY_POST),
    "core.post_signals": ("post_id || ' ' || kind || ' ' || signal_digest", _BY_POST),
    "core.proposals": ("post_id", _BY_POST),
    "core.cluster_posts": ("post_id", _BY_POST),
    "core.classifications": (
        "text_digest || ' ' || parent_digest || ' ' || model_version",
        f"{_BY_TEXT} WHERE evidence IS NOT NULL",
    ),
    "core.text_bands": ("text_digest || ' ' || band_number", _BY_TEXT),
    "core.encoded_texts": ("text_digest || ' ' || encoder_id", _BY_TEXT),
    "core.vectors": (
        "input_digest || ' ' || encoder_id",
        "JOIN gone_inputs USING (input_digest)",
    ),
    "core.texts": ("text_digest", _BY_TEXT),
}
_EMPTIED = {
    "core.posts": "UPDATE core.posts SET text = NULL, author_pseudonym = NULL FROM due "
    "WHERE due.post_id = core.posts.post_id",
    "core.classifications": "UPDATE core.classifications SET evidence = NULL FROM gone "
    "WHERE gone.text_digest = core.classifications.text_digest AND evidence IS NOT NULL",
}
_SAMPLE = 5
_BATCH = 2_000


def retain(
    warehouse: Warehouse,
    limits: Sequence[Limit],
    *,
    run_id: str,
    now: datetime,
    is_dry: bool = False,
) -> list[Deletion]:
    """Take away what is past its time, and write the protocol.

    Args:
        warehouse: Holds posts and decisions.
        limits: How long each kind of text is kept.
        run_id: The run this belongs to.
        now: The moment that days are counted back from.
        is_dry: Whether only to tell what would be taken.

    Returns:
        One for each rule and table that loses something.
    """
    _find_due(warehouse, limits, now)
    deletions = [
        deletion
        for limit in limits
        for table in _TAKEN
        if (deletion := _describe(warehouse, limit, table)).row_count
    ]
    if deletions and not is_dry:
        with warehouse.transaction():
            for table in _TAKEN:
                _take(warehouse, table)
            rows = [_protocol_row(deletion, run_id, now) for deletion in deletions]
            warehouse.append(
                "ops.deletions",
                pa.Table.from_pylist(rows, schema=schemas.DELETIONS),
                key=("deletion_id",),
            )
    for scratch in ("due", "gone", "gone_inputs"):
        warehouse.execute(f"DROP TABLE temp.main.{scratch}")
    return deletions


def _find_due(warehouse: Warehouse, limits: Sequence[Limit], now: datetime) -> None:
    before = {limit.rule: limit.before(now) for limit in limits}
    warehouse.execute(
        _DUE,
        {
            "queued": QUEUED,
            "unflagged": UNFLAGGED,
            "queued_before": before[QUEUED],
            "unflagged_before": before[UNFLAGGED],
        },
    )
    warehouse.execute(_GONE)
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE gone_inputs (input_digest VARCHAR, rule VARCHAR)"
    )
    last = ""
    while (texts := warehouse.read(_GONE_TEXTS, {"last": last, "row_count": _BATCH})).num_rows:
        last = texts["text_digest"][-1].as_py()
        with warehouse.registered("inputs", _inputs(texts)):
            warehouse.execute(
                "INSERT INTO gone_inputs FROM inputs ANTI JOIN gone_inputs USING (input_digest)"
            )


def _inputs(texts: pa.Table) -> pa.Table:
    """Return the digest of everything that was encoded of some texts, each once."""
    rule_of = {
        input_digest(unit): row["rule"]
        for row in texts.to_pylist()
        for unit in unit_texts(split_units(row["text"], row["lang"]))
    }
    return pa.table({"input_digest": list(rule_of), "rule": list(rule_of.values())})


def _describe(warehouse: Warehouse, limit: Limit, table: str) -> Deletion:
    key, rows = _TAKEN[table]
    joined = "AND" if "WHERE" in rows else "WHERE"
    [(count, digest, sample)] = warehouse.read_rows(
        f"WITH taken AS (SELECT {key} AS key FROM {table} {rows} {joined} rule = $1) "  # noqa: S608
        "SELECT count(*), sha256(coalesce(string_agg(key, chr(10) ORDER BY key), '')), "
        f"list(key ORDER BY key)[:{_SAMPLE}] FROM taken",
        [limit.rule],
    )
    [(oldest, newest)] = warehouse.read_rows(
        "SELECT min(posted_day), max(posted_day) FROM due WHERE rule = ?", [limit.rule]
    )
    return Deletion(
        limit.rule, limit.decided_by, table, count, oldest, newest, digest, tuple(sample or ())
    )


def _take(warehouse: Warehouse, table: str) -> None:
    if statement := _EMPTIED.get(table):
        warehouse.execute(statement)
        return
    _, rows = _TAKEN[table]
    scratch, key = rows.removeprefix("JOIN ").removesuffix(")").split(" USING (")
    warehouse.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {scratch})")  # noqa: S608


def _protocol_row(deletion: Deletion, run_id: str, now: datetime) -> dict[str, object]:
    told = {name: getattr(deletion, name) for name in Deletion.__slots__ if name != "sample"}
    return {
        **told,
        "deletion_id": f"{run_id} {deletion.rule} {deletion.from_table}",
        "run_id": run_id,
        "deleted_at": now,
    }
