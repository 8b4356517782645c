"""Bluesky's search, asked by the protocol's own client library over a server on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from motbild.adapters.sources.live.bluesky_items import read_view
from motbild.core.intake import identify_posts, mask_posts
from motbild.core.records import RawPost, Reject
from motbild.core.signals import find_signals
from motbild.errors import SourceError
from tests.adapters.sources.live_asking import NOW, Asking
from tests.data.platforms.bluesky import BlueskyServer, make_view
from tests.data.platforms.server import Reply

START = NOW - timedelta(hours=20)
KEY = b"nyckel"


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    """A service with ten posts, four of them on a page."""
    with BlueskyServer(page_length=4) as running:
        running.fill(10, START)
        yield running


def _asking(running: BlueskyServer, **settings: Any) -> Asking:
    told = {"service": running.address, "queries": ["kidnappning"], **settings}
    return Asking("bluesky", told, running.credentials)


def _searches(running: BlueskyServer) -> list[Any]:
    return [request for request in running.requests if request.path.endswith("searchPosts")]


def test_a_search_is_read_to_its_end(server: BlueskyServer) -> None:
    """Every post comes once, newest first; one session serves all pages."""
    pages = list(_asking(server).pages())
    texts = [row.text for page in pages for row in page.rows if isinstance(row, RawPost)]
    assert texts == [f"kidnappning nummer {number}" for number in range(9, -1, -1)]
    assert [len(page.rows) for page in pages] == [4, 4, 2]
    assert (server.sign_ins, pages[0].remaining) == (1, 2990)
    asked = _searches(server)[0]
    assert asked.value("since") == "2026-11-19T12:00:00.000Z"
    assert (asked.value("until"), asked.value("sort")) == ("2026-11-20T12:00:00.000Z", "latest")
    assert asked.headers["user-agent"].startswith("Motbild/")


def test_a_run_that_is_cut_goes_on_in_the_same_span(server: BlueskyServer) -> None:
    """The next run reads the rest of the span, and then what came after it."""
    first = next(_asking(server).pages())
    later = NOW + timedelta(hours=1)
    server.add("kidnappning efteråt", NOW + timedelta(minutes=30))
    pages = list(_asking(server).pages(first.cursor, until=later))
    texts = [row.text for page in pages for row in page.rows if isinstance(row, RawPost)]
    assert texts == [*(f"kidnappning nummer {n}" for n in range(5, -1, -1)), "kidnappning efteråt"]
    again = list(_asking(server).pages(pages[-1].cursor, until=later + timedelta(hours=1)))
    assert [len(page.rows) for page in again] == [0]
    assert _searches(server)[-1].value("since") == "2026-11-20T12:45:00.000Z"


def test_runs_that_are_all_cut_lose_nothing(server: BlueskyServer) -> None:
    """One page a run, with posts coming in and pages forgotten all the while: all come in."""
    server.deepest = 8
    cursor, texts = None, set()
    for number in range(12):
        until = NOW + timedelta(minutes=10 * number)
        if number < 5:
            server.add(f"kidnappning sent {number}", until - timedelta(minutes=5))
        page = next(_asking(server).pages(cursor, until=until))
        cursor = page.cursor
        texts |= {row.text for row in page.rows if isinstance(row, RawPost)}
    assert texts == {view["record"]["text"] for view in server.posts}


def test_a_page_that_the_service_has_forgotten_costs_nothing(server: BlueskyServer) -> None:
    """A span is read on from the oldest moment that is surely read; some posts come twice."""
    server.deepest = 8
    rows = _asking(server).posts()
    assert {row.text for row in rows} == {f"kidnappning nummer {n}" for n in range(10)}
    assert len(rows) == 14
    server.deepest = None
    first = next(_asking(server).pages())
    server.failures.append(Reply({"error": "InvalidRequest", "message": "x"}, 400))
    pages = _asking(server)
    server.failures.appendleft(lambda due: due)  # the sign-in
    rest = pages.posts(first.cursor)
    assert {f"kidnappning nummer {n}" for n in range(6)} <= {row.text for row in rest}


def test_a_clock_that_is_ahead_of_the_service_loses_nothing(server: BlueskyServer) -> None:
    """What the service had not seen when it was asked is asked for by the next run."""

    def behind(due: Reply) -> Reply:
        return replace(due, headers={**due.headers, "Date": "Fri, 20 Nov 2026 11:00:00 GMT"})

    server.failures.extend([lambda due: due, behind])
    cursor = list(_asking(server).pages())[-1].cursor
    server.add("kidnappning under tiden", NOW - timedelta(minutes=30))
    assert [post.text for post in _asking(server).posts(cursor)] == ["kidnappning under tiden"]
    assert _searches(server)[-1].value("since") == "2026-11-20T10:45:00.000Z"


def test_searches_take_turns(server: BlueskyServer) -> None:
    """Each query in each language has a place of its own; a new one begins at the first day."""
    server.fill(6, START, "rövar bort {}")
    server.add("rövar bort svensk", START, langs=["en"])
    both = _asking(server, queries=["kidnappning", "rövar bort"], langs=["sv"])
    pages = list(both.pages())
    assert sum(len(page.rows) for page in pages) == 16
    asked = [request.value("q") for request in _searches(server)]
    assert asked == ["kidnappning", "rövar bort"] * 2 + ["kidnappning"]
    more = _asking(server, queries=["kidnappning", "svensk"])
    assert len(more.posts(pages[-1].cursor)) == 11
    same = _asking(server, queries=["kidnappning"], langs=["sv"])
    assert len(same.posts(pages[-1].cursor)) == 0


def test_a_span_is_collected_again(server: BlueskyServer) -> None:
    """Only what was posted in the span is asked for, whatever the cursor says."""
    since, until = START + timedelta(minutes=2), START + timedelta(minutes=7)
    moments = [post.posted_at for post in _asking(server).posts(since=since, until=until)]
    assert len(moments) == 5
    assert all(since <= moment < until for moment in moments if moment)


def test_what_is_stored_of_a_post_is_read() -> None:
    """Links in full, cards, media by their content, language, reach; no name in the id."""
    text = "Åsa delar exempel.se/en-lång… med @bo.exempel"
    start = len("Åsa delar ".encode())
    parent = {"uri": "at://did:plc:annan/app.bsky.feed.post/3kparent", "cid": "x"}
    view = make_view(
        1,
        text,
        NOW,
        facets=[
            {
                "index": {
                    "byteStart": start,
                    "byteEnd": start + len("exempel.se/en-lång…".encode()),
                },
                "features": [{"uri": "https://exempel.se/en-lång-väg?a=1"}],
            },
            {"index": {"byteStart": 900, "byteEnd": 901}, "features": [{"uri": "https://x.se"}]},
            {"index": None, "features": "odd"},
        ],
        embed={
            "media": {"images": [{"image": {"ref": {"$link": "bafkbild"}}}]},
            "external": {"uri": "https://kort.exempel/sida"},
        },
        reply={"parent": parent, "root": parent},
    )
    post = read_view(view, 1, NOW)
    assert isinstance(post, RawPost)
    assert post.text == (
        "Åsa delar https://exempel.se/en-lång-väg?a=1 med @bo.exempel\nhttps://kort.exempel/sida"
    )
    assert (post.media, post.lang, post.platform) == (("bafkbild",), "sv", "bluesky")
    assert post.engagement is not None
    assert (post.engagement.share_count, post.engagement.comment_count) == (6, 1)
    assert {signal.kind for signal in find_signals(post, KEY)} == {"link", "media"}
    answered = read_view({**make_view(2, "hej", NOW), "uri": parent["uri"]}, 2, NOW)
    assert isinstance(answered, RawPost)
    reply, parent_post = identify_posts(mask_posts([post, answered]), source_id="b", key=KEY)
    assert reply.reply_to_post_id == parent_post.post_id
    assert "did" not in parent_post.post_id


@pytest.mark.parametrize(
    ("created", "indexed", "expected"),
    [
        ("2026-11-20T11:59:00Z", "2026-11-20T12:00:00Z", "2026-11-20T11:59:00Z"),
        ("2031-01-01T00:00:00Z", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
        ("2015-01-01T00:00:00Z", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
        ("0001-01-01T00:00:00Z", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
        ("i går", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
        (None, "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z"),
        ("2026-11-20T11:59:00Z", "2031-01-01T00:00:00Z", "2026-11-20T11:59:00Z"),
        ("2031-01-01T00:00:00Z", "2031-01-01T00:00:00Z", None),
    ],
)
def test_a_moment_is_believed_only_near_to_when_the_post_was_seen(
    created: object, indexed: str, expected: str | None
) -> None:
    """An author's clock may lie, in either direction; the service's own is then taken."""
    view = {**make_view(1, "hej", NOW, createdAt=created), "indexedAt": indexed}
    post = read_view(view, 1, NOW)
    assert isinstance(post, RawPost)
    assert post.posted_at == (datetime.fromisoformat(expected) if expected else None)


def test_a_session_that_has_ended_is_begun_anew_once(server: BlueskyServer) -> None:
    """An expired token costs one sign-in; a session that never holds is told."""
    asking = _asking(server)
    pages = asking.pages()
    next(pages)
    server.expire()
    assert sum(len(page.rows) for page in pages) == 6
    assert (server.sign_ins, asking.waits) == (2, [])
    expired = Reply({"error": "ExpiredToken", "message": "Token has expired"}, 400)
    server.failures.extend([lambda due: due, expired, lambda due: due, expired])
    with pytest.raises(SourceError, match="its session ends as soon as it begins"):
        _asking(server).rows()


def test_wrong_credentials_are_told_without_them(server: BlueskyServer) -> None:
    """The sentence says what the service said, and holds neither name nor password."""
    asking = _asking(server)
    asking.credentials = {"identifier": "fel.exempel", "password": "hemligt"}
    with pytest.raises(SourceError, match="status 401, AuthenticationRequired") as caught:
        asking.rows()
    assert not {"fel.exempel", "hemligt", "fantasi0"} & set(str(caught.value).split())
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("failure", "waited"),
    [
        (Reply({"error": "RateLimitExceeded"}, 429, {"Retry-After": "7"}), 7),
        (
            Reply(
                {"error": "RateLimitExceeded"},
                429,
                {"RateLimit-Reset": "1795176300", "Date": "Fri, 20 Nov 2026 12:04:30 GMT"},
            ),
            30,
        ),
        (Reply({"error": "UpstreamFailure"}, 502), 2),
        (Reply(b"upstream timed out", 504, {"Content-Type": "text/plain"}), 2),
        (Reply({"posts": [1, 2, 3]}, cut_at=9), 2),
        (Reply(b'{"posts": [{"uri', 200), 2),
    ],
    ids=["429", "429-reset", "502", "504-text", "half", "half-json"],
)
def test_a_busy_or_broken_service_is_asked_again(
    server: BlueskyServer, failure: Reply, waited: float
) -> None:
    """It is given the time that it asks for, by its own clock, and nothing is lost."""
    asking = _asking(server)
    server.failures.extend([lambda due: due, failure])
    assert len(asking.posts()) == 10
    assert asking.waits == [waited]


def test_a_service_that_does_not_answer_is_given_up(server: BlueskyServer) -> None:
    """Silence ends with the time-out, and so does a service that nobody runs."""
    server.failures.extend([Reply(is_silent=True)] * 2)
    with pytest.raises(SourceError, match="could not be reached in 2 tries"):
        _asking(server, timeout_seconds=0.05, most_tries=2).rows()
    with pytest.raises(SourceError, match="could not be reached in 1 try"):
        _asking(server, service="http://127.0.0.1:9", most_tries=1).rows()


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (Reply({"error": "AuthMissing"}, 401), "refused .status 401, AuthMissing"),
        (Reply({"error": "AccountTakedown"}, 403), "refused .status 403"),
        (Reply({"error": "NotFound"}, 404), "refused .status 404"),
        (Reply({"results": []}), "another form than before .results are no list"),
        (Reply([1]), "another form than before .results are no list"),
        (Reply({"error": "Busy"}, 429, {"Retry-After": "9999"}), "left alone for 9999"),
    ],
    ids=["401", "403", "404", "drift", "drift-list", "429-long"],
)
def test_a_service_that_refuses_is_not_asked_again(
    server: BlueskyServer, failure: Reply, told: str
) -> None:
    """One sentence tells what the service said; what came before stands."""
    pages = _asking(server).pages()
    assert len(next(pages).rows) == 4
    server.failures.append(failure)
    with pytest.raises(SourceError, match=told):
        next(pages)


def test_a_page_that_follows_on_itself_is_told(server: BlueskyServer) -> None:
    """A service whose pages go round is not asked for ever."""
    page = {"posts": server.posts[:4], "cursor": "4"}
    server.failures.extend([lambda due: due, Reply(page), Reply(page)])
    with pytest.raises(SourceError, match="one page follows on itself"):
        _asking(server).rows()


def test_an_odd_item_costs_itself_alone(server: BlueskyServer) -> None:
    """Items of another form are set aside by code; those around them are read, once each."""
    server.posts += [17, {"uri": "at://x", "record": {}}, {"uri": None}]
    server.add("kidnappning utan ord", NOW)["record"]["text"] = ["kidnappning"]
    server.add("kidnappning", START, langs="sv", embed=[], facets={"a": 1}, reply="x")
    server.posts.append(make_view(0, "kidnappning nummer 0", START))
    rows = _asking(server).rows()
    posts = [row for row in rows if isinstance(row, RawPost)]
    assert len({post.native_id for post in posts}) == 11
    assert len(posts) == 12
    assert {row.code for row in rows if isinstance(row, Reject)} == {"unknown-form"}
    assert read_view(make_view(1, " \n", NOW), 1, NOW) is None


@pytest.mark.parametrize(
    "settings",
    [
        {"queries": []},
        {"queries": ["x"]},
        {"langs": ["svenska"]},
        {"service": "http://bsky.exempel"},
    ],
)
def test_wrong_settings_are_refused(server: BlueskyServer, settings: dict[str, Any]) -> None:
    """Nothing to search for, a language that is no code, a service without encryption."""
    with pytest.raises(ValueError, match="validation error"):
        _asking(server, **settings).rows()
