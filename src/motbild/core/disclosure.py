"""A masked copy of what is held of some posts, for somebody who has asked for it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from motbild.core.privacy import mask

_NOTHING = "(taken away; its time was over)"


def mask_copy(posts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Mask once more what people wrote: a note may name somebody."""
    return [{name: _masked(value) for name, value in post.items()} for post in posts]


def render_lines(posts: Iterable[Mapping[str, Any]]) -> str:
    """Write the copy as JSON Lines, one post a line."""
    return "".join(json.dumps(post, ensure_ascii=False, default=_as_text) + "\n" for post in posts)


def render_readable(posts: Sequence[Mapping[str, Any]], *, case: str, now: datetime) -> str:
    """Write the copy as Markdown, for people."""
    head = [
        "# What is held",
        "",
        f"Copy of {now:%Y-%m-%d %H:%M} UTC{f', case {case}' if case else ''}: "
        f"{len(posts)} {'post' if len(posts) == 1 else 'posts'}. Names, numbers and addresses of "
        "people were masked before anything was stored. A classification is a model's output; "
        "a decision is a person's.",
    ]
    return "\n".join([*head, *(line for post in posts for line in _post_lines(post)), ""])


def _post_lines(post: Mapping[str, Any]) -> list[str]:
    text = post["text"] if post["text"] is not None else _NOTHING
    lines = ["", f"## {post['post_id']}", "", *(f"> {line}" for line in text.splitlines()), ""]
    for name, value in post.items():
        if name in ("post_id", "text") or value in (None, []):
            continue
        if not isinstance(value, list):
            lines.append(f"- {_label(name)}: {_as_text(value)}")
            continue
        lines.append(f"- {_label(name)}:")
        lines += [f"  - {_told(each)}" for each in value]
    return lines


def _told(row: Mapping[str, Any]) -> str:
    parts = (
        f"{_label(name)} {_as_text(value)}"
        for name, value in row.items()
        if value not in (None, "", [])
    )
    return ", ".join(parts)


def _label(name: str) -> str:
    return name.replace("_", " ")


def _masked(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    return value


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
