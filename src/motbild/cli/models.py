"""Commands around the model: classify, evaluate, train."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table, progress, warn
from motbild.errors import InputError

if TYPE_CHECKING:
    from motbild.core.records import RawPost
    from motbild.settings import Settings
    from motbild.wiring.models import Model

_BATCH_ROW_COUNT = 512

Packs = Annotated[
    list[Path] | None,
    typer.Option("--pack", help="Folder of a narrative pack; may be given many times."),
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild classify posts.jsonl --output classified.jsonl")(classify)
    app.command(epilog="Example: motbild evaluate models/gold/dev.jsonl --output report.json")(
        evaluate
    )
    app.command(epilog="Example: motbild train --output warehouse/data/model")(train)


def classify(
    files: Annotated[list[Path], typer.Argument(help="Files of posts, in any form sources have.")],
    output: Annotated[Path, typer.Option(help="JSON Lines to write; - for the screen.")],
    pack: Packs = None,
    home: Home = None,
) -> None:
    """Classify posts without a warehouse: each post in, one JSON object out, in order."""
    from motbild.wiring.models import load_model

    settings = _settings(home, pack)
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise InputError(f"There is no file {', '.join(missing)}; name files that are there.")
    model = load_model(settings)
    posts = _read_posts(files)
    count = 0
    with progress("Classifying"), _opened(output) as out:
        while batch := list(islice(posts, _BATCH_ROW_COUNT)):
            for row in _classify_batch(model, batch):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += len(batch)
    warn(f"{count} posts classified.")


def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled posts, one JSON object a line.")],
    output: Annotated[Path | None, typer.Option(help="Report to write, as JSON.")] = None,
    pack: Packs = None,
    plots: Annotated[Path | None, typer.Option(help="Folder to draw plots into.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Measure the model on labelled posts: every figure with its 95 % interval."""
    from motbild.adapters.plots import draw_plots
    from motbild.stages.evaluate import describe, evaluate as measure
    from motbild.wiring.models import load_labelled, load_model

    posts = load_labelled(file)
    model = load_model(_settings(home, pack))
    with progress("Evaluating"):
        evaluation = measure(posts, model.classifier, model.encoder)
    if output:
        _write_atomically(output, json.dumps(evaluation.report, ensure_ascii=False, indent=2))
    if plots:
        draw_plots(evaluation.judged, plots)
    if as_json:
        print_json(evaluation.report)
    else:
        print_line(describe(evaluation.report))


def train(
    output: Annotated[Path, typer.Option(help="Folder to write the model and its card to.")],
    pack: Packs = None,
    encoder: Annotated[
        str, typer.Option(help="Encoder, by its name in models/encoders.toml, or its folder.")
    ] = "default",
    seed: Annotated[int, typer.Option(help="Seeds every random choice.")] = 0,
    home: Home = None,
) -> None:
    """Train a classifier from the packs' seeds; write it with its card."""
    from motbild.wiring.models import train_model

    settings = _settings(home, pack)
    with progress("Training"):
        trained = train_model(
            settings, output, encoder=encoder, seed=seed, command=f"motbild {' '.join(sys.argv[1:])}"
        )
    print_table(
        ["on voices it had not seen", ""],
        [(name, f"{value:.3f}") for name, value in trained.out_of_fold.items()],
        title=f"Model {trained.classifier.model_version}, in {output}",
    )


def _settings(home: Path | None, packs: list[Path] | None) -> "Settings":
    from motbild.settings import Settings

    return Settings.load(home=home, packs=tuple(packs) if packs else None)


def _read_posts(files: Iterable[Path]) -> Iterator["RawPost"]:
    """Yield the posts of files in order; say on the error stream what is set aside."""
    from motbild.adapters.sources import read_posts
    from motbild.core.records import RawPost

    for path, row in chain.from_iterable(
        ((path, row) for row in read_posts(path)) for path in files
    ):
        if isinstance(row, RawPost):
            yield row
        else:
            warn(f"{path}, line {row.line}: set aside. {row.reason}")


def _classify_batch(model: "Model", posts: list["RawPost"]) -> Iterator[dict[str, Any]]:
    from motbild.core.exchange import classification_to_json
    from motbild.core.intake import mask_posts, tell_languages

    masked = mask_posts(posts)
    langs = [lang for lang, _ in tell_languages(masked)]
    outputs = model.classifier.classify([post.text for post in masked], langs, model.encoder.encode)
    for post, lang, output in zip(posts, langs, outputs, strict=True):
        yield classification_to_json(post.native_id, lang, output)


@contextmanager
def _opened(output: Path) -> Iterator[IO[str]]:
    """Open where to write, so that a file appears whole or not at all."""
    if str(output) == "-":
        yield sys.stdout
        return
    pending = _pending(output)
    try:
        with pending.open("w", encoding="utf-8") as file:
            yield file
        pending.replace(output)
    finally:
        pending.unlink(missing_ok=True)


def _write_atomically(path: Path, text: str) -> None:
    with _opened(path) as file:
        file.write(text + "\n")


def _pending(path: Path) -> Path:
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}; make it, or name another output.")
    return path.with_name(f".{path.name}.pending")
