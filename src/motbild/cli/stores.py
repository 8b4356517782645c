"""Commands around what is stored: sql, describe, doctor."""

import sys
from typing import Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_table
from motbild.errors import MotbildError


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild sql 'FROM analyst.flagged_posts LIMIT 5'")(sql)
    app.command(epilog="Example: motbild describe > docs/data-dictionary.md")(describe)
    app.command(epilog="Example: motbild doctor")(doctor)


def sql(
    query: Annotated[str, typer.Argument(help="One query; - reads it from standard input.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Query the newest published snapshot, read-only, at any hour."""
    from motbild.adapters.warehouse.snapshots import query_snapshot
    from motbild.settings import Settings

    text = sys.stdin.read() if query == "-" else query
    rows = query_snapshot(Settings.load(home=home).snapshot_link, text)
    if as_json:
        print_json(rows.to_pylist())
    else:
        print_table(rows.column_names, (list(row.values()) for row in rows.to_pylist()))


def describe() -> None:
    """Print the data dictionary: every table, view and column with its meaning."""
    from motbild.settings import Settings
    from motbild.wiring.stores import describe_stores

    sys.stdout.write(describe_stores(Settings.load()))


def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Check this installation and its home; say what is wrong and what to do."""
    from dataclasses import asdict

    from motbild.doctor import examine
    from motbild.settings import Settings

    findings = examine(Settings.load(home=home))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        print_table(
            ["", "what", "found"],
            [("ok" if f.is_ok else "MEND", f.subject, f.message) for f in findings],
        )
    if not all(finding.is_ok for finding in findings):
        raise MotbildError("Something needs mending; see above.")
