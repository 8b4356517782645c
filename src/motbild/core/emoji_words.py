"""Emojis that stand for the words that tell, read as these words.

Who wants to be missed by filters writes a baby where *barn* would stand. Named are things and
people that posts of the watched campaigns talk of; what adorns (hearts, flames, sirens) says
nothing and stays.
"""

import re
from collections.abc import Mapping

# Emoji, then the word for it in Swedish, Arabic and Persian.
_NAMES = """
👶 barn طفل بچه
🍼 barn طفل بچه
🚼 barn طفل بچه
🧒 barn طفل بچه
👼 barn طفل بچه
👦 pojke ولد پسر
👧 flicka بنت دختر
🧸 barn طفل بچه
🤰 gravid حامل باردار
🤱 mamma ام مادر
👪 familj عائلة خانواده
🧑 människa شخص آدم
👩 mamma ام مادر
👨 pappa اب پدر
👵 mormor جدة مادربزرگ
👴 morfar جد پدربزرگ
🧕 muslim مسلمة مسلمان
🕌 moské مسجد مسجد
🕋 islam الاسلام اسلام
☪ islam الاسلام اسلام
📿 islam الاسلام اسلام
⛪ kyrka كنيسة کلیسا
✝ kristen مسيحي مسیحی
👮 polis شرطة پلیس
🚓 polis شرطة پلیس
🚔 polis شرطة پلیس
⚖ domstol محكمة دادگاه
🏛 myndighet السلطات دولت
🏢 myndighet السلطات دولت
💰 pengar فلوس پول
💵 pengar فلوس پول
💶 pengar فلوس پول
💷 pengar فلوس پول
💴 pengar فلوس پول
💸 pengar فلوس پول
🤑 pengar فلوس پول
💲 pengar فلوس پول
🪙 pengar فلوس پول
🥷 tjuv لص دزد
🦹 tjuv لص دزد
🏠 hem بيت خانه
🏡 hem بيت خانه
🏫 skola مدرسة مدرسه
🏥 sjukhus مستشفى بیمارستان
🔫 pistol مسدس تفنگ
🔪 kniv سكين چاقو
🗡 kniv سكين چاقو
💣 bomb قنبلة بمب
🤥 lögn كذب دروغ
🧢 lögn كذب دروغ
🇸🇪 sverige السويد سوئد
"""
_PEOPLE = "👨👩👦👧👶🧑🧒👴👵"
_FAMILY = "👪"
# Skin, sex, hair and the selector of the coloured form: they belong to the sign before them.
_SHADES = "[\U0001f3fb-\U0001f3ff♀♂\U0001f9b0-\U0001f9b3\ufe0f\u200d]*"
_WORDS: Mapping[str, tuple[str, ...]] = {
    sign: tuple(words) for sign, *words in map(str.split, _NAMES.strip().splitlines())
}
_SWEDISH, _ARABIC, _PERSIAN = range(3)
_NAMED = re.compile(
    rf"(?P<family>(?:[{_PEOPLE}]{_SHADES}){{2,}})"
    rf"|(?P<sign>{'|'.join(sorted(_WORDS, key=len, reverse=True))}){_SHADES}"
    rf"(?:\s*(?P=sign){_SHADES})*"
)
_ANY_NAMED = re.compile("[" + "".join(sorted({sign[0] for sign in _WORDS})) + "]")
_BEYOND_ARROWS = re.compile("[\u2190-\U0010ffff]")  # where they are, which is found sooner
_ARABIC_LETTER = re.compile("[\u0620-\u064a]")
_PERSIAN_LETTER = re.compile("[پچژگکی]")
_LATIN_LETTER = re.compile("[A-Za-zåäöÅÄÖ]")


def name_emojis(text: str) -> str:
    """Write the word for each emoji that has one; one that is repeated is one word.

    In a text of Arabic letters it is the Arabic word, or the Persian one where letters tell
    that it is Persian; in any other the Swedish one, which posts of all languages use.
    """
    if not _BEYOND_ARROWS.search(text) or not _ANY_NAMED.search(text):
        return text
    column = _column(text)
    return _NAMED.sub(lambda found: _set_apart(_name(found, column), found), text)


def only_named(text: str) -> bool:
    """Tell whether emojis all stand for words; spaces aside."""
    return not _NAMED.sub("", text).strip()


def _set_apart(word: str, found: re.Match[str]) -> str:
    """Part a word from those that it is written together with."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    is_next = bool(_NAMED.match(found.string, found.end()))
    return f"{' ' * before.isalnum()}{word}{' ' * (after.isalnum() or is_next)}"


def is_named(emoji: str) -> bool:
    """Tell whether an emoji stands for a word."""
    return emoji in _WORDS


def _name(found: re.Match[str], column: int) -> str:
    people = {sign for sign in found["family"] or "" if sign in _PEOPLE}
    if len(people) > 1:
        return _WORDS[_FAMILY][column]
    return _WORDS[people.pop() if people else found["sign"]][column]


def _column(text: str) -> int:
    if len(_ARABIC_LETTER.findall(text)) <= len(_LATIN_LETTER.findall(text)):
        return _SWEDISH
    return _PERSIAN if _PERSIAN_LETTER.search(text) else _ARABIC
