"""The night's report: counts, failures and versions as Markdown, and no quotes."""

from datetime import UTC, datetime, timedelta

from motbild.core.night_report import NightReport, SourceReport, render_markdown

START = datetime(2026, 11, 22, 1, tzinfo=UTC)
REPORT = NightReport(
    run_id="20261122T010000Z-abc",
    started_at=START,
    ended_at=START + timedelta(seconds=90),
    versions={"model": "m1"},
    counts={"posts_added": 12, "rejects_added": 1},
    stage_seconds={"ingest": 1.25},
    sources=[
        SourceReport("forum", "a|b.csv", "read", 12, 1, None),
        SourceReport("kanal", "", "failed", 0, 0, "It is not there; correct the path."),
    ],
    flagged={"kidnappning": 3},
    unflagged={"asks": 2},
    question_count=2,
    threat_count=1,
    interrupted_count=1,
    refused_challenger="The model abc was trained and not promoted: It misses threats.",
)


def test_failures_are_told_first() -> None:
    """What is broken stands before what is well."""
    text = render_markdown(REPORT)
    assert text.index("**Failed:** It is not there") < text.index("## Sources")
    assert "went on where it had stopped" in text
    assert "trained and not promoted" in text.split("## Sources", maxsplit=1)[0]
    assert REPORT.failures == ["It is not there; correct the path."]


def test_counts_stand_in_tables() -> None:
    """Each number is in a row of its own, and a bar in a name breaks no table."""
    text = render_markdown(REPORT)
    for row in (
        "| forum | a\\|b.csv | read | 12 | 1 |",
        "| flagged: kidnappning | 3 |",
        "| not flagged: asks | 2 |",
        "| ingest | 1.2 |",
        "| model | m1 |",
    ):
        assert row in text
    assert "12 new posts, 1 rows set aside, 90 seconds." in text
