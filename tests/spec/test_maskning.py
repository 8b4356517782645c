"""Maskning: vad i en text som byts ut innan den sparas, och vad som ska stå kvar."""

import pytest

from motbild.core.privacy import mask, mask_links

MASKADE = [
    # personnummer och samordningsnummer
    ("Mitt nummer är 850709-9805.", "Mitt nummer är [personnummer]."),
    ("19850709-9805 står i beslutet", "[personnummer] står i beslutet"),
    ("hon heter 8507099805", "hon heter [personnummer]"),
    ("198507099805, sa de", "[personnummer], sa de"),
    ("19 850709 - 9805", "[personnummer]"),
    ("8 5 0 7 0 9 9 8 0 5", "[personnummer]"),
    ("850709\u200b-98\u200b05", "[personnummer]"),
    ("٨٥٠٧٠٩-٩٨٠٥", "[personnummer]"),
    ("８５０７０９－９８０５", "[personnummer]"),
    ("farfar, 180101+1234, är med", "farfar, [personnummer], är med"),
    ("samordningsnumret 850769-9802", "samordningsnumret [personnummer]"),
    ("fel sista siffra: 850709-9804", "fel sista siffra: [personnummer]"),
    # telefon
    ("Ring 070-174 06 05 nu", "Ring [telefon] nu"),
    ("Tel:0701740605.", "Tel:[telefon]."),
    ("08-465 00 45 eller (08) 123 456 78", "[telefon] eller [telefon]"),
    ("+46 70 174 06 05 och +46(0)70-1740605", "[telefon] och [telefon]"),
    ("0046701740605 eller 46701740605", "[telefon] eller [telefon]"),
    ("skriv till +90 532 123 45 67", "skriv till [telefon]"),
    ("٠٧٠١٧٤٠٦٠٥ اتصل", "[telefon] اتصل"),
    ("0️⃣7️⃣0️⃣1️⃣7️⃣4️⃣0️⃣6️⃣0️⃣5️⃣ ring!", "[telefon] ring!"),
    # e-post
    ("Mejla anna.b+x@example.se!", "Mejla [e-post]!"),
    ("namn (at) domän.se", "[e-post]"),
    ("namn[at]domän[dot]se", "[e-post]"),
    # konton
    ("hej @anna.b, kolla", "hej [konto], kolla"),
    ("(@käll_a) skrev", "([konto]) skrev"),
    ("@محمد_علي شوف", "[konto] شوف"),
    ("hej @kalle@example.social!", "hej [konto]!"),
    ("u/nagon_dar sa det", "[konto] sa det"),
    # adresser
    ("Hon bor på Storgatan 12 B, lgh 1203, 123 45 Umeå.", "Hon bor på [adress]."),
    ("Kungsvägen 3!", "[adress]!"),
    ("norra långgatan 5a", "[adress]"),
    ("Karl Johans gata 3 och Tallbacksgränd 14", "[adress] och [adress]"),
    ("Essingeplan 5 i kväll", "[adress] i kväll"),
    # registreringsnummer
    ("skylten ABC 123", "skylten [regnummer]"),
    ("ABC12D stod där", "[regnummer] stod där"),
    ("abc123", "[regnummer]"),
    ("hon kör en grå Volvo QIV 000", "hon kör en grå Volvo [regnummer]"),
    ("BILEN ÄR ABC 123", "BILEN ÄR [regnummer]"),
]

OFÖRÄNDRADE = [
    "25 153 barn fick en insats och 40 000 kr betalades ut",
    "LVU 1990:52 och SoL 2001:453, sedan SFS 2025:400",
    "kl 12.30-14.30 den 2023-04-05, öppet 0830-1700",
    "01-02-2023 eller 2023/2024",
    "10 000 000 kronor, 3,5 % och 1 234 567 890 visningar",
    "ring 112, 1177 eller 116 111",
    "organisationsnummer 556677-8899",
    "LVU 199, SOU 2023, BVC 123, DN 2023 och lvu199",
    "DE TAR BAR 123 BARN OM ÅRET",
    "per 100 barn, SEK 500, tar 200 kr, kursen SOC-101",
    "på vägen 3 barn, riksväg 40, handlingsplan 2",
    "Storgatan 12 barn på samma gata",
    "b@rn och p@ppa",
    "2 barn, 16-åring, covid19",
    "http://example.org/a@b.se/070-1740605",
]


@pytest.mark.parametrize(("text", "maskad"), MASKADE)
def test_maskas(text: str, maskad: str) -> None:
    """Det som pekar ut en person byts mot ett ord för sitt slag."""
    assert mask(text) == maskad


@pytest.mark.parametrize("text", OFÖRÄNDRADE)
def test_står_kvar(text: str) -> None:
    """Priser, årtal, lagar, klockslag, antal och länkar ändras inte."""
    assert mask(text) == text


FÖRFATTARE = [
    ("Jag heter Anna Bergkvist.", "Anna Bergkvist", "Jag heter [konto]."),
    ("anna_bergkvist och AnnaBergkvists", "Anna Bergkvist", "[konto] och [konto]s"),
    ("följ mormor83 här", "@mormor83", "följ [konto] här"),
    ("bosse tycker", "bosse@example.social", "[konto] tycker"),
    ("Ann tycker annat", "Ann", "Ann tycker annat"),
    ("socialtjänsten svarar", "Socialtjänsten", "socialtjänsten svarar"),
    ("annandag jul", "Anna", "annandag jul"),
]


@pytest.mark.parametrize(("text", "författare", "maskad"), FÖRFATTARE)
def test_författaren_maskas(text: str, författare: str, maskad: str) -> None:
    """Författarens namn maskas som helt ord, men aldrig korta namn eller ämnets egna ord."""
    assert mask(text, författare) == maskad


LÄNKAR = [
    ("Se https://www.Example.org/x?y=1.", "Se example.org."),
    ("(http://u:p@example.org:80/x)", "(example.org)"),
    ("www.example.org/a och t.me/kanal", "example.org och t.me"),
    ("hxxps://example.org/a", "example.org"),
    ("x.com/nagon/status/1", "x.com"),
    ("https://nagon.bsky.social/post", "bsky.social"),
    ("och/eller, 1.5/2, m.m./osv", "och/eller, 1.5/2, m.m./osv"),
]


@pytest.mark.parametrize(("text", "sparad"), LÄNKAR)
def test_länkar_blir_domäner(text: str, sparad: str) -> None:
    """Av en länk sparas bara domänen, aldrig sökväg, fråga, inloggning eller konto."""
    assert mask_links(text) == sparad
