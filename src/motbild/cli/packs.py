"""Commands around narrative packs: check, new, import-documents."""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table, warn
from motbild.errors import InputError, PackError

if TYPE_CHECKING:
    from motbild.core.pack_coverage import CoverageRow

Folder = Annotated[
    Path | None,
    typer.Option("--pack", help="Folder of the pack; by default those that come along."),
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(help="Check, begin and complete narrative packs.", no_args_is_help=True)
    group.command(epilog="Example: motbild pack check")(check)
    group.command(
        epilog="Example: motbild pack new packs/vaccin --title 'Vaccin' --claim 'Det …' "
        "--examples posts.txt"
    )(new)
    group.command("import-documents", epilog="Example: motbild pack import-documents documents/")(
        import_documents
    )
    app.add_typer(group, name="pack")


def check(
    folder: Annotated[
        list[Path] | None, typer.Argument(help="Folders of packs; by default the active ones.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a pack, and what it covers. Ends with 2 on an error."""
    from dataclasses import asdict

    from motbild.adapters.packs import load_pack
    from motbild.core.pack_beginnings import spare_draft
    from motbild.core.pack_coverage import coverage
    from motbild.core.pack_rules import check_pack
    from motbild.settings import Settings

    today = datetime.now(UTC).date()
    packs = [load_pack(path) for path in folder or Settings.load(home=home).pack_folders]
    findings = {pack.pack_id: spare_draft(pack, check_pack(pack, today)) for pack in packs}
    if as_json:
        print_json({name: [asdict(f) for f in found] for name, found in findings.items()})
    for pack in packs if not as_json else ():
        rows = coverage(pack)
        print_table(
            ["narrative", "seeds as", *rows[0].counts, "in all", "dialogues", "voices"],
            [_cells(row) for row in rows],
            title=f"{pack.pack_id} {pack.version}: {len(pack.seeds)} seeds, "
            f"{len(pack.facts)} facts, {len(pack.documents)} documents",
        )
        for finding in findings[pack.pack_id]:
            print_line(f"{finding.severity}: {finding.message}")
    error_count = sum(f.severity == "error" for found in findings.values() for f in found)
    if error_count:
        found_what = "1 error was" if error_count == 1 else f"{error_count} errors were"
        raise PackError(f"{found_what} found; mend what is told above and check again.")


def _cells(row: "CoverageRow") -> tuple[str | int, ...]:
    counts = tuple(row.counts.values())
    whose = row.narrative or ("(any)" if row.kind == "threat" else "(none)")
    return (whose, row.kind, *counts, sum(counts), row.dialogue_count, row.voice_count)


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; its name is the pack's id.")],
    title: Annotated[str, typer.Option(help="Short title of the narrative.")],
    claim: Annotated[str, typer.Option(help="The false claim, in one sentence.")],
    examples: Annotated[
        Path, typer.Option(help="Example posts that make the claim, one a line; eight or more.")
    ],
    lang: Annotated[str, typer.Option(help="Language of all this (ISO 639-1).")] = "sv",
) -> None:
    """Begin a pack from a claim and a few example posts."""
    from motbild.adapters.packs import new_pack
    from motbild.settings import Settings

    try:
        lines = examples.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{examples} cannot be read as UTF-8 text; name a file with one post a line."
        ) from error
    posts = [line.strip() for line in lines if line.strip()]
    pack = new_pack(folder, folder.name, title, claim, posts, lang)
    print_line(f"{folder} is begun, with {len(pack.seeds)} seeds. Next:")
    for words in _next_commands(folder, Settings.load().pack_folders):
        print_line(f"  motbild {shlex.join(words)}")


def _next_commands(folder: Path, others: Sequence[Path]) -> list[list[str]]:
    """Return the commands that take a new pack into use, each as its words."""
    model = f"{folder}-model"
    # With the other packs, whose seeds show it what the new narrative is not.
    packs = [word for path in (*others, folder) for word in ("--pack", str(path))]
    return [
        ["pack", "check", str(folder)],
        ["train", *packs, "--output", model],
        ["classify", "FILE", *packs, "--model", model, "--output", "classified.jsonl"],
    ]


def import_documents(
    documents: Annotated[Path, typer.Argument(help="Folder that holds the source documents.")],
    pack: Folder = None,
    home: Home = None,
) -> None:
    """Cut the labelled passages out of the source documents, as seeds for training.

    The passages are kept in the home folder, never in the pack.
    """
    from motbild.adapters.packs import import_documents as cut_passages
    from motbild.adapters.packs import load_pack, save_imported
    from motbild.settings import Settings

    settings = Settings.load(home=home)
    for folder in [pack] if pack else settings.pack_folders:
        loaded = load_pack(folder)
        if not loaded.documents:
            print_line(f"{loaded.pack_id} names no documents.")
            continue
        report = cut_passages(loaded, documents)
        for document in report.missing:
            warn(f"not found: {document.title} ({document.publisher}), {document.digest[:12]}…")
        for misfit in report.misfits:
            warn(misfit)
        found_count = len(loaded.documents) - len(report.missing)
        # Before anything is written: the wrong folder must not cost earlier passages.
        if not found_count:
            raise InputError(
                f"No document of {loaded.pack_id} lies in {documents}; they are known by the "
                "digests in documents.toml, so name the folder with the unchanged files."
            )
        target = settings.imported_seeds_of(folder)
        save_imported(report.seeds, target)
        print_line(
            f"{loaded.pack_id}: {len(report.seeds)} passages of {found_count} documents are kept "
            f"in {target}; `motbild train` learns from them."
        )
