"""`motbild audit`: whether the log of who saw and decided what is whole."""

from typing import Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table, progress
from motbild.errors import InputError, MotbildError

_SHOWN = 20
_KINDS = {
    "altered": "tells something else than when it was written",
    "missing": "was taken out",
    "displaced": "does not follow from the one before it: moved, put in, or that one replaced",
    "replaced": "is another than the one that was seen here",
    "cut": "this one, and what came after it, was cut off the end",
    "added": "stands past the end of the log",
}


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    audit = typer.Typer(
        help="The log of who saw, decided and exported what.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    audit.command("verify", epilog="Example: motbild audit verify --expect 1204:9f86d081…")(verify)
    app.add_typer(audit, name="audit")


def verify(
    expect: Annotated[
        list[str] | None,
        typer.Option(
            "--expect",
            help="A line that is known, as this command printed it before; may be given many "
            "times.",
            metavar="SEQ:DIGEST",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """See that no line of the log was changed, moved, put in, taken out or cut off."""
    from dataclasses import asdict

    from motbild.core.audit import parse_anchor
    from motbild.settings import Settings
    from motbild.wiring.auditing import verify_audit

    expected = []
    for told in expect or ():
        anchor = parse_anchor(told, "--expect")
        if anchor is None:
            raise InputError(
                "--expect takes the number of a line, a colon and its digest of 64 characters, "
                "as `motbild audit verify` prints them."
            )
        expected.append(anchor)
    with progress("Reading the log"):
        verdict = verify_audit(Settings.load(home=home), expected)
    if as_json:
        print_json(asdict(verdict) | {"is_whole": not verdict.faults})
    elif verdict.faults:
        rows = ((f.seq, _KINDS[f.kind], f.against) for f in verdict.faults[:_SHOWN])
        print_table(["line", "what happened to it", "by what was seen in"], rows)
    else:
        print_line(
            f"The log is whole: {verdict.head.seq} lines, held against {verdict.anchor_count} "
            "places where it was seen before. Its end, to keep on paper:\n"
            f"{verdict.head.seq}:{verdict.head.digest}"
        )
    if verdict.faults:
        raise MotbildError(
            f"The log of the review room was tampered with at {len(verdict.faults)} places, the "
            f"first of them line {verdict.faults[0].seq}; keep a copy of the review store as it "
            "is, and see who can write to it."
        )
