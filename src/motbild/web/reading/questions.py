"""What people ask about narratives: one entry a family of copies, grouped by what is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from motbild.adapters.review_store.answers import Answer
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.web.reading.filters import PlaceFilter

PAGE = 25
FEW = 5  # of each narrative, where all are shown
UNSURE = 0.5  # probability of asking sincerely below which that is said
ASKED = "memory.main.asked"


@dataclass(frozen=True, slots=True)
class QuestionFilter(PlaceFilter):
    """Which questions; every part may be left empty.

    Attributes:
        narrativ: Id of the narrative asked about.
    """

    narrativ: str = ""

    def condition(self, day: date) -> tuple[str, list[object]]:
        """Return it as SQL over `asked`, with its parameters."""
        parts, values = ["true"], list[object]()
        for value, part in (
            (self.narrativ, "asked.narrative_id = ?"),
            (self.sprak, "list_contains(asked.langs, ?)"),
            (self.plattform, "list_contains(asked.platforms, ?)"),
            (self.first_day(day), "asked.last_day >= ?"),
        ):
            if value:
                parts.append(part)
                values.append(value)
        return " AND ".join(parts), values


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions that a filter asks for, on a day."""

    snapshot: OpenSnapshot
    chosen: QuestionFilter
    day: date

    def by_narrative(self) -> list[dict[str, Any]]:
        """Return how much is asked about each narrative, the most asked first."""
        return self._rows(
            f"""
            SELECT narrative_id, count(*) AS family_count,
                sum(shown_post_count)::BIGINT AS post_count, max(last_day) AS last_day
            FROM {ASKED} AS asked WHERE %s
            GROUP BY narrative_id ORDER BY family_count DESC, narrative_id
            """  # noqa: S608
        )

    def by_language(self) -> list[dict[str, Any]]:
        """Return how many ask about each narrative in each language that is known."""
        return self._rows(
            f"""
            SELECT narrative_id, lang, count(*) AS family_count, max(last_day) AS last_day
            FROM {ASKED} AS asked WHERE %s AND lang <> 'und'
            GROUP BY narrative_id, lang ORDER BY family_count DESC, narrative_id, lang
            """  # noqa: S608
        )

    def newest(self) -> list[dict[str, Any]]:
        """Return the newest few questions about each narrative."""
        return self._told(f"QUALIFY place <= {FEW}")

    def page(self, number: int) -> list[dict[str, Any]]:
        """Return a page of questions, and one more if there is another page."""
        return self._told(f"QUALIFY place > {PAGE * (number - 1)} AND place <= {PAGE * number + 1}")

    def _told(self, which: str) -> list[dict[str, Any]]:
        return self._rows(_QUESTIONS.replace("-- which", which))

    def _rows(self, query: str) -> list[dict[str, Any]]:
        condition, values = self.chosen.condition(self.day)
        query = query.replace("%s", condition)
        if values:
            return self.snapshot.rows(query, values)
        # What all see who have chosen nothing, as on arriving.
        return self.snapshot.once(("questions", query), lambda: self.snapshot.rows(query))


# Those who ask alike stand together, at the place of the newest of them.
_QUESTIONS = f"""
    WITH chosen AS (
        SELECT *, coalesce(seed_id, family_id) AS group_key FROM {ASKED} AS asked WHERE %s
    ),
    grouped AS (
        SELECT *,
            count(*) OVER (PARTITION BY narrative_id, group_key) AS group_count,
            max(last_asked_at) OVER (PARTITION BY narrative_id, group_key) AS group_asked_at
        FROM chosen
    ),
    placed AS (
        SELECT *, row_number() OVER (
            PARTITION BY narrative_id
            ORDER BY group_asked_at DESC, group_key, last_asked_at DESC, family_id
        ) AS place
        FROM grouped
        -- which
    )
    SELECT placed.*, posts.text, posts.parent_text, posts.platform, posts.posted_at,
        posts.posted_day, posts.address, coalesce(families.post_count, 1) AS copy_count
    FROM placed
    JOIN core.posts AS posts USING (post_id)
    LEFT JOIN core.families AS families ON families.family_id = placed.family_id
    ORDER BY placed.narrative_id, placed.place
"""  # noqa: S608


def group_alike(questions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put those who ask alike under one heading, in the order given.

    Returns:
        Groups with `heading`, the words of a seed that asks the same, or empty for such as
        ask alone; `count`, how many ask so in all; and `questions`.
    """
    groups: list[dict[str, Any]] = []
    key: str | None = None
    for question in questions:
        is_alone = question["group_count"] == 1
        own_key = "" if is_alone else question["group_key"]
        if own_key != key:
            key = own_key
            heading = "" if is_alone else question["seed_text"]
            groups.append({"heading": heading, "count": question["group_count"], "questions": []})
        groups[-1]["questions"].append(question)
    return groups


def read_options(snapshot: OpenSnapshot) -> dict[str, list[str]]:
    """Return the languages and platforms that anybody asks in."""

    def make() -> dict[str, list[str]]:
        (row,) = snapshot.rows(
            f"""
            SELECT list_sort(list_distinct(flatten(list(langs)))) AS sprak,
                list_sort(list_distinct(flatten(list(platforms)))) AS plattform
            FROM {ASKED}
            """  # noqa: S608
        )
        return {name: values or [] for name, values in row.items()}

    return snapshot.once("question-options", make)


def newest_answers(answers: Iterable[Answer]) -> dict[tuple[str, str], Answer]:
    """Return the newest published answer to each narrative in each language."""
    newest: dict[tuple[str, str], Answer] = {}
    for answer in answers:
        key = answer.narrative_id, answer.lang
        if key not in newest or _published_on(answer) > _published_on(newest[key]):
            newest[key] = answer
    return newest


def _published_on(answer: Answer) -> date:
    return answer.published_on or answer.created_at.date()
