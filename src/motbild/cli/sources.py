"""Commands around sources: list them, and check that they can be read."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table
from motbild.errors import SourceError

if TYPE_CHECKING:
    from motbild.adapters.sources import LiveSpec, RemoteSpec, SourceSpec, Spec
    from motbild.core.records import RawPost, Reject


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(help="See what is read, and whether it can be.", no_args_is_help=True)
    group.command("list", epilog="Example: motbild sources list")(list_sources)
    group.command(epilog="Example: motbild sources check exports/")(check)
    app.add_typer(group, name="sources")


def list_sources(home: Home = None, as_json: AsJson = False) -> None:
    """List the sources that a night reads, and the kinds that can be read."""
    from motbild.adapters.sources import KINDS, LIVE_KINDS
    from motbild.settings import Settings
    from motbild.wiring.sources import load_sources

    settings = Settings.load(home=home)
    sources = load_sources(settings, [])
    if as_json:
        print_json([{"name": s.name, "kind": s.kind, "path": _place(s)} for s in sources])
        return
    if sources:
        print_table(
            ["source", "kind", "path"],
            [
                (s.name, s.kind or "told from each file", _place(s) or "asked over the network")
                for s in sources
            ],
        )
    else:
        print_line(
            f"No source yet: put files into {settings.inbox}, or name sources in "
            f"{settings.sources_file}."
        )
    print_table(
        ["kind", "what it is"],
        [
            *((kind.name, kind.title) for kind in KINDS.values()),
            *((kind.name, kind.title) for kind in LIVE_KINDS.values()),
        ],
        title="Kinds",
    )


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; by default every source.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Read sources and store nothing: how many posts, and what is set aside.

    Files are read to their end; a platform is asked for one page, a remote inbox for its list and
    the first of its files.
    """
    from motbild.settings import Settings
    from motbild.wiring.sources import load_sources

    files: list[dict[str, Any]] = []
    failures: list[str] = []
    for source in load_sources(Settings.load(home=home), paths or []):
        with _kept(failures):
            for look in _looks(source):
                with _kept(failures):
                    files.append(look())
    if as_json:
        print_json({"files": files, "failures": failures})
    else:
        print_table(
            ["source", "file", "kind", "posts", "would be set aside", "requests left"],
            [
                (*list(row.values())[:4], _codes(row["rejects"]), row.get("requests_left") or "")
                for row in files
            ],
        )
        if not files and not failures:
            print_line("There is nothing to read.")
    if failures:
        raise SourceError(" ".join(failures))


def _place(source: "Spec") -> str | None:
    """Return where a source's files lie; a platform has no such place."""
    from motbild.adapters.sources import LiveSpec, RemoteSpec

    if isinstance(source, LiveSpec):
        return None
    return source.options.address if isinstance(source, RemoteSpec) else str(source.path)


def _looks(source: "Spec") -> Iterator[Callable[[], dict[str, Any]]]:
    """Yield one look at each file of a source, or one at what is asked over the network."""
    from motbild.adapters.sources import LiveSpec, RemoteSpec, list_files

    if isinstance(source, LiveSpec):
        yield partial(_count_page, source)
        return
    if isinstance(source, RemoteSpec):
        yield partial(_count_remote, source)
        return
    for path in list_files(source):
        yield partial(_count_file, source, path)


def _count_page(source: "LiveSpec") -> dict[str, Any]:
    """Ask a platform for one page; once, since whoever checks is waiting."""
    from datetime import UTC, datetime

    from motbild.adapters.sources import Window, collect_pages

    options = source.options.model_copy(update={"most_tries": 1})
    window = Window(until=datetime.now(UTC))
    with closing(collect_pages(replace(source, options=options), window)) as pages:
        page = next(pages, None)
    row = _counted(source.name, "first page", source.kind, page.rows if page else ())
    return {**row, "requests_left": page.remaining if page else None}


def _count_remote(source: "RemoteSpec") -> dict[str, Any]:
    """Look into a remote inbox, and at the first of its files; each is asked for once."""
    from motbild.adapters.sources import SourceSpec, open_inbox

    options = source.options.model_copy(update={"most_tries": 1})
    with open_inbox(replace(source, options=options)) as inbox:
        files = inbox.list_files()
        if not files:
            return _counted(source.name, "none yet", source.kind or "", ())
        with inbox.fetched(files[0]) as path:
            as_file = SourceSpec(source.name, path, source.kind, source.mapping)
            counted = _count_file(as_file, path)
    return counted | {"file": f"{files[0].name}, first of {len(files)}"}


def _count_file(source: "SourceSpec", path: Path) -> dict[str, Any]:
    from motbild.adapters.sources import check_no_link, detect, read_posts
    from motbild.core.partitions import partition_name

    check_no_link(source, path)
    kind = source.kind or detect(path).name
    rows = read_posts(path, kind=kind, mapping=source.mapping)
    return _counted(source.name, partition_name(path.as_posix()), kind, rows)


def _counted(
    source_name: str, file_name: str, kind: str, rows: "Iterable[RawPost | Reject]"
) -> dict[str, Any]:
    from motbild.core.records import Reject

    codes = Counter(row.code if isinstance(row, Reject) else "" for row in rows)
    post_count = codes.pop("", 0)
    return {
        "source": source_name,
        "file": file_name,
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
