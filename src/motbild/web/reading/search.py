"""Searching the texts that a snapshot holds: every word must occur, in any letter case.

Only letter case is folded: å is not a. A text is shown with the words marked, and cut
around the first of them where it is long.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from motbild.adapters.review_store.answers import Answer
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.display import ELLIPSIS, show
from motbild.core.fact_bank import FactWording
from motbild.web.reading.facts import FactBank
from motbild.web.reading.filters import PlaceFilter
from motbild.web.reading.rumours import read_clusters

PAGE = 25
MOST_WORDS = 12
MOST_LETTERS = 200
FEW_OTHERS = 3  # facts and answers shown beside posts
_SHOWN_LETTERS, _BEFORE_LETTERS = 700, 160
# What posts may be searched among: the table that holds their ids.
POST_KINDS = {
    "flaggade": "core.flags",
    "fragor": "core.questions",
    "hot": "core.threats",
    "forslag": "core.proposals",
}
RUMOURS = "rykten"  # which a snapshot of an older Motbild has no table of
OTHER_KINDS = ("fakta", "svar")
_TEXTS = "SELECT text_digest FROM memory.main.searched_texts AS texts"
_WORD = re.compile(r'"([^"]+)"|(\S+)')
Marked = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class SearchFilter(PlaceFilter):
    """What is searched for, and among what; every part may be left empty.

    Attributes:
        q: What was written in the field.
        typ: A key of `POST_KINDS`, `RUMOURS` or one of `OTHER_KINDS`; empty for everything.
    """

    q: str = ""
    typ: str = ""

    @property
    def words(self) -> list[str]:
        """What must occur: words, and several in a row where quotes are around them."""
        composed = unicodedata.normalize("NFC", self.q[:MOST_LETTERS])
        found = (quoted or word for quoted, word in _WORD.findall(composed))
        words = dict.fromkeys(word.strip().strip('"').lower() for word in found)
        return [word for word in words if word][:MOST_WORDS]

    def takes(self, kind: str) -> bool:
        """Tell whether a kind is searched."""
        return self.typ in ("", kind)

    def condition(self, day: date, rumours: Collection[str] = ()) -> tuple[str, list[object]]:
        """Return it as SQL over `posts`, with its parameters.

        Args:
            day: Today.
            rumours: The posts that are examples of new rumours.
        """
        # No pattern, so that nothing that is written can be one.
        has_words = " AND ".join(["contains(texts.text, lower(?))"] * len(self.words)) or "true"
        parts = [f"posts.text_digest IN ({_TEXTS} WHERE {has_words})"]
        values: list[object] = list(self.words)
        for value, part in (
            (self.sprak, "posts.lang = ?"),
            (self.plattform, "posts.platform = ?"),
            (self.first_day(day), "posts.posted_day >= ?"),
        ):
            if value:
                parts.append(part)
                values.append(value)
        if self.typ in POST_KINDS:
            parts.append(f"posts.post_id IN (SELECT post_id FROM {POST_KINDS[self.typ]})")  # noqa: S608
        if self.typ == RUMOURS:
            parts.append("list_contains(?::VARCHAR[], posts.post_id)")
            values.append(sorted(rumours))
        return " AND ".join(parts), values


def find_posts(
    snapshot: OpenSnapshot, chosen: SearchFilter, day: date, number: int
) -> tuple[list[dict[str, Any]], int]:
    """Return a page of families with the words, the newest first, and how many there are.

    Beyond the last page there are none, and that many.
    """
    rumours = _clusters_by_post(snapshot)
    condition, values = chosen.condition(day, rumours)
    query = FOUND.replace("-- condition", condition).replace("-- which", "LIMIT ? OFFSET ?")
    rows = snapshot.rows(query, [*values, PAGE, PAGE * (number - 1)])
    told = [{**row, "cluster_id": rumours.get(row["post_id"])} for row in rows]
    return told, rows[0]["found_count"] if rows else 0


def table_of_posts(snapshot: OpenSnapshot, chosen: SearchFilter, day: date) -> pa.Table:
    """Return every family with the words, the newest first."""
    condition, values = chosen.condition(day, _clusters_by_post(snapshot))
    found = snapshot.table(FOUND.replace("-- condition", condition), values)
    return found.drop_columns(["found_count"])


def _clusters_by_post(snapshot: OpenSnapshot) -> dict[str, str]:
    """Return for each example of a new rumour which it is of."""
    return {
        example["post_id"]: name
        for name, cluster in read_clusters(snapshot).items()
        for example in cluster["examples"]
    }


# What each is in is looked up for those of the page alone.
FOUND = """
    WITH found AS (
        SELECT
            coalesce(posts.family_id, posts.text_digest) AS family_id,
            arg_max(posts.post_id, posts.posted_day) AS post_id,
            max(posts.posted_day) AS last_day,
            count(*) AS shown_post_count,
            count(*) OVER () AS found_count
        FROM core.posts AS posts
        WHERE -- condition
        GROUP BY ALL
        ORDER BY last_day DESC, family_id
        -- which
    )
    SELECT
        found.* EXCLUDE (shown_post_count), posts.text, posts.lang, posts.platform,
        posts.posted_at, posts.posted_day,
        coalesce(families.post_count, found.shown_post_count) AS copy_count,
        items.is_flagged, items.is_threat, items.is_proposed, items.narrative_ids,
        asked.narrative_id AS asked_narrative_id
    FROM found
    JOIN core.posts AS posts USING (post_id)
    LEFT JOIN core.families AS families ON families.family_id = found.family_id
    LEFT JOIN memory.main.items AS items ON items.family_id = found.family_id
    LEFT JOIN (
        SELECT family_id, min(narrative_id) AS narrative_id
        FROM memory.main.asked GROUP BY family_id
    ) AS asked ON asked.family_id = found.family_id
    ORDER BY found.last_day DESC, found.family_id
"""


def read_options(snapshot: OpenSnapshot) -> dict[str, list[str]]:
    """Return the languages and platforms of the posts that may be searched."""

    def make() -> dict[str, list[str]]:
        (row,) = snapshot.rows(
            """
            SELECT list_sort(list(DISTINCT lang)) AS sprak,
                list_sort(list(DISTINCT platform)) AS plattform
            FROM core.posts
            """
        )
        return {name: values or [] for name, values in row.items()}

    return snapshot.once("search-options", make)


def find_facts(bank: FactBank, chosen: SearchFilter) -> list[FactWording]:
    """Return the wordings that have the words, in the language asked for."""
    return [
        wording
        for wording in bank.all_wordings()
        if chosen.sprak in ("", wording.lang) and _has_words(wording.text, chosen.words)
    ]


def find_answers(answers: list[Answer], chosen: SearchFilter) -> list[Answer]:
    """Return the answers that have the words, in the language asked for."""
    return [
        answer
        for answer in answers
        if chosen.sprak in ("", answer.lang) and _has_words(answer.text, chosen.words)
    ]


def _has_words(text: str, words: list[str]) -> bool:
    lowered = text.lower()
    return all(word in lowered for word in words)


def mark_words(text: str, words: list[str]) -> Marked:
    """Part a hostile text, made safe to show, at the words that were searched for.

    Returns:
        Parts that together are what is shown, and of each whether it is one of the words.
    """
    shown = show(text)
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.IGNORECASE)
    first = pattern.search(shown)
    excerpt = _excerpt(shown, first.start() if first else 0)
    parts: Marked = []
    end = 0
    for found in pattern.finditer(excerpt):
        parts += [(excerpt[end : found.start()], False), (found[0], True)]
        end = found.end()
    return [part for part in (*parts, (excerpt[end:], False)) if part[0]]


def _excerpt(text: str, place: int) -> str:
    """Cut a long text to what stands around a place, at a space where there is one near."""
    if len(text) <= _SHOWN_LETTERS:
        return text
    start = max(0, place - _BEFORE_LETTERS)
    if start:
        space = text.find(" ", start, place)
        start = space + 1 if space >= 0 else start
    head = ELLIPSIS if start else ""
    return head + show(text[start:], _SHOWN_LETTERS)
