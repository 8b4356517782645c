"""Items of platforms in any form that JSON can take: never an error, never another's harm."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from motbild.adapters.sources.live.bluesky_items import read_record, read_view
from motbild.adapters.sources.live.cursors import form_cursor, parse_cursor
from motbild.adapters.sources.live.mastodon_items import read_statuses
from motbild.adapters.sources.live.moments import read_moment, trust_moment
from motbild.core.records import RawPost
from tests.data.platforms.bluesky import make_view
from tests.data.platforms.mastodon import make_status

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LINK = {
    "index": {"byteStart": 0, "byteEnd": 3},
    "features": [{"uri": "https://exempel.se/"}],
}
VIEW = make_view(
    1,
    "hej på er",
    NOW,
    facets=[LINK],
    reply={"parent": {"uri": "at://did:plc:a/app.bsky.feed.post/3k"}},
    embed={"images": [{"image": {"ref": {"$link": "baf"}}}]},
)
STATUS = {
    **make_status("1", "hej på er", NOW),
    "media_attachments": [{"url": "https://exempel.se/bild", "remote_url": None}],
    "poll": {"options": [{"title": "ja"}]},
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [path, *(found for key in keys for found in _paths(node[key], (*path, key)))]


def _changed(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = _changed(node[path[0]], path[1:], value)
    return copy


@given(st.sampled_from(_paths(VIEW)), anything)
def test_a_result_of_bluesky_in_any_form_is_a_row_or_none(path: tuple[Any, ...], odd: Any) -> None:
    """Whatever stands in one place of it, reading it raises nothing."""
    row = read_view(_changed(VIEW, path, odd), 1, NOW)
    assert row is None or row.line == 1


@given(anything)
def test_a_record_in_any_form_is_a_row_or_none(odd: Any) -> None:
    """So it is with records of the stream."""
    record = odd if isinstance(odd, dict) else {"text": odd}
    row = read_record(record, ("did:plc:a", "3k"), 1, NOW, odd)
    assert row is None or row.line == 1


@given(st.sampled_from(_paths(STATUS)), anything)
def test_a_status_in_any_form_harms_no_other(path: tuple[Any, ...], odd: Any) -> None:
    """The item beside it on the page is read all the same."""
    rows = read_statuses([_changed(STATUS, path, odd), make_status("2", "bra", NOW)], "a", NOW)
    assert isinstance(rows[-1], RawPost)
    assert rows[-1].text == "bra"


@given(anything, anything)
def test_no_moment_that_is_believed_lies_ahead(told: Any, seen: Any) -> None:
    """Whatever post and platform say."""
    moment = read_moment(trust_moment(told, NOW, seen))
    assert moment is None or (moment - NOW).total_seconds() <= 600


@given(st.text(max_size=30), st.dictionaries(st.text(max_size=5), st.just({"until": "x"})))
def test_a_cursor_comes_back_as_it_was(place: str, strands: dict[str, dict[str, str]]) -> None:
    """What is written is read, for its own place alone; anything else tells nothing."""
    assert parse_cursor(form_cursor(place, strands), place) == strands
    assert parse_cursor(form_cursor(place, strands), f"{place}?") == {}
    assert parse_cursor(place, place) == {}
