"""Telegram Desktop's result.json: one chat, or a whole account with a list of chats.

Messages of the service itself (joins, pins, calls) and media without a caption
are no posts and are passed over. A message's number is unique in its chat only,
so a post's id is the chat's id, a stroke and the number. The author is the
account's id, which names do not change, and else the name.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import ascii_letters

from motbild.adapters.sources.json_items import ItemCutter
from motbild.adapters.sources.mapping import ColumnMapping
from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.rows import make_post
from motbild.adapters.sources.streams import read_text
from motbild.core.records import RawPost, Reject
from motbild.errors import SourceError

_NO_POSTS = ("service", "unsupported")


def read(path: Path, mapping: ColumnMapping) -> Iterator[RawPost | Reject]:
    """Yield the posts of a Telegram export.

    Raises:
        SourceError: The file holds no list of messages.
        BrokenTailError: The file ends too early or is damaged.
    """
    cutter = ItemCutter(read_text(path), key="messages")
    for item in cutter.cut():
        if isinstance(item.value, Reject):
            yield item.value
            continue
        post = parse_message(item.value, item.heading.get("id"), item.number, mapping)
        if post is not None:
            yield post
    if not cutter.has_list:
        raise SourceError(
            f"{path} holds no list of messages; export the chat from Telegram Desktop as JSON."
        )


def parse_message(
    message: Mapping[str, object], chat_id: object, number: int, mapping: ColumnMapping
) -> RawPost | Reject | None:
    """Turn a message into a post or a reject, or None where it is no post.

    Args:
        message: The message as exported.
        chat_id: Id of its chat, or None where not told.
        number: 1-based number of the message in the file.
        mapping: Tells the zone of moments that do not tell theirs.
    """
    if message.get("type") in _NO_POSTS or message.get("text", "missing") in (None, "", []):
        return None
    if "text" not in message:
        return make_reject(number, "missing-text")
    text = _flatten(message["text"])
    if text is None:
        return make_reject(number, "text-not-a-string")
    if not text.strip():
        return None
    fields = {
        "id": _full_id(chat_id, message.get("id")),
        "text": text,
        "platform": "telegram",
        "posted_at": message.get("date_unixtime") or message.get("date"),
        "author": message.get("from_id") or message.get("from"),
        "reply_to": _full_id(
            _bare_id(message.get("reply_to_peer_id")) or chat_id, message.get("reply_to_message_id")
        ),
        "likes": _count_reactions(message.get("reactions")),
        "shares": message.get("forwards"),
        "views": message.get("views"),
    }
    return make_post(fields, number, mapping)


def _flatten(text: object) -> str | None:
    """Join a text that is a list of strings and marked-up parts; None where it is none."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return None
    parts = [part.get("text") if isinstance(part, dict) else part for part in text]
    strings = [part for part in parts if isinstance(part, str)]
    return "".join(strings) if len(strings) == len(parts) else None


def _full_id(chat_id: object, message_id: object) -> object:
    if not isinstance(chat_id, int | str) or not isinstance(message_id, int | str):
        return message_id
    return f"{chat_id}/{message_id}" if chat_id and message_id else message_id


def _bare_id(peer_id: object) -> object:
    """Return the number in a peer's id such as ``channel1234``, as chats have theirs."""
    return peer_id.lstrip(ascii_letters) if isinstance(peer_id, str) else None


def _count_reactions(reactions: object) -> int | None:
    if not isinstance(reactions, list):
        return None
    counts = [reaction.get("count") for reaction in reactions if isinstance(reaction, dict)]
    return sum(count for count in counts if isinstance(count, int))
