"""Stems of the words that posts of the watched campaigns hide, and which words they stand for."""

from collections.abc import Sequence

# A stem of five letters or more
# stands for every word that begins with it, a shorter one for itself and its endings.
TOPIC_STEMS: tuple[str, ...] = (
    *("soc", "social", "socialtjänst", "socialtjanst", "socialsekreter", "lvu", "sverige"),
    *("barn", "kidnapp", "stjäl", "stjal", "stulna", "stulit", "omhändertag", "familjehem"),
    *("fosterhem", "föräldr", "foraldr", "domstol", "orosanmäl", "orosanmal", "tvångs", "tvangs"),
    *("stulen", "rövar", "rovar", "säljer", "saljer", "handlägg", "handlagg", "myndighet"),
    *("sweden", "child", "kids", "steal", "stolen", "abduct", "muslim", "islam", "foster"),
    *("kidnap", "traffick", "caseworker", "government", "parents"),
    *("سوسيال", "السوسيال", "يخطف", "تخطف", "خطف", "يسرق", "تسرق", "اطفال", "الاطفال", "السويد"),
    *("سوسیال", "بچه", "کودک", "کودکان", "carruur", "caruur", "çocuk", "kaçır", "çalıy", "isveç"),
)
OPEN_STEM = 5
ENDINGS = frozenset({"", "s", "n", "t", "r", "a", "na", "en", "et", "ens", "er", "ar"})


def stem_of(word: str, stems: Sequence[str]) -> str:
    """Return the longest topic stem that a word is a form of, or an empty string."""
    lowered = word.lower()
    if not lowered.startswith(tuple(stems)):
        return ""
    fitting = (
        stem
        for stem in stems
        if lowered.startswith(stem) and (len(stem) >= OPEN_STEM or lowered[len(stem) :] in ENDINGS)
    )
    return max(fitting, key=len, default="")
