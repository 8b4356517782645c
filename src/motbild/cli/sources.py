"""Commands around sources: list them, and check that they can be read."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table
from motbild.errors import SourceError

if TYPE_CHECKING:
    from motbild.adapters.sources import SourceSpec


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

    settings = Settings.load(home=home)
    sources = load_sources(settings, [])
    if as_json:
        print_json([{"name": s.name, "kind": s.kind, "path": str(s.path)} for s in sources])
        return
    if sources:
        print_table(
            ["source", "kind", "path"],
            [(s.name, s.kind or "told from each file", s.path) for s in sources],
        )
    else:
        print_line(
            f"No source yet: put files into {settings.inbox}, or name sources in "
            f"{settings.sources_file}."
        )
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
    from motbild.adapters.sources import list_files
    from motbild.settings import Settings
    from motbild.wiring.sources import load_sources

    files: list[dict[str, Any]] = []
    failures: list[str] = []
    for source in load_sources(Settings.load(home=home), paths or []):
        with _kept(failures):
            for path in list_files(source):
                with _kept(failures):
                    files.append(_count_rows(source, path))
    if as_json:
        print_json({"files": files, "failures": failures})
    else:
        print_table(
            ["source", "file", "kind", "posts", "would be set aside"],
            [(*list(row.values())[:4], _codes(row["rejects"])) for row in files],
        )
        if not files and not failures:
            print_line("There is nothing to read.")
    if failures:
        raise SourceError(" ".join(failures))


def _count_rows(source: "SourceSpec", path: Path) -> dict[str, Any]:
    from motbild.adapters.sources import detect, read_posts
    from motbild.core.records import Reject

    kind = source.kind or detect(path).name
    codes = Counter(
        row.code if isinstance(row, Reject) else ""
        for row in read_posts(path, kind=kind, mapping=source.mapping)
    )
    post_count = codes.pop("", 0)
    return {
        "source": source.name,
        "file": path.name,
        "kind": kind,
        "post_count": post_count,
        "rejects": dict(sorted(codes.items())),
    }


@contextmanager
def _kept(failures: list[str]) -> Iterator[None]:
    """Keep what fails, so that one bad file hides none of the others."""
    try:
        yield
    except SourceError as error:
        failures.append(str(error))


def _codes(rejects: dict[str, int]) -> str:
    return ", ".join(f"{count} {code}" for code, count in rejects.items())
