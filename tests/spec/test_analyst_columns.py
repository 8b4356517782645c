"""No column of a snapshot lets anyone pick out or group people; each new one must be thought about.

What stands in a snapshot leaves with it: to analysts, as files, to whoever they hand it on to. A
column is allowed here with why it tells nothing of who somebody is. What a post says of a belief,
an origin or an illness is in its masked text alone, and narratives are of claims: `muslimska-barn`
groups posts by what they claim, whoever wrote them.
"""

import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.snapshots import describe_snapshot
from motbild.core.dashboard_feed import FeedRows, build_feed
from motbild.core.data_dictionary import Column
from motbild.web.reading.filters import PlaceFilter
from motbild.web.reading.questions import QuestionFilter
from motbild.web.reading.queue import QueueFilter
from motbild.web.reading.search import SearchFilter
from motbild.wiring.lists import LISTS
from tests.conftest import ROOT

# Why a column may be there, and which.
ALLOWED: dict[str, str] = {
    "names a post, a text, a message or a run by a key that means nothing by itself": """
        post_id text_digest parent_digest family_id family_ids reply_to_post_id edit_of_post_id
        cluster_id campaign_id episode_id notice_id decision_id answer_id deletion_id file_digest
        keys_digest run_id last_run_id first_run_id seed_id subject_id families
    """,
    "says which claim it is about, as the packs describe it": """
        narrative_id narratives narrative_title title_sv title_en claim_sv
        falsehood_sv pack_id harm threshold matches narrative_probabilities stance
        stance_probabilities probability asserts_probability asks_probability threat_probability
        is_threat is_flagged threshold_share thresholds
    """,
    "says where and when something was posted, never by whom; langs and platforms of a message": """
        platform platforms source_id lang langs posted_at posted_day counted_day counted_hour_at
        first_day last_day first_posted_at last_posted_at is_missing day_count newest_day
    """,
    "is what a post says, masked, and why it stands in a queue": """
        text parent_text evidence sentence start_offset end_offset seeds terms term weight
        similarity carrying_sentence nearest_seeds weighty_terms is_read_with_parent
        priority_score priority_reason reason reasons score rank kind
    """,
    "is where a post or an answer stands; of a post its author's name is taken out": """
        address link_number
    """,
    "is a count or a measure over posts": """
        post_count flagged_count flagged_post_count family_post_count text_count family_count
        repost_count timed_post_count burst_post_count burst_seconds co_post_count co_post_seconds
        expected_co_post_count shared_link_count shared_media_count like_count share_count
        comment_count view_count expected_count upper_count ratio hour_count growth night_count
        chance stability last_night_day is_suppressed
    """,
    "is how many accounts there are behind a message, at least five or withheld; never which": """
        account_count burst_account_count co_post_account_count
    """,
    "is what a reviewer said of a text, and never who": """
        is_threat decided_at
    """,
    "is the fact bank's, with which role or body of the authority approved a wording": """
        fact_id fact_ids fact_number text_sv text_by_lang caveat_sv caveat_by_lang sources title
        publisher year valid_from_day valid_to_day review_by_day approved_by answer_rank
        channel published_day withdrawn_at
    """,
    "is how the machinery ran": """
        status started_at ended_at duration_seconds counts stage_seconds versions failure run_day
        file_name line_number code reject_count row_count rule decided_by from_table oldest_day
        newest_day deleted_at removed_at reference model_version encoder_id pack_versions
        migration_number name content_digest applied_at schema_version views_version
        smallest_count severity
        seq line_digest failed_source_count first_noticed_at last_noticed_at is_open
    """,
}
KNOWN = {name for names in ALLOWED.values() for name in names.split()}
PERSONAL = re.compile(
    r"author|pseudonym|user|login|handle|profile|reviewer|actor|writer|nickname|real_?name|"
    r"religi|belief|ethnic|origin|nationality|health|sexual|gender|politic|union|biometr",
)


def _columns(warehouse: Warehouse) -> list[Column]:
    return describe_snapshot(warehouse, ROOT / "warehouse" / "views")


def _names(column: Column) -> set[str]:
    """Return the name of a column, and those of the fields inside of it."""
    inside = re.findall(
        r"[(,] ?\"?([a-z_]+)\"? (?:VARCHAR|BIGINT|INTEGER|FLOAT|STRUCT)", column.data_type
    )
    return {column.name, *inside}


def test_every_column_is_one_that_was_thought_about(warehouse: Warehouse) -> None:
    """Views, the tables behind them and the fields inside: nothing new comes in unseen."""
    found = {name for column in _columns(warehouse) for name in _names(column)}
    assert found - KNOWN == set(), (
        "think about who could be picked out or grouped by it, and add it above with why it stays"
    )
    assert KNOWN - found == set(), "remove what no snapshot has any more"


def test_no_column_is_of_people(warehouse: Warehouse) -> None:
    """Neither by its name nor by what is allowed here."""
    found = {name for column in _columns(warehouse) for name in _names(column)}
    assert not [name for name in found | KNOWN if PERSONAL.search(name)]
    accounts = {name for name in found if "account" in name}
    assert accounts == {name for name in accounts if name.endswith("_account_count")} | {
        "account_count"
    }


def test_comments_tell_of_no_person(warehouse: Warehouse) -> None:
    """A column whose meaning is a person's is found by what is said of it too."""
    of_people = re.compile(
        r"\b(author'?s? (?:name|id)|who wrote|who posted|user id)\b", re.IGNORECASE
    )
    allowed = re.compile(r"author's name taken out|Nothing tells who wrote")
    found = [
        f"{column.schema}.{column.table}.{column.name}"
        for column in _columns(warehouse)
        if of_people.search(column.comment) and not allowed.search(column.comment)
    ]
    assert found == []


def test_lists_and_feed_hold_no_other_columns(warehouse: Warehouse) -> None:
    """Exports take their rows from the snapshot; the feed builds its own, of counts."""
    shown = {(column.schema, column.table) for column in _columns(warehouse)}
    assert {(listed.schema, listed.view) for listed in LISTS.values()} <= shown
    rows = FeedRows("r", datetime(2026, 11, 1, tzinfo=UTC), [], [], [], [], None, [])
    assert not [name for name in build_feed(rows, None, 5) if PERSONAL.search(name)]


# By what a list of the review room may be narrowed: queue, state, claim, place, time, likeness.
NARROWED = {
    *("ko", "status", "narrativ", "sprak", "plattform", "kalla", "hallning", "tid", "liknar"),
    *("q", "typ"),
}


@pytest.mark.parametrize("chosen", [PlaceFilter, QuestionFilter, QueueFilter, SearchFilter])
def test_pages_narrow_by_nothing_that_is_of_people(chosen: type) -> None:
    """No list of posts is narrowed or grouped by who wrote them or what they are."""
    assert {field.name for field in fields(chosen)} <= NARROWED


@pytest.mark.parametrize("path", sorted((ROOT / "warehouse").rglob("*.sql")), ids=lambda p: p.stem)
def test_no_view_or_query_groups_by_accounts(path: Path) -> None:
    """Accounts are counted in the live warehouse, and never what rows are grouped by."""
    text = path.read_text(encoding="utf-8")
    groups = re.findall(r"GROUP BY ([^;)]*)", text)
    assert not [group for group in groups if re.search("author|pseudonym|account|reviewer", group)]
