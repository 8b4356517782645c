"""The card of a model as a page for people."""

from collections.abc import Mapping
from typing import Any


def describe_model(card: Mapping[str, Any]) -> str:
    """Return a model's card as Markdown.

    Args:
        card: The card as it stands in ``card.json``.
    """
    packs = ", ".join(f"{p['pack_id']} {p['version']}" for p in card["packs"])
    lines = [
        f"# Model {card['version']}",
        "",
        "Tells of a post which known false narratives it bears on, with what stance, and "
        "whether it threatens staff. It compares wordings; it does not know what is true, "
        "and every flag is for a person to judge.",
        "",
        f"- Trained on {card['trained_on']} with `{card['command']}`",
        f"- Packs: {packs}",
        f"- Encoder: {card['encoder_id']}",
        f"- Libraries: {', '.join(f'{n} {v}' for n, v in sorted(card['libraries'].items()))}",
        "",
        "## What it learned from",
        "",
        "| examples | count |",
        "|---|---|",
        *(f"| {name} | {count} |" for name, count in sorted(card["counts"].items())),
        "",
        "## Where it matches",
        "",
        "| threshold | probability |",
        "|---|---|",
        *(f"| {name} | {p:.2f} |" for name, p in card["thresholds"]["narratives"].items()),
        f"| threat | {card['thresholds']['threat']:.2f} |",
        f"| asserts, which flags | {card['thresholds']['asserts']:.2f} |",
        *(
            f"| asserts, {lang} | {p:.2f} |"
            for lang, p in sorted(card["thresholds"]["asserts_by_lang"].items())
        ),
        "",
        "## What that means in a night's work",
        "",
        'Counted on voices it had not seen. "Expect at most" is a bound for a new voice '
        "like them (conformal risk control, by voice); languages with few voices have none, "
        "and share the threshold of all.",
        "",
        *(f"- {workload['sentence']}" for workload in card["workloads"]),
        "",
        "## How it did on voices it had not seen",
        "",
        "Measured on its own seeds, each scored by a model that saw nothing of the same "
        "voice. The thresholds were placed on the same scores, so that these are a little "
        "kind; a labelled file of other posts (`motbild evaluate`) is the fair measure. "
        "`background_flag_rate` is the share of ordinary writing that would be flagged; the "
        "other measures leave ordinary writing out.",
        "",
        "| measure | value |",
        "|---|---|",
        *(f"| {name} | {value:.3f} |" for name, value in sorted(card["out_of_fold"].items())),
        "",
        "## Limits",
        "",
        "Strongest in Swedish, weaker where few seeds are in a language. Irony, images and "
        "talk that only a whole thread explains are missed. Words that nobody has written "
        "in a seed are known only through letters and vectors that they share with others. "
        "The probability of asserting is told too low of voices it has not seen. Plain "
        "character n-grams rank some posts as well or better; `docs/benchmarks.md` says where.",
        "",
    ]
    return "\n".join(lines)
