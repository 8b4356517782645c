"""Which posts to propose for review though nothing flags them: those that teach most.

Who is asked about flags alone never tells a model what it misses. So a few posts are
proposed beside them: those it was least sure of, those unlike all it has learned from,
those too short to flag, and those that may threaten, not surely enough for an alarm. A
post that speaks of no narrative is otherwise left alone, but for what briefly answers a
flagged one.

Source:
    Lewis and Gale, A Sequential Algorithm for Training Text Classifiers, 1994; Settles,
    Active Learning Literature Survey, 2009: uncertainty measured at the threshold, novelty
    weighed by relevance so that mere outliers do not win, and diversity within a batch.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from motbild.core.text import model_text
from motbild.core.units import PLACEHOLDER, is_brief
from motbild.core.verdicts import Thresholds

UNCERTAIN, NOVEL, SHORT, THREAT = "uncertain", "novel", "short", "threat"
KINDS: tuple[str, ...] = (UNCERTAIN, NOVEL, SHORT, THREAT)
FEWEST = 5  # so that a night with few flags still teaches
LEAST_NEAR = 0.5  # of its threshold; what is farther off was not a near thing
KNOWN_SIMILARITY = 0.5  # from here on a text speaks in the words of a seed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that is in no queue and on which nobody has decided.

    Attributes:
        post_id: The post.
        text_digest: Its text.
        family_id: Its group of copies.
        text: The text as written, masked.
        lang: ISO 639-1 or ``und``.
        narratives: Probability of each narrative.
        asserts: Probability that it asserts one.
        similarity: Cosine of its carrying sentence to the nearest labelled seed; None where it
            speaks of no narrative.
        answers_flagged: Whether the post that it answers is flagged.
        threat: Probability that it threatens or exposes staff.
    """

    post_id: str
    text_digest: str
    family_id: str
    text: str
    lang: str
    narratives: Mapping[str, float]
    asserts: float
    similarity: float | None
    answers_flagged: bool
    threat: float = 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A post to look at.

    Attributes:
        post_id: The post.
        text_digest: Its text.
        family_id: Its group of copies, no other of which is proposed.
        lang: ISO 639-1 or ``und``.
        narrative_id: The narrative that is nearest to its threshold.
        kind: One of `KINDS`.
        score: What it is worth among those of its kind, in [0, 1].
        reason: Why it is proposed, in Swedish words.
    """

    post_id: str
    text_digest: str
    family_id: str
    lang: str
    narrative_id: str
    kind: str
    score: float
    reason: str


def proposal_limit(flagged_family_count: int, share: float) -> int:
    """Return how many posts may be proposed beside the families that wait as flagged.

    Args:
        flagged_family_count: Families with a flag and no decision yet.
        share: Greatest share of these, in [0, 1]; 0 proposes nothing.
    """
    return max(FEWEST, int(share * flagged_family_count)) if share else 0


def propose_posts(
    candidates: Iterable[Candidate], thresholds: Thresholds, limit: int
) -> list[Proposal]:
    """Choose what to propose: kinds in turn, and within each narratives and languages in turn.

    Args:
        candidates: Posts that may be proposed, in any order.
        thresholds: Those of the model that classified them.
        limit: How many may be proposed.

    Returns:
        At most that many, one of a family; with a higher limit the same ones come first.
    """
    by_kind: dict[str, list[Proposal]] = {kind: [] for kind in KINDS}
    for candidate in candidates:
        for proposal in _possible(candidate, thresholds):
            by_kind[proposal.kind].append(proposal)
    chosen: dict[str, Proposal] = {}
    for turn in zip_longest(*(_take_turns(proposals) for proposals in by_kind.values())):
        for proposal in filter(None, turn):
            if len(chosen) < limit:
                chosen.setdefault(proposal.family_id, proposal)
    return list(chosen.values())


@dataclass(frozen=True, slots=True)
class _Nearness:
    """How near a candidate is to being flagged.

    Attributes:
        narrative: The narrative that is nearest to its threshold.
        probability: Its probability.
        limit: Its threshold.
        asserts_limit: The threshold of asserting, in the candidate's language.
        about: Share of the narrative's threshold that is reached, at most 1.
        asserting: The same of asserting.
        threat_limit: The threshold of threats.
    """

    narrative: str
    probability: float
    limit: float
    asserts_limit: float
    about: float
    asserting: float
    threat_limit: float

    @classmethod
    def of(cls, candidate: Candidate, thresholds: Thresholds) -> "_Nearness":
        limits = thresholds.narratives
        narrative = max(
            sorted(candidate.narratives), key=lambda name: candidate.narratives[name] / limits[name]
        )
        probability, limit = candidate.narratives[narrative], limits[narrative]
        asserts_limit = thresholds.asserts_by_lang.get(candidate.lang, thresholds.asserts)
        return cls(
            narrative,
            probability,
            limit,
            asserts_limit,
            about=min(1.0, probability / limit),
            asserting=min(1.0, candidate.asserts / asserts_limit),
            threat_limit=thresholds.threat,
        )

    @property
    def to_flag(self) -> float:
        """Share of what a flag needs; 1 where only its length kept a text from being flagged."""
        return min(self.about, self.asserting)


def _possible(candidate: Candidate, thresholds: Thresholds) -> Iterator[Proposal]:
    """Yield what a candidate could be proposed as."""
    near = _Nearness.of(candidate, thresholds)
    for kind, judge in _JUDGES.items():
        found = judge(candidate, near)
        if found:
            score, reason = found
            yield Proposal(
                candidate.post_id,
                candidate.text_digest,
                candidate.family_id,
                candidate.lang,
                near.narrative,
                kind,
                round(score, 6),
                reason,
            )


def _judge_uncertain(candidate: Candidate, near: _Nearness) -> tuple[float, str] | None:
    if not LEAST_NEAR <= near.to_flag < 1.0:
        return None
    if near.about < near.asserting:
        lacking = f"sannolikhet {_percent(near.probability)}, tröskel {_percent(near.limit)}"
        return near.to_flag, f"osäkert: {lacking}"
    lacking = f"{_percent(candidate.asserts)}, tröskel {_percent(near.asserts_limit)}"
    return near.to_flag, f"osäkert om det påstås: {lacking}"


def _judge_novel(candidate: Candidate, near: _Nearness) -> tuple[float, str] | None:
    if candidate.similarity is None or candidate.similarity >= KNOWN_SIMILARITY:
        return None
    likeness = f"{_percent(candidate.similarity)} likt närmaste exempel"
    return near.about * (1 - candidate.similarity), f"nya ord: {likeness}"


def _judge_short(candidate: Candidate, near: _Nearness) -> tuple[float, str] | None:
    is_near = near.to_flag == 1.0
    if not (is_near or candidate.answers_flagged) or not _is_short(candidate.text):
        return None
    told = "för kort för att flaggas" if is_near else "kort svar på ett flaggat inlägg"
    return near.to_flag, f"{told}: sannolikhet {_percent(near.probability)}"


def _judge_threat(candidate: Candidate, near: _Nearness) -> tuple[float, str] | None:
    share = candidate.threat / near.threat_limit
    if not LEAST_NEAR <= share < 1.0:
        return None
    told = f"{_percent(candidate.threat)}, tröskel {_percent(near.threat_limit)}"
    return share, f"kanske ett hot: {told}"


_JUDGES: Mapping[str, Callable[[Candidate, _Nearness], tuple[float, str] | None]] = {
    UNCERTAIN: _judge_uncertain,
    NOVEL: _judge_novel,
    SHORT: _judge_short,
    THREAT: _judge_threat,
}


def _is_short(text: str) -> bool:
    """Tell whether a text is brief and yet says something: no bare mention or emoji."""
    seen = model_text(text)
    return is_brief(seen) and any(map(str.isalnum, PLACEHOLDER.sub("", seen)))


def _take_turns(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Order proposals so that each narrative and language has its best before any its second."""
    best: dict[str, Proposal] = {}
    for proposal in sorted(proposals, key=lambda p: (-p.score, p.text_digest, p.post_id)):
        best.setdefault(proposal.family_id, proposal)
    before: Counter[tuple[str, str]] = Counter()
    ranked: list[tuple[int, Proposal]] = []
    for proposal in best.values():
        cell = (proposal.narrative_id, proposal.lang)
        ranked.append((before[cell], proposal))
        before[cell] += 1
    return [proposal for _, proposal in sorted(ranked, key=lambda pair: pair[0])]


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"
