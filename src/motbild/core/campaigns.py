"""Campaigns: what speaks for a message being pushed, as counts and never as people.

A campaign is a group of families that say the same or carry the same rare links, where the
posts lie closer in time than the pace around them explains. Each sign is told by itself;
none says who is behind it or why, and many people who are moved at once may look like one.

Source:
    Posts of different accounts within a minute: Graham and the QUT Digital Observatory,
    "Coordination Network Toolkit", 2020 (60 seconds); Keller et al., "Political Astroturfing
    on Twitter", Political Communication 37(2), 2020; Schoch et al., "Coordination patterns
    reveal online political astroturfing across the world", Scientific Reports 12, 4572, 2022.
    Shared links: Giglietto et al., "It takes a village to manipulate the media",
    Information, Communication & Society 23(6), 2020. Decision record 0023.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from motbild.core.siblings import Tie
from motbild.core.timing import (
    CO_POST_SECONDS,
    MINUTE,
    UNKNOWN,
    Burst,
    Mask,
    Numbers,
    expect_co_posts,
    find_burst,
    find_co_posts,
)

FEWEST_ACCOUNTS = 5  # of a campaign, so that no count in it singles anybody out
MANY_ACCOUNTS = 10
BURST_ACCOUNTS = 5
BURST_SHARE = 1 / 3  # of the posts of the hours around it that a burst holds
CO_POSTING_ACCOUNTS = 4
# Close posts must be three times as many as the pace around them explains, and some more, since
# two or three posts fall together by chance somewhere among many messages.
CO_POSTING_RATIO, CO_POSTING_MARGIN = 3.0, 4
FEWEST_OF_A_KIND = 2  # posts in a language or on a platform, for it to count as one
FEWEST_REASONS = 2

# Without one of these a message may be popular; it is not pushed as far as can be seen.
PUSHING = frozenset({"burst", "co-posting"})
REASONS = (
    "co-posting",
    "burst",
    "many-accounts",
    "several-languages",
    "several-platforms",
    "shared-link",
    "shared-media",
)
_HALF_SIZE = 20.0  # accounts that count for half of the most


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a group of families has spread; reposts are left out of all but their own count.

    Attributes:
        post_count: Posts; later wordings of one count once.
        repost_count: Posts that are marked as reposts.
        account_count: Accounts; posts of unknown ones count for none.
        family_account_count: Accounts of the family that has most.
        post_count_by_lang: Posts by the language of their family (ISO 639-1 or ``und``).
        post_count_by_platform: Posts by platform.
        first_posted_at: Earliest moment that is told, or None.
        last_posted_at: Latest, likewise.
    """

    post_count: int
    repost_count: int
    account_count: int
    family_account_count: int
    post_count_by_lang: dict[str, int]
    post_count_by_platform: dict[str, int]
    first_posted_at: datetime | None
    last_posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How close in time the posts of a group lie.

    Attributes:
        timed_post_count: Posts whose moment is known to the minute; of the others nothing
            is said.
        co_post_count: Of them, within a minute of one by another account.
        co_post_account_count: Accounts of those.
        expected_co_post_count: As many would be so if only the pace around them counted.
        burst: The most that happened within ten minutes.
    """

    timed_post_count: int = 0
    co_post_count: int = 0
    co_post_account_count: int = 0
    expected_co_post_count: float = 0.0
    burst: Burst = field(default_factory=Burst)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group of families that may be a campaign.

    Attributes:
        family_ids: Its families, sorted.
        narrative_id: The narrative that most of its posts bear on.
        spread: How far it has spread.
        pace: How close in time its posts lie.
        shared_link_count: Rare links that two or more of its families share.
        shared_media_count: Likewise media.
    """

    family_ids: tuple[str, ...]
    narrative_id: str
    spread: Spread
    pace: Pace
    shared_link_count: int = 0
    shared_media_count: int = 0

    @property
    def reasons(self) -> tuple[str, ...]:
        """The signs that it shows, in the order of `REASONS`."""
        burst, pace = self.pace.burst, self.pace
        shows = {
            "co-posting": pace.co_post_account_count >= CO_POSTING_ACCOUNTS
            and pace.co_post_count
            >= CO_POSTING_RATIO * pace.expected_co_post_count + CO_POSTING_MARGIN,
            "burst": burst.account_count >= BURST_ACCOUNTS
            and burst.post_count >= BURST_SHARE * burst.nearby_count,
            "many-accounts": self.spread.family_account_count >= MANY_ACCOUNTS,
            "several-languages": _is_several(self.spread.post_count_by_lang, "und"),
            "several-platforms": _is_several(self.spread.post_count_by_platform, "unknown"),
            "shared-link": self.shared_link_count > 0,
            "shared-media": self.shared_media_count > 0,
        }
        return tuple(name for name in REASONS if shows[name])

    @property
    def is_campaign(self) -> bool:
        """Whether enough accounts post it, timed closer than chance, with a second sign."""
        reasons = set(self.reasons)
        return (
            self.spread.account_count >= FEWEST_ACCOUNTS
            and bool(reasons & PUSHING)
            and len(reasons) >= FEWEST_REASONS
        )

    @property
    def score(self) -> float:
        """Order among campaigns, in [0, 1]: signs, timed share of the posts, accounts."""
        signs = len(self.reasons) / len(REASONS)
        pushed = max(self.pace.co_post_count, self.pace.burst.post_count)
        size = self.spread.account_count / (self.spread.account_count + _HALF_SIZE)
        return round((signs + pushed / max(1, self.spread.post_count) + size) / 3, 4)


def measure_pace(moments: Numbers, grains: Numbers, accounts: Numbers) -> Pace:
    """Measure how close in time posts lie, as exactly as their sources tell.

    Args:
        moments: ``(n,)`` seconds since 1970, in any order.
        grains: ``(n,)`` as `motbild.core.timing.tell_grains` gives them.
        accounts: ``(n,)`` by number, or `UNKNOWN`.
    """
    known = grains != UNKNOWN
    moments, grains, accounts = moments[known], grains[known], accounts[known]
    moments = np.where(grains == MINUTE, moments // MINUTE * MINUTE, moments)
    order = np.argsort(moments, kind="stable")
    moments, grains, accounts = moments[order], grains[order], accounts[order]
    near, expected = _find_close(moments, grains, accounts)
    return Pace(
        timed_post_count=len(moments),
        co_post_count=int(near.sum()),
        co_post_account_count=len(np.unique(accounts[near])),
        expected_co_post_count=expected,
        burst=find_burst(moments, accounts),
    )


def count_signals(ties: Sequence[Tie], kind: str) -> int:
    """Count the different links or media among ties."""
    return len({tie.signal for tie in ties if tie.kind == kind})


def _find_close(moments: Numbers, grains: Numbers, accounts: Numbers) -> tuple[Mask, float]:
    """Tell which posts surely lie within a minute of another account's, and how many should.

    Moments to the minute are surely so close only where they are the same; between one of
    these and one to the second it cannot be told, so that each is held against its like.
    """
    near = np.zeros(len(moments), dtype=np.bool_)
    expected = 0.0
    for grain in (0, MINUTE):
        alike = (grains == grain) & (accounts != UNKNOWN)
        within = CO_POST_SECONDS - grain
        near[alike] = find_co_posts(moments[alike], accounts[alike], within)
        expected += expect_co_posts(moments[alike], within)
    return near, expected


def _is_several(counts: dict[str, int], unknown: str) -> bool:
    return sum(n >= FEWEST_OF_A_KIND for name, n in counts.items() if name != unknown) > 1
