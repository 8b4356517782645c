"""Compare Motbild's classifier with two plain ones on a labelled file.

    python tests/benchmarks/detection.py --gold FILE [--pack DIR] [--docs FILE]

All three learn from the pack's seeds with the same heads and calibration; they differ
in what they see of a text. The table goes to the terminal and into the docs.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from motbild.adapters.encoder import load_encoder
from motbild.adapters.packs import load_pack
from motbild.core.features import Shares
from motbild.core.judgement import parse_labelled
from motbild.core.learning import Recipe
from motbild.core.report_table import format_cell, format_report
from motbild.stages.evaluate import evaluate
from motbild.stages.train import train

ROOT = Path(__file__).parents[2]
START, END = "<!-- detection:start -->", "<!-- detection:end -->"
NO_SENTENCES = 1e6  # a discount that no sentence makes up for
RIVALS = {
    "Motbild": Recipe(),
    "character TF-IDF + logistic regression": Recipe(
        shares=Shares(1, 0, 0), sentence_discount=NO_SENTENCES
    ),
    "sentence vectors + logistic regression": Recipe(
        shares=Shares(0, 0, 1), sentence_discount=NO_SENTENCES
    ),
}
MEASURES = {
    "flag AP": ("flag", "average_precision"),
    "flag F1": ("flag", "f1"),
    "flag precision": ("flag", "precision"),
    "flag recall": ("flag", "recall"),
    "false flags": ("protected_speech", "all", "false_flag_rate"),
    "narrative F1": ("narrative_macro_f1",),
    "stance F1": ("stance_macro_f1",),
    "threat recall": ("threat", "recall"),
    "false threats per 200": ("threat", "false_per_200"),
}


def compare(gold: Path, pack_folder: Path, encoder_name: str) -> dict[str, Any]:
    """Train and evaluate each rival; returns their reports by name."""
    pack = load_pack(pack_folder)
    encoder = load_encoder(encoder_name, ROOT / "models" / "encoders.toml")
    lines = gold.read_text(encoding="utf-8").splitlines()
    posts = parse_labelled((json.loads(line) for line in lines if line.strip()), gold.name)
    reports = {}
    for name, recipe in RIVALS.items():
        started = time.monotonic()
        classifier = train([pack], encoder, recipe=recipe).classifier
        reports[name] = evaluate(posts, classifier, encoder).report
        print(f"{name}: {time.monotonic() - started:.0f} s")
    return reports


def render(reports: dict[str, Any], gold: Path) -> str:
    """Return the comparison as Markdown, overall and for each language's flags."""
    overall = {name: report["overall"] for name, report in reports.items()}
    count = next(iter(overall.values()))["post_count"]
    encoder_id = next(iter(reports.values()))["encoder_id"]
    languages = next(iter(reports.values()))["languages"]
    rows = [
        [measure, *(format_cell(_pick(scope, keys)) for scope in overall.values())]
        for measure, keys in MEASURES.items()
    ]
    rows += [
        [
            f"flag AP, {lang} ({scope['post_count']})",
            *(
                format_cell(report["languages"][lang]["flag"]["average_precision"])
                for report in reports.values()
            ),
        ]
        for lang, scope in languages.items()
    ]
    return "\n".join(
        [
            f"Learned from the pack's seeds, measured on the {count} posts of `{gold.name}`, "
            f"encoder `{encoder_id}`; 95 % bootstrap intervals. `false flags` is the share "
            "of posts that assert nothing false (criticism, questions, reports, rebuttals, "
            "everyday talk) and are flagged all the same.",
            "",
            _row(["measure", *reports]),
            _row(["---"] * (len(reports) + 1)),
            *(_row(row) for row in rows),
        ]
    )


def write_between_markers(path: Path, text: str) -> None:
    """Put text between the markers of a page, which gets them where it has none."""
    page = path.read_text(encoding="utf-8") if path.is_file() else "# Benchmarks\n"
    if START not in page:
        page = f"{page.rstrip()}\n\n## Detection\n\n{START}\n{END}\n"
    before, rest = page.split(START, 1)
    after = rest.split(END, 1)[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--gold", type=Path, required=True, help="labelled posts, JSON lines")
    parser.add_argument(
        "--pack", type=Path, default=ROOT / "models" / "narratives" / "socialtjansten"
    )
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "benchmarks.md")
    asked = parser.parse_args(arguments)
    reports = compare(asked.gold, asked.pack, asked.encoder)
    text = render(reports, asked.gold)
    print(f"\n{format_report(reports['Motbild'])}\n\n{text}")
    write_between_markers(asked.docs, text)


def _pick(scope: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        scope = scope[key]
    return scope


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
