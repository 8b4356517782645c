"""Commands around sources: list them, and check that they can be read."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table
from motbild.errors import SourceError


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(help="See what is read, and whether it can be.", no_args_is_help=True)
    group.command("list", epilog="Example: motbild sources list")(list_sources)
    group.command(epilog="Example: motbild sources check exports/")(check)
    app.add_typer(group, name="sources")


def list_sources(home: Home = None, as_json: AsJson = False) -> None:
    """List the sources that a night reads, and the kinds that can be read."""
    from motbild.adapters.sources import KINDS
    from motbild.settings import Settings
    from motbild.wiring.sources import load_sources

    sources = load_sources(Settings.load(home=home), [])
    rows = [(s.name, s.kind or "told from each file", str(s.path)) for s in sources]
    if as_json:
        print_json([dict(zip(("name", "kind", "path"), row, strict=True)) for row in rows])
        return
    print_table(["source", "kind", "path"], rows)
    print_table(
        ["kind", "what it is"],
        [(kind.name, kind.title) for kind in KINDS.values()],
        title="Kinds",
    )


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; by default every source.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Read sources to their end and store nothing: how many posts, and what is set aside."""
    from motbild.adapters.sources import detect, list_files, read_posts
    from motbild.core.records import Reject
    from motbild.settings import Settings
    from motbild.wiring.sources import load_sources

    results = []
    failures = []
    for source in load_sources(Settings.load(home=home), paths or []):
        try:
            for path in list_files(source):
                kind = source.kind or detect(path).name
                codes = Counter(
                    row.code if isinstance(row, Reject) else ""
                    for row in read_posts(path, kind=kind, mapping=source.mapping)
                )
                post_count = codes.pop("", 0)
                results.append(
                    {
                        "source": source.name,
                        "file": path.name,
                        "kind": kind,
                        "post_count": post_count,
                        "rejects": dict(sorted(codes.items())),
                    }
                )
        except SourceError as error:
            failures.append(str(error))
    if as_json:
        print_json({"files": results, "failures": failures})
    else:
        print_table(
            ["source", "file", "kind", "posts", "would be set aside"],
            [(*list(row.values())[:4], _codes(row["rejects"])) for row in results],
        )
        if not results and not failures:
            print_line("There is nothing to read.")
    if failures:
        raise SourceError(" ".join(failures))


def _codes(rejects: object) -> str:
    return ", ".join(f"{n} {code}" for code, n in rejects.items()) if isinstance(rejects, dict) else ""
