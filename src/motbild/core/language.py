"""Which of the watched languages the main part of a text is in."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol, cast

from motbild.core.obfuscation import strip_invisible, undo_look_alikes
from motbild.core.privacy import PLACEHOLDERS, reduce_links
from motbild.core.records import LANGUAGES
from motbild.core.word_gaps import join_spaced

UNDETERMINED = ("und", 0.0)
_REMEMBERED = 1 << 14  # texts: a third of what comes in a night are copies
_FEWEST_LETTERS = 2
_FEW_WORDS = 5
# What letters alone tell is told with this confidence at least.
_BY_LETTERS = 0.5

# What says nothing of the language; tags count where there is nothing else.
_SILENT = (
    "|".join(map(re.escape, PLACEHOLDERS)) + r"|@\w+|(?<![\w-])(?<!\w\.)(?:[\w-]+\.)+[a-z]{2,}\b"
)
_SILENCES = tuple(re.compile(p, re.IGNORECASE) for p in (rf"{_SILENT}|#\w+", rf"{_SILENT}|#"))
_LATIN_WORD = re.compile("[a-zà-öø-žſƀ-ɏ]+", re.IGNORECASE)
_ARABIC_WORD = re.compile("[\u0620-\u063f\u0641-\u065f\u066e-\u06d3\u06fa-\u06ff]+")
_ARABIC_LANGUAGES = ("ar", "fa")
_LATIN_LANGUAGES = tuple(lang for lang in LANGUAGES if lang not in _ARABIC_LANGUAGES)
# Letters of one of two neighbours only; dialects of Arabic borrow the other Persian ones.
_LETTERS_OF = {
    "fa": re.compile("[\u06cc\u06a9پژ]"),
    "ar": re.compile("[\u064a\u0643ةىأإ]"),
    "sv": re.compile("å", re.IGNORECASE),
    "tr": re.compile("[ğışİ]"),
}


class _Identifier(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]: ...


def identify_languages(texts: Sequence[str]) -> list[tuple[str, float]]:
    """Identify the language of each text.

    Only the six watched languages are told apart: with their neighbours
    (Norwegian, Danish, Finnish) among the choices, short Swedish posts are
    mistaken for these far oftener than such posts come.

    Returns:
        For each text its ISO 639-1 code and a confidence in [0, 1]; of a text
        that mixes languages the one that most of it is in; `UNDETERMINED` where
        there are no letters, or most are of a script that none of the six uses.
    """
    return [_identify(text) for text in texts]


@lru_cache(maxsize=_REMEMBERED)
def _identify(text: str) -> tuple[str, float]:
    readable = undo_look_alikes(join_spaced(strip_invisible(reduce_links(text))))
    for silence in _SILENCES:
        part, candidates = _main_script(silence.sub(" ", readable))
        if candidates:
            return _choose(part, candidates)
    return UNDETERMINED


def _main_script(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without its lesser script, and the languages of the greater one.

    Words are counted, not letters: the Swedish words that come into Arabic posts are long.
    """
    latin, arabic = _LATIN_WORD.findall(text), _ARABIC_WORD.findall(text)
    foreign = sum(map(str.isalpha, text)) - len("".join(latin + arabic))
    if len("".join(latin + arabic)) < max(_FEWEST_LETTERS, foreign):
        return text, ()
    if len(latin) >= len(arabic):
        return _ARABIC_WORD.sub(" ", text), _LATIN_LANGUAGES
    return _LATIN_WORD.sub(" ", text), _ARABIC_LANGUAGES


def _choose(text: str, candidates: tuple[str, ...]) -> tuple[str, float]:
    ranked = dict(_identifier().rank(text))
    weights = {lang: float(ranked[lang]) for lang in candidates}
    total = sum(weights.values()) or 1.0
    lang = max(weights, key=lambda code: weights[code])
    told = _tell_by_letters(text, candidates)
    if told is None:
        return lang, weights[lang] / total
    return told, max(_BY_LETTERS, weights[told] / total)


def _tell_by_letters(text: str, candidates: tuple[str, ...]) -> str | None:
    """Return the language whose own letters alone occur; of Latin ones in few words only."""
    if candidates == _LATIN_LANGUAGES and len(text.split()) > _FEW_WORDS:
        return None
    found = [lang for lang in candidates if lang in _LETTERS_OF and _LETTERS_OF[lang].search(text)]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _identifier() -> _Identifier:
    """Load the model, once and not before it is needed: it takes a second and 100 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return cast(_Identifier, identifier)
