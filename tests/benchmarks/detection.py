"""Compare Motbild's classifier with two plain ones on a labelled file.

    python tests/benchmarks/detection.py --gold FILE [--real FILE] [--docs FILE]

All three learn from the pack's seeds, with the same heads, calibration and rules for
thresholds; they differ in what they see of a text. The table goes to the terminal and
between the markers of a page, whose other sections are written by people.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from motbild.adapters.encoder import load_encoder
from motbild.adapters.packs import load_pack
from motbild.core.classifier import Classifier
from motbild.core.features import Shares
from motbild.core.judgement import parse_labelled
from motbild.core.learning import Recipe
from motbild.core.privacy import mask, mask_links
from motbild.core.report_table import format_cell, format_report
from motbild.core.vectors import Encoder
from motbild.stages.evaluate import evaluate
from motbild.stages.train import train

ROOT = Path(__file__).parents[2]
START, END = "<!-- detection:start -->", "<!-- detection:end -->"
LIBRARIES = ("numpy", "scikit-learn", "scipy")
NO_SENTENCES = 1e6  # a discount that no sentence makes up for
RIVALS = {
    "Motbild": Recipe(),
    "character TF-IDF": Recipe(shares=Shares(1, 0, 0), sentence_discount=NO_SENTENCES),
    "sentence vectors": Recipe(shares=Shares(0, 0, 1), sentence_discount=NO_SENTENCES),
}
MEASURES = {
    "flag AP": ("flag", "average_precision"),
    "flag F1": ("flag", "f1"),
    "flag precision": ("flag", "precision"),
    "flag recall": ("flag", "recall"),
    "false flags, all protected": ("protected_speech", "all", "false_flag_rate"),
    "narrative macro-F1": ("narrative_macro_f1",),
    "stance macro-F1": ("stance_macro_f1",),
    "threat recall": ("threat", "recall"),
    "false threats per 200": ("threat", "false_per_200"),
}


@dataclass
class CachedEncoder:
    """An encoder that encodes each text once, and remembers on disk where asked to."""

    encoder: Encoder
    file: Path | None = None
    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what was remembered."""
        if self.file and self.file.is_file():
            with np.load(self.file) as stored:
                self.vectors = dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))

    @property
    def encoder_id(self) -> str:
        """The encoder's own id."""
        return self.encoder.encoder_id

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.encoder.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row a text."""
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        unknown = {k: t for k, t in zip(keys, texts, strict=True) if k not in self.vectors}
        if unknown:
            rows = self.encoder.encode(list(unknown.values()))
            self.vectors.update(zip(unknown, rows, strict=True))
            if self.file:
                np.savez(
                    self.file, keys=list(self.vectors), rows=np.stack(list(self.vectors.values()))
                )
        return np.stack([self.vectors[key] for key in keys])


@dataclass(frozen=True)
class Result:
    """What one rival reached.

    Attributes:
        report: As `motbild evaluate` tells it.
        real_flags: How many real texts it flags, where there are any.
        real_matches: How many of them match a narrative.
    """

    report: dict[str, Any]
    real_flags: int = 0
    real_matches: int = 0


def compare(
    gold: Path, real: Sequence[str], pack_folder: Path, encoder: Encoder
) -> dict[str, Result]:
    """Train and evaluate each rival; returns what they reached by name."""
    pack = load_pack(pack_folder)
    posts = parse_labelled(read_rows(gold), gold.name)
    results = {}
    for name, recipe in RIVALS.items():
        started = time.monotonic()
        classifier = train([pack], encoder, recipe=recipe).classifier
        report = evaluate(posts, classifier, encoder).report
        results[name] = Result(report, *count_flags(real, classifier, encoder))
        print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    return results


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a file with one JSON object a line."""
    # Not `splitlines`, which also cuts at separators inside of texts.
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def count_flags(texts: Sequence[str], classifier: Classifier, encoder: Encoder) -> tuple[int, int]:
    """Return how many texts are flagged, and how many match a narrative."""
    masked = [mask(mask_links(text)) for text in texts]
    told = classifier.classify(masked, ["sv"] * len(texts), encoder.encode)
    return sum(found.is_flagged for found in told), sum(bool(found.matches) for found in told)


def render(results: dict[str, Result], gold: Path, real: Path | None, real_count: int) -> str:
    """Return the comparison as Markdown, with how it was made."""
    scopes = {name: result.report["overall"] for name, result in results.items()}
    first = next(iter(results.values())).report
    rows = [
        [measure, *(format_cell(_pick(scope, keys)) for scope in scopes.values())]
        for measure, keys in _measures(first["overall"]).items()
    ]
    rows += [
        [f"flag AP, {lang} ({scope['post_count']})"]
        + [
            format_cell(r.report["languages"][lang]["flag"]["average_precision"])
            for r in results.values()
        ]
        for lang, scope in first["languages"].items()
    ]
    if real:
        rows.append(
            [f"flagged of {real_count} real texts", *(str(r.real_flags) for r in results.values())]
        )
        rows.append(["matched of these", *(str(r.real_matches) for r in results.values())])
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    asked = f" --real {_relative(real)}" if real else ""
    return "\n".join(
        [
            f"`python tests/benchmarks/detection.py --gold {_relative(gold)}{asked}`",
            "",
            f"Run on {datetime.now(UTC).date()} with Python {platform.python_version()}, "
            f"{versions} and the encoder `{first['encoder_id']}` on {os.cpu_count()} "
            f"{platform.machine()} cores, without a graphics card. Measured on "
            f"{first['overall']['post_count']} labelled posts; in brackets the 95 % bootstrap "
            "interval.",
            "",
            _row(["measure", *results]),
            _row(["---"] * (len(results) + 1)),
            *(_row(row) for row in rows),
        ]
    )


def _measures(scope: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    protected = [name for name in scope["protected_speech"] if name != "all"]
    return {
        **MEASURES,
        **{f"F1, {name}": ("narratives", name, "f1") for name in scope["narratives"]},
        **{
            f"false flags, {name}": ("protected_speech", name, "false_flag_rate")
            for name in protected
        },
    }


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
    parser.add_argument("--real", type=Path, help="unlabelled real texts, JSON lines with a text")
    parser.add_argument("--cache", type=Path, help="file (.npz) that keeps vectors between runs")
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs" / "benchmarks.md")
    asked = parser.parse_args(arguments)
    encoder = CachedEncoder(
        load_encoder(asked.encoder, ROOT / "models" / "encoders.toml"), asked.cache
    )
    real = [row["text"] for row in read_rows(asked.real)] if asked.real else []
    results = compare(asked.gold, real, asked.pack, encoder)
    text = render(results, asked.gold, asked.real, len(real))
    print(f"\n{format_report(results['Motbild'].report)}\n\n{text}")
    write_between_markers(asked.docs, text)


def _relative(path: Path) -> str:
    return Path(os.path.relpath(path, ROOT)).as_posix()


def _pick(scope: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        scope = scope[key]
    return scope


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
