"""Measure how well new rumours are found: ways to gather, on rumours that no narrative tells.

    python tests/benchmarks/rumours.py [--bench DIR] [--sizes 300 1000 2900] [--draws 3]

Invented rumours (``rumours.jsonl`` beside this file) are hidden among ordinary writing: the
pack's seeds of no narrative, and real texts where they are there. What nights use was chosen
on some of the rumours; the table is of the others. It goes to the terminal and between the
markers of a page, whose other sections are written by people.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.core.cluster_terms import Words
from motbild.core.privacy import mask, mask_links
from motbild.core.text import model_text
from motbild.core.vectors import Encode
from motbild.settings import Settings
from motbild.stages.discover import LEAST_NEAR
from motbild.wiring.models import Model, load_model
from tests.benchmarks.page import (
    BENCH,
    PAGE,
    describe_run,
    from_root,
    read_rows,
    render_table,
    write_section,
)
from tests.benchmarks.remembered import Remembered
from tests.benchmarks.rumour_methods import REPORTED, WEIGHTS, methods, ranks_held_out
from tests.benchmarks.rumour_nights import Method, Text, compose, is_telling, measure

RUMOURS = Path(__file__).with_name("rumours.jsonl")
TUNED_AT = 1_000  # ordinary texts of the nights that choices were made on
COLUMNS = {
    "whole": "found",
    "told": "in part",
    "whole_shown": "found, first 30",
    "told_shown": "in part, first 30",
    "purity": "purity",
    "ordinary": "ordinary clusters",
    "unmatched": "in none",
    "kept": "kept overnight",
    "seconds": "seconds",
}
_SHARES = ("purity", "unmatched", "kept")
Figures = Mapping[str, float]


def read_tellings(model: Model, use: str) -> list[Text]:
    """Return the tellings of the rumours that are for one use: ``tune`` or ``report``."""
    rows = [row for row in read_rows(RUMOURS) if row["use"] == use]
    return _judge(model, [(row["text"], row["lang"], row["rumour"]) for row in rows])


def read_ordinary(model: Model, bench: Path) -> list[Text]:
    """Return ordinary writing, the nearest to what is watched first, without what matches."""
    told = [(s.text, s.lang, "") for p in model.packs for s in p.seeds if not s.narratives]
    real = bench / "sv_real_text.jsonl"
    if real.is_file():
        told += [(row["text"], "sv", "") for row in read_rows(real)]
    texts = {text.text: text for text in _judge(model, told) if is_telling(text.text)}
    unmatched = [t for t in texts.values() if t.is_let_in or t.nearness < LEAST_NEAR]
    return sorted(unmatched, key=lambda text: (-text.nearness, text.text))


def _judge(model: Model, told: Sequence[tuple[str, str, str]]) -> list[Text]:
    texts = [mask(mask_links(text)) for text, _, _ in told]
    langs = [lang for _, lang, _ in told]
    found = model.classifier.classify(texts, langs, model.encoder.encode)
    return [
        Text(
            text,
            lang,
            rumour,
            nearness := 1 - c.stance_probabilities["none"],
            nearness >= LEAST_NEAR and not c.matches and not c.is_threat,
        )
        for text, (_, lang, rumour), c in zip(texts, told, found, strict=True)
    ]


def try_methods(
    tried: Mapping[str, Method],
    tellings: Sequence[Text],
    ordinary: Sequence[Text],
    encode: Encode,
    size: int,
    draws: int,
) -> dict[str, Figures]:
    """Return the mean figures of each method over some nights of one size."""
    figures: defaultdict[str, list[Figures]] = defaultdict(list)
    for draw in range(draws):
        pair = compose(tellings, ordinary, size, draw)
        for name, method in tried.items():
            figures[name].append(measure(pair, encode, method))
    return {
        name: {key: fmean(row[key] for row in rows) for key in COLUMNS}
        for name, rows in figures.items()
    }


def try_words(tellings: Sequence[Text], ordinary: Sequence[Text]) -> dict[str, float]:
    """Return for each way to weigh words how well half of the tellings tell the other half."""
    texts = [*tellings, *ordinary]
    words = Words.of([model_text(t.text) for t in texts], [t.lang for t in texts])
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for position, text in enumerate(tellings):
        places[text.rumour, text.lang].append(position)
    halves = [(own[::2], own[1::2]) for own in places.values() if len(own) >= 6]
    rest = range(len(tellings), len(texts))
    return {
        name: fmean(ranks_held_out(weigh(own, words), held, rest, words) for own, held in halves)
        for name, weigh in WEIGHTS.items()
    }


def render(found: Mapping[str, Figures]) -> str:
    """Return a table of methods."""
    rows = ((name, [_cell(key, told[key]) for key in COLUMNS]) for name, told in found.items())
    return render_table(["way to gather", *COLUMNS.values()], rows)


def _cell(key: str, value: float) -> str:
    return f"{value:.2f}" if key in _SHARES else f"{value:.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read what is asked for, measure, and write the section."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        model = load_model(Settings(home=Path(home)))
    encode = Remembered(model.encoder).encode
    ordinary = read_ordinary(model, asked.bench)
    tellings = {use: read_tellings(model, use) for use in ("tune", "report")}
    parts = [_about(asked, tellings, ordinary)]
    sizes = [("tune", TUNED_AT), *(("report", size) for size in asked.sizes)]
    for use, size in sizes:
        tried = methods() if use == "tune" else {name: methods()[name] for name in REPORTED}
        found = try_methods(tried, tellings[use], ordinary, encode, size, asked.draws)
        parts.append(f"{_title(use, size, tellings[use])}\n\n{render(found)}")
        print(parts[-1], flush=True)
    words = try_words(tellings["report"], ordinary)
    parts.append(_about_words(words))
    write_section(asked.page, "rumours", "New rumours", "\n\n".join(parts))


def _title(use: str, size: int, tellings: Iterable[Text]) -> str:
    count = len({text.rumour for text in tellings})
    kind = "were chosen on" if use == "tune" else "were not chosen on"
    return f"**{size} ordinary texts, {count} rumours that settings {kind}**"


def _about(
    asked: argparse.Namespace, tellings: Mapping[str, Sequence[Text]], ordinary: Sequence[Text]
) -> str:
    every = [text for texts in tellings.values() for text in texts]
    let_in = sum(text.is_let_in for text in every)
    sizes = " ".join(map(str, asked.sizes))
    return (
        f"`python tests/benchmarks/rumours.py --bench {from_root(asked.bench)} "
        f"--sizes {sizes} --draws {asked.draws}`\n\n"
        f"{describe_run(['scikit-learn', 'scipy', 'numpy'])} Means over {asked.draws} draws, from "
        f"{len(ordinary)} ordinary texts that match nothing. Of {len(every)} tellings the model "
        f"lets in {let_in}; here all are."
    )


def _about_words(found: Mapping[str, float]) -> str:
    rows = [(name, [f"{share:.3f}"]) for name, share in found.items()]
    return render_table(
        ["telling words", "other tellings hold more of them than ordinary texts"], rows
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--bench", type=Path, default=BENCH, help="folder of the shared texts")
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000, 2900])
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--page", type=Path, default=PAGE, help="Markdown page to write to")
    return parser


if __name__ == "__main__":
    main()
