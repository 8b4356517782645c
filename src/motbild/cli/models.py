"""Commands around the model: classify, evaluate, train."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from motbild.cli.files import check_output, opened_output, write_text
from motbild.cli.options import AsJson, Home
from motbild.cli.output import print_json, print_line, print_table, progress, warn
from motbild.errors import InputError

if TYPE_CHECKING:
    from motbild.adapters.parent_texts import ParentTexts
    from motbild.core.records import RawPost, Reject
    from motbild.settings import Settings
    from motbild.wiring.models import Model

_BATCH_ROW_COUNT = 512

Packs = Annotated[
    list[Path] | None,
    typer.Option("--pack", help="Folder of a narrative pack; may be given many times."),
]
StoredModel = Annotated[
    Path | None,
    typer.Option("--model", help="Folder of a trained model (or MOTBILD_MODEL)."),
]


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command(epilog="Example: motbild classify posts.jsonl --output classified.jsonl")(classify)
    app.command(epilog="Example: motbild evaluate models/gold/dev.jsonl --output report.json")(
        evaluate
    )
    app.command(epilog="Example: motbild train --output challenger/")(train)


def classify(
    files: Annotated[list[Path], typer.Argument(help="Files of posts, in any form sources have.")],
    output: Annotated[Path, typer.Option(help="JSON Lines to write; - for the screen.")],
    pack: Packs = None,
    model: StoredModel = None,
    home: Home = None,
) -> None:
    """Classify posts without a warehouse: each post in, one JSON object out, in order.

    A reply is read together with the post that it answers, where the files hold that one.
    """
    from motbild.adapters.parent_texts import ParentTexts
    from motbild.wiring.models import load_model

    posts = _number_posts(files)
    _check_apart(files, output)
    count = 0
    with (
        opened_output(output) as out,
        progress("Classifying"),
        closing(ParentTexts()) as parents,
    ):
        _gather_parents(files, parents)
        loaded = load_model(_settings(home, pack, model))
        while batch := list(islice(posts, _BATCH_ROW_COUNT)):
            for row in _classify_batch(loaded, batch, parents):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += len(batch)
    warn(f"{count} posts classified.")


def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled posts, one JSON object a line.")],
    output: Annotated[Path | None, typer.Option(help="Report to write, as JSON.")] = None,
    pack: Packs = None,
    model: StoredModel = None,
    plots: Annotated[Path | None, typer.Option(help="Folder to draw plots into.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Measure the model on labelled posts: every figure with its 95 % interval."""
    from motbild.adapters.plots import draw_plots
    from motbild.core.report_table import format_report
    from motbild.stages.evaluate import evaluate as measure
    from motbild.wiring.models import load_labelled, load_model

    posts = load_labelled(file)
    if output:
        check_output(output)
    loaded = load_model(_settings(home, pack, model))
    with progress("Evaluating"):
        evaluation = measure(posts, loaded.classifier, loaded.encoder)
    if output:
        write_text(output, json.dumps(evaluation.report, ensure_ascii=False, indent=2))
    if plots:
        draw_plots(evaluation.judged, plots)
    if as_json:
        print_json(evaluation.report)
    else:
        print_line(format_report(evaluation.report))


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
    from motbild.wiring.training import train_model

    settings = _settings(home, pack)
    with progress("Training"):
        trained = train_model(
            settings,
            output,
            encoder=encoder,
            seed=seed,
            command=f"motbild {' '.join(sys.argv[1:])}",
        )
    print_table(
        ["on voices it had not seen", ""],
        [(name, f"{value:.3f}") for name, value in trained.out_of_fold.items()],
        title=f"Model {trained.classifier.model_version}, in {output}",
    )
    for workload in trained.workloads:
        print_line(workload.tell())


def _settings(home: Path | None, packs: list[Path] | None, model: Path | None = None) -> "Settings":
    from motbild.settings import Settings

    return Settings.load(home=home, packs=tuple(packs) if packs else None, model=model)


def _number_posts(files: Iterable[Path]) -> Iterator[tuple[int, "RawPost"]]:
    """Return the posts of files in order, each with its file's number.

    Says on the error stream what is set aside.

    Raises:
        SourceError: A file cannot be read; raised at once wherever that can be known.
    """
    from motbild.adapters.sources import read_posts

    opened = [(path, read_posts(path)) for path in files]
    return chain.from_iterable(
        ((number, post) for post in _keep_posts(rows, path))
        for number, (path, rows) in enumerate(opened)
    )


def _keep_posts(
    rows: Iterable["RawPost | Reject"], told_as: Path | None = None
) -> Iterator["RawPost"]:
    from motbild.core.records import RawPost

    for row in rows:
        if isinstance(row, RawPost):
            yield row
        elif told_as:
            warn(f"{told_as}, line {row.line}: set aside. {row.reason}")


def _gather_parents(files: Sequence[Path], parents: "ParentTexts") -> None:
    """Keep what the posts that are answered say, wherever in the files they stand."""
    from motbild.adapters.sources import read_posts

    answered_count = 0
    for path in files:
        answered_count = parents.note_answered(_keep_posts(read_posts(path)))
    for number, path in enumerate(files if answered_count else ()):
        parents.keep(_keep_posts(read_posts(path)), number)


def _check_apart(files: Iterable[Path], output: Path) -> None:
    if output.resolve() in {path.resolve() for path in files}:
        raise InputError(f"{output} would be written over while it is read; name another output.")


def _classify_batch(
    model: "Model", posts: list[tuple[int, "RawPost"]], parents: "ParentTexts"
) -> Iterator[dict[str, Any]]:
    from motbild.core.exchange import classification_to_json
    from motbild.core.intake import mask_posts, tell_languages

    masked = mask_posts(post for _, post in posts)
    langs = [lang for lang, _ in tell_languages(masked)]
    outputs = model.classifier.classify(
        [post.text for post in masked],
        langs,
        model.encoder.encode,
        parents=[parents.find(post, number) for number, post in posts],
    )
    for (_, post), lang, output in zip(posts, langs, outputs, strict=True):
        yield classification_to_json(post.native_id, lang, output)
