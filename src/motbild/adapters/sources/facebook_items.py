"""Facebook's stories and comments, as its web pages send them.

The objects are deep and their upper levels change often, so that counts are
sought by name at any depth, within bounds.
"""

import re
from base64 import b64decode
from collections import deque
from collections.abc import Iterator, Mapping

from motbild.adapters.sources.native_items import Fields, Native, dig, first

# How many objects and lists of one story are looked into for a count, at most.
_SEARCH_LIMIT = 5_000
# The last number is the comment's own, or the story's where no comment is meant.
_PACKED_ID = re.compile(r"(?:feedback|comment):(?:\d+_)*(\d+)")


def unpack_facebook(item: Native) -> list[Fields]:
    """Take apart a Facebook story, or the comments below one."""
    edges = dig(item, "comment_rendering_instance_for_feed_location", "comments", "edges")
    if isinstance(edges, list) and edges:
        return [_unpack_comment(dig(edge, "node"), item) for edge in edges]
    return [_unpack_story(item)]


def _unpack_story(item: Native) -> Fields:
    story = dig(item, "comet_sections", "content", "story")
    context = dig(item, "comet_sections", "context_layout", "story", "comet_sections", "metadata")
    moments = [dig(part, "story", "creation_time") for part in _as_list(context)]
    return {
        "id": first(dig(story, "post_id"), item.get("post_id"), item.get("id")),
        "text": first(
            dig(story, "message", "text"),
            dig(story, "comet_sections", "message", "story", "message", "text"),
            dig(item, "message", "text"),
        ),
        "platform": "facebook",
        "posted_at": first(*moments, item.get("creation_time")),
        "author": _name_of(first(dig(story, "actors", 0), dig(item, "actors", 0))),
        "url": first(dig(story, "wwwURL"), item.get("url")),
        "likes": dig(_seek(item, "reaction_count"), "count"),
        "shares": dig(_seek(item, "share_count"), "count"),
        "comments": first(
            dig(_seek(item, "comment_rendering_instance"), "comments", "total_count"),
            _seek(item, "total_comment_count"),
        ),
    }


def _unpack_comment(node: object, item: Native) -> Fields:
    return {
        "id": first(dig(node, "legacy_fbid"), dig(node, "id")),
        "text": first(dig(node, "body", "text"), dig(node, "preferred_body", "text")),
        "platform": "facebook",
        "posted_at": dig(node, "created_time"),
        "author": _name_of(dig(node, "author")),
        "url": first(dig(node, "url"), dig(node, "feedback", "url")),
        "reply_to": first(
            dig(node, "comment_direct_parent", "legacy_fbid"),
            _plain_id(dig(node, "comment_direct_parent", "id")),
            _plain_id(dig(node, "parent_feedback", "id")),
            _plain_id(item.get("id")),
        ),
        "likes": first(
            dig(node, "feedback", "reactors", "count"),
            dig(node, "feedback", "reaction_count", "count"),
        ),
    }


def _plain_id(packed: object) -> object:
    """Return the id of the story or comment that a longer id holds, often as base64."""
    if not isinstance(packed, str):
        return None
    try:
        told = b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("ascii")
    except ValueError:
        told = packed
    match = _PACKED_ID.fullmatch(told)
    return match[1] if match else packed


def _name_of(actor: object) -> object:
    """Return the handle in an actor's address, and else its id or name."""
    address = dig(actor, "url")
    handle = address.rstrip("/").rsplit("/", 1)[-1] if isinstance(address, str) else ""
    is_handle = bool(handle) and "?" not in handle and "." not in handle.removesuffix(".com")
    return first(handle if is_handle else None, dig(actor, "id"), dig(actor, "name"))


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _seek(item: Native, key: str) -> object:
    """Return the value that a key has nearest to the top, within bounds."""
    return next((node[key] for node in _walk(item) if node.get(key) is not None), None)


def _walk(item: Native) -> Iterator[Mapping[str, object]]:
    waiting: deque[object] = deque([item])
    for _ in range(_SEARCH_LIMIT):
        if not waiting:
            return
        node = waiting.popleft()
        children = node.values() if isinstance(node, Mapping) else _as_list(node)
        waiting.extend(child for child in children if isinstance(child, Mapping | list))
        if isinstance(node, Mapping):
            yield node
