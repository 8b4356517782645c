"""Days and counts as they are said in Swedish."""

from motbild.core.swedish import count, number, tell_day, tell_span


def test_days_are_said_as_people_say_them() -> None:
    """A month is named once where it is the same."""
    assert tell_span("2026-11-18", "2026-11-19") == "18–19 november"
    assert tell_span("2026-10-30", "2026-11-02") == "30 oktober–2 november"
    assert tell_span("2026-11-02", "2026-11-02") == "2 november"
    assert tell_span("", "2026-11-02") == "okänd dag–2 november"


def test_a_day_may_have_its_weekday() -> None:
    """And what is no day is not guessed."""
    assert tell_day("2026-11-20", weekday=True) == "fredag 20 november"
    assert tell_day("i går") == "okänd dag"


def test_numbers_have_their_nouns_and_thousands() -> None:
    """One, several, and many."""
    assert count(1, "källa", "källor") == "1 källa"
    assert count(0, "källa", "källor") == "0 källor"
    assert number(48231) == "48\u00a0231"
