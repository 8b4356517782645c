"""What has come since somebody was last here, what waits, and where posts come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.web.reading.queue import STATUSES

MOST_SHARES = 8


@dataclass(frozen=True, slots=True)
class News:
    """What nights have brought since a moment.

    Attributes:
        flagged: Posts that were flagged.
        families: Distinct texts among them that nothing was flagged of before.
        questions: Posts that ask.
        threats: Posts that may threaten.
    """

    flagged: int = 0
    families: int = 0
    questions: int = 0
    threats: int = 0


def read_news(snapshot: OpenSnapshot, since: datetime | None) -> News:
    """Return what has come since a moment, or with the last night where there is none."""
    by_run = snapshot.once("news", lambda: _news_by_run(snapshot))
    newest = max((row["run_id"] for row in by_run), default="")
    rows = [
        row
        for row in by_run
        if (row["run_id"] == newest if since is None else row["ended_at"] > since)
    ]
    found: dict[str, int] = {}
    for row in rows:
        if row["kind"]:
            found[row["kind"]] = found.get(row["kind"], 0) + row["n"]
    return News(**found)


def _news_by_run(snapshot: OpenSnapshot) -> list[dict[str, Any]]:
    """Return by run and kind how many were new; a run that brought nothing has one row."""
    return snapshot.rows(
        """
        WITH flagged AS (
            SELECT post_id, min(run_id) AS run_id FROM core.flags GROUP BY post_id
        ),
        families AS (
            SELECT family_id, min(run_id) AS run_id
            FROM flagged JOIN memory.main.item_posts USING (post_id) GROUP BY family_id
        ),
        asked AS (SELECT post_id, min(run_id) AS run_id FROM core.questions GROUP BY post_id),
        counted AS (
            SELECT 'flagged' AS kind, run_id, count(*) AS n FROM flagged GROUP BY run_id
            UNION ALL SELECT 'families', run_id, count(*) FROM families GROUP BY run_id
            UNION ALL SELECT 'questions', run_id, count(*) FROM asked GROUP BY run_id
            UNION ALL SELECT 'threats', run_id, count(*) FROM core.threats GROUP BY run_id
        )
        SELECT runs.run_id, coalesce(ended_at, started_at) AS ended_at, counted.kind, counted.n
        FROM ops.runs AS runs LEFT JOIN counted USING (run_id)
        """
    )


def read_waiting(snapshot: OpenSnapshot) -> list[dict[str, Any]]:
    """Return how many flagged items wait by narrative, the most urgent first.

    Urgent is what adds up to most: the priorities of all that waits.
    """
    query = f"""
        SELECT items.narrative_id, count(*) AS n, sum(items.priority_score) AS urgency
        FROM memory.main.items AS items
        LEFT JOIN memory.main.item_status AS status USING (item_number)
        WHERE items.is_flagged AND {STATUSES["vantar"]}
        GROUP BY items.narrative_id
        ORDER BY urgency DESC, items.narrative_id
    """  # noqa: S608 - conditions of ours
    return snapshot.lately("waiting", lambda: snapshot.rows(query))


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the flagged posts of a span come from, as label and count, most first.

    Attributes:
        langs: By language.
        platforms: By platform.
    """

    langs: list[tuple[str, int]]
    platforms: list[tuple[str, int]]


def read_spread(
    snapshot: OpenSnapshot, first_day: date, last_day: date, narrative_id: str
) -> Spread:
    """Return where the flagged posts of a span come from; of all narratives where none is given."""
    asked = (first_day, last_day, narrative_id)
    langs = snapshot.once(("spread-lang", *asked), lambda: _split(snapshot, "lang", asked))
    platforms = snapshot.once(
        ("spread-platform", *asked), lambda: _split(snapshot, "platform", asked)
    )
    return Spread(langs, platforms)


def _split(
    snapshot: OpenSnapshot, column: str, asked: tuple[date, date, str]
) -> list[tuple[str, int]]:
    first_day, last_day, narrative_id = asked
    rows = snapshot.rows(
        f"""
        SELECT {column} AS label, count(*) AS n
        FROM memory.main.item_posts
        WHERE is_flagged AND posted_day BETWEEN ? AND ?
            AND (? = '' OR list_contains(narrative_ids, ?))
        GROUP BY label ORDER BY n DESC, label
        """,  # noqa: S608 - a column of ours
        [first_day, last_day, narrative_id, narrative_id],
    )
    return [(row["label"], row["n"]) for row in rows[:MOST_SHARES]]


def read_questions(snapshot: OpenSnapshot, first_day: date, last_day: date) -> list[dict[str, Any]]:
    """Return by narrative how many posts ask, in which languages; the most asked first."""
    return snapshot.once(
        ("questions", first_day, last_day),
        lambda: snapshot.rows(
            """
            SELECT
                narrative_id,
                count(DISTINCT post_id) AS n,
                list_sort(list(DISTINCT posts.lang)) AS langs
            FROM core.questions JOIN core.posts AS posts USING (post_id)
            WHERE posts.posted_day BETWEEN ? AND ?
            GROUP BY narrative_id ORDER BY n DESC, narrative_id
            """,
            [first_day, last_day],
        ),
    )


def title_of(narratives: Mapping[str, Mapping[str, Any]], narrative_id: str, lang: str) -> str:
    """Return the title of a narrative, or its id where the packs no longer have it."""
    known = narratives.get(narrative_id)
    return str(known[f"title_{lang}"]) if known else narrative_id
