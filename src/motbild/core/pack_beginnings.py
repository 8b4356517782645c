"""A pack of one narrative, begun from a few posts that assert it.

Such a pack is a draft: it lacks what people will add later, and borrows from other packs
what a classifier needs to tell its narrative from other posts.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from motbild.core.narratives import BACKGROUND, Pack, Seed
from motbild.core.pack_findings import Finding
from motbild.core.pack_forms import ID, TEXT
from motbild.core.pack_reading import render_seed
from motbild.core.records import LANGUAGES
from motbild.errors import PackError

DRAFT = "0"  # version of a pack that was begun and is being tried
MOST_BORROWED = 1000  # more cost minutes with a slow encoder, and teach little beyond
_FEWEST_EXAMPLES = 4
# What reviewers and answers need, and a classifier does without.
_LATER = ("missing-definition", "no-valid-fact")

_NEW_PACK = """\
id = "{pack}"
# 0 marks a draft, which is checked mildly. Write 1 once the claim, what is false in it and
# a fact are there.
version = "{draft}"

[title]
{lang} = {title}

[[narratives]]
id = "{narrative}"
harm = 0.5
disarm_ids = []
# active_from = 2026-01-01

[narratives.title]
{lang} = {title}

[narratives.claim]
{lang} = {claim}

[narratives.falsehood]
# {lang} = "What is false in the claim, in one or two sentences."
"""

_NEW_FACTS = """\
# Counter-facts for answers. Take away the leading "# " of the lines below and fill them in;
# docs/packs.md explains each key.
#
# [[facts]]
# id = "{narrative}-1"
# narratives = ["{narrative}"]
# valid_from = 2026-01-01
# review_by = 2026-12-31
#
# [facts.text]
# {lang} = "What is true, in your own words."
#
# [[facts.sources]]
# title = "Title of the law, page or report"
# publisher = "Who stands behind it"
# year = 2026
# address = "https://example.org/page"
"""


def begin_pack(
    pack_id: str, title: str, claim: str, examples: Sequence[str], lang: str
) -> dict[str, str]:
    """Write the files of a new pack.

    Args:
        pack_id: Id of the pack, lower-case with hyphens.
        title: Short title of the narrative, in `lang`; its id is made from it.
        claim: What is claimed, in `lang`.
        examples: Posts that assert the claim, each by another voice.
        lang: ISO 639-1 code of everything given here.

    Returns:
        Content by file name.

    Raises:
        PackError: Something given cannot be used, or there are too few examples.
    """
    _refuse_bad_start(pack_id, title, claim, lang)
    texts = list(dict.fromkeys(text.strip() for text in examples if TEXT.accepts(text)))
    if len(texts) < _FEWEST_EXAMPLES:
        raise PackError(
            f"A new pack needs at least {_FEWEST_EXAMPLES} different example posts and was given "
            f"{len(texts)}; add more, eight or above being best."
        )
    slug = _slug(title) or pack_id
    words = {"lang": lang, "title": _quoted(title), "claim": _quoted(claim)}
    return {
        "pack.toml": _NEW_PACK.format(pack=pack_id, draft=DRAFT, narrative=slug, **words),
        "facts.toml": _NEW_FACTS.format(narrative=slug, lang=lang),
        "seeds.jsonl": "".join(
            render_seed(_first_seed(slug, number, text, lang))
            for number, text in enumerate(texts, 1)
        ),
    }


def spare_draft(pack: Pack, findings: Iterable[Finding]) -> list[Finding]:
    """Return what is wrong with a pack; what a draft may lack is only warned of.

    Args:
        pack: The pack, which is a draft while its version is `DRAFT`.
        findings: As `motbild.core.pack_rules.check_pack` tells them.
    """
    spared = [
        replace(finding, severity="warning")
        if pack.version == DRAFT and finding.code in _LATER
        else finding
        for finding in findings
    ]
    return sorted(spared, key=lambda finding: finding.severity != "error")


def borrow_lessons(
    packs: Sequence[Pack], others: Sequence[Pack], most: int = MOST_BORROWED
) -> tuple[Seed, ...]:
    """Return seeds of other packs that show packs without background what most writing is like.

    They bear no narrative of their own pack any more and count as background, so that
    nothing is near by resembling them; only threats are looked for whatever the narrative.
    Each keeps its stance: how people ask, deny and report is the same everywhere.

    Args:
        packs: What is to be learned.
        others: Packs to borrow from.
        most: How many to borrow, spread evenly over what there is.

    Returns:
        None where a pack that is learned from has background of its own.
    """
    if any(seed.origin == BACKGROUND for pack in packs for seed in pack.seeds):
        return ()
    known = {pack.pack_id for pack in packs}
    seeds = [seed for pack in others if pack.pack_id not in known for seed in pack.seeds]
    spread = seeds[:: -(-len(seeds) // most)] if seeds else []
    return tuple(
        replace(seed, narratives=(), origin=seed.origin if seed.is_threat else BACKGROUND)
        for seed in spread
    )


def _refuse_bad_start(pack_id: str, title: str, claim: str, lang: str) -> None:
    if not ID.accepts(pack_id):
        raise PackError(f"The id of the new pack must be {ID.name}; choose another.")
    if lang not in LANGUAGES:
        raise PackError(
            f"The language of the new pack must be one of {', '.join(LANGUAGES)}; choose one."
        )
    for name, text in (("title", title), ("claim", claim)):
        if not TEXT.accepts(text):
            raise PackError(f"The {name} of the new narrative is empty or unreadable; write one.")


def _first_seed(narrative: str, number: int, text: str, lang: str) -> Seed:
    return Seed(
        seed_id=f"{narrative}-{number}",
        text=text,
        lang=lang,
        narratives=(narrative,),
        stance="asserts",
        voice=f"example-{number}",
        note="given when the pack was begun",
    )


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain))[:40].strip("-")


def _quoted(text: str) -> str:
    # A JSON string is a TOML string too, but for the delete character, which TOML forbids.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
