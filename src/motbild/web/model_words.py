"""What a model card says to people: measures, counts, events and limits, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from motbild.core.promotions import Promotion
from motbild.web.language import Words

# Name and explanation, in the order they are shown; a share of 1 each.
MEASURES: Mapping[str, tuple[str, str]] = {
    "flag_precision": (
        "Rätt bland det som flaggas",
        "Av inläggen som modellen flaggar: så stor andel påstår verkligen det som är falskt.",
    ),
    "flag_recall": (
        "Hittat bland det som borde flaggas",
        "Av inläggen som påstår det som är falskt: så stor andel flaggas.",
    ),
    "flag_f1": (
        "Flaggor sammanvägt (F1)",
        "Väger ihop de två måtten ovan. 100 % betyder att inget missas och inget flaggas fel.",
    ),
    "flag_average_precision": (
        "Ordningen i kön",
        "Hur väl modellen lägger de rätta inläggen överst, oavsett var tröskeln ligger.",
    ),
    "false_flag_rate": (
        "Andel felflaggade",
        "Av skyddade yttranden, som kritik och egna berättelser: så stor andel flaggas ändå. "
        "Lägre är bättre.",
    ),
    "background_flag_rate": (
        "Vanliga texter som flaggas",
        "Av texter som inte alls handlar om ämnet: så stor andel flaggas. Lägre är bättre.",
    ),
    "narrative_macro_f1": (
        "Rätt narrativ (F1, medel)",
        "Hur väl modellen hittar rätt narrativ, i medeltal över alla narrativ.",
    ),
    "stance_macro_f1": (
        "Rätt hållning (F1, medel)",
        "Hur väl modellen skiljer på den som påstår, bemöter, återger och frågar.",
    ),
    "threat_precision": (
        "Rätt bland det som kallas hot",
        "Av inläggen som modellen lägger i kön för hot: så stor andel är hot.",
    ),
    "threat_recall": (
        "Hittade hot",
        "Av alla hot: så stor andel hamnar i kön för hot.",
    ),
}
COUNTS: Mapping[str, str] = {
    "examples": "exempel sammanlagt",
    "background": "vanliga texter som inte rör något narrativ",
    "decisions": "beslut som granskare har fattat",
    "borrowed": "exempel lånade från andra berättelsepaket",
    "threats": "hot",
}
LIMITS: Sequence[str] = (
    "Modellen jämför formuleringar. Den vet inte vad som är sant, och varje flagga ska bedömas "
    "av en människa.",
    "Den är bäst på svenska och sämre på språk med få exempel.",
    "Den missar ironi, bilder och sådant som bara går att förstå av en hel diskussion.",
    "Ord som inget exempel innehåller känner den bara igen om de liknar andra ord.",
    "Den säger för låga sannolikheter för att någon påstår, när det är röster som den inte har "
    "sett.",
    "Måtten är räknade på röster som modellen inte lärt av, men trösklarna är satta på samma "
    "inlägg. Därför är de lite för snälla.",
)
EVENTS: Mapping[str, str] = {
    "promoted": "Togs i bruk",
    "refused": "Togs inte i bruk",
    "rolled-back": "Gick tillbaka till",
}
DISARM_NAMES: Mapping[str, str] = {
    "T0022.001": "förstärker en konspirationsteori som redan finns",
    "T0023.001": "lyfter ut det som hänt ur sitt sammanhang",
    "T0139.001": "avskräcker människor från att göra något",
}
_HARMS = ((0.9, "mycket stor"), (0.75, "stor"), (0.55, "betydande"), (0.0, "måttlig"))
_LOSS_CERTAIN = 0.9  # share of the draws in which a challenger that is refused was worse


def tell_harm(harm: float) -> str:
    """Return how great a harm is, as a message."""
    return next(name for least, name in _HARMS if harm >= least)


def tell_losses(words: Words, promotion: Promotion) -> list[str]:
    """Return a sentence for each measure on which a challenger was worse."""
    return [
        words(
            "%(measure)s: från %(before)s till %(after)s.",
            measure=_measure(words, told.measure),
            before=words.percent(told.champion),
            after=words.percent(told.challenger),
        )
        for told in promotion.comparisons
        if told.loss_share >= _LOSS_CERTAIN
    ]


def _measure(words: Words, name: str) -> str:
    kind, _, about = name.partition(".")
    if kind == "narrative_f1":
        return words("Narrativet %(name)s (F1)", name=about)
    if kind == "flag_f1":
        group = words("övriga språk") if about == "others" else words.language(about)
        return words("Flaggor (F1), %(name)s", name=group)
    known = "false_flag_rate" if kind == "protected_speech_flagged_share" else kind
    return words(MEASURES[known][0]) if known in MEASURES else name


def known_measures(card: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    """Return the measures on a card with their names and explanations, as messages."""
    told = card.get("out_of_fold", {})
    return [(*MEASURES[name], float(told[name])) for name in MEASURES if name in told]
