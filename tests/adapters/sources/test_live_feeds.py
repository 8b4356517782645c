"""RSS and Atom feeds, asked of a server on loopback."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.adapters.sources.live import web
from motbild.adapters.sources.live.feed_entries import changed_at, parse_feed, read_entry
from motbild.adapters.sources.live.patience import ChangedError
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError
from tests.adapters.sources.live_asking import NOW, Follower
from tests.data.hostile import HOSTILE
from tests.data.platforms.feeds import FeedHost, FeedItem
from tests.data.platforms.server import Reply

MORNING = NOW - timedelta(hours=4)


@pytest.fixture
def host() -> Iterator[FeedHost]:
    """A host with one feed of two entries."""
    feeds = FeedHost()
    feeds.post(
        "/rss",
        FeedItem("2", "Rubrik", "<p>Ett &amp; två.</p><p>Tre</p>", MORNING, author="Asta Påhitt"),
        FeedItem(
            "1", "", "Utan rubrik", MORNING - timedelta(hours=1), enclosures=("https://m.se/a",)
        ),
    )
    with feeds.server:
        yield feeds


def _ask(host: FeedHost, *paths: str, **settings: object) -> Follower:
    addresses = [host.address(path) for path in paths or ("/rss",)]
    return Follower("feed", {"addresses": addresses, **settings})


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_an_entry_becomes_a_post(host: FeedHost, form: str) -> None:
    """Title and body are its text; id, moment, author, language, link and media are kept."""
    host.form = form
    first, second = _ask(host).rows()
    assert isinstance(first, RawPost)
    assert isinstance(second, RawPost)
    assert first.text == "Rubrik\n\nEtt & två.\n\nTre"
    assert (first.native_id, first.platform, first.lang) == ("127.0.0.1/2", "rss", "sv")
    assert (first.posted_at, first.author) == (MORNING, "Asta Påhitt")
    assert first.url == "https://blogg.exempel.se/2"
    assert second.text == "Utan rubrik"
    assert second.media == (("https://m.se/a",) if form == "rss" else ())


def test_a_feed_that_has_not_changed_costs_nothing(host: FeedHost) -> None:
    """It is asked for with its tag, and answers without a body until something is new."""
    asker = _ask(host)
    assert len(asker.rows()) == 2
    assert asker.rows() == []
    host.post("/rss", FeedItem("3", "Nytt", "", NOW))
    assert asker.texts(NOW + timedelta(hours=1))[0] == "Nytt"
    assert [r.headers.get("if-none-match") is not None for r in host.server.requests] == [
        False,
        True,
        True,
    ]


def test_english_is_not_believed(host: FeedHost) -> None:
    """Software writes it into feeds of any language unless it is told otherwise."""
    host.lang = "en-US"
    assert {row.lang for row in _ask(host).rows() if isinstance(row, RawPost)} == {None}


def test_the_first_time_reaches_back_as_far_as_is_asked(host: FeedHost) -> None:
    """What is older stays away for good, unless its wording changes."""
    host.form = "atom"
    host.post("/rss", FeedItem("gammal", "Gammal", "då", NOW - timedelta(days=9)))
    asker = _ask(host)
    assert len(asker.rows()) == 2
    host.edit("/rss", "gammal", "omskriven", NOW)
    assert "Gammal\n\nomskriven" in asker.texts(NOW + timedelta(hours=1))
    assert _ask(host, first_days=10).texts()[0] == "Gammal\n\nomskriven"


def test_a_span_is_collected_again(host: FeedHost) -> None:
    """Only what was posted within it, whatever the cursor says."""
    asker = _ask(host)
    asker.rows()
    before = asker.cursor
    assert asker.texts(MORNING - timedelta(minutes=1), NOW - timedelta(days=1)) == ["Utan rubrik"]
    assert asker.cursor == before


def test_a_clock_that_is_ahead_is_held_back(host: FeedHost) -> None:
    """What is read now was written by now, in whichever zone it says so."""
    ahead = (NOW + timedelta(days=400)).astimezone(timezone(timedelta(hours=5)))
    host.post("/rss", FeedItem("3", "Framtid", "", ahead))
    [post, *_] = _ask(host).rows()
    assert isinstance(post, RawPost)
    assert post.posted_at == NOW


def test_a_busy_host_is_given_the_time_it_asks_for(host: FeedHost) -> None:
    """Seconds, or a date that is held against its own clock, however wrong that is."""
    host.server.failures.extend(
        [
            Reply(b"", 429, {"Retry-After": "7"}),
            Reply(
                b"",
                503,
                {
                    "Date": "Mon, 01 Jan 2001 00:00:00 GMT",
                    "Retry-After": "Mon, 01 Jan 2001 00:01:00 GMT",
                },
            ),
        ]
    )
    asker = _ask(host)
    assert len(asker.rows()) == 2
    assert asker.waits == [7.0, 60.0]


@pytest.mark.parametrize("packing", ["identity", "gzip"])
def test_half_an_answer_is_asked_for_again(host: FeedHost, packing: str) -> None:
    """A connection that ends too early gives no posts, packed or not."""

    def halve(reply: Reply) -> Reply:
        assert isinstance(reply.content, bytes)
        if packing == "identity":
            return Reply(reply.content, 200, reply.headers, cut_at=300)
        cut = gzip.compress(reply.content)[:100]
        return Reply(cut, 200, {**reply.headers, "Content-Encoding": "gzip"})

    host.server.failures.extend([halve, halve])
    asker = _ask(host)
    assert len(asker.rows()) == 2
    assert asker.waits == [2.0, 4.0]


def test_a_silent_host_is_left(host: FeedHost) -> None:
    """Whoever does not answer in time is told after the tries that are granted."""
    host.server.failures.extend([Reply(is_silent=True)] * 2)
    asker = _ask(host, timeout_seconds=0.1, most_tries=2)
    with pytest.raises(SourceError, match=r"could not be reached in 2 tries .*0\.1 seconds"):
        asker.rows()


def test_a_packed_bomb_does_not_go_off(host: FeedHost) -> None:
    """A small answer that unpacks to more than is read is refused on the way."""
    bomb = gzip.compress(b" " * (64 << 20))
    host.server.failures.append(Reply(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceError, match="larger than 8388608 bytes"):
        _ask(host).rows()
    host.server.failures.append(Reply(b"x", headers={"Content-Encoding": "br"}))
    with pytest.raises(SourceError, match="packed in a way"):
        _ask(host).rows()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_multiply_are_not_followed(host: FeedHost, encoding: str) -> None:
    """A feed that declares any is refused; one that hides that names no file and stays small."""
    body = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE rss [<!ENTITY e0 "ha">'
        '<!ENTITY e1 "&e0;&e0;"><!ENTITY fil SYSTEM "file:///etc/passwd">]><rss version="2.0">'
        "<channel><item><guid>1</guid><title>hej &e1; &fil;</title></item></channel></rss>"
    )
    host.raw["/rss"] = (body.encode(encoding), "application/rss+xml")
    if encoding == "utf-8":
        with pytest.raises(SourceError, match="declares entities"):
            _ask(host).rows()
    else:
        assert "root:" not in json.dumps([str(row) for row in _ask(host).rows()])


def test_a_feed_that_moved_is_followed(host: FeedHost) -> None:
    """But not without end, and never to another scheme."""
    host.moved = {"/a": "/b", "/b": "/rss", "/c": "/d", "/d": "/c", "/e": "file:///etc/passwd"}
    assert len(_ask(host, "/a").rows()) == 2
    with pytest.raises(SourceError, match="without end"):
        _ask(host, "/c").rows()
    with pytest.raises(SourceError, match="not followed"):
        _ask(host, "/e").rows()


def test_nobody_outside_leads_into_the_own_network(
    host: FeedHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feed of the world that points at a machine within is refused before that is asked."""
    monkeypatch.setattr(web, "_is_inside", lambda name: name == "10.0.0.7")
    host.moved = {"/rss": "http://10.0.0.7/hemligt"}
    with pytest.raises(SourceError, match="into the network"):
        _ask(host).rows()


@pytest.mark.parametrize(
    ("name", "is_inside"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("169.254.169.254", True),
        ("::1", True),
        ("::ffff:192.168.0.1", True),
        ("localhost", True),
        ("93.184.215.14", False),
        ("finns.invalid", False),
    ],
)
def test_what_lies_within_is_known(name: str, is_inside: bool) -> None:
    """By its address, however that is written."""
    assert web._is_inside(name) is is_inside


def test_one_broken_feed_hides_none_of_the_others(host: FeedHost) -> None:
    """What cannot be read is told in the end, without what an address may hold of secrets."""
    asker = _ask(host, "/borta?token=hemlig", "/rss")
    pages = asker.pages()
    assert len(next(pages).rows) == 2
    with pytest.raises(SourceError, match=r"127\.0\.0\.1/borta: .*it said 404") as caught:
        next(pages)
    assert "hemlig" not in str(caught.value)


def test_a_damaged_feed_gives_its_good_entries(host: FeedHost) -> None:
    """The damage is set aside as such, and the feed fetched again the next time."""
    host.form = "rss"
    whole = (
        b'<rss version="2.0"><channel><item><guid>1</guid><title>hel</title></item><item><guid>2'
    )
    host.raw["/rss"] = (whole, "application/rss+xml")
    asker = _ask(host)
    first, *_, last = asker.rows()
    assert isinstance(first, RawPost)
    assert first.text == "hel"
    assert isinstance(last, Reject)
    assert last.code == "broken-feed"
    assert len(asker.rows()) >= 2


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<html><body><h1>Logga in</h1></body></html>", "it is no feed"),
        (b"", "it is no feed"),
        (b'{"items": []}', "it is no feed"),
        (
            b'<rss version="2.0"><channel>'
            + b"<item><guid>1</guid></item>" * 6
            + b"</channel></rss>",
            "not one entry can be read",
        ),
    ],
)
def test_what_is_no_feed_is_told(host: FeedHost, body: bytes, told: str) -> None:
    """A page to sign in on, or entries without any text, is a change of form."""
    host.raw["/rss"] = (body, "text/html")
    with pytest.raises(SourceError, match=told):
        _ask(host).rows()


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "windows-1252"])
def test_encodings_are_told_by_the_feed(host: FeedHost, encoding: str) -> None:
    """Whether its header agrees or not."""
    body = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>'
        "<item><guid>1</guid><title>Åsa säger nej</title></item></channel></rss>"
    )
    host.raw["/rss"] = (body.encode(encoding), "application/rss+xml")
    assert _ask(host).texts() == ["Åsa säger nej"]


def test_hostile_entries_cost_nothing_but_themselves(host: FeedHost) -> None:
    """Whatever stands in a body, each entry becomes a post, and no script is taken for words."""
    hostile = {
        name: text
        for name, text in HOSTILE
        if len(text) < 5_000 and not any(ord(letter) < 32 for letter in text)
    }
    for name, text in hostile.items():
        host.post("/rss", FeedItem(name, f"titel {name}", text, MORNING))
    texts = _ask(host).texts()
    assert len(texts) == len(hostile) + 2
    assert "titel script" in texts


def test_the_feed_read_longest_ago_comes_first(host: FeedHost) -> None:
    """So that a run that is full starves none."""
    for name in "abc":
        host.post(f"/{name}", FeedItem(name, name, "", MORNING))
    asker = _ask(host, "/a", "/b", "/c")
    pages = asker.pages()
    next(pages), next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert asker.texts(NOW + timedelta(hours=1))[0] in {"b", "c"}
    assert host.server.requests[2].path in {"/b", "/c"}


def test_a_cursor_of_another_kind_counts_as_none(host: FeedHost) -> None:
    """Whoever makes another source of one name begins anew."""
    for cursor in ("x", "[]", '{"feeds": 3}', '{"videos": {}}'):
        asker = _ask(host)
        asker.cursor = cursor
        assert len(asker.rows()) == 2


def test_ids_are_unique_between_feeds(host: FeedHost) -> None:
    """One that is an address stands alone; any other is told together with its host."""
    host.post(
        "/rss", FeedItem("tag:exempel.se,2026:9", "nio", "", datetime(2026, 11, 20, tzinfo=UTC))
    )
    names = [row.native_id for row in _ask(host).rows() if isinstance(row, RawPost)]
    assert names == ["tag:exempel.se,2026:9", "127.0.0.1/2", "127.0.0.1/1"]


def test_a_tag_that_cannot_be_sent_is_not_kept(host: FeedHost) -> None:
    """Or the feed could never be asked for again."""
    tag = {"ETag": '"h\xe5l"'}
    host.server.failures.append(lambda reply: replace(reply, headers={**reply.headers, **tag}))
    asker = _ask(host)
    assert len(asker.rows()) == 2
    assert len(asker.rows()) == 2


_PIECES = st.sampled_from(
    [
        *("<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<![CDATA[", "]]>"),
        *("<!--", "<feed", "<entry>", "<id>", "&#0;", "&x;", "<?xml", "?>", "<!DOCTYPE", "["),
        *(">", "\0", "å", "<pubDate>", "mån 32 jan", "<content type='xhtml'><div>", "<guid/>"),
        *("<description>", " ", "\ud800"),
    ]
)


@settings(max_examples=60)
@given(st.lists(_PIECES, max_size=20))
def test_whatever_comes_is_read_or_refused(pieces: list[str]) -> None:
    """No bytes cost more than the feed that they came from."""
    body = "<rss version='2.0'><channel><item>" + "".join(pieces)
    try:
        feed = parse_feed(body.encode("utf-8", "surrogatepass"), "application/rss+xml")
    except ChangedError:
        return
    for entry in feed.entries:
        read_entry(entry, feed, 1, host="exempel.se", platform="rss")
        changed_at(entry)
