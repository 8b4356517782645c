"""Bluesky's stream of all posts, over a server on loopback that speaks its protocol."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from atproto import JetstreamClient

from motbild.adapters.sources import Page
from motbild.core.records import RawPost
from motbild.errors import SourceError
from tests.adapters.sources.live_asking import NOW, Asking
from tests.data.platforms.jetstream import JetstreamServer, Refusal

START = NOW - timedelta(hours=20)


@pytest.fixture
def server() -> Iterator[JetstreamServer]:
    """A stream with ten posts of ours, some of others, and the moment of asking."""
    with JetstreamServer() as running:
        running.fill(10, START)
        running.add("Om vädret", START + timedelta(minutes=20))
        running.add("Barnkidnappning", START + timedelta(minutes=21))
        running.add("KIDNAPPADE", START + timedelta(minutes=22), langs=["en-GB"])
        running.add("", START + timedelta(minutes=23))
        running.add("kidnappning", START + timedelta(minutes=24), operation="delete")
        running.add("kidnappning för sent", NOW)
        yield running


def _asking(running: JetstreamServer, **settings: Any) -> Asking:
    return Asking(
        "bluesky-jetstream", {"service": running.address, "words": ["kidnapp"], **settings}
    )


def _texts(pages: list[Page]) -> list[str]:
    return [row.text for page in pages for row in page.rows if isinstance(row, RawPost)]


OURS = [*(f"kidnappning nummer {number}" for number in range(10)), "KIDNAPPADE"]


def test_the_posts_with_our_words_are_kept(server: JetstreamServer) -> None:
    """Words are told by their beginnings, whatever their case; deleted and late ones are not."""
    pages = list(_asking(server).pages())
    assert _texts(pages) == OURS
    [asked] = server.asked
    assert asked["collections"] == ["app.bsky.feed.post"]
    assert asked["kinds"] == ["commit"]
    assert asked["cursor"] == [str(int((NOW - timedelta(days=1)).timestamp()) * 1_000_000)]
    post = pages[0].rows[0]
    assert isinstance(post, RawPost)
    assert (post.posted_at, post.lang, post.platform) == (START, "sv", "bluesky")


def test_languages_narrow_or_replace_the_words(server: JetstreamServer) -> None:
    """A post is kept where it is in one of the languages, and has one of the words if any."""
    assert _texts(list(_asking(server, langs=["en"]).pages())) == ["KIDNAPPADE"]
    swedish = _texts(list(_asking(server, words=[], langs=["sv"]).pages()))
    assert swedish == [*OURS[:10], "Om vädret", "Barnkidnappning"]


def test_the_next_run_goes_on_behind_the_last(server: JetstreamServer) -> None:
    """The cursor is the moment of the last event, kept or not, a little before which it begins."""
    [page] = _asking(server).pages()
    last = START + timedelta(minutes=24)
    assert page.cursor == str(int(last.timestamp()) * 1_000_000)
    server.add("ett sista", NOW + timedelta(hours=2))
    later = list(_asking(server).pages(page.cursor, until=NOW + timedelta(hours=1)))
    assert _texts(later) == ["kidnappning för sent"]
    assert server.asked[-1]["cursor"] == [str(int(last.timestamp() - 5) * 1_000_000)]


def test_pages_are_bounded_and_each_has_its_cursor(
    server: JetstreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is cut between two pages loses none and goes on there."""
    monkeypatch.setattr("motbild.adapters.sources.live.bluesky_stream._PAGE_ROWS", 4)
    pages = list(_asking(server).pages())
    assert [len(page.rows) for page in pages] == [4, 4, 3]
    rest = list(_asking(server).pages(pages[0].cursor))
    assert _texts(rest) == OURS[3:]  # what is known already is told by its id


def test_a_broken_stream_is_taken_up_where_it_broke(server: JetstreamServer) -> None:
    """What was read before each break stands; nothing comes twice and nothing is lost."""
    server.breaks.extend([3, 1, 5, None])
    asking = _asking(server)
    assert _texts(list(asking.pages())) == OURS
    assert len(server.asked) == 4
    assert len(asking.waits) == 1  # the second brought only what was known


def test_a_stream_that_never_holds_is_given_up(server: JetstreamServer) -> None:
    """A server that breaks before it says anything new is left after some tries."""
    server.breaks.extend([0] * 9)
    with pytest.raises(SourceError, match="could not be reached in 3 tries"):
        list(_asking(server, most_tries=3).pages())
    assert len(server.asked) == 3


def test_silence_is_a_failure(server: JetstreamServer) -> None:
    """A stream of a whole network is never silent for long; what came before stands."""
    del server.frames[-1]
    pages = _asking(server, timeout_seconds=0.05, most_tries=1).pages()
    assert _texts([next(pages)]) == OURS
    with pytest.raises(SourceError, match="fell silent or broke"):
        next(pages)


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (Refusal(400, body=b'{"error": "InvalidRequest"}'), "refused .status 400, InvalidRequest"),
        (Refusal(404), "refused .status 404"),
        (Refusal(429, {"Retry-After": "9999"}), "left alone for 9999"),
    ],
)
def test_a_server_that_lets_nobody_in_is_told(
    server: JetstreamServer, refusal: Refusal, told: str
) -> None:
    """One sentence says what it said."""
    server.refusals.append(refusal)
    with pytest.raises(SourceError, match=told):
        list(_asking(server).pages())


def test_a_busy_server_is_asked_again(server: JetstreamServer) -> None:
    """It is given the time that it asks for; one that is not there is given up."""
    server.refusals.extend([Refusal(429, {"Retry-After": "7"}), Refusal(503)])
    asking = _asking(server)
    assert _texts(list(asking.pages())) == OURS
    assert asking.waits == [7, 4]
    with pytest.raises(SourceError, match="could not be reached in 1 try"):
        list(_asking(server, service="ws://127.0.0.1:9", most_tries=1).pages())


def test_a_gap_is_told_and_not_passed_over(server: JetstreamServer) -> None:
    """Where the server goes less far back than the last run, what is missing is said once."""
    server.floor = START + timedelta(minutes=5)
    cursor = str(int(START.timestamp()) * 1_000_000)
    [page] = _asking(server).pages(cursor)
    assert _texts([page]) == OURS[5:]
    assert page.warning is not None
    assert "from 2026-11-19 15:59 to 2026-11-19 16:05 UTC is missing" in page.warning
    [first_time] = _asking(server).pages()
    assert first_time.warning is None


def test_odd_frames_cost_themselves_alone(server: JetstreamServer) -> None:
    """Frames that are no events, or no posts, are passed over; the others are read."""
    good = list(server.frames)
    odd = [
        "{half",
        "[1]",
        '{"$type": "new"}',
        '{"$type": "message", "payload": {"$type": "x", "seq": "1"}}',
        '{"$type": "message", "payload": {"$type": "x#new", "seq": 0, "time": "2026-11-20"}}',
    ]
    server.frames[:] = [(START, text) for text in odd] + good[:-1]
    server.add({"a": 1}, START + timedelta(hours=1))
    server.add("kidnappning", START + timedelta(hours=1), langs=7, facets=3, embed="x", reply=[])
    server.add("sist", NOW)
    assert _texts(list(_asking(server).pages())) == [*OURS, "kidnappning"]


def test_a_stream_in_another_form_is_told(server: JetstreamServer) -> None:
    """Where not one of several events can be read, the source fails and keeps its place."""
    server.frames = [(START, '{"kind": "commit", "time_us": 1}')] * 6
    with pytest.raises(SourceError, match="another form than before"):
        list(_asking(server, timeout_seconds=0.05).pages())


def test_an_error_frame_ends_the_connection_and_not_the_run(server: JetstreamServer) -> None:
    """A server that finds us too slow is asked again from there."""
    known = list(server.frames)
    server.frames.insert(3, (START, '{"$type": "error", "error": "ConsumerTooSlow"}'))
    pages = _asking(server).pages()
    assert _texts([next(pages)]) == OURS[:3]
    server.frames[:] = known
    assert _texts(list(pages)) == OURS[3:]


def test_a_run_reads_for_so_long_and_no_longer(server: JetstreamServer) -> None:
    """The next run goes on where the time was up."""
    del server.frames[-1]
    ticks = iter(range(0, 1_000_000, 40))
    asking = _asking(server, most_minutes=1)
    asking.clock = lambda: float(next(ticks))
    pages = list(asking.pages())
    assert 0 < len(_texts(pages)) < len(OURS)
    assert _texts(list(_asking(server).pages(pages[-1].cursor, until=START))) == []


def test_the_server_speaks_what_the_network_speaks(server: JetstreamServer) -> None:
    """The client of the protocol's own people reads every commit from it."""
    texts: list[str] = []
    client = JetstreamClient(
        {"collections": ["app.bsky.feed.post"], "cursor": 1_000_000_000_000_000},
        base_uri=f"{server.address}/xrpc",
        compress=False,
    )

    def take(event: Any) -> None:
        if event.record is not None:
            texts.append(event.record["text"])
        if event.seq == len(server.frames):
            client.stop()

    client.start(take)
    assert [text for text in texts if text.startswith("kidnappning")] == [
        *OURS[:10],
        "kidnappning för sent",
    ]


@pytest.mark.parametrize(
    "settings",
    [{"words": []}, {"words": ["x"]}, {"service": "ws://jetstream.exempel"}, {"most_minutes": 0}],
)
def test_wrong_settings_are_refused(server: JetstreamServer, settings: dict[str, Any]) -> None:
    """No filter, a filter of one letter, a server without encryption."""
    with pytest.raises(ValueError, match="validation error"):
        list(_asking(server, **settings).pages())
