"""Every code that the core gives has a sentence in Swedish and in English."""

import re
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from motbild.core.advice import CODES, LEVELS, Situation, advise
from motbild.core.effect import CAVEATS
from motbild.core.fact_bank import REFUSALS
from motbild.core.notices import KINDS, SEVERITIES
from motbild.core.responses import CHANNELS, LENGTHS, NO_FACT, NOTES
from motbild.web import wording
from motbild.web.language import words_of

TABLES: list[tuple[Mapping[str, str], tuple[str, ...]]] = [
    (wording.FACT_REFUSALS, (*REFUSALS, NO_FACT)),
    (wording.DRAFT_NOTES, NOTES),
    (wording.CHANNEL_NAMES, CHANNELS),
    (wording.LENGTH_NAMES, LENGTHS),
    (wording.ADVICE_LEVELS, LEVELS),
    (wording.ADVICE_MEANINGS, LEVELS),
    (wording.ADVICE_REASONS, CODES),
    (wording.EFFECT_CAVEATS, CAVEATS),
    (wording.NOTICE_HEADLINES, tuple(kind for kind in KINDS if not kind.startswith("night"))),
    (wording.NOTICE_URGENCIES, tuple(SEVERITIES.values())),
]
EVERY = sorted(
    {
        sentence
        for table in (
            *(table for table, _ in TABLES),
            *(wording.PART_NAMES, wording.SPIKES, wording.NOTICE_ENDS),
        )
        for sentence in table.values()
    }
)
ENGLISH = read_po(
    BytesIO((files("motbild.web") / "translations" / "en" / "rules.po").read_bytes()), locale="en"
)


def _placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", sentence))


@pytest.mark.parametrize(("table", "codes"), TABLES)
def test_every_code_has_its_sentence(table: Mapping[str, str], codes: tuple[str, ...]) -> None:
    """No code is shown to people, and no sentence belongs to none."""
    assert set(table) == set(codes)


@pytest.mark.parametrize("sentence", EVERY)
def test_every_sentence_has_its_english(sentence: str) -> None:
    """The English tells the same numbers."""
    message = ENGLISH.get(sentence)
    assert message is not None
    assert message.string
    assert _placeholders(str(message.string)) == _placeholders(sentence)


def test_the_catalogue_holds_nothing_else() -> None:
    """What is no longer said is not translated."""
    assert sorted(str(message.id) for message in ENGLISH if message.id) == EVERY


def test_reasons_tell_only_numbers_that_they_come_with() -> None:
    """A sentence can always be filled in."""
    ((_, numbers), *_) = advise(Situation(0, 0, 0, 0, 0, 0, 0, 0.5, True, None)).reasons
    for sentence in wording.ADVICE_REASONS.values():
        assert _placeholders(sentence) <= set(numbers)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("sv", "Inläggen har setts omkring 120\N{NO-BREAK SPACE}000 gånger på en vecka."),
        ("en", "The posts have been seen about 120,000 times in a week."),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(lang: str, told: str) -> None:
    """Swedish parts thousands by a space, English by a comma."""
    sentence = wording.ADVICE_REASONS["far-reach"]
    assert wording.tell(words_of(lang), sentence, {"reach": 120_000.0}) == told
