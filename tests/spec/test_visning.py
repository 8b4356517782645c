"""Visning: hur ett inlägg ser ut på sidan, så att inget är dolt och inget tar över."""

import pytest

from motbild.core.display import direction, show

VISAS_SOM = [
    # dolda tecken syns
    ("fil\u202efdp.exe", "fil⟨U+202E⟩fdp.exe"),
    ("\u2067hej\u2069", "⟨U+2067⟩hej⟨U+2069⟩"),
    ("hej\u200e\u200f\u061c", "hej⟨U+200E⟩⟨U+200F⟩⟨U+061C⟩"),
    ("so\u200bcia\u00adlen", "so⟨U+200B⟩cia⟨U+00AD⟩len"),
    ("so\u200ccia\u200dlen", "so⟨U+200C⟩cia⟨U+200D⟩len"),
    ("\ufeffhej", "⟨U+FEFF⟩hej"),
    ("a\x00b\x1bc\x9bd", "a⟨U+0000⟩b⟨U+001B⟩c⟨U+009B⟩d"),
    ("hej\U000e0041", "hej⟨U+E0041⟩"),
    ("hej\u3164", "hej⟨U+3164⟩"),
    # många i rad: tre nämns, resten räknas
    ("a" + "\u200b" * 100 + "b", "a⟨U+200B⟩⟨U+200B⟩⟨U+200B⟩⟨+97⟩b"),
    ("❤" + "\ufe0f" * 6, "❤\ufe0f⟨U+FE0F⟩⟨U+FE0F⟩⟨U+FE0F⟩⟨+2⟩"),
    # staplade tecken kapas
    ("s" + "\u0301" * 20 + "oc", "s\u0301\u0301\u0301⟨+17⟩oc"),
    # radbrytningar
    ("a\r\nb\rc\u2028d\u2029e\x85f", "a\nb\nc\nd\ne\nf"),
    ("a\n\n\nb", "a\n\n\nb"),
    ("a\n\n\n\nb", "a\n\nb"),
    ("a\n \n\t\n \n\nb", "a\n\nb"),
]

ORÖRT = [
    *("Hej på er!", "rad\n\nrad\tmed tabb", "e\u0301 å ä ö", "<b>&amp;</b>", "{{ 7*7 }}", "=1+1"),
    *("می\u200cشود", "۲۰\u200cهزار", "ه\u200d", "مُحَمَّدٌ", "ٱللَّٰهِ", "çocuk", "ğışİ"),
    *("👩\u200d👩\u200d👧", "🏳️\u200d🌈", "❤️", "1️⃣", "👍🏽", "🇸🇪", "❤️\u200d🔥"),
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
]

KORTAS = [
    ("Hej på er alla", 14, "Hej på er alla"),
    ("Hej på er alla där ute", 14, "Hej på er…"),
    ("Hej på er alla där ute", 15, "Hej på er alla…"),
    ("Socialtjänstlagen", 10, "Socialtjä…"),
    ("abcdef\u202e", 10, "abcdef…"),
    ("familj 👩\u200d👩\u200d👧 hemma", 11, "familj…"),
    ("abcdee\u0301\u0301\u0301x", 8, "abcde…"),
]

RIKTNING = [
    ("De tar barnen", "sv", "ltr"),
    ("يأخذون الأطفال", "ar", "rtl"),
    ("بچه‌ها را می‌برند", "fa", "rtl"),
    ("LVU: يأخذون الأطفال", "ar", "rtl"),
    ("@anna https://exempel.example يأخذون", "und", "rtl"),
    ("Han sa يأخذون och gick hem", "sv", "ltr"),
    ("waxay qaadaan carruurta", "so", "ltr"),
]


@pytest.mark.parametrize(("skrivet", "visat"), VISAS_SOM)
def test_visas_som(skrivet: str, visat: str) -> None:
    """Det som inte syns nämns vid sitt nummer, och det som sväller kapas."""
    assert show(skrivet) == visat


@pytest.mark.parametrize("text", ORÖRT)
def test_visas_som_det_står(text: str) -> None:
    """Vanlig text rörs inte, på något av språken, och inte heller emojier."""
    assert show(text) == text


@pytest.mark.parametrize(("skrivet", "gräns", "visat"), KORTAS)
def test_kortas(skrivet: str, gräns: int, visat: str) -> None:
    """En lång text slutar vid ett helt ord eller ett helt tecken, med tre punkter."""
    assert show(skrivet, gräns) == visat


@pytest.mark.parametrize(("text", "språk", "riktning"), RIKTNING)
def test_riktning(text: str, språk: str, riktning: str) -> None:
    """Arabiska och persiska läses från höger, vad som än står först."""
    assert direction(text, språk) == riktning
