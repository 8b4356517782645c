"""The night's report: what came in, what was found, what failed. Counts, no quotes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceReport:
    """How reading one file of a source went."""

    source_id: str
    file_name: str
    status: str
    post_count: int
    reject_count: int
    failure: str | None


@dataclass(frozen=True, slots=True)
class NightReport:
    """What one night did and how things stand after it.

    Attributes:
        run_id: The run.
        started_at: Time-zone-aware start.
        ended_at: Time-zone-aware end.
        versions: Versions of program, encoder, model and packs.
        counts: Rows that each step added or changed, by name.
        stage_seconds: Seconds that each stage took.
        sources: How reading went, file by file.
        flagged: Flagged posts in all, by narrative id.
        unflagged: Posts in all that were counted and not flagged, by reason.
        question_count: Posts in all that ask.
        threat_count: Posts in all that may threaten staff.
        proposal_count: Posts in all that are proposed for review without a flag.
        interrupted_count: Earlier runs that were found unfinished.
        refused_challenger: Why the last retrained model was not promoted, in one line;
            None unless that happened since the night before.
        undelivered: Sentences about alerts that could not be sent.
        kind: ``nightly``, ``catch-up`` or ``backfill``.
    """

    run_id: str
    started_at: datetime
    ended_at: datetime
    versions: Mapping[str, str]
    counts: Mapping[str, int]
    stage_seconds: Mapping[str, float]
    sources: Sequence[SourceReport]
    flagged: Mapping[str, int]
    unflagged: Mapping[str, int]
    question_count: int
    threat_count: int
    proposal_count: int = 0
    interrupted_count: int = 0
    refused_challenger: str | None = None
    undelivered: Sequence[str] = ()
    kind: str = "nightly"

    @property
    def failures(self) -> list[str]:
        """Sentences about the sources that could not be read."""
        return [source.failure for source in self.sources if source.failure]


_TITLES = {"catch-up": "Catch-up", "backfill": "Backfill"}


def render_markdown(report: NightReport) -> str:
    """Write a report as Markdown for the scheduler's page."""
    seconds = (report.ended_at - report.started_at).total_seconds()
    parts = [
        f"# {_TITLES.get(report.kind, 'Night')} {report.run_id}",
        f"{report.counts.get('posts_added', 0)} new posts, "
        f"{report.counts.get('rejects_added', 0)} rows set aside, "
        f"{seconds:.0f} seconds.",
        *_warnings(report),
        "## Sources",
        _table(
            ("source", "file", "status", "new posts", "set aside"),
            [
                (s.source_id, s.file_name, s.status, str(s.post_count), str(s.reject_count))
                for s in report.sources
            ],
        ),
        "## Where things stand",
        _table(
            ("queue", "posts"),
            [
                *((f"flagged: {narrative}", str(n)) for narrative, n in report.flagged.items()),
                ("questions", str(report.question_count)),
                ("threats", str(report.threat_count)),
                ("proposed for review", str(report.proposal_count)),
                *((f"not flagged: {why}", str(n)) for why, n in report.unflagged.items()),
            ],
        ),
        "## Stages",
        _table(
            ("stage", "seconds"),
            [(stage, f"{taken:.1f}") for stage, taken in report.stage_seconds.items()],
        ),
        "## Rows added or changed",
        _table(("what", "rows"), [(k, str(n)) for k, n in report.counts.items()]),
        "## Versions",
        _table(("part", "version"), list(report.versions.items())),
    ]
    return "\n\n".join(parts) + "\n"


def _warnings(report: NightReport) -> list[str]:
    lines = [f"- **Failed:** {failure}" for failure in report.failures]
    if report.interrupted_count:
        lines.append(
            f"- {report.interrupted_count} earlier run was cut short; this night went on "
            "where it had stopped."
        )
    if report.refused_challenger:
        lines.append(f"- {report.refused_challenger}")
    lines += [f"- {sentence}" for sentence in report.undelivered]
    return ["\n".join(lines)] if lines else []


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
