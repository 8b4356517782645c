"""Svar: hur ett svar byggs av faktauppgifter, del för del."""

from datetime import date

import pytest

from motbild.core.fact_bank import FactWording, digest_wording
from motbild.core.narratives import FactSource, Narrative
from motbild.core.responses import AnswerRequest, draft_answer

RYKTE = Narrative(
    narrative_id="bokbal",
    titles={"sv": "Böcker bränns"},
    claim={"sv": "Biblioteket bränner böcker om natten."},
    falsehood={"sv": "Gallrade böcker säljs."},
)
LÅN = "Alla får låna böcker. Det kostar inget."
BOKDAG = "Gamla böcker säljs på bokdagen."

# kanal, längd, faktauppgifter → svarets delar
SVAR = [
    (
        *("web", "medium", ["lan"]),
        [
            "Alla får låna böcker.",
            "Det finns ett rykte som inte stämmer: ”Biblioteket bränner böcker om natten”.",
            "Det här saknas i ryktet: Gallrade böcker säljs.",
            "Det kostar inget.",
        ],
    ),
    (
        *("social", "short", ["lan"]),
        [
            "Alla får låna böcker.",
            "Det finns ett rykte som inte stämmer: ”Böcker bränns”.",
            "Det här saknas i ryktet: Gallrade böcker säljs.",
            "Det kostar inget.",
        ],
    ),
    (
        *("reply", "medium", ["lan", "bokdag"]),
        [
            "Jag förstår att det väcker oro.",
            "Alla får låna böcker. Det kostar inget.",
            "Det finns ett rykte som inte stämmer: ”Biblioteket bränner böcker om natten”.",
            "Det här saknas i ryktet: Gallrade böcker säljs.",
            "Gamla böcker säljs på bokdagen.",
        ],
    ),
    (
        *("talking-points", "short", ["bokdag"]),
        [
            "Gamla böcker säljs på bokdagen.",
            "Det finns ett rykte som inte stämmer: ”Böcker bränns”.",
            "Det här saknas i ryktet: Gallrade böcker säljs.",
            "Kort sagt: Gamla böcker säljs på bokdagen.",
        ],
    ),
]


def _ordalydelse(fact_id: str, text: str) -> FactWording:
    return FactWording(
        fact_id=fact_id,
        lang="sv",
        text=text,
        caveat="",
        sources=(FactSource("Lånelagen", "Riksdagen", 1990),),
        valid_from=date(2021, 1, 1),
        valid_to=None,
        review_by=date(2027, 1, 1),
        approved_by="Test Testsson",
        narratives=("bokbal",),
        text_digest=digest_wording(text),
    )


@pytest.mark.parametrize(("kanal", "längd", "fakta", "delar"), SVAR)
def test_svar_byggs(kanal: str, längd: str, fakta: list[str], delar: list[str]) -> None:
    """Fakta, varning, det som är fel, fakta; ett svar till någon börjar med att möta oron."""
    bank = [_ordalydelse("lan", LÅN), _ordalydelse("bokdag", BOKDAG)]
    request = AnswerRequest(kanal, längd, "sv", tuple(fakta), date(2026, 3, 2))
    assert [part.text for part in draft_answer(request, bank, RYKTE).parts] == delar
