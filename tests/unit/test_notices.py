"""Notices: one for each thing, from its first night to its last."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motbild.core.notices import (
    CAMPAIGN_DAYS,
    KINDS,
    MOST_RUMOUR_CHANCE,
    SEVERITIES,
    Notice,
    Sign,
    bring_up,
    signs_of_campaigns,
    signs_of_episodes,
    signs_of_rumours,
    signs_of_sources,
    signs_of_threats,
)
from motbild.core.source_nights import SourceNight

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
DROP = Sign(None, "volume-drop", "forum", {"post_count": "3"}, date(2026, 11, 18))
SPIKE = Sign("spike:e1", "spike", "e1", {"post_count": "40"})


def _night(known: list[Notice], *signs: Sign, day: int = 0) -> list[Notice]:
    return bring_up(known, signs, run_id=f"run-{day}", now=NOW + timedelta(days=day))


def test_a_thing_keeps_its_notice_while_it_lasts() -> None:
    """A drop that begins on another day as seen later is still the same drop."""
    first = _night([], DROP, SPIKE)
    assert {n.notice_id for n in first} == {"volume-drop:forum:2026-11-18", "spike:e1"}
    later = Sign(None, "volume-drop", "forum", {"post_count": "2"}, date(2026, 11, 17))
    second = {n.notice_id: n for n in _night(first, later, SPIKE, day=1)}
    assert set(second) == {"volume-drop:forum:2026-11-18", "spike:e1"}
    drop = second["volume-drop:forum:2026-11-18"]
    assert (drop.run_id, drop.last_run_id, drop.evidence["post_count"]) == ("run-0", "run-1", "2")
    assert drop.first_noticed_at == NOW
    assert second["spike:e1"] == next(n for n in first if n.notice_id == "spike:e1")


def test_what_is_over_is_closed_and_what_comes_back_is_another() -> None:
    """A source that drops again has a second notice; its first stays as it ended."""
    closed = _night(_night([], DROP), day=1)
    assert [n.is_open for n in closed] == [False]
    again = Sign(None, "volume-drop", "forum", {"post_count": "1"}, date(2026, 12, 9))
    both = _night(closed, again, day=20)
    assert [(n.notice_id, n.is_open) for n in both] == [
        ("volume-drop:forum:2026-11-18", False),
        ("volume-drop:forum:2026-12-09", True),
    ]


_SIGNS = st.lists(
    st.builds(
        lambda kind, subject, count: Sign(
            None, kind, subject, {"post_count": str(count)}, date(2026, 11, 18)
        ),
        st.sampled_from(KINDS),
        st.sampled_from(["a", "b"]),
        st.integers(0, 2),
    ),
    unique_by=lambda sign: (sign.kind, sign.subject_id),
    max_size=6,
)


@given(_SIGNS, _SIGNS)
def test_the_same_night_twice_changes_nothing(before: list[Sign], now: list[Sign]) -> None:
    """Whatever went before, a second look at the same signs leaves every notice as it is."""
    first = _night(_night([], *before), *now, day=1)
    assert _night(first, *now, day=2) == first
    assert {n.notice_id for n in _night([], *before)} <= {n.notice_id for n in first}
    assert sum(n.is_open for n in first) == len(now)


def test_new_threats_are_told_by_night() -> None:
    """A night without any has no sign, and that of the night before is closed."""
    assert signs_of_threats("r1", 0, 0) == []
    [sign] = signs_of_threats("r1", 3, 2)
    assert sign.notice_id == "threats:r1"
    assert SEVERITIES[sign.kind] == "urgent"


def _episode(episode_id: str, lang: str, platform: str, **other: object) -> dict[str, object]:
    return {
        "episode_id": episode_id,
        "kind": "spike",
        "narrative_id": "kidnappning",
        "lang": lang,
        "platform": platform,
        "first_day": date(2026, 11, 18),
        "last_day": date(2026, 11, 19),
        "is_open": True,
        "post_count": 40,
        "expected_count": 8.25,
        "upper_count": 15.0,
        "ratio": None,
        **other,
    }


def test_of_one_wave_only_the_widest_view_is_told() -> None:
    """A wave in Swedish that shows in all languages too is told once; another language's is not."""
    wide, narrow = _episode("e1", "all", "all"), _episode("e2", "sv", "x")
    [sign] = signs_of_episodes([narrow, wide])
    assert sign.subject_id == "e1"
    assert "ratio" not in sign.evidence
    assert sign.evidence["expected_count"] == "8.25"
    assert len(signs_of_episodes([_episode("e2", "sv", "all"), _episode("e3", "ar", "all")])) == 2
    apart = _episode("e4", "all", "all", first_day=date(2026, 10, 1), last_day=date(2026, 10, 2))
    assert len(signs_of_episodes([apart, narrow])) == 2
    assert signs_of_episodes([_episode("e5", "all", "all", is_open=False)]) == []


def test_a_spike_that_becomes_a_shift_keeps_its_notice() -> None:
    """It is the same thing, no longer urgent, and is not sent again."""
    first = _night([], *signs_of_episodes([_episode("e1", "all", "all")]))
    [shift] = _night(first, *signs_of_episodes([_episode("e1", "all", "all", kind="shift")]), day=7)
    assert (shift.notice_id, shift.kind, shift.severity) == ("episode:e1", "shift", "info")
    assert shift.first_noticed_at == NOW


def test_a_campaign_goes_on_for_a_week_after_its_last_post() -> None:
    """Then it is over, and its notice with it."""
    campaign = {
        "campaign_id": "c1",
        "narrative_id": "kidnappning",
        "post_count": 80,
        "account_count": 60,
        "burst_post_count": 30,
        "burst_account_count": 28,
        "burst_seconds": 600,
        "reasons": ["burst", "same-link"],
        "last_posted_at": NOW,
    }
    [sign] = signs_of_campaigns([campaign], NOW + timedelta(days=CAMPAIGN_DAYS))
    assert sign.evidence["reasons"] == "burst same-link"
    assert signs_of_campaigns([campaign], NOW + timedelta(days=CAMPAIGN_DAYS, hours=1)) == []
    assert signs_of_campaigns([{**campaign, "last_posted_at": None}], NOW) == []


def test_a_rumour_is_told_when_it_is_new_beyond_chance() -> None:
    """Not what is always talked of, nor three texts, nor in a home that knows too little."""
    cluster = {
        "cluster_id": "k1",
        "narrative_id": "kidnappning",
        "post_count": 12,
        "first_day": date(2026, 11, 12),
        "last_day": date(2026, 11, 19),
        "chance": MOST_RUMOUR_CHANCE,
        "growth": 3.0,
        "is_told": False,
        "family_count": 4,
        "history_days": 14,
    }
    assert [sign.notice_id for sign in signs_of_rumours([cluster])] == ["new-rumour:k1"]
    for changed in ({"chance": 4e-4}, {"family_count": 3}, {"history_days": 13}):
        assert signs_of_rumours([{**cluster, **changed}]) == []
    told = {**cluster, "is_told": True, "chance": 0.5}
    assert len(signs_of_rumours([told])) == 1
    assert signs_of_rumours([{**told, "growth": 1.0}]) == []


def test_a_source_is_told_by_its_name_and_since_when() -> None:
    """What a source file's error said is no part of it."""
    nights = {"forum": [SourceNight(date(2026, 11, 20), 0, is_failed=True)]}
    [sign] = signs_of_sources(nights)
    assert (sign.kind, sign.subject_id) == ("source-failed", "forum")
    assert sign.evidence == {"night_count": "1", "since_day": "2026-11-20"}
