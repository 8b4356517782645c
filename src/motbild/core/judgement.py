"""Labelled posts, and what a classifier says of them, side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from motbild.core.classifier import Classifier, flag_score
from motbild.core.metrics import Flags, Floats
from motbild.core.privacy import mask
from motbild.core.records import STANCES
from motbild.core.vectors import Encode
from motbild.errors import InputError


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A post with what a person says of it.

    Attributes:
        parent: Text of the post that it answers, or None where that is not known.
    """

    post_id: str
    text: str
    lang: str
    narratives: tuple[str, ...]
    stance: str
    is_threat: bool = False
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What people and the model say of the same posts, row by row.

    Attributes:
        narrative_ids: Names of the narrative columns.
        langs: ``(n,)``.
        probabilities: ``(n, narratives)``.
        matched: ``(n, narratives)`` by the model.
        narratives: ``(n, narratives)`` by people.
        stances_told: ``(n, 5)`` by the model, one true in each row.
        stances: ``(n, 5)`` by people.
        threat_probabilities: ``(n,)``.
        threats_told: ``(n,)`` by the model.
        threats: ``(n,)`` by people.
        flag_scores: ``(n,)``.
        flagged: ``(n,)`` by the model.
        flags: ``(n,)`` by people: a narrative that is asserted.
    """

    narrative_ids: tuple[str, ...]
    langs: NDArray[np.str_]
    probabilities: Floats
    matched: Flags
    narratives: Flags
    stances_told: Flags
    stances: Flags
    threat_probabilities: Floats
    threats_told: Flags
    threats: Flags
    flag_scores: Floats
    flagged: Flags
    flags: Flags

    def take(self, chosen: Flags) -> "Judged":
        """Return some of the posts."""
        columns = {
            name: getattr(self, name)[chosen]
            for name in self.__dataclass_fields__
            if name != "narrative_ids"
        }
        return Judged(self.narrative_ids, **columns)


def parse_labelled(rows: Iterable[Mapping[str, Any]], name: str) -> list[LabelledPost]:
    """Take labelled posts from the rows of a file.

    Args:
        rows: One mapping a line, with id, text, lang, narratives, stance and threat. An
            answer names in ``reply_to`` the id of a post of the same file, or gives in
            ``parent`` the text that it answers; an id that is not there is passed over.
        name: What to call the file in messages.

    Raises:
        InputError: A row lacks a key or contradicts itself; names file and line.
    """
    told = list(rows)
    posts = [_parse_row(row, f"line {line} of {name}") for line, row in enumerate(told, 1)]
    if not posts:
        raise InputError(f"{name} holds no labelled post: give one JSON object a line.")
    by_id = {post.post_id: post for post in reversed(posts)}
    return [
        _with_parent(post, row.get("reply_to"), by_id)
        for post, row in zip(posts, told, strict=True)
    ]


def _with_parent(
    post: LabelledPost, reply_to: object, by_id: Mapping[str, LabelledPost]
) -> LabelledPost:
    answered = by_id.get(str(reply_to)) if reply_to is not None else None
    if post.parent or answered is None or answered.post_id == post.post_id:
        return post
    return replace(post, parent=answered.text)


def _parse_row(row: Mapping[str, Any], where: str) -> LabelledPost:
    if not isinstance(row, Mapping):
        raise InputError(f"There is no JSON object in {where}: write one post a line, in braces.")
    for key in ("id", "text", "lang", "narratives", "stance"):
        if key not in row:
            raise InputError(f"The key {key!r} is missing in {where}: add it.")
    text, narratives, stance = row["text"], row["narratives"], row["stance"]
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"The text is empty in {where}: write the post's text.")
    if not isinstance(narratives, list) or not all(isinstance(n, str) for n in narratives):
        raise InputError(f"The narratives are no list of ids in {where}: write [] for none.")
    if stance not in STANCES or (stance == "none") != (not narratives):
        raise InputError(
            f"The stance does not go with the narratives in {where}: write 'none' exactly when "
            f"there are none, else one of {', '.join(STANCES[:-1])}."
        )
    threat = row.get("threat", False)
    if not isinstance(threat, bool):
        raise InputError(f"The key 'threat' is neither true nor false in {where}: write one.")
    parent = row.get("parent")
    if parent is not None and not (isinstance(parent, str) and parent.strip()):
        raise InputError(
            f"The key 'parent' is no text in {where}: write the answered post's text, or leave "
            "it out."
        )
    lang = str(row["lang"])
    return LabelledPost(str(row["id"]), text, lang, tuple(narratives), stance, threat, parent)


def judge(posts: Sequence[LabelledPost], classifier: Classifier, encode: Encode) -> Judged:
    """Classify labelled posts, each with what it answers, and set both judgements side by side.

    Raises:
        InputError: A post bears a narrative that the classifier does not know.
    """
    ids = classifier.narratives
    unknown = sorted({name for post in posts for name in post.narratives} - set(ids))
    if unknown:
        raise InputError(
            f"The labelled posts bear the narrative {unknown[0]!r}, which the model does not "
            f"know: it knows {', '.join(ids)}; train it with the pack that holds it."
        )
    told = classifier.classify(
        [mask(post.text) for post in posts],
        [post.lang for post in posts],
        encode,
        parents=[mask(post.parent) if post.parent else None for post in posts],
    )
    stances = np.array([STANCES.index(post.stance) for post in posts])
    stances_told = np.array([STANCES.index(c.stance) for c in told])
    narratives = np.array([[name in post.narratives for name in ids] for post in posts])
    return Judged(
        narrative_ids=ids,
        langs=np.array([post.lang for post in posts]),
        probabilities=np.array([[c.narratives[name] for name in ids] for c in told]),
        matched=np.array([[name in c.matches for name in ids] for c in told]),
        narratives=narratives,
        stances_told=np.eye(len(STANCES), dtype=bool)[stances_told],
        stances=np.eye(len(STANCES), dtype=bool)[stances],
        threat_probabilities=np.array([c.threat_probability for c in told]),
        threats_told=np.array([c.is_threat for c in told]),
        threats=np.array([post.is_threat for post in posts]),
        flag_scores=np.array([flag_score(c) for c in told]),
        flagged=np.array([c.is_flagged for c in told]),
        flags=narratives.any(axis=1) & (stances == STANCES.index("asserts")),
    )
