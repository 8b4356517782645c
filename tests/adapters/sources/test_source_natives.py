"""Captured and exported items of each platform are taken apart into the same fields."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motbild.adapters.sources import read_posts
from motbild.core.records import RawPost, Reject
from tests.data.exports import TELEGRAM_CHAT

MOMENT = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECONDS = int(MOMENT.timestamp())

TIKTOK = {
    "id": "71",
    "desc": "hej",
    "createTime": str(SECONDS),
    "author": {"uniqueId": "konto"},
    "textLanguage": "sv",
    "statsV2": {"diggCount": "1", "shareCount": "2", "commentCount": "3", "playCount": "4"},
    "stats": {"diggCount": 9},
}
TIKTOK_COMMENT = {
    "cid": "72",
    "aweme_id": "71",
    "reply_id": "0",
    "text": "hej",
    "create_time": SECONDS,
    "user": {"unique_id": "konto"},
    "comment_language": "sv",
    "digg_count": 1,
    "reply_comment_total": 3,
}
INSTAGRAM = {
    "code": "C1",
    "caption": {"text": "hej"},
    "taken_at": SECONDS,
    "user": {"username": "konto"},
    "like_count": 1,
    "comment_count": 3,
    "play_count": 4,
    "reshare_count": 2,
}
INSTAGRAM_GRAPH = {
    "__typename": "GraphImage",
    "shortcode": "C1",
    "edge_media_to_caption": {"edges": [{"node": {"text": "hej"}}]},
    "taken_at_timestamp": SECONDS,
    "owner": {"username": "konto"},
    "edge_media_preview_like": {"count": 1},
    "edge_media_to_comment": {"count": 3},
}
TWEET = {
    "rest_id": "73",
    "core": {"user_results": {"result": {"legacy": {"screen_name": "konto"}}}},
    "legacy": {
        "full_text": "hej &amp; h…",
        "created_at": "Wed Jul 01 12:00:00 +0000 2026",
        "favorite_count": 1,
        "retweet_count": 2,
        "reply_count": 3,
        "lang": "sv",
        "in_reply_to_status_id_str": "70",
    },
    "views": {"count": "4"},
    "note_tweet": {"note_tweet_results": {"result": {"text": "hej &amp; hopp"}}},
}
REPOST = {
    "rest_id": "74",
    "core": {"user_results": {"result": {"core": {"screen_name": "annat"}}}},
    "legacy": {
        "full_text": "RT @konto: hej & h…",
        "created_at": "Wed Jul 01 12:00:00 +0000 2026",
        "retweeted_status_result": {"result": {"tweet": TWEET}},
    },
}
FACEBOOK = {
    "id": "S:1",
    "comet_sections": {
        "content": {
            "story": {
                "post_id": "75",
                "wwwURL": "https://www.facebook.com/konto/posts/75",
                "message": {"text": "hej"},
                "actors": [{"id": "9", "url": "https://www.facebook.com/konto", "name": "Konto"}],
            }
        },
        "context_layout": {
            "story": {"comet_sections": {"metadata": [{}, {"story": {"creation_time": SECONDS}}]}}
        },
        "feedback": {
            "deep": {"reaction_count": {"count": 1}, "share_count": {"count": 2}},
            "comment_rendering_instance": {"comments": {"total_count": 3}},
        },
    },
}
FACEBOOK_COMMENTS = {
    "id": "feedback:75",
    "comment_rendering_instance_for_feed_location": {
        "comments": {
            "edges": [
                {
                    "node": {
                        "legacy_fbid": f"76{number}",
                        "body": {"text": "hej"},
                        "created_time": SECONDS,
                        "author": {"name": "Konto", "id": "9"},
                    }
                }
                for number in range(2)
            ]
        }
    },
}


def _packed(told: str) -> str:
    return b64encode(told.encode()).decode()


def capture(path: Path, platform: str, *items: Mapping[str, object]) -> list[RawPost | Reject]:
    """Write native items as the browser extension does, and read them."""
    lines = [
        {
            "nav_index": "1:1:0",
            "item_id": "x",
            "timestamp_collected": SECONDS * 1000,
            "source_platform": platform,
            "source_platform_url": f"https://www.{platform}/",
            "data": item,
        }
        for item in items
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return list(read_posts(path))


@pytest.mark.parametrize(
    ("platform", "item", "name", "post_id", "counts"),
    [
        ("tiktok.com", TIKTOK, "tiktok", "71", (1, 2, 3, 4)),
        ("tiktok-comments", TIKTOK_COMMENT, "tiktok", "72", (1, None, 3, None)),
        ("instagram.com", INSTAGRAM, "instagram", "C1", (1, 2, 3, 4)),
        ("instagram.com", INSTAGRAM_GRAPH, "instagram", "C1", (1, None, 3, None)),
        ("threads.net", INSTAGRAM, "threads", "C1", (1, 2, 3, 4)),
        ("facebook.com", FACEBOOK, "facebook", "75", (1, 2, 3, None)),
    ],
)
def test_capture_is_unpacked(
    tmp_path: Path,
    platform: str,
    item: Mapping[str, object],
    name: str,
    post_id: str,
    counts: tuple[int | None, ...],
) -> None:
    """A captured item gives its text, author, time and reach from where its platform has them."""
    (post,) = capture(tmp_path / "a.ndjson", platform, item)
    assert isinstance(post, RawPost)
    assert (post.platform, post.native_id, post.text) == (name, post_id, "hej")
    assert (post.author, post.posted_at) == ("konto", MOMENT)
    reach = post.engagement
    assert reach is not None
    assert reach.observed_at == MOMENT
    found = (reach.like_count, reach.share_count, reach.comment_count, reach.view_count)
    assert found == counts


def test_x_is_unpacked_long_wrapped_and_reposted(tmp_path: Path) -> None:
    """A post on X gives its whole text, also where it is long, wrapped or reposted."""
    wrapped = {"__typename": "TweetWithVisibilityResults", "tweet": TWEET}
    posts = capture(tmp_path / "a.ndjson", "x.com", TWEET, wrapped, REPOST)
    assert all(isinstance(post, RawPost) for post in posts)
    assert [getattr(post, "text", "") for post in posts] == [
        "hej & hopp",
        "hej & hopp",
        "RT @konto: hej & hopp",
    ]
    assert getattr(posts[1], "url", "") == "https://x.com/konto/status/73"
    assert getattr(posts[1], "reply_to", "") == "70"
    assert getattr(posts[2], "author", "") == "annat"


def test_comments_below_a_story_are_posts(tmp_path: Path) -> None:
    """Facebook's comments come many in one captured item, and each is a post."""
    posts = capture(tmp_path / "a.ndjson", "facebook-comments", FACEBOOK_COMMENTS)
    assert [getattr(post, "native_id", "") for post in posts] == ["760", "761"]
    assert [getattr(post, "reply_to", "") for post in posts] == ["75", "75"]
    assert [getattr(post, "author", "") for post in posts] == ["9", "9"]


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({"comment_direct_parent": {"legacy_fbid": "760"}}, "760"),
        ({"comment_direct_parent": {"id": _packed("comment:75_760")}}, "760"),
        ({"parent_feedback": {"id": _packed("feedback:75")}}, "75"),
        ({"parent_feedback": {"id": _packed("feedback:75").rstrip("=")}}, "75"),
        ({"parent_feedback": {"id": "something new"}}, "something new"),
    ],
)
def test_a_comment_names_what_it_answers(
    parents: dict[str, object], expected: str, tmp_path: Path
) -> None:
    """Facebook packs the id of the story or comment in other ids, and it is taken out of them."""
    node = {"legacy_fbid": "761", "body": {"text": "hej"}, **parents}
    comments = {"comments": {"edges": [{"node": node}]}}
    item = {"id": "S:1", "comment_rendering_instance_for_feed_location": comments}
    (post,) = capture(tmp_path / "a.ndjson", "facebook-comments", item)
    assert isinstance(post, RawPost)
    assert post.reply_to == expected


def test_unknown_platforms_are_read_by_the_usual_names(tmp_path: Path) -> None:
    """An item of a platform without a reader of its own is read if its names are usual."""
    rows = capture(tmp_path / "a.ndjson", "gab.com", {"id": 1, "content": "hej"}, {"id": 2})
    assert [getattr(row, "platform", "") for row in rows] == ["gab.com", ""]
    assert [getattr(row, "code", "") for row in rows] == ["", "missing-text"]


def test_fourcat_table_is_read(tmp_path: Path) -> None:
    """4CAT's columns are known, its times are in UTC, its links tell the platform."""
    path = tmp_path / "some-dataset.csv"
    path.write_text(
        "id,thread_id,author,body,timestamp,unix_timestamp,tiktok_url,likes,comments,shares,plays\n"
        f"71,71,konto,hej,2026-07-01 12:00:00,{SECONDS},https://www.tiktok.com/@a/video/71,1,3,2,4\n"
        "72,71,konto,hej,2026-07-01 12:00:00,,https://www.tiktok.com/@a/video/71,,,,\n",
        encoding="utf-8",
    )
    first, second = read_posts(path)
    assert isinstance(first, RawPost)
    assert isinstance(second, RawPost)
    assert first.platform == second.platform == "tiktok"
    assert first.posted_at == second.posted_at == MOMENT
    assert (first.reply_to, second.reply_to) == (None, "71")
    assert first.engagement is not None
    assert first.engagement.view_count == 4


def test_fourcat_tells_the_answered_post_by_its_address(tmp_path: Path) -> None:
    """Where 4CAT links to the answered post, its id is taken from there and not the thread's."""
    path = tmp_path / "bsky-search.csv"
    path.write_text(
        "id,thread_id,timestamp,body,replied_to_post\n"
        "3ac,3aa,,hej,https://bsky.app/profile/konto.example.org/post/3ab\n"
        "3ad,3aa,,hej,\n",
        encoding="utf-8",
    )
    assert [getattr(post, "reply_to", "") for post in read_posts(path)] == ["3ab", "3aa"]


def test_fourcat_items_are_unpacked(tmp_path: Path) -> None:
    """4CAT's NDJSON of a browser capture is unpacked like the capture itself."""
    path = tmp_path / "tiktok-search.ndjson"
    meta = {"source_platform": "tiktok.com", "timestamp_collected": SECONDS * 1000}
    path.write_text(json.dumps({**TIKTOK, "__import_meta": meta}), encoding="utf-8")
    assert list(read_posts(path)) == capture(tmp_path / "a.ndjson", "tiktok.com", TIKTOK)


def test_fourcat_file_name_tells_the_platform(tmp_path: Path) -> None:
    """Where no link tells the platform, the name that 4CAT gives the file does."""
    path = tmp_path / "instagram-search-1.csv"
    path.write_text("id,thread_id,timestamp,body\n1,1,,hej\n", encoding="utf-8")
    (post,) = read_posts(path)
    assert isinstance(post, RawPost)
    assert post.platform == "instagram"


@pytest.mark.parametrize("indent", [None, 1])
def test_telegram_chat_is_read(tmp_path: Path, indent: int | None) -> None:
    """Messages with text are posts; those of the service and bare media are passed over."""
    path = tmp_path / "result.json"
    path.write_text(json.dumps(TELEGRAM_CHAT, indent=indent), encoding="utf-8")
    first, second = read_posts(path)
    assert isinstance(first, RawPost)
    assert isinstance(second, RawPost)
    assert (first.native_id, first.line) == ("4711/2", 2)
    assert first.text == 'Läs https://example.org nu {["]}'
    assert first.posted_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert first.engagement is not None
    assert first.engagement.like_count == 5
    assert second.posted_at == datetime(2026, 3, 1, 12, 2, tzinfo=UTC)
    assert (second.reply_to, second.author) == ("4711/2", "user99")


def test_telegram_account_keeps_chats_apart(tmp_path: Path) -> None:
    """In a whole account each message is known by its chat, and contacts are no posts."""
    account = {
        "about": "x",
        "contacts": {"list": [{"first_name": "x", "messages_count": 1}]},
        "chats": {"about": "x", "list": [TELEGRAM_CHAT, {**TELEGRAM_CHAT, "id": 8}]},
    }
    path = tmp_path / "result.json"
    path.write_text(json.dumps(account, indent=1), encoding="utf-8")
    ids = [getattr(post, "native_id", "") for post in read_posts(path)]
    assert ids == ["4711/2", "4711/4", "8/2", "8/4"]


def test_telegram_strange_messages_are_not_absorbed(tmp_path: Path) -> None:
    """A message without its text, or with a text of another type, is set aside."""
    messages = [{"id": 1}, {"id": 2, "text": 7}, {"id": 3, "type": "new", "text": "hej"}]
    path = tmp_path / "result.json"
    path.write_text(json.dumps({"id": 1, "messages": messages}), encoding="utf-8")
    rows = list(read_posts(path, "telegram"))
    assert [getattr(row, "code", "") for row in rows] == ["missing-text", "text-not-a-string", ""]
