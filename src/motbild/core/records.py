"""The single things that Motbild speaks of, as frozen dataclasses.

Tables between stages are in `schemas`; this module holds what one reads or
hands over one at a time. Nothing here touches the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

STANCES: tuple[str, ...] = ("asserts", "counters", "reports", "asks", "none")
LANGUAGES: tuple[str, ...] = ("sv", "ar", "en", "so", "tr", "fa")


@dataclass(frozen=True, slots=True)
class Engagement:
    """How far a post had reached when it was observed; None where not told."""

    observed_at: datetime | None = None
    like_count: int | None = None
    share_count: int | None = None
    comment_count: int | None = None
    view_count: int | None = None


@dataclass(frozen=True, slots=True)
class RawPost:
    """One post as a source gave it, before masking. Never stored as it is.

    Attributes:
        native_id: The platform's own id of the post, never empty.
        text: The text as written, never blank.
        platform: Lower-case name of the platform, such as ``tiktok``.
        line: 1-based line, row or item number in the file it came from.
        posted_at: Time-zone-aware moment of posting, or None where not told.
        author: The author's name or handle, or None.
        lang: The language as the source tells it (ISO 639-1), or None.
        url: Address of the post, or None.
        reply_to: Native id of the post it answers, or None.
        engagement: Reach when observed, or None.
        media: What tells its pictures, films or sounds from others: the platform's own ids
            or digests of them, or else their addresses.
    """

    native_id: str
    text: str
    platform: str
    line: int
    posted_at: datetime | None = None
    author: str | None = None
    lang: str | None = None
    url: str | None = None
    reply_to: str | None = None
    engagement: Engagement | None = None
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was set aside.

    Attributes:
        line: 1-based line, row or item number in its file.
        code: Short stable name of the reason, such as ``missing-text``.
        reason: One sentence: what is wrong and what to do. Never quotes the post.
    """

    line: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class NearSeed:
    """A labelled seed that lies near a text, with the cosine between the two."""

    seed_id: str
    similarity: float
    narratives: tuple[str, ...]
    stance: str
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word or character run and how much it added to the narrative's score."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a text was matched: what in it weighed, and what it resembles.

    Attributes:
        narrative: The narrative that this evidence speaks for.
        sentence: The sentence that carries it, as written.
        start: First character of the sentence in the text.
        end: One past its last character.
        seeds: The nearest labelled seeds, nearest first (at most three).
        terms: The terms that weighed most, weightiest first (at most five).
    """

    narrative: str
    sentence: str
    start: int
    end: int
    seeds: tuple[NearSeed, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """What one model version says of one text. Never a verdict by a person.

    Attributes:
        narratives: Calibrated probability in [0, 1] for each narrative id.
        matches: Ids of the narratives whose probability passed their threshold.
        stance: The likeliest stance, ``none`` when no narrative matched.
        stance_probabilities: Probability for each of `STANCES`, summing to 1.
        threat_probability: Calibrated probability of a threat or doxxing.
        is_threat: Whether that passed its threshold.
        is_flagged: Whether a narrative matched and the stance is ``asserts`` or
            too uncertain to exclude it.
        evidence: For the likeliest narrative, where one matched; else None.
    """

    narratives: Mapping[str, float]
    matches: tuple[str, ...]
    stance: str
    stance_probabilities: Mapping[str, float]
    threat_probability: float
    is_threat: bool
    is_flagged: bool
    evidence: Evidence | None = None
