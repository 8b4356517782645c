"""What Bluesky's records say, as posts, whether they were found or streamed.

Source: the lexicons `app.bsky.feed.post`, `app.bsky.richtext.facet` and
`app.bsky.embed.*` of the AT Protocol.
"""

from collections.abc import Iterator
from datetime import datetime

from motbild.adapters.sources.live.moments import trust_moment
from motbild.adapters.sources.mapping import DEFAULT_MAPPING
from motbild.adapters.sources.native_items import Native, dig
from motbild.adapters.sources.rejects import make_reject
from motbild.adapters.sources.rows import make_post
from motbild.core.records import RawPost, Reject

_COLLECTION = "app.bsky.feed.post"


def read_view(view: object, line: int, until: datetime) -> RawPost | Reject | None:
    """Return the post of a search result, or None where it has no words.

    Args:
        view: One of the results.
        line: 1-based number on its page.
        until: Moment of asking.
    """
    place = _split_uri(dig(view, "uri"))
    record = dig(view, "record")
    if not isinstance(view, dict) or place is None or not isinstance(record, dict):
        return make_reject(line, "unknown-form")
    reach = {
        "likes": view.get("likeCount"),
        "shares": _sum_counts(view.get("repostCount"), view.get("quoteCount")),
        "comments": view.get("replyCount"),
    }
    return read_record(record, place, line, until, view.get("indexedAt"), reach)


def read_record(
    record: Native,
    place: tuple[str, str],
    line: int,
    until: datetime,
    seen: object,
    reach: Native | None = None,
) -> RawPost | Reject | None:
    """Return the post of a record, or None where it has no words.

    Args:
        record: As its author's client wrote it.
        place: The author's identifier, and the record's key.
        line: 1-based number on its page.
        until: Moment of asking.
        seen: When the service first saw it.
        reach: Its counts, by the names in `mapping.USUAL_COLUMNS`.
    """
    text = record.get("text")
    if not isinstance(text, str):
        return make_reject(line, "unknown-form")
    if not text.strip():
        return None
    author, key = place
    fields = {
        "id": f"{author}/{key}",
        "text": _with_links(text, record),
        "platform": "bluesky",
        "posted_at": trust_moment(record.get("createdAt"), until, seen),
        "author": author,
        "lang": _only_language(record),
        "url": f"https://bsky.app/profile/{author}/post/{key}",
        "reply_to": _answered(record),
        "media": list(_media(record.get("embed"))),
        **(reach or {}),
    }
    return make_post(fields, line, DEFAULT_MAPPING)


def tell_languages(record: Native) -> list[str]:
    """Return the languages that a post says it is in, in lower case without regions."""
    told = record.get("langs")
    names = told if isinstance(told, list) else []
    return [name.lower().split("-")[0] for name in names if isinstance(name, str)]


def _only_language(record: Native) -> str | None:
    """Return the language that is told; where several are, the text itself has to tell."""
    names = set(tell_languages(record))
    return names.pop() if len(names) == 1 else None


def _split_uri(uri: object) -> tuple[str, str] | None:
    """Return whose record an address leads to, and its key; None where it is no post's."""
    parts = uri.removeprefix("at://").split("/") if isinstance(uri, str) else []
    if len(parts) != 3 or parts[1] != _COLLECTION or not parts[0] or not parts[2]:
        return None
    return parts[0], parts[2]


def _answered(record: Native) -> str | None:
    place = _split_uri(dig(record, "reply", "parent", "uri"))
    return "/".join(place) if place else None


def _with_links(text: str, record: Native) -> str:
    """Put links in full where the text shows them shortened, and the linked page's behind it."""
    written = text.encode("utf-8", "surrogatepass")
    for start, end, address in sorted(_find_links(record.get("facets"), len(written)))[::-1]:
        written = written[:start] + address.encode() + written[end:]
    full = written.decode("utf-8", "replace")
    card = dig(record, "embed", "external", "uri") or dig(
        record, "embed", "media", "external", "uri"
    )
    return f"{full}\n{card}" if isinstance(card, str) and card not in full else full


def _find_links(facets: object, length: int) -> Iterator[tuple[int, int, str]]:
    """Yield where links stand, in bytes, and where they lead; odd ones are left as written."""
    for facet in facets if isinstance(facets, list) else []:
        start, end = dig(facet, "index", "byteStart"), dig(facet, "index", "byteEnd")
        features = dig(facet, "features")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= length:
            continue
        for feature in features if isinstance(features, list) else []:
            address = dig(feature, "uri")
            if isinstance(address, str) and address.startswith(("http://", "https://")):
                yield start, end, address
                break


def _media(embed: object) -> Iterator[object]:
    """Yield the identifiers of pictures and films, which are made of what they hold."""
    for part in (embed, dig(embed, "media")):
        images = dig(part, "images")
        for image in images if isinstance(images, list) else []:
            yield dig(image, "image", "ref", "$link")
        yield dig(part, "video", "ref", "$link")


def _sum_counts(*told: object) -> int | None:
    counts = [count for count in told if isinstance(count, int) and not isinstance(count, bool)]
    return sum(counts) if counts else None
