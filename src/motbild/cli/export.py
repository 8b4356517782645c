"""Commands that hand over what a home knows, in the forms that others read."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from motbild.cli.files import check_new, opened_bytes, write_text
from motbild.cli.options import Home
from motbild.cli.output import progress, warn

if TYPE_CHECKING:
    from motbild.settings import Settings
    from motbild.wiring.sharing import Selection

_DAY = ["%Y-%m-%d"]
Output = Annotated[Path, typer.Option("--output", help="File to write; - for the screen.")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
Narrative = Annotated[
    str | None, typer.Option("--narrative", help="Only this narrative, by its id.")
]
FirstDay = Annotated[
    datetime | None, typer.Option("--from", formats=_DAY, help="First day, such as 2026-11-01.")
]
LastDay = Annotated[
    datetime | None, typer.Option("--to", formats=_DAY, help="Last day, itself included.")
]
Lang = Annotated[str | None, typer.Option("--lang", help="Only this language (ISO 639-1).")]
WithAddresses = Annotated[
    bool,
    typer.Option(
        "--with-addresses", help="Along with where posts stand, which leads to who wrote them."
    ),
]
_SCREEN = Path("-")


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(
        help="Hand over what is known, in forms that others read.", no_args_is_help=True
    )
    group.command(
        epilog="Example: motbild export stix --from 2026-11-01 --to 2026-11-30 --output nov.json"
    )(stix)
    group.command(epilog="Example: motbild export claimreview --lang sv --output svar.json")(
        claimreview
    )
    group.command(epilog="Example: motbild export table flagged --output flagged.xlsx")(table)
    group.command(epilog="Example: motbild export feed --output feed.json --force")(feed)
    app.add_typer(group, name="export")


def stix(
    output: Output = _SCREEN,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    narrative: Narrative = None,
    lang: Lang = None,
    tlp: Annotated[
        Literal["clear", "green", "amber", "red"],
        typer.Option(help="Whom it may be passed on to (Traffic Light Protocol)."),
    ] = "amber",
    most: Annotated[
        int, typer.Option(min=0, help="Messages told by themselves, for each narrative.")
    ] = 500,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Along with what messages say, masked.")
    ] = False,
    with_addresses: WithAddresses = False,
    force: Force = False,
    home: Home = None,
) -> None:
    """Write what was seen of the narratives as STIX 2.1, for OpenCTI and the like."""
    from motbild.wiring.stix_bundles import Sharing, make_bundle

    settings = _begin(output, force, home)
    chosen = _choose(narrative, first_day, last_day, lang)
    with progress("Gathering what was seen …"):
        sharing = Sharing(tlp, most, with_text, with_addresses)
        bundle = make_bundle(settings, chosen, sharing)
    write_text(output, bundle.text)
    told = {"form": "stix", "tlp": tlp, "text": with_text, "addresses": with_addresses}
    _finish(settings, "stix", chosen, output, bundle.object_count, told, "objects")


def claimreview(
    output: Output = _SCREEN,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    narrative: Narrative = None,
    lang: Lang = None,
    with_appearances: Annotated[
        bool,
        typer.Option(
            "--with-appearances",
            help="Along with where the claim is made, which leads to who made it.",
        ),
    ] = False,
    force: Force = False,
    home: Home = None,
) -> None:
    """Write the published answers as ClaimReview (JSON-LD), for the pages where they stand.

    The days are those of publication.
    """
    from motbild.wiring.claim_reviews import make_reviews

    settings = _begin(output, force, home)
    chosen = _choose(narrative, first_day, last_day, lang)
    today = datetime.now(UTC).date()
    reviews = make_reviews(settings, chosen, today, with_appearances=with_appearances)
    for sentence in reviews.warnings:
        warn(sentence)
    write_text(output, reviews.text)
    told = {"form": "claimreview", "appearances": with_appearances}
    _finish(settings, "claimreview", chosen, output, reviews.count, told, "answers")


def table(
    name: Annotated[str, typer.Argument(help="The list, such as flagged or daily-counts.")],
    output: Annotated[Path, typer.Option("--output", help="File to write.")],
    kind: Annotated[
        Literal["csv", "xlsx", "parquet"] | None,
        typer.Option(help="By default as the file's name ends, else csv."),
    ] = None,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    narrative: Narrative = None,
    lang: Lang = None,
    with_threats: Annotated[
        bool, typer.Option("--with-threats", help="Let out the list of threats.")
    ] = False,
    with_addresses: WithAddresses = False,
    force: Force = False,
    home: Home = None,
) -> None:
    """Write a list of the newest snapshot as CSV, XLSX or Parquet.

    Columns are named as in the data dictionary. CSV is as a Swedish Excel opens it.
    """
    from motbild.adapters.exports import About, save_rows
    from motbild.wiring.lists import find_list, opened_list

    listed = find_list(name, with_threats=with_threats)
    settings = _begin(output, force, home)
    chosen = _choose(narrative, first_day, last_day, lang)
    form = kind or _kind_of(output)
    selection = ", ".join(f"{part}: {told}" for part, told in chosen.told.items())
    about = About(name, selection, datetime.now(UTC), "en")
    with (
        progress("Writing …"),
        opened_list(settings, listed, chosen, with_addresses=with_addresses) as rows,
        opened_bytes(output) as file,
    ):
        count = save_rows(rows, form, about, file)
    told = {"form": form, "addresses": with_addresses}
    _finish(settings, name, chosen, output, count, told, "rows")


def _kind_of(output: Path) -> Literal["csv", "xlsx", "parquet"]:
    endings: dict[str, Literal["xlsx", "parquet"]] = {".xlsx": "xlsx", ".parquet": "parquet"}
    return endings.get(output.suffix.lower(), "csv")


def feed(
    output: Output = _SCREEN,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    narrative: Narrative = None,
    lang: Lang = None,
    force: Force = False,
    home: Home = None,
) -> None:
    """Write counts, what stands out and how the night went as JSON, for dashboards.

    By default the last ninety days. The review room gives the same at /api/feed.json.
    """
    from motbild.wiring.feed import write_feed
    from motbild.wiring.sharing import load_narratives, opened_snapshot

    settings = _begin(output, force, home)
    chosen = _choose(narrative, first_day, last_day, lang)
    if narrative is not None:
        load_narratives(settings, narrative)
    with opened_snapshot(settings) as snapshot:
        text = write_feed(settings, snapshot, chosen)
    write_text(output, text)
    if output != _SCREEN:
        warn(f"{output} is written.")


def _begin(output: Path, force: bool, home: Path | None) -> "Settings":
    """Make sure that the output can be written before anything is read."""
    from motbild.settings import Settings

    check_new(output, is_forced=force)
    return Settings.load(home=home)


def _choose(
    narrative: str | None, first: datetime | None, last: datetime | None, lang: str | None
) -> "Selection":
    from motbild.wiring.sharing import Selection

    return Selection(narrative, first and first.date(), last and last.date(), lang)


def _finish(
    settings: "Settings",
    name: str,
    chosen: "Selection",
    output: Path,
    count: int,
    told: dict[str, Any],
    counted: str,
) -> None:
    """Tell the log and the terminal what was handed over."""
    from motbild.wiring.sharing import note_export

    details = {"list": name, "filter": chosen.told, "row_count": count, **told}
    note_export(settings, name, details, datetime.now(UTC))
    if output != _SCREEN:
        warn(f"{output} is written: {count} {counted}.")
