"""What was told of what was planted, when, and what was told for nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.benchmarks.month_posts import SPIKE_NARRATIVE, Plan

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planted:
    """Something that was planted.

    Attributes:
        name: What, in words.
        day: Day of the month, from 0, on which it begins.
        kinds: Kinds of notice that tell it.
        subjects: What the id of that begins with which such a notice is about; empty for
            whatever.
        last_day: Last day on which a notice may still be of it.
    """

    name: str
    day: int
    kinds: frozenset[str]
    subjects: frozenset[str] = frozenset()
    last_day: int = 99

    def matches(self, told: "Told", night_of_day: Mapping[int, datetime]) -> bool:
        """Tell whether a notice is of this."""
        if told.kind not in self.kinds:
            return False
        if self.subjects and not told.subject_id.startswith(tuple(self.subjects)):
            return False
        latest = night_of_day.get(self.last_day, max(night_of_day.values())) + _A_DAY
        return night_of_day[self.day] <= told.noticed_at <= latest


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, and when somebody was sent it.

    Attributes:
        notice_id: Which.
        kind: Its kind.
        subject_id: What it is about.
        noticed_at: When a night first noticed it.
        sent_at: When it first reached somebody, or None.
    """

    notice_id: str
    kind: str
    subject_id: str
    noticed_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one planted thing.

    Attributes:
        planted: Which.
        told: The first notice of it that reached somebody, or None.
        delay_hours: From the first night that could see it until somebody was told.
    """

    planted: Planted
    told: Told | None
    delay_hours: float | None

    @property
    def is_in_time(self) -> bool:
        """Whether it was told within a day."""
        return self.delay_hours is not None and self.delay_hours <= 24


def planted_things(plan: Plan) -> tuple[Planted, ...]:
    """Return what is planted, in the order of the month."""
    campaign = frozenset({"campaign"})
    return (
        Planted(
            "first campaign: a chain message with a link",
            plan.first_campaign,
            campaign,
            last_day=plan.first_campaign + 1,
        ),
        Planted(
            "dead source",
            plan.dead_source,
            frozenset({"source-failed", "source-silent", "volume-drop"}),
            frozenset({"flode"}),
        ),
        Planted(
            "spike of one narrative",
            plan.spike,
            frozenset({"spike", "shift"}),
            frozenset({SPIKE_NARRATIVE}),
            plan.spike + 4,
        ),
        Planted(
            "platform answers in another form",
            plan.schema_change,
            frozenset({"source-failed", "schema-drift", "volume-drop"}),
            frozenset({"mastodon"}),
            plan.schema_change + 4,
        ),
        Planted(
            "second campaign: Swedish and Arabic, with a picture", plan.second_campaign, campaign
        ),
        Planted("new rumour", plan.rumour, frozenset({"new-rumour"}), last_day=plan.rumour + 5),
        Planted("full disk", plan.full_disk, frozenset({"night-failed"})),
        Planted("power cut", plan.power_cut, frozenset({"night-failed", "night-interrupted"})),
    )


def judge(
    planted: Sequence[Planted], told: Iterable[Told], night_of_day: Mapping[int, datetime]
) -> tuple[list[Verdict], list[Told]]:
    """Return what came of each planted thing, and the notices that are of none.

    A rise that a campaign makes is no false alarm: what is pushed is posted more. No threat is
    planted, so that each night that tells of threats is a false alarm.
    """
    left = sorted(told, key=lambda one: one.noticed_at)
    verdicts = []
    for thing in planted:
        mine = [one for one in left if thing.matches(one, night_of_day)]
        left = [one for one in left if one not in mine]
        sent = min((one for one in mine if one.sent_at), key=_sent_at, default=None)
        delay = (_sent_at(sent) - night_of_day[thing.day]) / timedelta(hours=1) if sent else None
        verdicts.append(Verdict(thing, sent, delay))
    return verdicts, [one for one in left if not _is_of_campaign(one, planted, night_of_day)]


def _sent_at(told: Told) -> datetime:
    return told.sent_at or told.noticed_at


def _is_of_campaign(
    told: Told, planted: Sequence[Planted], night_of_day: Mapping[int, datetime]
) -> bool:
    return told.kind in ("spike", "shift") and any(
        "campaign" in thing.kinds
        and night_of_day[thing.day] - _A_DAY <= told.noticed_at <= night_of_day[thing.day] + _A_DAY
        for thing in planted
    )
