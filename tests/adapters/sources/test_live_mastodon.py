"""Mastodon, asked by its own client library over a server on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from motbild.adapters.sources.live.mastodon_items import read_statuses
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError
from tests.adapters.sources.live_asking import NOW, Asking
from tests.data.platforms.mastodon import MastodonServer, make_status
from tests.data.platforms.server import Reply

START = NOW - timedelta(hours=20)


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    """A server with ten posts under one hashtag."""
    with MastodonServer(page_length=4) as running:
        running.fill(10, START)
        yield running


def _asking(running: MastodonServer, **settings: Any) -> Asking:
    return Asking("mastodon", {"server": running.address, "hashtags": ["#barn"], **settings})


def test_a_hashtag_is_read_from_the_oldest_to_the_newest(server: MastodonServer) -> None:
    """Every post comes once, and the cursor behind each page is that of its newest."""
    pages = list(_asking(server).pages())
    texts = [row.text for page in pages for row in page.rows if isinstance(row, RawPost)]
    assert sorted(texts) == sorted(f"kidnappning nummer {number}" for number in range(10))
    assert [len(page.rows) for page in pages] == [4, 4, 2, 0]
    assert pages[0].remaining == 287
    assert {request.path for request in server.requests} == {"/api/v1/timelines/tag/barn"}
    assert {request.headers["user-agent"].split("/")[0] for request in server.requests} == {
        "Motbild"
    }


def test_what_is_stored_of_a_post_is_read(server: MastodonServer) -> None:
    """Warning, text, links in full, poll, language, reach, author with server, media."""
    content = (
        '<p>De tar <span class="h-card"><a href="https://annan.exempel/@bo" class="u-url mention">'
        '@<span>bo</span></a></span><br>se <a href="https://exempel.se/en/lang/vag?a=1">'
        '<span class="invisible">https://</span><span class="ellipsis">exempel.se/en/lang</span>'
        '<span class="invisible">/vag?a=1</span></a> &amp; sprid</p>'
    )
    server.add(
        "",
        NOW,
        content=content,
        spoiler_text="Varning",
        tags=["barn"],
        in_reply_to_id="17",
        poll={"options": [{"title": "ja"}, {"title": "nej"}]},
        media_attachments=[{"url": "https://c.exempel/1", "remote_url": "https://a.exempel/1"}],
    )
    host = server.address.removeprefix("http://")
    post = next(post for post in _asking(server).posts() if "Varning" in post.text)
    assert post.text == (
        "Varning\n\nDe tar @bo\nse https://exempel.se/en/lang/vag?a=1 & sprid\n\n- ja\n- nej"
    )
    assert (post.author, post.lang, post.platform) == (f"fantasia@{host}", "sv", "mastodon")
    assert (post.reply_to, post.posted_at) == (f"{host}/17", NOW)
    assert post.native_id.startswith(f"{host}/")
    assert post.media == ("https://a.exempel/1",)
    assert post.engagement is not None
    assert (post.engagement.like_count, post.engagement.share_count) == (3, 2)


def test_the_next_run_goes_on_and_asks_again_for_what_came_late(server: MastodonServer) -> None:
    """A post of another server that arrives late stands before the newest id, and is found."""
    cursor = list(_asking(server).pages())[-1].cursor
    server.add("sent", START + timedelta(seconds=90), tags=["barn"])
    server.add("nytt", NOW, tags=["barn"])
    texts = [post.text for post in _asking(server).posts(cursor)]
    assert {"sent", "nytt"} <= set(texts)
    again = _asking(server, overlap_minutes=0).posts(cursor)
    assert [post.text for post in again] == ["nytt"]


def test_a_run_that_is_cut_loses_nothing(server: MastodonServer) -> None:
    """The pages after the last that was stored come in the next run."""
    first = next(_asking(server).pages())
    rest = _asking(server, overlap_minutes=0).posts(first.cursor)
    assert len(first.rows) + len(rest) == 10
    assert not {row.native_id for row in first.rows if isinstance(row, RawPost)} & {
        post.native_id for post in rest
    }


def test_runs_that_are_all_cut_lose_nothing(server: MastodonServer) -> None:
    """One page a run, with posts coming in all the while: all come in."""
    cursor, found = None, set()
    for number in range(6):
        server.add(f"nytt {number}", NOW + timedelta(minutes=number), tags=["barn"])
        asking = _asking(server, overlap_minutes=0)
        page = next(asking.pages(cursor, until=NOW + timedelta(hours=1)))
        cursor = page.cursor
        found |= {row.native_id for row in page.rows if isinstance(row, RawPost)}
    assert len(found) == len(server.statuses)


def test_timelines_take_turns_and_each_has_its_own_place(server: MastodonServer) -> None:
    """A busy timeline does not starve another; boosts and what is not for all are passed over."""
    server.add("lokalt", START)
    server.add("delat", START, tags=[], reblog={"id": "1"})
    server.add("privat", START, tags=[], visibility="private")
    far = {"id": "2", "acct": "bo@annan.exempel"}
    server.add("utifrån", START, tags=[], account=far)
    asking = _asking(server, timeline="local")
    pages = list(asking.pages())
    assert [request.path.rsplit("/", 1)[1] for request in server.requests[:4]] == [
        "barn",
        "public",
        "barn",
        "public",
    ]
    texts = {row.text for page in pages for row in page.rows if isinstance(row, RawPost)}
    assert "lokalt" in texts
    assert not {"delat", "privat", "utifrån"} & texts
    assert "utifrån" in {post.text for post in _asking(server, timeline="public").posts()}
    cursor = pages[-1].cursor
    assert len(_asking(server, timeline="local", overlap_minutes=0).posts(cursor)) == 0
    assert (
        len(_asking(server, hashtags=["ny"], timeline="local", overlap_minutes=0).posts(cursor))
        == 0
    )


def test_a_cursor_of_another_server_tells_nothing(server: MastodonServer) -> None:
    """Ids are a server's own, so that another server is read from the first day again."""
    cursor = list(_asking(server).pages())[-1].cursor
    assert cursor is not None
    assert len(_asking(server).posts(cursor.replace("127.0.0.1", "127.0.0.2"))) == 10
    assert len(_asking(server).posts("12345")) == 10


def test_a_span_is_collected_again(server: MastodonServer) -> None:
    """Only what was posted in the span is asked for."""
    since, until = START + timedelta(minutes=2), START + timedelta(minutes=7)
    moments = [post.posted_at for post in _asking(server).posts(since=since, until=until)]
    assert len(moments) == 4
    assert all(since <= moment < until for moment in moments if moment)


def test_a_busy_timeline_is_left_where_the_asking_began(server: MastodonServer) -> None:
    """Posts that are written while a run reads do not keep it from ending; one odd date neither."""
    until = START + timedelta(minutes=3)
    server.add("framtid", START, created_at="2027-05-05T00:00:00Z", tags=["barn"])
    assert len(_asking(server).posts(until=until)) == 8


@pytest.mark.parametrize(
    ("failure", "waited"),
    [
        (Reply({"error": "Too many"}, 429, {"Retry-After": "7"}), 7),
        (
            Reply(
                {"error": "Too many requests"},
                429,
                {
                    "X-RateLimit-Reset": "2026-11-20T12:05:00.000000Z",
                    "Date": "Fri, 20 Nov 2026 12:04:30 GMT",
                },
            ),
            30,
        ),
        (Reply({"error": "down"}, 503), 2),
        (Reply(b"<html>Bad gateway</html>", 502), 2),
        (Reply(b"<html>We will be right back</html>", 200), 2),
        (Reply([{"id": "1"}], cut_at=7), 2),
        (Reply(b'[{"id": "1", "con', headers={"Content-Length": "17"}), 2),
    ],
    ids=["429", "429-reset", "503", "502-html", "200-html", "half", "half-json"],
)
def test_a_busy_or_broken_server_is_asked_again(
    server: MastodonServer, failure: Reply, waited: float
) -> None:
    """It is given the time that it asks for, by its own clock, and nothing is lost."""
    asking = _asking(server)
    server.failures.append(failure)
    assert len(asking.posts()) == 10
    assert asking.waits == [waited]


def test_a_server_that_does_not_answer_is_given_up(server: MastodonServer) -> None:
    """Silence ends with the time-out, and the sentence says what to expect."""
    server.failures.extend([Reply(is_silent=True)] * 2)
    asking = _asking(server, timeout_seconds=0.05, most_tries=2)
    with pytest.raises(SourceError, match="could not be reached in 2 tries"):
        asking.rows()


def test_an_answer_without_end_is_given_up(
    server: MastodonServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is larger than any page is not read to its end."""
    monkeypatch.setattr("motbild.adapters.sources.live.mastodon._MOST_BYTES", 1_000)
    with pytest.raises(SourceError, match="could not be reached in 1 try"):
        _asking(server, most_tries=1).rows()


def test_a_server_that_has_moved_is_followed(server: MastodonServer) -> None:
    """A redirect leads to where the posts are now."""

    def moved(_: Reply) -> Reply:
        where = f"{server.address}/api/v1/timelines/tag/barn"
        return Reply({}, 302, {"Location": f"{where}?min_id={server.requests[-1].value('min_id')}"})

    server.failures.append(moved)
    assert len(_asking(server).posts()) == 10


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (Reply({"error": "The access token is invalid"}, 401), "refused .status 401"),
        (Reply({"error": "This action is not allowed"}, 403), "refused .status 403"),
        (Reply({"error": "Record not found"}, 404), "refused .status 404"),
        (Reply({"error": "Too many"}, 429, {"Retry-After": "86400"}), "left alone for 86400"),
        (Reply({"statuses": []}), "another form than before .a timeline is no list"),
    ],
    ids=["401", "403", "404", "429-long", "drift"],
)
def test_a_server_that_refuses_is_not_asked_again(
    server: MastodonServer, failure: Reply, told: str
) -> None:
    """One sentence tells what the server said; what came before stands."""
    server.failures.extend([lambda due: due, failure])
    pages = _asking(server).pages()
    assert len(next(pages).rows) == 4
    with pytest.raises(SourceError, match=told):
        next(pages)
    assert len(server.requests) == 2


def test_a_token_is_sent_where_there_is_one() -> None:
    """A server that asks for one is asked with it, and refuses without."""
    with MastodonServer(token="hemlig") as server:
        server.fill(3, START)
        asking = _asking(server)
        with pytest.raises(SourceError, match="refused") as caught:
            asking.rows()
        assert "hemlig" not in str(caught.value)
        asking.credentials = {"token": "hemlig"}
        assert len(asking.rows()) == 3


def test_an_odd_item_costs_itself_alone(server: MastodonServer) -> None:
    """Items of another form are set aside by code; the others on their page are read."""
    server.add("x", START, content=None, tags=["barn"])
    server.add("x", START, account="anna", tags=["barn"])
    server.add("x", START, id=None, tags=["barn"])
    server.add("x", START, created_at="i går", tags=["barn"])
    server.add("x", START, content="<p></p>", tags=["barn"])
    server.add("bra", START, favourites_count="många", language=3, poll=[], tags=["barn"])
    rows = _asking(server).rows()
    assert len([row for row in rows if isinstance(row, RawPost)]) == 11
    assert {row.code for row in rows if isinstance(row, Reject)} == {
        "impossible-date",
        "missing-id",
        "unknown-form",
    }
    assert [row.code for row in read_statuses([3, None], "a", NOW) if isinstance(row, Reject)] == [
        "unknown-form"
    ] * 2


def test_a_post_from_the_future_is_taken_without_its_moment() -> None:
    """A clock a few minutes ahead is believed; one that is years ahead is not."""
    ahead = NOW + timedelta(minutes=5)
    far = datetime(2031, 1, 1, tzinfo=UTC)
    items = [make_status("1", "hej", ahead), make_status("2", "hej", far)]
    rows = read_statuses(items, "social.exempel", NOW)
    assert [row.posted_at for row in rows if isinstance(row, RawPost)] == [ahead, None]


def test_pages_that_repeat_come_to_an_end(server: MastodonServer) -> None:
    """A server that gives one page again and again is not asked for ever."""
    asking = _asking(server)
    first = [server.statuses[number] for number in sorted(server.statuses)[:4]]
    server.failures.extend([Reply(first)] * 9)
    assert len(asking.posts()) == 8
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "settings",
    [
        {"server": "http://social.exempel"},
        {"server": "https://anna:hemlig@social.exempel"},
        {"server": "https://social.exempel/?a=1"},
        {"server": "social.exempel"},
        {"hashtags": ["två ord"]},
        {"hashtags": []},
        {"timeline": "home"},
    ],
)
def test_wrong_settings_are_refused(server: MastodonServer, settings: dict[str, Any]) -> None:
    """An unencrypted server, a credential in its address, or nothing to ask for."""
    with pytest.raises(ValueError, match="validation error"):
        _asking(server, **settings).rows()
