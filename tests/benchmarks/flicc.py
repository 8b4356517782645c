"""A second, foreign pack: what is claimed against climate science, in English.

The posts are FLICC's, the claims the sub-claims of the CARDS taxonomy, told here in own
words. Motbild knows neither; what it reaches shows what it can do with another's pack.

Source:
    Coan et al., Computer-assisted classification of contrarian claims about climate
    change, 2021; Zanartu et al., A technocognitive approach to detecting fallacies in
    climate misinformation, 2024.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from motbild.adapters.packs import load_pack, new_pack
from motbild.core.judgement import Judged, LabelledPost, judge
from motbild.core.metrics import Floats, average_precision, macro_f1
from motbild.core.narratives import Pack, Seed
from motbild.core.pack_reading import render_seed
from motbild.core.vectors import Encoder
from motbild.stages.train import train
from tests.benchmarks.lessons import lessons_of, read_posts
from tests.benchmarks.page import SEED, read_rows, with_interval
from tests.benchmarks.rivals import Rival

SUB_CLAIM = re.compile(r"(?<![\d.])[1-5]\.\d")
FEWEST = 8  # posts that a claim is learned from
SHOTS = 8
SHOT_CLAIMS = 3  # the claims that most test posts make
Shoot = Callable[[Sequence[Pack], str, Sequence[LabelledPost]], Floats]
CLAIMS = {
    "1.1": "Ice, snow and permafrost are not melting.",
    "1.2": "The climate is cooling and we are heading for an ice age.",
    "1.3": "It is cold and snowing here, so the world is not warming.",
    "1.4": "The climate has not warmed over the last decades.",
    "1.5": "The oceans are not warming.",
    "1.6": "The rise of the sea is exaggerated and does not speed up.",
    "1.7": "Extreme weather is not increasing and has always happened.",
    "1.8": "They changed the name from global warming to climate change.",
    "2.1": "Climate change is natural: the sun, the oceans, cycles that have always been.",
    "2.2": "Other things that people do than greenhouse gases change the climate.",
    "2.3": "There is no evidence that carbon dioxide and the greenhouse effect warm the climate.",
    "2.4": "Carbon dioxide is not rising and the oceans do not turn acid.",
    "2.5": "Human emissions are far too small to matter.",
    "3.1": "The climate is not sensitive and other effects will reduce the warming.",
    "3.2": "Animals, plants and reefs are not harmed by climate change or gain from it.",
    "3.3": "Carbon dioxide is good for plants and no pollutant.",
    "3.4": "It is only a few degrees.",
    "3.5": "Climate change does not lead to conflict.",
    "3.6": "Climate change does not harm health.",
    "4.1": "Climate policy harms the economy, people or nature.",
    "4.2": "Climate policy has no effect and is badly made.",
    "4.3": "The problem is too hard to solve.",
    "4.4": "Clean energy does not work.",
    "4.5": "People need fossil fuels or nuclear power.",
    "5.1": "Climate science is unreliable: data, models and methods are uncertain.",
    "5.2": "The climate movement is alarmist, biased and corrupt.",
    "5.3": "Climate change is a hoax and a conspiracy.",
}


@dataclass(frozen=True)
class Flicc:
    """The foreign pack and the posts that it is tried on."""

    pack: Pack
    posts: tuple[LabelledPost, ...]


def load_flicc(bench: Path, scratch: Path) -> Flicc:
    """Write the foreign pack to a folder, as anyone would, and load it.

    Thresholds are placed on held-out voices, so that the validation posts are learned
    from too. Posts that name no sub-claim are left out.

    Args:
        bench: Folder with the files of FLICC.
        scratch: An empty folder.
    """
    rows = [row for split in ("train", "val") for row in _read_split(bench, split)]
    counts = Counter(code for row in rows for code in _codes(row))
    kept = sorted(code for code, count in counts.items() if count >= FEWEST and code in CLAIMS)
    folder = scratch / "cards"
    folder.mkdir()
    (folder / "pack.toml").write_text(_pack_toml(kept), encoding="utf-8")
    seeds = [_seed(number, row, kept) for number, row in enumerate(rows)]
    (folder / "seeds.jsonl").write_text("".join(map(render_seed, seeds)), encoding="utf-8")
    tests = [_seed(number, row, kept) for number, row in enumerate(_read_split(bench, "test"))]
    posts = [
        LabelledPost(seed.seed_id, seed.text, seed.lang, seed.narratives, seed.stance)
        for seed in tests
    ]
    return Flicc(load_pack(folder), tuple(posts))


def measure_claims(judged: Judged) -> dict[str, dict[str, float | None]]:
    """Measure how well claims are told: macro-F1, and average precision over all of them."""
    columns = judged.narratives.shape[1]

    def rank_all(weights: Floats) -> Floats:
        repeated = np.repeat(weights, columns, axis=1)
        return average_precision(judged.probabilities.ravel(), judged.narratives.ravel(), repeated)

    count = len(judged.langs)
    return {
        "FLICC, claim macro-F1": with_interval(
            lambda weights: macro_f1(judged.matched, judged.narratives, weights), count
        ),
        "FLICC, claim AP (micro)": with_interval(rank_all, count),
    }


def few_shot_packs(flicc: Flicc, scratch: Path) -> dict[str, list[Pack]]:
    """Begin a pack for each of the commonest claims, from its text and eight posts.

    Returns:
        By narrative id: the foreign pack without all that makes this claim, and the new
        pack, whose narrative bears the same id.
    """
    counts = Counter(name for post in flicc.posts for name in post.narratives)
    packs = {}
    for name, _ in counts.most_common(SHOT_CLAIMS):
        bearing = [seed for seed in flicc.pack.seeds if name in seed.narratives]
        chosen = np.random.default_rng(SEED).permutation(len(bearing))[:SHOTS]
        claim = CLAIMS[name.replace("-", ".")]
        new = new_pack(
            scratch / f"claim-{name}",
            f"claim-{name}",
            name,
            claim,
            [" ".join(bearing[n].text.split()) for n in chosen],
            "en",
        )
        packs[name] = [_without(flicc.pack, name), new]
    return packs


def shoot_motbild(
    packs: Sequence[Pack], name: str, posts: Sequence[LabelledPost], encoder: Encoder
) -> Floats:
    """Score posts by Motbild for a claim that was begun from eight posts; ``(n,)``."""
    classifier = train(packs, encoder).classifier
    judged = judge(posts, classifier, encoder.encode)
    return judged.probabilities[:, judged.narrative_ids.index(name)]


def shoot_rival(
    packs: Sequence[Pack], name: str, posts: Sequence[LabelledPost], rival: Rival
) -> Floats:
    """Score posts by a rival for a claim that was begun from eight posts; ``(n,)``."""
    lessons = lessons_of(packs)
    return rival.score(lessons, read_posts(posts))[:, lessons.narrative_ids.index(name)]


def measure_shots(
    flicc: Flicc, packs_of: dict[str, list[Pack]], shoot: Shoot
) -> dict[str, float | None]:
    """Measure the mean average precision over the claims begun from eight posts."""
    pairs = [
        (
            shoot(packs, name, flicc.posts),
            np.array([name in post.narratives for post in flicc.posts]),
        )
        for name, packs in packs_of.items()
    ]

    def measure(weights: Floats) -> Floats:
        mean: Floats = np.nanmean(
            [average_precision(scores, truths, weights) for scores, truths in pairs], axis=0
        )
        return mean

    return with_interval(measure, len(flicc.posts))


def _without(pack: Pack, name: str) -> Pack:
    return replace(
        pack,
        narratives=tuple(one for one in pack.narratives if one.narrative_id != name),
        seeds=tuple(seed for seed in pack.seeds if name not in seed.narratives),
    )


def _read_split(bench: Path, split: str) -> list[dict[str, Any]]:
    return [row for row in read_rows(bench / f"flicc_{split}.jsonl") if _codes(row)]


def _codes(row: dict[str, Any]) -> list[str]:
    """Return the sub-claims that a post makes; it may name several, or deeper ones."""
    return list(dict.fromkeys(SUB_CLAIM.findall(str(row["cards_claim"]))))


def _seed(number: int, row: dict[str, Any], kept: Sequence[str]) -> Seed:
    narratives = tuple(code.replace(".", "-") for code in _codes(row) if code in kept)
    stance = "asserts" if narratives else "none"
    voice = f"post-{number}"
    return Seed(voice, row["text"].strip(), "en", narratives, stance, voice=voice)


def _pack_toml(codes: Sequence[str]) -> str:
    head = 'id = "cards"\nversion = "1"\n[title]\nen = "Claims against climate science"\n'
    parts = [
        f'\n[[narratives]]\nid = "{code.replace(".", "-")}"\n[narratives.title]\n'
        f"en = {json.dumps(code)}\n[narratives.claim]\nen = {json.dumps(CLAIMS[code])}\n"
        for code in codes
    ]
    return head + "".join(parts)
