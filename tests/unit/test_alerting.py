"""When a notice is sent to whom."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.alerting import (
    FRESH,
    STALE,
    Channel,
    Entry,
    QuietHours,
    in_chat,
    logged_notices,
    parse_channels,
    parse_quiet_hours,
    plan,
    wants,
)
from motbild.core.notices import KINDS, SEVERITIES, Notice
from motbild.errors import InputError

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
ALL, GUARD = Channel("json://all"), Channel("json://guard", ("threats",))


def _notice(kind: str, number: int = 1, at: datetime = NOON, is_open: bool = True) -> Notice:
    severity = SEVERITIES[kind]
    return Notice(f"{kind}:{number}", kind, str(number), severity, at, at, is_open, {}, "r", "r")


def _due(
    notices: Sequence[Notice],
    channels: Sequence[Channel],
    log: Sequence[Entry] = (),
    quiet: QuietHours | None = None,
    now: datetime = NOON,
) -> dict[str, list[str]]:
    planned = plan(notices, channels, log, quiet, now)
    return {channel.address: [n.notice_id for n in due] for channel, due in planned.due}


def _entry(event: str, notice: Notice, channel: Channel = ALL) -> Entry:
    return Entry(NOON, event, notice.notice_id, notice.kind, channel.channel_id)


def test_addresses_are_read_with_what_each_is_told() -> None:
    """Parted by spaces or lines, kinds before a colon, comments passed over."""
    text = """
    # säkerhet
    threats, night-failed: mailtos://vakt@example.se
    json://hook.example.se  slack://a/b/c
    """
    assert parse_channels(text) == [
        Channel("mailtos://vakt@example.se", ("threats", "night-failed")),
        Channel("json://hook.example.se"),
        Channel("slack://a/b/c"),
    ]
    assert parse_channels("") == []


@pytest.mark.parametrize("text", ["hot: json://a", "threats json://a", "threats:", "json//a"])
def test_addresses_that_make_no_sense_are_refused(text: str) -> None:
    """With a sentence that holds no address."""
    with pytest.raises(InputError) as caught:
        parse_channels(text)
    assert "json://" not in str(caught.value)


def test_a_kind_that_somebody_names_goes_to_them_alone() -> None:
    """Threats reach the security officer and nobody else; what is only worth knowing waits."""
    notices = [_notice("threats"), _notice("spike"), _notice("new-rumour")]
    assert _due(notices, [ALL, GUARD]) == {
        "json://all": ["spike:1"],
        "json://guard": ["threats:1"],
    }
    assert _due(notices, [ALL]) == {"json://all": ["threats:1", "spike:1"]}
    curious = Channel("json://curious", ("new-rumour",))
    assert _due(notices, [curious]) == {"json://curious": ["new-rumour:1"]}


@given(st.sampled_from(KINDS), st.lists(st.sampled_from([ALL, GUARD]), unique=True))
def test_nobody_is_told_what_another_alone_is_told(kind: str, channels: list[Channel]) -> None:
    """Whoever names a kind is told it, and whoever names others is not."""
    notice = _notice(kind)
    for channel in channels:
        is_told = wants(channel, notice, channels)
        assert not (is_told and channel.kinds and kind not in channel.kinds)
        assert is_told or kind not in channel.kinds


def test_nothing_is_told_twice_and_what_failed_is_told_again() -> None:
    """By channel: what one has had, another may still be owed."""
    notice = _notice("spike")
    other = Channel("json://other")
    log = [_entry("sent", notice), _entry("failed", notice, other)]
    assert _due([notice], [ALL, other], log) == {"json://other": ["spike:1"]}
    log.append(_entry("sent", notice, other))
    assert _due([notice], [ALL, other], log) == {}


def test_old_news_is_no_news_unless_it_was_owed() -> None:
    """An address that is added now hears nothing of last week; one that was down hears it."""
    old = _notice("spike", at=NOON - FRESH - timedelta(hours=1))
    over = _notice("spike", 2, is_open=False)
    assert _due([old, over], [ALL]) == {}
    log = [_entry("failed", old), _entry("held", over)]
    assert _due([old, over], [ALL], log) == {"json://all": ["spike:1", "spike:2"]}
    stale = _notice("spike", at=NOON - STALE - timedelta(hours=1))
    assert _due([stale], [ALL], log) == {}


def test_quiet_hours_hold_what_may_wait_and_say_so_once() -> None:
    """Threats pass if they may; the rest is due when the hours are over."""
    quiet = parse_quiet_hours("22-06", "threats")
    night = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # three in the morning in Sweden
    notices = [_notice("threats", at=night), _notice("spike", at=night)]
    planned = plan(notices, [ALL], [], quiet, night)
    assert [[n.kind for n in due] for _, due in planned.due] == [["threats"]]
    assert [notice.kind for _, notice in planned.held] == ["spike"]
    log = [_entry("sent", notices[0]), _entry("held", notices[1])]
    assert plan(notices, [ALL], log, quiet, night).held == []
    morning = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    assert _due(notices, [ALL], log, quiet=quiet, now=morning) == {"json://all": ["spike:1"]}


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        ("2026-03-28T20:59:00+00:00", False),  # 21:59 in winter
        ("2026-03-28T21:00:00+00:00", True),  # 22:00 in winter
        ("2026-03-29T03:59:00+00:00", True),  # 05:59 in summer, after the night lost an hour
        ("2026-03-29T04:00:00+00:00", False),  # 06:00 in summer
        ("2026-10-24T20:00:00+00:00", True),  # 22:00 in summer
        ("2026-10-25T04:59:00+00:00", True),  # 05:59 in winter, after the night won one
        ("2026-10-25T05:00:00+00:00", False),  # 06:00 in winter
    ],
)
def test_quiet_hours_go_by_the_clock_when_the_clock_is_changed(moment: str, is_quiet: bool) -> None:
    """Both nights end at six by the clock on the wall."""
    quiet = parse_quiet_hours("22-06")
    assert quiet is not None
    assert quiet.hold("spike", datetime.fromisoformat(moment)) is is_quiet


def test_hours_are_read_in_either_order_and_with_minutes() -> None:
    """Empty are none, and nonsense is refused with an example."""
    assert parse_quiet_hours(" ") is None
    lunch = parse_quiet_hours("11:30-12:15")
    assert lunch is not None
    assert lunch.hold("spike", datetime(2026, 11, 20, 10, 45, tzinfo=UTC))
    assert not lunch.hold("spike", datetime(2026, 11, 20, 11, 15, tzinfo=UTC))
    for text in ("22", "25-06", "22-06:70", "natt"):
        with pytest.raises(InputError, match="22-06"):
            parse_quiet_hours(text)
    with pytest.raises(InputError, match="no kind of notice"):
        parse_quiet_hours("22-06", "hot")


def test_what_only_the_log_knows_lasts_until_it_is_closed() -> None:
    """A night that broke is a notice like others."""
    broke = Entry(NOON, "noticed", "night-failed:1", "night-failed", figures={"failure": "X."})
    [notice] = logged_notices([broke])
    assert (notice.severity, notice.evidence) == ("urgent", {"failure": "X."})
    closed = Entry(NOON, "closed", "night-failed:1", "night-failed")
    assert logged_notices([broke, closed]) == []


def test_text_gives_no_orders_in_a_chat() -> None:
    """No mention, link or markup of Slack or Teams is left."""
    shown = in_chat("<!channel> [här](https://ond.example) *fet* `kod` @alla")
    assert not set("<>[]*`@") & set(shown)
