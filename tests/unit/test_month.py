"""The simulated month: what is posted in it, and how what was told is judged."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from motbild.core.narratives import Seed
from tests.benchmarks.month_posts import SPIKE_NARRATIVE, Plan, make_month
from tests.benchmarks.month_verdict import Told, judge, planted_things

_KINDS = [
    ((), "none", "background"),
    ((), "none", "written"),
    *(((SPIKE_NARRATIVE,), stance, "written") for stance in ("asserts", "asks")),
]
SEEDS = [
    Seed(f"{stance}-{origin}-{number}", f"text {stance} {origin} {number}", "sv", names, stance,
         origin=origin)
    for names, stance, origin in _KINDS
    for number in range(3000)
]  # fmt: skip
NIGHTS = {day: datetime(2026, 10, 6, tzinfo=UTC) + timedelta(days=day) for day in range(30)}


def test_a_month_is_the_same_for_the_same_draw_seed() -> None:
    """Each seed is posted once, in order of time; what is planted is there."""
    posts = make_month(SEEDS, [f"rykte {n}" for n in range(9)], date(2026, 10, 5), 30, 3)
    assert posts == make_month(SEEDS, [f"rykte {n}" for n in range(9)], date(2026, 10, 5), 30, 3)
    assert posts != make_month(SEEDS, [f"rykte {n}" for n in range(9)], date(2026, 10, 5), 30, 4)
    assert [post.number for post in posts] == list(range(1, len(posts) + 1))
    assert posts == sorted(posts, key=lambda post: post.posted_at)
    seeded = Counter(post.text for post in posts if post.text.startswith("text"))
    assert set(seeded.values()) == {1}
    planted = Counter(post.plant for post in posts)
    assert (planted["spike"], planted["rumour"], planted["first_campaign"]) == (32, 9, 18)


def test_what_is_told_in_time_is_told_apart_from_what_is_late_or_false() -> None:
    """A notice is of what was planted where kind, subject and time fit; others are false."""
    plan = Plan()

    def tell(kind: str, subject: str, day: int, hours: float) -> Told:
        sent = NIGHTS[day] + timedelta(hours=hours)
        return Told(f"{kind}-{day}", kind, subject, NIGHTS[day], sent)

    told = [
        tell("campaign", "k1", plan.first_campaign, 5),
        tell("source-failed", "flode", plan.dead_source, 29),
        tell("spike", f"{SPIKE_NARRATIVE}-x", plan.spike, 5),
        tell("spike", "kidnappning-y", plan.first_campaign, 5),
        tell("spike", "kidnappning-z", 3, 5),
        tell("threats", "r", 2, 5),
    ]
    verdicts, false_alarms = judge(planted_things(plan), told, NIGHTS)
    in_time = {verdict.planted.day: verdict.is_in_time for verdict in verdicts}
    assert in_time[plan.first_campaign]
    assert in_time[plan.spike]
    assert not in_time[plan.dead_source]
    assert not in_time[plan.power_cut]
    assert [one.subject_id for one in false_alarms] == ["r", "kidnappning-z"]
