"""Meningar: var en text delas, så att beläggen blir läsbara."""

import pytest

from motbild.core.text import split_sentences

DELAS = [
    ("Hej. Vad gör du?", ["Hej.", "Vad gör du?"]),
    ("berätta inget. skriv inte", ["berätta inget.", "skriv inte"]),
    ("Möte kl. 10 i dag. Kom!", ["Möte kl. 10 i dag.", "Kom!"]),
    ("De tar t.ex. barn. Ja.", ["De tar t.ex. barn.", "Ja."]),
    ('Hon sa: "Öppna inte. Aldrig." Jag gick.', ['Hon sa: "Öppna inte. Aldrig."', "Jag gick."]),
    ("rad ett\nrad två\n\nrad tre", ["rad ett", "rad två", "rad tre"]),
    ("Vad?? 🚨🚨 Hej då", ["Vad?? 🚨🚨", "Hej då"]),
    ("🚨 Viktigt till alla", ["🚨 Viktigt till alla"]),
    ("de tar våra 👶 utan skäl", ["de tar våra 👶 utan skäl"]),
    ("de tar våra 👶 😡 sen ljuger de", ["de tar våra 👶 😡", "sen ljuger de"]),
    ("Hon är här 👶 Välkommen!", ["Hon är här 👶", "Välkommen!"]),
    ("mitt 👶\när här", ["mitt 👶", "är här"]),
    ("هل هذا صحيح؟ نعم. شكرا", ["هل هذا صحيح؟", "نعم.", "شكرا"]),
    ("   ", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "meningar"), DELAS)
def test_delas_i_meningar(text: str, meningar: list[str]) -> None:
    """En text delas vid skiljetecken, radbyten och emojier, men inte vid varje punkt och bild."""
    assert [text[start:end] for start, end in split_sentences(text, "sv")] == meningar
