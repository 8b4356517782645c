"""Lists as tables to take away: the same rows as the pages show, with nothing left out.

Who decided is told by the log and by a decision's own story, not by these lists.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from motbild.adapters.review_store.answers import Answer
from motbild.adapters.review_store.audit import Audit
from motbild.core.audit import AuditEntry
from motbild.web.reading.facts import BankFact, BankWording
from motbild.web.reading.log import LogFilter
from motbild.web.reading.questions import ASKED, Questions
from motbild.web.reading.queue import Queue

_LINES_AT_ONCE = 5_000

_ITEMS = """
    SELECT
        items.family_id, items.post_id, items.is_flagged, items.is_threat, items.is_proposed,
        items.narrative_id, items.narrative_ids, items.probability, items.stance,
        items.priority_score, items.priority_reason, items.threat_probability,
        posts.lang, posts.platform, posts.source_id, posts.posted_at,
        items.first_day, items.last_day,
        coalesce(families.post_count, items.shown_post_count) AS copy_count,
        posts.text, posts.parent_text, posts.address,
        status.kind AS decided_kind, status.narratives AS decided_narratives, status.decided_at
    FROM memory.main.items AS items
    LEFT JOIN memory.main.item_status AS status USING (item_number)
    JOIN core.posts AS posts USING (post_id)
    LEFT JOIN core.families AS families ON families.family_id = items.family_id
    WHERE -- condition
    ORDER BY items.priority_score DESC, items.family_id
"""
_QUESTIONS = f"""
    SELECT
        asked.family_id, asked.post_id, asked.narrative_id, asked.asks_probability,
        asked.seed_text AS similar_question, posts.lang, posts.platform, posts.source_id,
        posts.posted_at, asked.last_day,
        coalesce(families.post_count, asked.shown_post_count) AS copy_count,
        posts.text, posts.parent_text, posts.address
    FROM {ASKED} AS asked
    JOIN core.posts AS posts USING (post_id)
    LEFT JOIN core.families AS families ON families.family_id = asked.family_id
    WHERE -- condition
    ORDER BY asked.narrative_id, asked.last_asked_at DESC, asked.family_id
"""  # noqa: S608
_RUMOURS = pa.schema(
    [
        ("cluster_id", pa.string()),
        ("nearest_narrative_id", pa.string()),
        ("threshold_share", pa.float32()),
        ("terms", pa.list_(pa.string())),
        ("post_count", pa.int64()),
        ("family_count", pa.int64()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("growth", pa.float32()),
        ("night_count", pa.int64()),
        ("stability", pa.float32()),
        ("score", pa.float32()),
        ("verdict", pa.string()),
        ("verdict_narrative_id", pa.string()),
        ("example_number", pa.int32()),
        ("lang", pa.string()),
        ("platform", pa.string()),
        ("posted_day", pa.date32()),
        ("copy_count", pa.int64()),
        ("text", pa.string()),
    ]
)
_ANSWERS = pa.schema(
    [
        ("answer_id", pa.string()),
        ("narrative_id", pa.string()),
        ("status", pa.string()),
        ("channel", pa.string()),
        ("lang", pa.string()),
        ("version", pa.int32()),
        ("text", pa.string()),
        ("fact_ids", pa.list_(pa.string())),
        ("created_at", pa.timestamp("us", tz="UTC")),
        ("published_on", pa.date32()),
        ("address", pa.string()),
    ]
)
_FACTS = pa.schema(
    [
        ("fact_id", pa.string()),
        ("lang", pa.string()),
        ("status", pa.string()),
        ("text", pa.string()),
        ("caveat", pa.string()),
        ("narratives", pa.list_(pa.string())),
        ("sources", pa.list_(pa.string())),
        ("valid_from_day", pa.date32()),
        ("valid_to_day", pa.date32()),
        ("review_by_day", pa.date32()),
    ]
)
_LOG = pa.schema(
    [
        ("seq", pa.int64()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("actor", pa.string()),
        ("action", pa.string()),
        ("subject", pa.string()),
        ("details", pa.string()),
        ("digest", pa.string()),
    ]
)


def table_of_items(queue: Queue) -> pa.Table:
    """Return the items of the queue, without who decided on them."""
    condition, values = queue.chosen.condition(queue.actor, queue.day)
    return queue.snapshot.table(_ITEMS.replace("-- condition", condition), values)


def table_of_questions(questions: Questions) -> pa.Table:
    """Return the questions, one row a family of copies and narrative."""
    condition, values = questions.chosen.condition(questions.day)
    return questions.snapshot.table(_QUESTIONS.replace("-- condition", condition), values)


def table_of_rumours(clusters: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return the clusters, one row an example."""
    rows = [
        {
            **{name: cluster[name] for name in _RUMOURS.names if name in cluster},
            **{name: example[name] for name in _RUMOURS.names if name in example},
            "nearest_narrative_id": cluster["narrative_id"],
            "verdict": cluster["verdict"].verdict if cluster["verdict"] else None,
            "verdict_narrative_id": cluster["verdict"].narrative_id if cluster["verdict"] else None,
            "example_number": number,
        }
        for cluster in clusters
        for number, example in enumerate(cluster["examples"], 1)
    ]
    return pa.Table.from_pylist(rows, schema=_RUMOURS)


def table_of_answers(answers: Iterable[Answer]) -> pa.Table:
    """Return the answers as they are now."""
    rows = [
        {
            **{name: getattr(answer, name) for name in _ANSWERS.names if hasattr(answer, name)},
            "fact_ids": [fact_id for fact_id, _, _ in answer.fact_refs],
        }
        for answer in answers
    ]
    return pa.Table.from_pylist(rows, schema=_ANSWERS)


def table_of_facts(found: Iterable[tuple[BankFact, BankWording]]) -> pa.Table:
    """Return the wordings of facts, one row a fact and language."""
    rows = [
        {
            "fact_id": fact.fact_id,
            "lang": bank.wording.lang,
            "status": bank.status,
            "text": bank.wording.text,
            "caveat": bank.wording.caveat,
            "narratives": list(fact.narratives),
            "sources": [_tell_source(source) for source in fact.sources],
            "valid_from_day": fact.valid_from,
            "valid_to_day": fact.valid_to,
            "review_by_day": fact.review_by,
        }
        for fact, bank in found
    ]
    return pa.Table.from_pylist(rows, schema=_FACTS)


def _tell_source(source: Any) -> str:  # noqa: ANN401 - a source of a fact
    parts = (source.title, source.publisher, source.year, source.address)
    return ", ".join(str(part) for part in parts if part)


def table_of_log(chosen: LogFilter, audit: Audit) -> pa.Table:
    """Return the lines of the log that are asked for, the newest first."""
    batches = []
    before_seq: int | None = None
    while found := chosen.entries(audit, before_seq=before_seq, limit=_LINES_AT_ONCE):
        rows = [_line(entry) for entry in found]
        batches.append(pa.RecordBatch.from_pylist(rows, schema=_LOG))
        before_seq = found[-1].seq
    return pa.Table.from_batches(batches, schema=_LOG)


def _line(entry: AuditEntry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in _LOG.names}
    return told | {"details": json.dumps(dict(entry.details), ensure_ascii=False)}
