"""Commands that tell people: digest, alerts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table, warn
from motbild.errors import MotbildError

if TYPE_CHECKING:
    from motbild.wiring.alerting import Delivery

_SHOWN_ENTRIES = 40


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild digest --preview")(digest)
    alerts = typer.Typer(
        help="Who is told what, and whether it arrived.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    alerts.command("list", epilog="Example: motbild alerts list")(list_alerts)
    alerts.command("test", epilog="Example: motbild alerts test")(try_alerts)
    alerts.command("send", epilog="Example: motbild alerts send")(send_alerts)
    app.add_typer(alerts, name="alerts")


def digest(
    preview: Annotated[
        bool, typer.Option("--preview", help="Print it and send nothing, as without any option.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Where its page is written; by default digest.html in the home.",
            show_default=False,
        ),
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send it to those who have not had it today.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Show the morning's letter, or send it."""
    from dataclasses import asdict

    from motbild.settings import Settings
    from motbild.wiring.digests import gather_digest, make_letter, send_digest

    settings, now = Settings.load(home=home), datetime.now(UTC)
    if send and not preview:
        delivery = send_digest(settings, now, at_any_hour=True)
        _tell(delivery, as_json, "letters")
        return
    if as_json:
        found = gather_digest(settings, now)
        print_json({**asdict(found), "actions": [asdict(one) for one in found.actions]})
        return
    letter = make_letter(settings, now)
    path = output or settings.home / "digest.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(letter.html or "", encoding="utf-8")
    path.chmod(0o600)
    print_line(f"{letter.subject}\n\n{letter.text}")
    print_line(f"The page is in {path}; nothing was sent.")


def list_alerts(home: Home = None, as_json: AsJson = False) -> None:
    """Show what was told to whom lately, and what waits."""
    from dataclasses import asdict

    from motbild.settings import Settings
    from motbild.wiring.channels import list_entries

    entries = list_entries(Settings.load(home=home))[-_SHOWN_ENTRIES:]
    if as_json:
        print_json([{**asdict(entry), "channel": shown} for entry, shown in entries])
        return
    print_table(
        ["when (UTC)", "what", "about", "to", "why"],
        [
            (
                f"{entry.at:%Y-%m-%d %H:%M}",
                entry.event,
                entry.notice_id,
                shown,
                (entry.figures or {}).get("failure", ""),
            )
            for entry, shown in entries
        ],
    )


def try_alerts(home: Home = None, as_json: AsJson = False) -> None:
    """Send a trial letter to each address, and say what came of it."""
    from dataclasses import asdict

    from motbild.settings import Settings
    from motbild.wiring.channels import try_addresses

    trials = try_addresses(Settings.load(home=home))
    if as_json:
        print_json([asdict(trial) for trial in trials])
    else:
        print_table(
            ["", "address", "what came of it"],
            [
                ("ok" if t.failure is None else "MEND", t.address, t.failure or "taken")
                for t in trials
            ],
        )
    if any(trial.failure is not None for trial in trials):
        raise MotbildError("Not every address took its letter; see above.")


def send_alerts(home: Home = None, as_json: AsJson = False) -> None:
    """Send what is due now, and tell if no night has come; for a timer of your own."""
    from motbild.settings import Settings
    from motbild.wiring.alerting import check_lateness

    _tell(check_lateness(Settings.load(home=home), datetime.now(UTC)), as_json, "notices")


def _tell(delivery: "Delivery", as_json: bool, what: str) -> None:
    from dataclasses import asdict

    if as_json:
        print_json(asdict(delivery))
    else:
        print_line(f"{delivery.sent} {what} sent, {delivery.held} held.")
        for failure in delivery.failures:
            warn(f"motbild: {failure}")
    if delivery.failures:
        raise MotbildError("Not everything could be sent; it is tried again next time.")
