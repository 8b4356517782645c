"""Arabic letters as models see them: without ornaments, and one form for what reads alike.

Writers leave the dots out (ڡ for ف), or take the letters of the Persian keyboard for the
Arabic ones and the other way round.
"""

import re
from collections.abc import Iterator

_ANY_TO_UNIFY = re.compile("[\u0300-\u036f\u0600-\u06ff]")
_ORNAMENTS = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_FORMS = str.maketrans("أإآٱىة", "ااااي\u0647")
_ANY_FORM = re.compile("[أإآٱىة]")

_WORD = re.compile("[\u0620-\u06d3]+")
_ARTICLE = re.compile("(?<![\u0620-\u06d3])ال[\u0620-\u06d3]{2}")
_FEWEST_ARTICLES = 2  # Persian has a word or so that begins like the Arabic article
_ONLY_PERSIAN = re.compile("[پچژگ]")
_TO_ARABIC, _ANY_PERSIAN = str.maketrans("یک", "يك"), re.compile("[یک]")
_TO_PERSIAN, _ANY_ARABIC = str.maketrans("يك", "یک"), re.compile("[يك]")

# No word of either language is written with these: they are letters less their dots.
_ANY_DOTLESS = re.compile("[ٮڡٯں]")
_WITH_DOTS = str.maketrans("ٮڡٯں", "بفقن")
# Letters of one shape, each by the first of its group.
_SHAPES = str.maketrans(
    {
        letter: group[0]
        for group in (
            "ٮبتثنيیىئں",
            "حجخچ",
            "دذ",
            "رزژ",
            "سش",
            "صض",
            "طظ",
            "عغ",
            "ڡفقٯ",
            "كکگ",
            "هة",
        )
        for letter in group
    }
)
# What campaigns hide so; with its article, prefixes and endings each is a word of its own.
_HIDDEN = (
    *("السوسيال", "سوسيال", "السويد", "السويديه", "الخدمات", "الاجتماعيه", "المحكمه"),
    *("خطف", "يخطف", "تخطف", "يخطفون", "يخطفوا", "اختطاف", "يسرق", "يسرقون", "تسرق", "سرقه"),
    *("طفل", "طفلي", "اطفال", "الاطفال", "اطفالنا", "اطفالكم", "اولاد", "اولادنا", "ابناءنا"),
    *("مسلم", "المسلمين", "مسلمين", "بيع", "يبيع", "يبيعون", "تبيع", "فلوس"),
    *("سوسیال", "بچه", "کودک", "کودکان", "دزدی", "میدزدند", "مسلمان", "دادگاه"),
)


def _by_shape() -> Iterator[tuple[str, str]]:
    for word in _HIDDEN:
        yield word.translate(_SHAPES), word


_WORD_OF_SHAPE = dict(_by_shape())


def unify_arabic(text: str) -> str:
    """Remove ornaments, write the forms of a letter alike, and give hidden words their dots.

    Persian letters stay in Persian, and become the Arabic ones in Arabic; which of the two a
    text is, its own letters and the Arabic article tell.
    """
    if not _ANY_TO_UNIFY.search(text):
        return text
    plain = _ORNAMENTS.sub("", text)
    if _ANY_FORM.search(plain):
        plain = plain.translate(_FORMS)
    if _ANY_DOTLESS.search(plain):
        plain = _WORD.sub(_give_dots, plain)
    return _unify_keyboards(plain)


def _give_dots(found: re.Match[str]) -> str:
    word = found[0]
    if not _ANY_DOTLESS.search(word):
        return word
    return _WORD_OF_SHAPE.get(word.translate(_SHAPES), word.translate(_WITH_DOTS))


def _unify_keyboards(text: str) -> str:
    """Write Arabic with Arabic letters and Persian with Persian ones."""
    is_mixed = _ANY_PERSIAN.search(text) or _ANY_ARABIC.search(text)
    if not is_mixed:
        return text
    has_articles = len(_ARTICLE.findall(text)) >= _FEWEST_ARTICLES
    if has_articles:
        return text.translate(_TO_ARABIC) if not _ONLY_PERSIAN.search(text) else text
    return text.translate(_TO_PERSIAN) if _ONLY_PERSIAN.search(text) else text
