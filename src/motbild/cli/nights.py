"""Commands that run nights: demo, nightly, schedule."""

import importlib
import shutil
import textwrap
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table, progress, warn
from motbild.errors import InputError, MotbildError

if TYPE_CHECKING:
    from motbild.core.night_report import NightReport
    from motbild.settings import Settings

Sources = Annotated[
    list[Path] | None,
    typer.Option(
        "--source",
        help="File or folder to read; may be given many times. Without any, the night "
        "reads what sources.toml names, and the inbox.",
        show_default=False,
    ),
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild demo")(demo)
    app.command(epilog="Example: motbild nightly --source exports/tiktok.ndjson")(nightly)
    app.command(epilog="Example: motbild schedule --home /srv/motbild")(schedule)


def demo(home: Home = None) -> None:
    """Run a whole night, offline, on the posts that come along; show what was flagged."""
    from motbild.settings import Settings, bundle_root

    settings = Settings.load(home=home)
    demo_settings = settings.model_copy(update={"home": settings.home / "demo"})
    folder = _fresh_demo_folder(demo_settings)
    print_line(f"A night over the posts that come along, in {folder}\n")
    report = _run(demo_settings, [bundle_root() / "warehouse" / "demo"])
    _print_found(demo_settings)
    print_report(report)
    _print_next_steps(demo_settings)


def nightly(
    source: Sources = None,
    home: Home = None,
    as_json: AsJson = False,
    runner: Annotated[
        str | None,
        typer.Option(
            help="Where posts are masked and classified: processes of this machine's cores, here "
            "for one process, or dask for the workers of a cluster (or MOTBILD_RUNNER).",
            show_default=False,
        ),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            help="Scheduler of that cluster, such as tcp://host:8786; without it, one of this "
            "machine's cores is begun (or MOTBILD_RUNNER_ADDRESS).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run the night once, now: collect, classify, flag, publish."""
    from motbild.settings import Settings

    settings = Settings.load(home=home, runner=runner, runner_address=address)
    if address and settings.runner != "dask":
        raise InputError(
            f"--address {address} is of a cluster: add --runner dask, or leave it out."
        )
    report = _run(settings, source or [])
    if as_json:
        from dataclasses import asdict

        print_json(asdict(report))
    else:
        print_report(report)
    if source and report.failures and len(report.failures) == len(report.sources):
        raise InputError("Nothing could be read: " + " ".join(report.failures))


def schedule(
    home: Home = None,
    port: Annotated[
        int, typer.Option(help="Port of the Prefect server that is started here.")
    ] = 4200,
) -> None:
    """Serve every flow on its schedule (nights at 02:00 Europe/Stockholm) until stopped."""
    from motbild.settings import Settings

    settings = Settings.load(home=home)
    home_folder = settings.home.resolve()
    _load_flows("environment").prepare(home_folder, log_level="INFO")
    with _load_flows("server").running_server(home_folder, port) as address:
        print_line(f"Nights run at 02:00 Europe/Stockholm; the scheduler is at {address}.")
        print_line("Every hour sources marked hourly are read; texts past their time go at 04:30.")
        print_line("On Sundays at noon a model is trained anew, and used if it does no worse.")
        print_line("Stop with Ctrl-C; the schedule stays and goes on at the next start.")
        _load_flows("schedule").serve(home_folder)


def _run(settings: "Settings", sources: list[Path]) -> "NightReport":
    from motbild.wiring.locked_home import check_room

    for path in sources:
        if not path.exists():
            raise InputError(f"{path} is not there; give --source an existing file or folder.")
    # Prefect waits for minutes for a server that a full disk keeps from starting.
    check_room(settings)
    _load_flows("environment").prepare(settings.home.resolve())
    with progress("The night is running"):
        report: NightReport = _load_flows("nightly").run_now(
            settings, [path.resolve() for path in sources]
        )
    return report


def _load_flows(name: str) -> ModuleType:
    """Import a module of `flows/`, from the checkout or from the installed package.

    The command line stands below the flows, so it finds them when it runs.
    """
    from motbild.settings import enter_bundle

    enter_bundle()
    return importlib.import_module(f"flows.{name}")


def _fresh_demo_folder(settings: "Settings") -> Path:
    folder, mark = settings.home, settings.demo_mark
    if folder.exists() and any(folder.iterdir()):
        if not mark.exists():
            raise MotbildError(
                f"{folder} holds something else than a demo; move it away and run again."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return folder


def _print_found(settings: "Settings") -> None:
    from motbild.adapters.warehouse.snapshots import query_snapshot

    rows = query_snapshot(
        settings.snapshot_link,
        (settings.queries / "01_flagged_with_answers.sql").read_text(encoding="utf-8"),
    ).to_pylist()
    print_table(
        ["posts", "narrative", "prob.", "stance", "lang", "carrying sentence", "answer (source)"],
        [
            (
                row["post_count"],
                row["narrative_title"],
                f"{row['probability']:.2f}",
                row["stance"],
                row["lang"],
                _shortened(row["carrying_sentence"], 160),
                f"{_shortened(row['fact_sv'], 110)} ({row['source']})"
                if row["fact_sv"]
                else "none",
            )
            for row in rows
        ],
        title="Flagged, one row a message (with its copies) and narrative, the most urgent first",
    )


def _shortened(text: str, width: int) -> str:
    return textwrap.shorten(text, width, placeholder=" …")


def print_report(report: "NightReport") -> None:
    """Print what came in, how the queues stand, and what failed."""
    print_table(
        ["source", "file", "status", "new posts", "set aside"],
        [
            (s.source_id, s.file_name, s.status, s.post_count, s.reject_count)
            for s in report.sources
        ],
        title="Sources",
    )
    print_table(
        ["posts", "what became of them"],
        [
            *((count, f"flagged: {narrative}") for narrative, count in report.flagged.items()),
            *((count, _REASONS.get(why, why)) for why, count in report.unflagged.items()),
            (report.question_count, "in the queue of questions"),
            (report.threat_count, "in the queue of threats"),
            (report.proposal_count, "proposed for review, not flagged"),
        ],
        title="Where things stand",
    )
    seconds = (report.ended_at - report.started_at).total_seconds()
    print_line(
        f"Run {report.run_id}: {report.counts.get('posts_added', 0)} new posts, "
        f"{report.counts.get('rejects_added', 0)} rows set aside, "
        f"{report.counts.get('vectors_added', 0)} texts and sentences encoded, "
        f"{report.counts.get('flags_changed', 0)} flags new or changed, {seconds:.0f} s."
    )
    for failure in report.failures:
        warn(f"motbild: {failure}")
    if report.refused_challenger:
        warn(f"motbild: {report.refused_challenger}")
    for sentence in report.undelivered:
        warn(f"motbild: {sentence}")


_REASONS = {
    "counters": "not flagged: contradict the claim",
    "reports": "not flagged: report on the claim",
    "asks": "not flagged: ask about it (they want to know)",
    "asserts": "not flagged: assert it too weakly to say",
    "none": "not flagged: bear on a narrative without a stance",
    "below-threshold": "not flagged: resemble a narrative, too little to say",
    "no-narrative": "not flagged: about something else",
}


def _print_next_steps(settings: "Settings") -> None:
    print_line("\nReview and answer in a browser:")
    print_line(f"  motbild review --home {settings.home}")
    print_line("\nLook further, with any DuckDB tool, read-only, at any hour:")
    print_line(f"  motbild sql --home {settings.home} 'FROM analyst.flagged_posts LIMIT 5'")
    print_line(f"  duckdb -readonly {settings.tool_link}")
