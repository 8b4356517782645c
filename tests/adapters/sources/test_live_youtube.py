"""Comments on YouTube, asked of a stand-in for its API on loopback."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from motbild.adapters.sources import LIVE_KINDS
from motbild.adapters.sources.live.youtube.api import quota_day
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError
from tests.adapters.sources.live_asking import NOW, Follower
from tests.data.platforms.server import Reply
from tests.data.platforms.youtube import KEY, Said, YouTube, refusal

VIDEO, OTHER = "abcdefghijk", "lmnopqrstuv"
CHANNEL = "UC" + "x" * 22


def _ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.fixture
def tube() -> Iterator[YouTube]:
    """A video with five comments in the last five hours."""
    youtube = YouTube()
    youtube.say(VIDEO, *(Said(f"k{n}", f"nummer {n}", _ago(6 - n)) for n in range(1, 6)))
    with youtube.server:
        yield youtube


def _ask(tube: YouTube, **settings: Any) -> Follower:
    named = {"videos": [VIDEO]} if not {"videos", "channels", "queries"} & set(settings) else {}
    service = f"{tube.server.address}/youtube/v3"
    return Follower("youtube", {"service": service, **named, **settings}, {"api-key": KEY})


def test_a_comment_becomes_a_post(tube: YouTube) -> None:
    """With its author, moment, address, likes and number of replies; a reply tells its parent."""
    tube.comments[VIDEO] = [
        Said("k1", "hej <b>du</b>", _ago(2), likes=4),
        Said("k1.s1", "svar", _ago(1), "@bo-pahitt", parent="k1"),
    ]
    first, reply = _ask(tube).rows()
    assert isinstance(first, RawPost)
    assert isinstance(reply, RawPost)
    assert (first.native_id, first.platform, first.text) == ("k1", "youtube", "hej <b>du</b>")
    assert (first.author, first.posted_at, first.reply_to) == ("@asta-pahitt", _ago(2), None)
    assert first.url == f"https://www.youtube.com/watch?v={VIDEO}&lc=k1"
    assert first.engagement is not None
    assert (first.engagement.like_count, first.engagement.comment_count) == (4, 1)
    assert (reply.author, reply.reply_to) == ("@bo-pahitt", "k1")
    [asked] = tube.asked("commentThreads")
    assert (asked.value("order"), asked.value("textFormat")) == ("time", "plainText")
    assert KEY not in json.dumps([dict(r.query) for r in tube.server.requests])


def test_the_next_asking_brings_what_is_new(tube: YouTube) -> None:
    """It reads down to what was read before, with the overlap that is asked for."""
    asker = _ask(tube, overlap_minutes=0)
    assert asker.texts() == [f"nummer {n}" for n in (5, 4, 3, 2, 1)]
    assert len(tube.server.requests) == 3
    tube.say(VIDEO, Said("k6", "nummer 6", NOW + timedelta(minutes=5)))
    assert asker.texts(NOW + timedelta(hours=1)) == ["nummer 6", "nummer 5"]
    assert len(tube.server.requests) == 5


def test_only_the_last_days_are_read_the_first_time(tube: YouTube) -> None:
    """A video may have comments of ten years."""
    tube.page_size = 100
    tube.say(VIDEO, *(Said(f"g{n}", "gammal", _ago(24 * (n + 2))) for n in range(3)))
    assert "gammal" not in _ask(tube).texts()
    assert _ask(tube, first_days=3).texts().count("gammal") == 2


def test_replies_that_do_not_come_along_are_fetched(tube: YouTube) -> None:
    """All of them, page by page, and those of an older comment within the overlap."""
    said = [Said(f"k5.s{n}", f"svar {n}", _ago(0.5), parent="k5") for n in range(5)]
    tube.say(VIDEO, *said)
    texts = set(_ask(tube).texts())
    assert {f"svar {n}" for n in range(5)} <= texts
    assert len(tube.asked("comments")) == 3


def test_a_late_reply_is_seen_within_the_overlap(tube: YouTube) -> None:
    """Comments of the last day are looked at again."""
    asker = _ask(tube)
    asker.rows()
    tube.say(VIDEO, Said("k1.s1", "sent svar", NOW, parent="k1"))
    assert "sent svar" in asker.texts(NOW + timedelta(hours=1))


def test_an_edited_comment_comes_again(tube: YouTube) -> None:
    """With its new wording and the moment at which it was first written."""
    asker = _ask(tube)
    asker.rows()
    tube.edit(VIDEO, "k2", "ändrat", NOW)
    changed = [r for r in asker.rows(NOW + timedelta(hours=1)) if isinstance(r, RawPost)]
    assert [r.posted_at for r in changed if r.text == "ändrat"] == [_ago(4)]


@pytest.mark.parametrize("page_count", [1, 2])
def test_a_run_cut_short_loses_nothing(tube: YouTube, page_count: int) -> None:
    """The next one goes on with the page that was not read, and then with what is new."""
    asker = _ask(tube, overlap_minutes=0)
    pages = asker.pages()
    seen = [row.text for _ in range(page_count) for row in next(pages).rows]  # type: ignore[union-attr]
    next(pages)  # the cursor behind what was stored is kept; this page is not
    pages.close()  # type: ignore[attr-defined]
    tube.say(VIDEO, Said("k6", "nummer 6", NOW + timedelta(minutes=5)))
    seen += asker.texts(NOW + timedelta(hours=1))
    assert set(seen) == {f"nummer {n}" for n in range(1, 7)}
    assert asker.texts(NOW + timedelta(hours=2)) == ["nummer 6"]


def test_a_page_that_is_forgotten_is_read_again_from_the_top(tube: YouTube) -> None:
    """Tokens do not hold for ever; the span that was not finished is read anew."""
    asker = _ask(tube, overlap_minutes=0)
    pages = asker.pages()
    next(pages), next(pages)
    pages.close()  # type: ignore[attr-defined]
    tube.has_forgotten, tube.page_size = True, 100
    assert set(asker.texts()) == {f"nummer {n}" for n in range(1, 6)}


def test_what_comes_in_between_pages_does_no_harm(tube: YouTube) -> None:
    """A comment that moves the pages while they are read doubles at most what is known by id."""
    asker = _ask(tube)
    pages = asker.pages()
    first = next(pages)
    tube.say(VIDEO, Said("k6", "nummer 6", NOW))
    names = [row.native_id for page in (first, *pages) for row in page.rows]  # type: ignore[union-attr]
    assert {f"k{n}" for n in range(1, 6)} <= set(names)
    assert "nummer 6" in asker.texts(NOW + timedelta(hours=1))


def test_the_same_page_for_ever_is_told(tube: YouTube) -> None:
    """A platform that leads in a circle is not followed."""
    again = Reply({"items": [], "nextPageToken": "efter-k4"})
    tube.server.failures.extend([again, again, again])
    with pytest.raises(SourceError, match="same page again and again"):
        _ask(tube).rows()


def test_videos_without_comments_are_told_once(tube: YouTube) -> None:
    """They are no failure; the others are read."""
    tube.without_comments.add(OTHER)
    asker = _ask(tube, videos=[OTHER, "gone-gone-g", VIDEO])
    rows = asker.rows()
    assert [r.code for r in rows if isinstance(r, Reject)] == ["comments-off", "video-gone"]
    assert len(rows) == 7
    assert not [r for r in asker.rows() if isinstance(r, Reject)]


def test_the_newest_videos_of_a_channel_are_read(tube: YouTube) -> None:
    """And a channel that is gone is told, once."""
    tube.uploads[CHANNEL] = [VIDEO, OTHER]
    asker = _ask(tube, channels=[CHANNEL, "UC" + "y" * 22], newest_videos=1)
    rows = asker.rows()
    assert [r.code for r in rows if isinstance(r, Reject)] == ["channel-gone"]
    assert len(rows) == 6
    assert not [r for r in asker.rows() if isinstance(r, Reject)]
    tube.uploads.clear()
    assert [r.code for r in asker.rows() if isinstance(r, Reject)] == ["channel-gone"]


def test_queries_are_asked_once_a_day(tube: YouTube) -> None:
    """They cost as much as a hundred pages."""
    tube.searches["socialen"] = [VIDEO]
    asker = _ask(tube, queries=["socialen"])
    assert len(asker.rows()) == 5
    assert asker.rows(NOW + timedelta(hours=1))
    assert len(tube.asked("search")) == 1
    assert asker.cursor is not None
    assert json.loads(asker.cursor)["units"] == 106
    asker.rows(NOW + timedelta(days=1))
    assert len(tube.asked("search")) == 2


def test_a_day_spends_no_more_units_than_it_may(tube: YouTube) -> None:
    """The rest waits until the quota's next day, and those first that waited longest."""
    tube.say(OTHER, *(Said(f"o{n}", f"annat {n}", _ago(2)) for n in range(3)))
    asker = _ask(tube, videos=[VIDEO, OTHER], most_units=2)
    assert asker.texts() == [f"nummer {n}" for n in (5, 4, 3, 2)]
    assert asker.texts() == []
    assert len(tube.server.requests) == 2
    tomorrow = asker.texts(NOW + timedelta(days=1))
    assert tomorrow == ["annat 0", "annat 1", "annat 2"]
    assert asker.texts(NOW + timedelta(days=2))[0] == "nummer 1"


def test_the_quotas_day_begins_in_california() -> None:
    """At midnight there, whatever the season here."""
    assert quota_day(NOW.replace(hour=7)) == "2026-11-19"
    assert quota_day(NOW.replace(hour=8)) == "2026-11-20"


def test_a_quota_that_is_used_up_is_told_with_its_end(tube: YouTube) -> None:
    """The sentence says when there is more, by the clock in Sweden; nobody tries again."""
    tube.is_out_of_quota = True
    with pytest.raises(SourceError, match=r"used up its quota .* from 2026-11-21 09:00 in Sweden"):
        _ask(tube).rows()
    assert len(tube.server.requests) == 1


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("gammal-nyckel", "api-key is not valid or has expired"),
        ("utgången", "api-key is none"),
        ("två\nrader", "api-key is none"),
    ],
)
def test_a_key_that_does_not_hold_is_told(tube: YouTube, key: str, told: str) -> None:
    """Without the key."""
    asker = _ask(tube)
    asker.credentials = {"api-key": key}
    with pytest.raises(SourceError, match=told) as caught:
        asker.rows()
    assert key not in str(caught.value)


def test_a_busy_platform_is_given_time(tube: YouTube) -> None:
    """Asked too fast, asked too often, broken, and half an answer: it goes on afterwards."""
    tube.server.failures.extend(
        [
            Reply(b"", 429, {"Retry-After": "30"}),
            refusal(403, "rateLimitExceeded"),
            Reply(b"<html>", 503),
            Reply(b'{"items": [', 200),
            lambda reply: Reply(reply.content, cut_at=40),
        ]
    )
    asker = _ask(tube, most_tries=6)
    assert len(asker.rows()) == 5
    assert asker.waits == [30.0, 4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply({"kommentarer": []}), "no list of items"),
        (Reply([1, 2]), "no object"),
        (refusal(403, "forbidden"), "it said 403 forbidden"),
        (Reply(b"nej", 404), "it said 404"),
        (refusal(404, "playlistNotFound"), "playlistNotFound"),
    ],
)
def test_another_form_is_told(tube: YouTube, reply: Reply, told: str) -> None:
    """What cannot be understood fails the source and is not taken for an empty list."""
    tube.server.failures.append(reply)
    with pytest.raises(SourceError, match=told):
        _ask(tube).rows()


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (3, "not-an-object"),
        ({"id": "k3"}, "not-an-object"),
        (
            {"id": "k3", "snippet": {"topLevelComment": {"snippet": {"textDisplay": "x"}}}},
            "missing-id",
        ),
        (
            {"id": "k3", "snippet": {"topLevelComment": {"id": "k3", "snippet": {"text": "x"}}}},
            "missing-text",
        ),
    ],
)
def test_one_odd_item_costs_itself_alone(tube: YouTube, odd: object, code: str) -> None:
    """The others of its page are posts."""
    tube.spoil = lambda item: odd if item["id"] == "k3" else item
    rows = _ask(tube).rows()
    assert [r.code for r in rows if isinstance(r, Reject)] == [code]
    assert len(rows) == 5


def test_a_moment_to_come_moves_nothing(tube: YouTube) -> None:
    """One comment with a wrong clock does not keep those after it from being read."""
    tube.say(VIDEO, Said("fel", "från framtiden", NOW + timedelta(days=900)))
    asker = _ask(tube, overlap_minutes=0)
    assert "från framtiden" not in asker.texts()
    tube.say(VIDEO, Said("k6", "nummer 6", NOW + timedelta(minutes=5)))
    assert "nummer 6" in asker.texts(NOW + timedelta(hours=1))


def test_a_span_is_collected_again(tube: YouTube) -> None:
    """Comments of that span alone, without moving the cursor."""
    asker = _ask(tube)
    assert asker.texts(_ago(1.5), _ago(4)) == ["nummer 4", "nummer 3", "nummer 2"]
    assert asker.cursor is None


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "neither videos nor channels nor queries"),
        ({"videos": ["x"]}, "videos.0|pattern"),
        ({"queries": ["a", "b"], "most_units": 200}, "each query costs 100"),
        ({"videos": [VIDEO], "service": "http://exempel.se"}, "https://"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], told: str) -> None:
    """Before the night begins."""
    with pytest.raises(ValueError, match=told):
        LIVE_KINDS["youtube"].options(**settings)
