"""Dolda ord: hur förvanskade ord läses av modellerna, och vad som aldrig får läsas om."""

import pytest

from motbild.core.text import model_text

LÄSES_SOM = [
    # siffror för bokstäver
    ("s0c", "soc"),
    ("k1dnappar", "kidnappar"),
    ("f0rskolan", "forskolan"),
    ("5ocialen", "socialen"),
    ("soc1a1en", "socialen"),
    ("b4rn", "barn"),
    ("kidnapp3r", "kidnapper"),
    # tecken för bokstäver
    ("so©ialtj*nsten", "socialtjänsten"),
    ("stj*l", "stjäl"),
    ("s**ialen", "socialen"),
    ("b@rn", "barn"),
    ("$ocialen", "socialen"),
    ("soc.ialen", "socialen"),
    ("s*c-tanten", "soc-tanten"),
    ("so🐷ialen", "socialen"),
    ("السو*سيال يخـ.ـطف", "السوسيال يخطف"),
    # isärskrivet
    ("s o c i a l e n  t a r  b a r n", "socialen tar barn"),
    ("S.O.C", "soc"),
    ("k-i-d-n-a-p-p-a-r", "kidnappar"),
    ("s·o·c t_a_r b|a|r|n", "soc tar barn"),
    ("kid nappar barnen", "kidnappar barnen"),
    ("soc ialen och familje hemmet", "socialen och familjehemmet"),
    # hopskrivet
    ("#StoppaLVU", "#stoppa lvu"),
    ("soc_tar_våra_barn,_och_ler", "soc tar våra barn, och ler"),
    ("soc🔥tar🔥våra🔥barn", "soc tar våra barn"),
    ("de 😡 tar 😡 alla 😡 barn 😡", "de tar alla barn 😡"),
    # bilder för ord
    ("soc tar våra👶🏽 👶🏽!", "soc tar våra barn!"),
    (
        "tar 👶 från 👩, ger 👶 till 👮🏻\u200d♂️ och säljer 👶",
        "tar barn från mamma, ger barn till polis och säljer barn",
    ),
    ("👨\u200d👩\u200d👧 och 👪", "familj och familj"),
    ("السوسيال ياخذ 👶", "السوسيال ياخذ طفل"),
    ("سوسیال 👶 را می گیرد", "سوسیال بچه را می گیرد"),
    ("tar👶till💰nu", "tar barn till pengar nu"),
    ("⚖️ sa ja", "domstol sa ja"),
    ("🇸🇪 stjäl 👶", "sverige stjäl barn"),
    # andra alfabet
    ("🅱arn till 🆂🅾🅲", "barn till soc"),
    ("ѕосіаlеn", "socialen"),
    ("ѕос", "soc"),
    ("𝓼𝓸𝓬𝓲𝓪𝓵𝓮𝓷", "socialen"),
    ("ꜱᴏᴄɪᴀʟᴇɴ", "socialen"),
    ("ѕосіаӏ", "social"),
    ("sociaIen tar aIIa", "socialen tar alla"),
    ("s̶o̶c̶", "soc"),
    # utdraget och osynligt
    ("neeeej", "neej"),
    ("baaaarn", "barn"),
    ("kid\u00adnapp\u200bar", "kidnappar"),
    # arabiska former
    ("أُمّ إلى مدرسة", "ام الي مدرسه"),
    ("السوسىال ىحطڡ الاطڡال", "السوسيال تخطف الاطفال"),
    ("ڡقط", "فقط"),
    ("السوسیال یخطف الکل", "السوسيال يخطف الكل"),
    ("بچه را مي گيرد كمي", "بچه را می گیرد کمی"),
    ("ال سوسيال يخ طف", "السوسيال يخطف"),
    ("کود کان ما", "کودکان ما"),
    # länkar
    ("https://www.example.org/a?b=c", "example.org"),
]

ORÖRT = [
    *("2 barn", "covid19", "b2b", "3g", "16-åring", "2023-04-05", "lvu 1990:52", "25 153 barn"),
    *("t.ex. nu", "lvu:n", "iphone4s", "barn5", "mp3", "ma3loum", "han/hon", "barn/föräldrar"),
    *("för äldre", "dom stolar", "barn hemma", "social ansvar", "stoppa_lvu", "#lvu2026"),
    *("mcintyre", "a|b", "ja! ❤ nej! ❤", "🚨 läs 🔥 🙏"),
    *(
        "socialen.de tar",
        "barn❤lvu",
        "åäö",
        "گچپژ",
        "çocuk",
        "البته کمک می کند",
        "a4-papper",
        "*viktigt*",
    ),
    *("[personnummer]", "[e-post]", "[konto]", "[telefon] [adress] [regnummer]"),
]


@pytest.mark.parametrize(("skrivet", "läst"), LÄSES_SOM)
def test_läses_som(skrivet: str, läst: str) -> None:
    """Ett förvanskat ord läses som det ord det döljer."""
    assert model_text(skrivet) == läst


@pytest.mark.parametrize("text", ORÖRT)
def test_läses_som_det_står(text: str) -> None:
    """Tal, datum, lagar, förkortningar och maskerade uppgifter läses som de står."""
    assert model_text(text) == text
