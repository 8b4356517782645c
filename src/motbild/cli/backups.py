"""Commands for the day when a disk dies: backup, restore."""

from pathlib import Path
from typing import Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, progress, warn

_MEGABYTE = 1_000_000


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild backup /mnt/backup")(backup)
    app.command(
        epilog="Example: motbild restore /mnt/backup/motbild-20261129T020000Z --home /srv/motbild"
    )(restore)


def backup(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder that backups are put into, each in one of its own; outside the home.",
            metavar="DIR",
        ),
    ],
    without_secrets: Annotated[
        bool,
        typer.Option(
            "--without-secrets",
            help="Leave out keys and credentials. They must then be kept elsewhere: without the "
            "key of the pseudonyms no night goes on.",
        ),
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Copy all that this home needs to go on, while nights and the review room go on."""
    from dataclasses import asdict

    from motbild.settings import Settings
    from motbild.wiring.backups import back_up

    with progress("Backing up"):
        made = back_up(Settings.load(home=home), folder, has_secrets=not without_secrets)
    if made.manifest.review_store == "elsewhere":
        warn(
            "The review store lies in a database of its own and is not in this backup: back it up "
            "now with that database's means, such as `pg_dump`."
        )
    if as_json:
        print_json(asdict(made))
        return
    manifest = made.manifest
    print_line(
        f"{made.path}: {len(manifest.files)} files, {made.size / _MEGABYTE:.1f} MB, "
        f"{'with' if manifest.has_secrets else 'without'} secrets."
    )
    print_line(f"The log of the review room ends at {manifest.audit.seq}:{manifest.audit.digest}")
    for path in made.removed:
        print_line(f"{path}: taken away, its time was over.")


def restore(
    backup: Annotated[Path, typer.Argument(help="Folder of one backup.", metavar="BACKUP")],
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Move what stands in the home aside; nothing of it is deleted."
        ),
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Put a home back from a backup, once every file of it has been verified."""
    from dataclasses import asdict

    from motbild.settings import Settings
    from motbild.wiring.restores import restore as restore_home

    settings = Settings.load(home=home)
    with progress("Restoring"):
        restored = restore_home(settings, backup, may_replace=replace)
    manifest = restored.manifest
    if restored.failure:
        warn(f"What was past its time was not taken away: {restored.failure}")
    for name in restored.other_settings:
        was = manifest.settings.get(name)
        warn(f"{name} was {was} when the backup was made." if was else f"{name} was not set then.")
    if not manifest.has_secrets:
        warn(f"The backup holds no secrets: put {settings.key_file} in its place before any night.")
    if manifest.review_store == "elsewhere" or settings.review_address:
        warn(
            "The review store lies in a database of its own; put back there what was backed up "
            "after this backup."
        )
    if as_json:
        print_json(asdict(restored))
        return
    print_line(
        f"{restored.home} is as it was at {manifest.made_at:%Y-%m-%d %H:%M} UTC: every file as it "
        f"was backed up, {sum(manifest.counts.values())} rows counted, the log of the review room "
        f"whole to line {manifest.audit.seq}."
    )
    print_line(_tell_lost(restored.lost))
    if restored.set_aside:
        print_line(f"What stood there before lies in {restored.set_aside}.")
    if restored.deletions:
        print_line("Texts whose time was over were taken away again; `motbild retention` says why.")


def _tell_lost(lost: object) -> str:
    if not isinstance(lost, dict):
        return "What happened after that is not in it."
    told = ", ".join(f"{count} {kind}" for kind, count in lost.items() if count)
    return f"Not in it, since it came later: {told or 'nothing that was counted'}."
