"""Commands that go over what is stored: backfill, retention."""

from datetime import datetime
from typing import Annotated

import typer

from motbild.cli.nights import print_report
from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table, stage_progress

_DAY = "%Y-%m-%d"
FirstDay = Annotated[
    datetime | None,
    typer.Option("--from", formats=[_DAY], help="First day of posting; by default the earliest."),
]
LastDay = Annotated[
    datetime | None,
    typer.Option("--to", formats=[_DAY], help="Last day of posting; by default the latest."),
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        help="File, folder, or source that sources.toml names, to take in first; a live source is "
        "asked for those days anew. May be given many times.",
        metavar="PATH|NAME",
        show_default=False,
    ),
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild backfill --from 2026-10-01 --to 2026-10-31")(backfill)
    app.command(epilog="Example: motbild retention --dry-run")(retention)


def backfill(
    first: FirstDay = None,
    last: LastDay = None,
    source: Sources = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Classify stored posts anew, with the model and packs in use, and publish."""
    from dataclasses import asdict

    from motbild.core.day_range import DayRange
    from motbild.settings import Settings
    from motbild.wiring.backfills import backfill_stages, run_backfill

    days = DayRange(first.date() if first else None, last.date() if last else None)
    with stage_progress(len(backfill_stages(days))) as run_step:
        report = run_backfill(Settings.load(home=home), days, source or [], run_step=run_step)
    if as_json:
        print_json(asdict(report))
    else:
        print_report(report)


def retention(
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be taken, and take nothing.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Take away what is past its time out of every file, and publish a snapshot without it."""
    from dataclasses import asdict

    from motbild.settings import Settings
    from motbild.wiring.retention import run_retention

    deletions = run_retention(Settings.load(home=home), is_dry=is_dry)
    if as_json:
        print_json([asdict(deletion) for deletion in deletions])
    elif deletions:
        print_table(
            ["rule", "decided by", "from", "rows", "posted from", "to", "such as"],
            [
                (
                    d.rule,
                    d.decided_by,
                    d.from_table,
                    d.row_count,
                    d.oldest_day,
                    d.newest_day,
                    d.sample[0],
                )
                for d in deletions
            ],
            title="Would be taken" if is_dry else "Taken",
        )
    else:
        print_line("Nothing is past its time.")
