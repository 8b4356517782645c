"""Tests of telling languages apart, on short posts as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.language import UNDETERMINED, identify_languages
from motbild.core.records import LANGUAGES

POSTS = {
    "sv": [
        "Vem vågar ringa soc efter det här?",
        "Min granne fick hjälp redan samma vecka",
        "hur lång tid tar en utredning egentligen",
        "DELA INNAN DET TAS BORT",
        "de kom hem till oss i tisdags och pratade",
        "aldrig mer att jag litar på kommunen",
        "Någon som vet när mötet börjar?",
        "så jävla trött på alla lögner",
        "Barnen mår bra nu, tack för att ni frågar",
        "LVU är sista utvägen, läs på",
    ],
    "ar": [
        "ماذا يحدث مع العائلات هناك؟",
        "لا تفتحوا الباب لأحد",
        "جارتي حكت معهم وساعدوها كتير",
        "شو القصة مع السوسيال",
        "الخبر غير صحيح أبداً",
        "عندي موعد بكرا وخايفة",
        "انشر قبل الحذف",
        "هل يوجد مترجم في البلدية؟",
        "والله ما بعرف شو بدي قول",
    ],
    "en": [
        "Is any of this actually true?",
        "they came to our door on Monday",
        "share before they delete it",
        "My neighbour got real help from them",
        "no source, no date, no names",
        "so tired of all these lies",
        "what are parents supposed to do now",
        "Sweden does this every single day",
        "read the law before you post",
    ],
    "so": [
        "Ma run baa waxa ay sheegayaan?",
        "Ha furin albaabka haddii ay yimaadaan",
        "deriskayga way caawiyeen toddobaadkan",
        "carruurta si fiican ayay u joogaan",
        "waan ka daalay beentaas",
        "fadlan la wadaag qoysaska kale",
        "maxaan sameeyaa hadda walaalayaal",
        "sharciga akhri intaadan wax qorin",
    ],
    "tr": [
        "Bu söylenenler doğru mu?",
        "kapıyı kimseye açmayın",
        "komşuma çok yardım ettiler",
        "çocuklar şimdi iyi, merak etmeyin",
        "silinmeden önce paylaşın",
        "yarın randevum var korkuyorum",
        "bu yalanlardan bıktım artık",
        "yasayı okumadan yazma",
    ],
    "fa": [
        "این حرف‌ها راست است؟",
        "در را برای کسی باز نکنید",
        "به همسایه ما خیلی کمک کردند",
        "بچه‌ها الان خوبند",
        "قبل از پاک شدن پخش کنید",
        "فردا وقت دارم و می‌ترسم",
        "از این دروغ‌ها خسته شدم",
        "قانون را بخوان بعد بنویس",
    ],
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_short_posts_are_told_apart(lang: str) -> None:
    """At least nineteen of twenty short posts get their own language."""
    told = [code for code, _ in identify_languages(POSTS[lang])]
    assert told.count(lang) >= 0.95 * len(told)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("السوسيال tog مني ولدي والله ما عرفت شو أعمل", "ar"),
        ("socialtjänsten ville prata med oss, wallah inget mer än det", "sv"),
        ("Möte med förvaltningsrätten igen راح", "sv"),
        ("راح نروح على förvaltningsrätten بكرا الصبح", "ar"),
        ("s o c i a l e n  ljuger för oss", "sv"),
        ("ѕосіаlen tar våra barn", "sv"),
    ],
)
def test_mixed_texts_get_their_main_language(text: str, lang: str) -> None:
    """A text that switches language is in the one that most of its words are in."""
    assert identify_languages([text])[0][0] == lang


@pytest.mark.parametrize(
    "text",
    ["", "  ", "123 456", "🚨🚨🚨", "[telefon] [konto]", "example.org", "Привет всем, как дела"],
)
def test_what_has_no_watched_language_is_undetermined(text: str) -> None:
    """Without letters, or in another script, there is no language to tell."""
    assert identify_languages([text]) == [UNDETERMINED]


def test_tags_tell_where_there_is_nothing_else() -> None:
    """Tags are often in another language than the text, so they count only when alone."""
    assert identify_languages(["#barnen #förskolan #kommunen"])[0][0] == "sv"
    assert identify_languages(["yarın görüşürüz #förskolan #kommunen"])[0][0] == "tr"


@given(st.lists(st.text(max_size=30), max_size=3))
@settings(deadline=None)
def test_every_text_gets_an_answer(texts: list[str]) -> None:
    """Any text has a watched language or none, with a confidence in [0, 1]."""
    told = identify_languages(texts)
    assert len(told) == len(texts)
    for lang, confidence in told:
        assert lang in {*LANGUAGES, "und"}
        assert 0.0 <= confidence <= 1.0
