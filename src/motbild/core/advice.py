"""Whether to answer what is spreading, or to leave it.

A rumour that few have seen is spread further by whoever answers it in public, so
spread decides first; people who ask are answered where they ask; threats go to those
who handle them. It is advice: a person decides. Reasons are codes with numbers; the
sentences that people read are the web's.

Source:
    RESIST 2: Counter-disinformation toolkit, UK Government Communication Service, 2021,
    on ranking priorities before responding. The numbers in `RULES` are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LEVELS = ("ignore", "watch", "prepare", "answer", "escalate")
RECENT_DAYS = 7  # an answer is given this long to work before another one
NO_FACT, ANSWERED = "no-usable-fact", "answered-recently"
# What keeps a level down, and the highest that it leaves.
_CAPS = {NO_FACT: "prepare", ANSWERED: "watch"}
Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of one narrative, or of one family of copies.

    Attributes:
        flagged_last_7_days: Posts flagged.
        flagged_week_before: Likewise of the seven days before.
        reach: Views, or what weighs as views, of the last seven days' posts.
        source_count: Sources that they come from.
        platform_count: Platforms likewise.
        question_count: Posts that ask about it, of the last seven days.
        threat_count: Posts that threaten somebody because of it, likewise.
        harm: How harmful it is to those it reaches, in [0, 1].
        has_usable_fact: Whether the fact bank holds an answer that may be used.
        answered_within_days: Days since an answer was last published, or None.
    """

    flagged_last_7_days: int
    flagged_week_before: int
    reach: int
    source_count: int
    platform_count: int
    question_count: int
    threat_count: int
    harm: float
    has_usable_fact: bool
    answered_within_days: int | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, and why.

    Attributes:
        level: One of `LEVELS`.
        reasons: Code and the numbers that its sentence tells, the weightiest first.
    """

    level: str
    reasons: tuple[tuple[str, Numbers], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason for a level: holds where each number is at least what is given."""

    level: str
    code: str
    least: Numbers

    def holds(self, numbers: Numbers) -> bool:
        """Tell whether every number is large enough."""
        return all(numbers[name] >= limit for name, limit in self.least.items())


# Each asks only that numbers be large enough, so that more spread never lowers a level.
RULES = (
    Rule("escalate", "threats", {"threats": 1}),
    Rule("escalate", "wide-and-harmful", {"posts": 100, "platforms": 3, "harm": 0.7}),
    Rule("escalate", "seen-and-harmful", {"posts": 20, "reach": 500_000, "harm": 0.7}),
    Rule("answer", "many-posts", {"posts": 50, "sources": 2}),
    Rule("answer", "far-reach", {"posts": 5, "reach": 100_000}),
    Rule("answer", "growing", {"posts": 20, "growth": 2}),
    Rule("answer", "people-ask", {"questions": 3}),
    Rule("prepare", "some-posts", {"posts": 15}),
    Rule("prepare", "some-reach", {"posts": 1, "reach": 20_000}),
    Rule("prepare", "several-platforms", {"posts": 5, "platforms": 2}),
    Rule("prepare", "harmful", {"posts": 5, "harm": 0.8}),
    Rule("prepare", "someone-asks", {"questions": 1}),
    Rule("watch", "few-posts", {"posts": 3}),
    Rule("watch", "little-reach", {"posts": 1, "reach": 1_000}),
    Rule("ignore", "hardly-seen", {"posts": 1}),
)
_NOTHING = Rule("ignore", "nothing-seen", {})
# Whoever asks gets the answer that has been published; that does not spread the rumour.
_ASKING = ("people-ask", "someone-asks")
CODES = (*(rule.code for rule in (*RULES, _NOTHING)), NO_FACT, ANSWERED)


def advise(situation: Situation) -> Advice:
    """Advise whether to answer.

    The level is the highest of any rule that holds. Without a usable fact nothing can be
    answered yet, and what was answered lately is watched first; neither keeps anything
    from being escalated.
    """
    numbers = _count(situation)
    held = [rule for rule in RULES if rule.holds(numbers)] or [_NOTHING]
    ranks = [_rank(rule, situation) for rule in held]
    deciding = [rule for rule, rank in zip(held, ranks, strict=True) if rank == max(ranks)]
    codes = [rule.code for rule in deciding if rule.level == deciding[0].level]
    codes += [cap for cap in _CAPS if any(_lowers(cap, r, situation) for r in held)]
    return Advice(LEVELS[max(ranks)], tuple((code, numbers) for code in codes))


def _rank(rule: Rule, situation: Situation) -> int:
    """Return the place in `LEVELS` that a rule leads to."""
    caps = [_CAPS[cap] for cap in _CAPS if _lowers(cap, rule, situation)]
    return LEVELS.index(min([rule.level, *caps], key=LEVELS.index))


def _lowers(cap: str, rule: Rule, situation: Situation) -> bool:
    """Tell whether a rule would lead higher if it were not for a cap."""
    if rule.level == "escalate" or LEVELS.index(rule.level) <= LEVELS.index(_CAPS[cap]):
        return False
    if cap == NO_FACT:
        return not situation.has_usable_fact
    days = situation.answered_within_days
    return days is not None and days <= RECENT_DAYS and rule.code not in _ASKING


def _count(situation: Situation) -> dict[str, float]:
    posts, before = situation.flagged_last_7_days, situation.flagged_week_before
    return {
        "posts": posts,
        "before": before,
        "growth": posts / max(before, 1),
        "reach": situation.reach,
        "sources": situation.source_count,
        "platforms": situation.platform_count,
        "questions": situation.question_count,
        "threats": situation.threat_count,
        "harm": situation.harm,
        "days": situation.answered_within_days or 0,
    }
