"""The lists of a snapshot that may be taken away as tables, and what each can be narrowed by."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.errors import InputError
from motbild.settings import Settings
from motbild.wiring.sharing import Selection, has_table, opened_snapshot

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A view that analysts have, and how it is narrowed; an empty condition means that it is not.

    Attributes:
        view: Its name, by default in the schema ``analyst``.
        narrative: Condition on the narrative, `?`.
        day: The Swedish day of a row.
        lang: Condition on the language, `?`.
        order: Columns that its rows stand in order of.
        is_guarded: Whether it must be asked for by an option of its own.
        schema: Where the view is; ``core`` for counts, which leave with the small ones too.
    """

    view: str
    narrative: str = ""
    day: str = ""
    lang: str = ""
    order: str = "ALL"
    is_guarded: bool = False
    schema: str = "analyst"


_NARRATIVE, _LANG = "narrative_id = ?", "lang = ?"
_BY_POST = "posted_at, post_id"


def _posts(view: str) -> Listed:
    return Listed(view, _NARRATIVE, "posted_day", _LANG, f"{_BY_POST}, narrative_id")


LISTS: Mapping[str, Listed] = {
    "flagged": _posts("flagged_posts"),
    "questions": _posts("questions"),
    "proposals": _posts("proposals"),
    "threats": Listed("threats", "", "posted_day", _LANG, _BY_POST, is_guarded=True),
    "daily-counts": Listed("daily_counts", _NARRATIVE, "counted_day", _LANG, schema="core"),
    "hourly-counts": Listed("hourly_counts", _NARRATIVE, lang=_LANG, schema="core"),
    "unflagged-counts": Listed("unflagged_counts", schema="core"),
    "families": Listed(
        "families", lang="list_contains(langs, ?)", order="family_id", schema="core"
    ),
    "decisions": Listed(
        "decisions", "list_contains(narratives, ?)", order="decided_at, decision_id"
    ),
    "rumours": Listed("clusters", _NARRATIVE, "last_day", order="score DESC, cluster_id"),
    "rumour-examples": Listed("cluster_posts", "", "posted_day", _LANG, "cluster_id, rank"),
    "narratives": Listed("narratives", _NARRATIVE, order="narrative_id"),
    "facts": Listed("facts", _NARRATIVE, order="narrative_id, answer_rank, fact_number"),
    "nights": Listed("nights", order="started_at"),
    "sources": Listed("source_health", day="run_day"),
    "rejects": Listed("rejects"),
    "models": Listed("models"),
    "episodes": Listed("episodes", _NARRATIVE, "last_day", _LANG, "first_day, episode_id"),
    "campaigns": Listed("campaigns", _NARRATIVE, "", "list_contains(langs, ?)", "campaign_id"),
    "notices": Listed("notices", order="first_noticed_at, notice_id"),
}


def find_list(name: str, *, with_threats: bool) -> Listed:
    """Return a list by its name.

    Raises:
        InputError: There is none of that name, or it must be asked for otherwise.
    """
    listed = LISTS.get(name)
    if listed is None:
        names = ", ".join(name for name, one in LISTS.items() if not one.is_guarded)
        raise InputError(f"There is no list {name}; name one of {names}.")
    if listed.is_guarded and not with_threats:
        raise InputError(
            f"The list {name} is for the security officer; add --with-threats if that is you."
        )
    return listed


@contextmanager
def opened_list(
    settings: Settings, listed: Listed, chosen: Selection, *, with_addresses: bool
) -> Iterator[pa.RecordBatchReader]:
    """Open the rows of a list, which come as they are read and never all at once.

    Args:
        settings: Which home.
        listed: Which list.
        chosen: Which of its rows.
        with_addresses: Whether to tell where posts stand, which leads to who wrote them.

    Raises:
        InputError: The list cannot be narrowed so, or the snapshot is of before there was one.
        WarehouseError: No night has published a snapshot.
    """
    conditions, values = _narrow(listed, chosen)
    with opened_snapshot(settings) as snapshot:
        if not has_table(snapshot, listed.schema, listed.view):
            raise InputError(
                f"The newest snapshot has no {listed.view}; run `motbild nightly` once with this "
                "version of Motbild."
            )
        query = _query(snapshot, listed, conditions, with_addresses=with_addresses)
        schema = snapshot.table(f"FROM ({query}) LIMIT 0", values).schema
        batches = snapshot.batches(query, values, _ROWS_AT_ONCE)
        yield pa.RecordBatchReader.from_batches(schema, batches)


def _query(
    snapshot: OpenSnapshot, listed: Listed, conditions: list[str], *, with_addresses: bool
) -> str:
    view = f"{listed.schema}.{listed.view}"
    columns = snapshot.table(f"FROM {view} LIMIT 0").column_names
    is_placed = "address" in columns and not with_addresses
    told = "* EXCLUDE (address)" if is_placed else "*"
    kept = " AND ".join(conditions) or "true"
    return f"SELECT {told} FROM {view} WHERE {kept} ORDER BY {listed.order}"  # noqa: S608


def _narrow(listed: Listed, chosen: Selection) -> tuple[list[str], list[object]]:
    """Return the conditions that keep what is asked for, and their values."""
    asked = (
        ("--narrative", "narrative", listed.narrative, chosen.narrative_id),
        ("--from", "day", listed.day and f"{listed.day} >= ?", chosen.first_day),
        ("--to", "day", listed.day and f"{listed.day} <= ?", chosen.last_day),
        ("--lang", "language", listed.lang, chosen.lang),
    )
    for option, what, condition, value in asked:
        if value is not None and not condition:
            raise InputError(f"The rows of {listed.view} have no {what}; leave out {option}.")
    told = [(condition, value) for _, _, condition, value in asked if value is not None]
    return [condition for condition, _ in told], [value for _, value in told]
