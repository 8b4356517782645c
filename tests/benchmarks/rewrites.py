"""Measure how many flags are lost when posts are rewritten so as to be missed.

    python tests/benchmarks/rewrites.py [--write]

The posts are of ``models/gold/rewrites.jsonl``, written by hand; each keeps the meaning and
the labels of a post of the gold set. The counterpart are rewrites of posts that must not be
flagged, since sturdiness must not be bought with wrong flags. The tables go to the terminal
and, with ``--write``, between the markers of a page. Ends with 1 where the goal is missed.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, from anywhere

from motbild.core.judgement import LabelledPost, judge
from motbild.core.language import identify_languages
from motbild.core.privacy import mask
from motbild.settings import Settings
from motbild.wiring.models import Model, load_model
from tests.benchmarks.page import PAGE, describe_run, render_table, write_section
from tests.benchmarks.remembered import Remembered
from tests.benchmarks.rewrite_pairs import KINDS, Pair, Verdicts, load_pairs, verdicts_of

MOST_LOST = 0.10  # the goal: of the recall, over all kinds
MOST_WRONG = 0.05  # and of protected posts, flagged though their originals are not
LANGUAGES = ("sv", "ar", "en", "so", "tr", "fa")
Row = tuple[str, list[str | Mapping[str, float | None]]]
LIBRARIES = ("numpy", "scikit-learn", "torch", "sentence-transformers")


def judge_pairs(model: Model, pairs: Sequence[Pair]) -> dict[str, Verdicts]:
    """Let the model judge both of each pair, and both anew as a night does.

    Returns:
        As `verdicts_of`, and ``night``: what should be flagged, with each language told
        from the text.
    """
    encode = Remembered(model.encoder).encode
    sides = [[pair.original for pair in pairs], [pair.rewrite for pair in pairs]]
    originals, rewrites = (judge(posts, model.classifier, encode) for posts in sides)
    at_night = [judge(told_apart(posts), model.classifier, encode) for posts in sides]
    by_night = verdicts_of(pairs, *at_night)["asserted"]
    return {**verdicts_of(pairs, originals, rewrites), "night": by_night}


def told_apart(posts: Sequence[LabelledPost]) -> list[LabelledPost]:
    """Give each post the language that its text is taken for."""
    found = identify_languages([mask(post.text) for post in posts])
    return [replace(post, lang=lang) for post, (lang, _) in zip(posts, found, strict=True)]


def is_reached(found: Mapping[str, Verdicts]) -> bool:
    """Tell whether few enough flags are lost, and few enough made by mistake."""
    lost = found["asserted"].measure()["lost"]["value"]
    saved = found["protected"].measure()["lost"]["value"]
    return (lost or 0.0) <= MOST_LOST and -(saved or 0.0) <= MOST_WRONG


def render(found: Mapping[str, Verdicts], model_version: str, encoder_id: str) -> str:
    """Return the tables with how they were made."""
    asserted, protected = found["asserted"], found["protected"]
    return "\n\n".join(
        [
            "`python tests/benchmarks/rewrites.py --write`",
            f"{describe_run(LIBRARIES)} Model `{model_version}`, encoder "
            f"`{encoder_id}`. In brackets the 95 % bootstrap interval; originals "
            "are drawn with all of their rewrites.",
            _say_goal(found),
            f"**Posts that should be flagged** ({len(asserted.before)} rewrites of "
            f"{len(set(asserted.originals.tolist()))} posts):",
            render_table(
                ["rewritten by", "rewrites", "recall before", "recall after", "lost", "kept"],
                [*_rows(asserted), _row("all, language told from the text", found["night"])],
            ),
            f"**Posts that must not be flagged** ({len(protected.before)} rewrites of "
            f"{len(set(protected.originals.tolist()))} posts):",
            render_table(
                ["rewritten by", "rewrites", "false flags before", "false flags after"],
                [(name, cells[:3]) for name, cells in _rows(protected, by_language=False)],
            ),
            _say_threats(found["threats"]),
        ]
    )


def _say_goal(found: Mapping[str, Verdicts]) -> str:
    verdict = "reached" if is_reached(found) else "**not reached**"
    return (
        f"The goal of at most {100 * MOST_LOST:.0f} points of recall lost in all, and at most "
        f"{100 * MOST_WRONG:.0f} points more of false flags, is {verdict}."
    )


def _rows(verdicts: Verdicts, *, by_language: bool = True) -> list[Row]:
    groups = {"all": verdicts}
    groups |= {kind: verdicts.take(verdicts.kinds == kind) for kind in KINDS}
    if by_language:
        groups |= {lang: verdicts.take(verdicts.langs == lang) for lang in LANGUAGES}
    return [_row(name, one) for name, one in groups.items()]


def _row(name: str, verdicts: Verdicts) -> Row:
    told = verdicts.measure()
    cells = [told[measure] for measure in ("before", "after", "lost", "kept")]
    return name, [str(len(verdicts.before)), *cells]


def _say_threats(threats: Verdicts) -> str:
    count = len(threats.before)
    return (
        f"Of the {count} rewrites of threats, {int(threats.after.sum())} are told as threats; of "
        f"their originals {int(threats.before.sum())}."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the section where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--write", action="store_true", help="into the page")
    parser.add_argument("--page", type=Path, default=PAGE, help="Markdown page to write to")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        model = load_model(Settings(home=Path(home)))
    found = judge_pairs(model, load_pairs())
    text = render(found, model.classifier.model_version, model.encoder.encoder_id)
    print(text)
    if asked.write:
        write_section(asked.page, "rewrites", "Rewritten posts", text)
    return 0 if is_reached(found) else 1


if __name__ == "__main__":
    sys.exit(main())
