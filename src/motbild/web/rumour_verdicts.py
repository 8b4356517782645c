"""From a form to a verdict on a new rumour, and from a verdict to the beginning of a pack."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motbild.core.pack_beginnings import begin_pack
from motbild.core.records import LANGUAGES
from motbild.errors import InputError

FEWEST_EXAMPLES = 4  # for a pack to begin with
MOST_TITLE, MOST_CLAIM = 120, 600
REASONS: Mapping[str, str] = {
    "ordinary": "Vanligt samtal, inget rykte",
    "protected": "Kritik eller egna berättelser",
    "off-topic": "Handlar om något annat",
    "known": "Känt sedan tidigare, behöver ingen bevakning",
    "other": "Annat",
}
VERDICT_NAMES: Mapping[str, str] = {
    "variant": "Variant av ett narrativ",
    "new": "Nytt narrativ",
    "dismissed": "Avfärdat",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reviewer makes of a cluster, as the form told it.

    Attributes:
        verdict: One of `VERDICT_NAMES`, or empty.
        families: The examples that belong to it.
        narrative_id: What it is a variant of.
        title: Of a new narrative.
        claim: What a new narrative says.
        reason: A key of `REASONS`.
    """

    verdict: str = ""
    families: tuple[str, ...] = ()
    narrative_id: str = ""
    title: str = ""
    claim: str = ""
    reason: str = ""

    def mistake(self, narratives: Mapping[str, Any]) -> str:
        """Return in one sentence what is missing; empty where nothing is."""
        if self.verdict not in VERDICT_NAMES:
            return "Välj vad ryktet är innan du sparar."
        if self.verdict == "dismissed":
            return "" if self.reason in REASONS else "Välj varför ryktet avfärdas."
        if not self.families:
            return "Kryssa i minst ett exempel som sprider ryktet."
        if self.verdict == "variant":
            return "" if self.narrative_id in narratives else "Välj vilket narrativ det hör till."
        return "" if self.title and self.claim else "Skriv både en rubrik och vad som påstås."


def read_judged(form: Any, cluster: Mapping[str, Any]) -> Judged:  # noqa: ANN401 - a form
    """Read what a form told; what makes no sense is left out."""
    known = {example["family_id"] for example in cluster["examples"]}
    chosen = dict.fromkeys(str(told) for told in form.getlist("exempel"))
    return Judged(
        verdict=str(form.get("vad", "")),
        families=tuple(family for family in chosen if family in known),
        narrative_id=str(form.get("narrativ", "")),
        title=" ".join(str(form.get("rubrik", "")).split())[:MOST_TITLE],
        claim=" ".join(str(form.get("pastaende", "")).split())[:MOST_CLAIM],
        reason=str(form.get("varfor", "")),
    )


def main_language(examples: Iterable[Mapping[str, Any]]) -> str:
    """Return the language of most examples, among those that a pack may have."""
    langs = [example["lang"] for example in examples if example["lang"] in LANGUAGES]
    return max(LANGUAGES, key=langs.count) if langs else "sv"


def read_more_examples(told: str) -> list[str]:
    """Return the examples that somebody wrote, one a line."""
    return [line.strip() for line in told.splitlines() if line.strip()]


def pack_id_of(cluster_id: str) -> str:
    """Return the id of the pack that a cluster begins; whoever goes on may change it."""
    return f"rykte-{cluster_id}"


def draft_pack(cluster_id: str, title: str, claim: str, texts: Sequence[str], lang: str) -> bytes:
    """Return a draft pack as a ZIP archive with one folder.

    Raises:
        InputError: There are too few different examples.
        PackError: Something given cannot be used.
    """
    different = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if len(different) < FEWEST_EXAMPLES:
        raise InputError(
            "Ett nytt narrativ behöver minst fyra olika exempel på samma språk. "
            "Lägg till några egna och försök igen."
        )
    folder = pack_id_of(cluster_id)
    files = begin_pack(folder, title, claim, different, lang)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}/{name}", content)
    return packed.getvalue()
