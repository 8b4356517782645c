"""What the platforms' own web pages send, as a browser extension captures it.

One function for each platform takes the native object apart and returns the
fields of one or more posts, by the names in `mapping.USUAL_COLUMNS`. A field
that is not where it was expected is simply not told.

Source: the modules of Zeeschuimer and the mapping of 4CAT, both of the Digital
Methods Initiative, whose documented field names are followed here.
"""

from collections.abc import Mapping

from motbild.adapters.sources.references import read_references

Fields = dict[str, object]
Native = Mapping[str, object]


def dig(node: object, *keys: str | int) -> object:
    """Follow keys and positions into nested JSON; None where one leads nowhere."""
    for key in keys:
        if isinstance(node, Mapping) and isinstance(key, str):
            node = node.get(key)
        elif isinstance(node, list) and isinstance(key, int) and key < len(node):
            node = node[key]
        else:
            return None
    return node


def first(*values: object) -> object:
    """Return the first value that is there and is not empty."""
    return next((value for value in values if value not in (None, "", [], {})), None)


def unpack_tiktok(item: Native) -> list[Fields]:
    """Take apart a TikTok video, or a comment on one."""
    if "cid" in item and "aweme_id" in item:
        return [_unpack_tiktok_comment(item)]
    author = first(dig(item, "author", "uniqueId"), item.get("author"))
    counts = first(item.get("statsV2"), item.get("stats"))
    post_id = item.get("id")
    return [
        {
            "id": post_id,
            "text": item.get("desc"),
            "platform": "tiktok",
            "posted_at": item.get("createTime"),
            "author": author,
            "lang": item.get("textLanguage"),
            "url": make_link("https://www.tiktok.com/@{}/video/{}", author, post_id),
            "likes": dig(counts, "diggCount"),
            "shares": dig(counts, "shareCount"),
            "comments": dig(counts, "commentCount"),
            "views": dig(counts, "playCount"),
        }
    ]


def _unpack_tiktok_comment(item: Native) -> Fields:
    answered = item.get("reply_id")
    return {
        "id": item.get("cid"),
        "text": item.get("text"),
        "platform": "tiktok",
        "posted_at": item.get("create_time"),
        "author": first(dig(item, "user", "unique_id"), dig(item, "user", "uid")),
        "lang": item.get("comment_language"),
        "url": dig(item, "share_info", "url"),
        "reply_to": item.get("aweme_id") if answered in (None, "", "0", 0) else answered,
        "likes": item.get("digg_count"),
        "comments": item.get("reply_comment_total"),
    }


def unpack_instagram(item: Native) -> list[Fields]:
    """Take apart an Instagram post in list or graph form, or a comment."""
    code = first(item.get("code"), item.get("shortcode"))
    caption = first(
        dig(item, "caption", "text"),
        dig(item, "edge_media_to_caption", "edges", 0, "node", "text"),
        item.get("caption"),
        item.get("text"),
    )
    return [
        {
            "id": first(code, item.get("pk"), item.get("id")),
            "text": caption,
            "platform": "instagram",
            "posted_at": first(
                item.get("taken_at"), item.get("taken_at_timestamp"), item.get("created_at")
            ),
            "author": first(
                dig(item, "user", "username"),
                dig(item, "owner", "username"),
                dig(item, "user", "unique_id"),
            ),
            "url": first(make_link("https://www.instagram.com/p/{}/", code), item.get("post_url")),
            "reply_to": first(item.get("parent_comment_id"), item.get("post_id")),
            "likes": first(
                item.get("like_count"),
                dig(item, "edge_media_preview_like", "count"),
                dig(item, "edge_liked_by", "count"),
                item.get("comment_like_count"),
            ),
            "shares": first(item.get("reshare_count"), item.get("media_repost_count")),
            "comments": first(
                item.get("comment_count"),
                dig(item, "edge_media_to_comment", "count"),
                dig(item, "edge_media_preview_comment", "count"),
                item.get("child_comment_count"),
            ),
            "views": first(
                item.get("play_count"), item.get("view_count"), item.get("video_view_count")
            ),
        }
    ]


def unpack_threads(item: Native) -> list[Fields]:
    """Take apart a post on Threads, which has the form of Instagram's."""
    code, (fields,) = item.get("code"), unpack_instagram(item)
    url = make_link("https://www.threads.net/@{}/post/{}", fields["author"], code)
    return [{**fields, "platform": "threads", "url": url}]


def unpack_x(item: Native) -> list[Fields]:
    """Take apart a post on X, wrapped, long, reposted or in the older form."""
    tweet = _unwrap(item)
    name = _screen_name(tweet)
    post_id = first(dig(tweet, "rest_id"), dig(tweet, "legacy", "id_str"), dig(tweet, "id"))
    reposted = _unwrap(dig(tweet, "legacy", "retweeted_status_result", "result"))
    text = _x_text(tweet)
    # A repost's own text is cut short; the full one stands in what it reposts.
    if (full := _x_text(reposted)) is not None:
        text = f"RT @{_screen_name(reposted) or ''}: {full}"
    return [
        {
            "id": post_id,
            "text": read_references(text) if isinstance(text, str) else text,
            "platform": "x",
            "posted_at": dig(tweet, "legacy", "created_at"),
            "author": name,
            "lang": dig(tweet, "legacy", "lang"),
            "url": make_link("https://x.com/{}/status/{}", name, post_id),
            "reply_to": dig(tweet, "legacy", "in_reply_to_status_id_str"),
            "likes": dig(tweet, "legacy", "favorite_count"),
            "shares": dig(tweet, "legacy", "retweet_count"),
            "comments": dig(tweet, "legacy", "reply_count"),
            "views": first(dig(tweet, "views", "count"), dig(tweet, "ext_views", "count")),
        }
    ]


def _unwrap(tweet: object) -> object:
    """Return the post inside what X wraps around posts of limited visibility."""
    inner = dig(tweet, "tweet")
    return inner if isinstance(inner, Mapping) else tweet


def _screen_name(tweet: object) -> object:
    user = dig(tweet, "core", "user_results", "result")
    return first(
        dig(user, "legacy", "screen_name"),
        dig(user, "core", "screen_name"),
        dig(tweet, "user", "screen_name"),
    )


def _x_text(tweet: object) -> object:
    note = dig(tweet, "note_tweet", "note_tweet_results")
    return first(dig(note, "result", "text"), dig(note, "text"), dig(tweet, "legacy", "full_text"))


def make_link(pattern: str, *parts: object) -> str | None:
    """Fill in an address, where all its parts are told."""
    if all(isinstance(part, str | int) and part != "" for part in parts):
        return pattern.format(*parts)
    return None
