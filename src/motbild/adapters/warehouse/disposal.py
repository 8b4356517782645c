"""Taking the words of some posts out of every table that holds them or can give them back.

Which posts, and by which rule, stands in the temporary table `due` (post_id, text_digest,
posted_day, rule), which a stage makes. What was made of a text stays, so that no count
forgets a post.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pyarrow as pa

from motbild.adapters.warehouse.connection import Warehouse
from motbild.core import schemas
from motbild.core.retention import SAMPLE, Deletion
from motbild.core.text import model_text
from motbild.core.units import split_units, unit_texts
from motbild.core.vectors import input_digest

# Texts that no other post says.
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

# Texts that other posts say in other letters: the wording that came first was one that goes.
_REWORDED = """
CREATE OR REPLACE TEMP TABLE reworded AS
WITH leaving AS (
    SELECT text_digest, min(rule) AS rule FROM due ANTI JOIN gone USING (text_digest) GROUP BY ALL
)
SELECT
    texts.text_digest,
    any_value(leaving.rule) AS rule,
    any_value(texts.text) AS old_text,
    any_value(texts.lang) AS lang,
    arg_min(posts.text, posts.post_id) AS text
FROM leaving
JOIN core.texts AS texts USING (text_digest)
JOIN core.posts AS posts ON posts.text_digest = texts.text_digest AND posts.text IS NOT NULL
ANTI JOIN due ON due.post_id = posts.post_id
GROUP BY texts.text_digest
HAVING NOT bool_or(posts.text = texts.text)
"""

_LEAVING_TEXTS = """
SELECT text_digest, text, lang, rule FROM (
    SELECT text_digest, texts.text, texts.lang, gone.rule
    FROM core.texts AS texts JOIN gone USING (text_digest)
    UNION ALL
    SELECT text_digest, old_text, lang, rule FROM reworded
)
WHERE text_digest > $last ORDER BY text_digest LIMIT $row_count
"""

# For each table the rows that a rule takes, each by its key, and where the rule is found.
_BY_POST = "JOIN due USING (post_id)"
_BY_TEXT = "JOIN gone USING (text_digest)"
_BY_WORDS = "JOIN (SELECT text_digest, rule FROM gone UNION ALL SELECT text_digest, rule FROM reworded) AS words USING (text_digest)"  # noqa: E501
_TAKEN = {
    "core.posts": ("post_id", _BY_POST),
    "core.links": ("post_id || ' ' || link_number", _BY_POST),
    "core.post_signals": ("post_id || ' ' || kind || ' ' || signal_digest", _BY_POST),
    "core.proposals": ("post_id", _BY_POST),
    "core.cluster_posts": ("post_id", _BY_POST),
    "core.classifications": (
        "text_digest || ' ' || parent_digest || ' ' || model_version",
        f"{_BY_WORDS} WHERE evidence IS NOT NULL",
    ),
    "core.decisions": ("decision_id", f"{_BY_TEXT} WHERE note <> ''"),
    "core.text_sketches": ("text_digest", _BY_TEXT),
    "core.encoded_texts": ("text_digest || ' ' || encoder_id", _BY_WORDS),
    "core.vectors": (
        "input_digest || ' ' || encoder_id",
        "JOIN gone_inputs USING (input_digest)",
    ),
    "core.texts": ("text_digest", _BY_WORDS),
}
_EMPTIED = (
    "UPDATE core.posts SET text = NULL, author_pseudonym = NULL FROM due "
    "WHERE due.post_id = core.posts.post_id",
    "UPDATE core.classifications SET evidence = NULL "
    "WHERE evidence IS NOT NULL AND text_digest IN "
    "(SELECT text_digest FROM gone UNION SELECT text_digest FROM reworded)",
    "UPDATE core.decisions SET note = '' "
    "WHERE note <> '' AND text_digest IN (SELECT text_digest FROM gone)",
    "UPDATE core.texts SET text = reworded.text FROM reworded "
    "WHERE reworded.text_digest = core.texts.text_digest",
)
_DELETED = (
    *(
        f"DELETE FROM {table} WHERE post_id IN (SELECT post_id FROM due)"  # noqa: S608
        for table in ("core.links", "core.post_signals", "core.proposals", "core.cluster_posts")
    ),
    *(
        f"DELETE FROM {table} WHERE text_digest IN (SELECT text_digest FROM gone)"  # noqa: S608
        for table in ("core.text_sketches", "core.encoded_texts", "core.texts")
    ),
    "DELETE FROM core.encoded_texts WHERE text_digest IN (SELECT text_digest FROM reworded)",
    "DELETE FROM core.vectors WHERE input_digest IN (SELECT input_digest FROM gone_inputs)",
)
_SCRATCH = ("due", "gone", "reworded", "gone_inputs")
_BATCH = 2_000


@contextmanager
def followed(warehouse: Warehouse) -> Iterator[None]:
    """Follow the posts in `due` to all that is held of them; the scratch tables end with the block.

    A vector that another text shares goes too, and is made again when it is needed.
    """
    warehouse.execute(_GONE)
    warehouse.execute(_REWORDED)
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE gone_inputs (input_digest VARCHAR, rule VARCHAR)"
    )
    last = ""
    while (texts := warehouse.read(_LEAVING_TEXTS, {"last": last, "row_count": _BATCH})).num_rows:
        last = texts["text_digest"][-1].as_py()
        with warehouse.registered("inputs", _inputs(texts)):
            warehouse.execute(
                "INSERT INTO gone_inputs FROM inputs ANTI JOIN gone_inputs USING (input_digest)"
            )
    try:
        yield
    finally:
        for scratch in _SCRATCH:
            warehouse.execute(f"DROP TABLE IF EXISTS temp.main.{scratch}")


def describe_taken(
    warehouse: Warehouse, rule: str, *, decided_by: str, reference: str
) -> list[Deletion]:
    """Return what a rule takes, one for each table that loses something."""
    [(oldest, newest)] = warehouse.read_rows(
        "SELECT min(posted_day), max(posted_day) FROM due WHERE rule = ?", [rule]
    )
    found = []
    for table, (key, rows) in _TAKEN.items():
        joined = "AND" if "WHERE" in rows else "WHERE"
        count, digest, sample = digest_keys(
            warehouse,
            f"SELECT {key} AS key FROM {table} {rows} {joined} rule = $1",  # noqa: S608
            [rule],
        )
        if count:
            told = (rule, decided_by, table, count, oldest, newest, digest, sample, reference)
            found.append(Deletion(*told))
    return found


def digest_keys(
    warehouse: Warehouse, query: str, parameters: Sequence[object]
) -> tuple[int, str, tuple[str, ...]]:
    """Return how many keys a query gives, the digest over them in order, and a few."""
    [(count, digest, sample)] = warehouse.read_rows(
        f"WITH taken AS ({query}) "  # noqa: S608
        "SELECT count(*), sha256(coalesce(string_agg(key, chr(10) ORDER BY key), '')), "
        f"list(key ORDER BY key)[:{SAMPLE}] FROM taken",
        parameters,
    )
    return count, digest, tuple(sample or ())


def take(warehouse: Warehouse) -> None:
    """Take away what hangs on the posts in `due`, within the caller's transaction."""
    clusters = warehouse.read_rows(
        "SELECT DISTINCT cluster_id FROM core.cluster_posts SEMI JOIN due USING (post_id)"
    )
    for statement in (*_EMPTIED, *_DELETED):
        warehouse.execute(statement)
    for (cluster_id,) in clusters:
        _trim_cluster(warehouse, cluster_id)


def record(
    warehouse: Warehouse, deletions: Sequence[Deletion], *, run_id: str, now: datetime
) -> None:
    """Write the protocol, within the transaction of what it tells."""
    rows = [_protocol_row(deletion, run_id, now) for deletion in deletions]
    warehouse.append(
        "ops.deletions",
        pa.Table.from_pylist(rows, schema=schemas.DELETIONS),
        key=("deletion_id",),
    )


def _trim_cluster(warehouse: Warehouse, cluster_id: str) -> None:
    """Leave a cluster the words that its remaining posts say; without posts it is none."""
    texts = warehouse.read_rows(
        "SELECT posts.text FROM core.cluster_posts JOIN core.posts AS posts USING (post_id) "
        "WHERE cluster_id = ? AND posts.text IS NOT NULL",
        [cluster_id],
    )
    if not texts:
        warehouse.execute("DELETE FROM core.clusters WHERE cluster_id = ?", [cluster_id])
        return
    [(terms,)] = warehouse.read_rows(
        "SELECT terms FROM core.clusters WHERE cluster_id = ?", [cluster_id]
    )
    said = [model_text(text).casefold() for (text,) in texts]
    kept = [term for term in terms if any(term.casefold() in text for text in said)]
    warehouse.execute("UPDATE core.clusters SET terms = ? WHERE cluster_id = ?", [kept, cluster_id])


def _inputs(texts: pa.Table) -> pa.Table:
    """Return the digest of everything that was encoded of some texts, each once."""
    rule_of = {
        input_digest(unit): row["rule"]
        for row in texts.to_pylist()
        for unit in unit_texts(split_units(row["text"], row["lang"]))
    }
    return pa.table({"input_digest": list(rule_of), "rule": list(rule_of.values())})


def _protocol_row(deletion: Deletion, run_id: str, now: datetime) -> dict[str, object]:
    told = {name: getattr(deletion, name) for name in Deletion.__slots__ if name != "sample"}
    return {
        **told,
        "deletion_id": f"{run_id} {deletion.rule} {deletion.from_table}",
        "run_id": run_id,
        "deleted_at": now,
        "removed_at": None,
    }
