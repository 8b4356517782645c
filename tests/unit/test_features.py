"""Features: units of a text, and rows of n-grams and vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.features import Context, Shares
from motbild.core.text import model_text
from motbild.core.units import FEWEST_WORDS, is_brief, split_units, unit_texts
from motbild.core.vocabularies import learn_features
from tests.encoders import HashingEncoder

LONG = (
    "I går var vi på stranden och badade hela dagen. Sedan hörde vi av en granne att de "
    "tar barnen utan skäl. Ja. Vi åkte hem och lagade mat till kvällen."
)


def test_a_short_text_is_one_unit() -> None:
    """A text of one sentence is not scored twice."""
    units = split_units("De tar våra barn", "sv")
    assert unit_texts(units) == [model_text("De tar våra barn")]
    assert units.spans == ((0, 16),)


def test_a_long_text_is_read_sentence_by_sentence() -> None:
    """Each sentence is a unit, and a very short one is read with the next."""
    units = split_units(LONG, "sv")
    assert [LONG[start:end] for start, end in units.spans] == [
        "I går var vi på stranden och badade hela dagen.",
        "Sedan hörde vi av en granne att de tar barnen utan skäl.",
        "Ja. Vi åkte hem och lagade mat till kvällen.",
    ]
    assert len(unit_texts(units)) == 4


@given(st.text(max_size=300), st.sampled_from(["sv", "ar", "und"]))
def test_spans_are_in_order_and_inside_the_text(text: str, lang: str) -> None:
    """Whatever is written, there is a span, and spans never overlap."""
    units = split_units(text, lang)
    assert units.spans
    ends = [0, *(end for _, end in units.spans)]
    for (start, end), before in zip(units.spans, ends, strict=False):
        assert before <= start <= end <= len(text)
    assert len(units.sentences) in (0, len(units.spans))


@given(st.lists(st.sampled_from(["Ja.", "Nej!", "Vi kom hem sent i natt."]), max_size=6))
def test_no_sentence_is_too_short_to_stand_alone(sentences: list[str]) -> None:
    """Where there are several units, each has enough words."""
    text = " ".join(sentences)
    units = split_units(text, "sv")
    if len(units.spans) > 1:
        assert all(len(text[a:b].split()) >= FEWEST_WORDS for a, b in units.spans)


def test_rows_have_length_one_and_know_their_likeness() -> None:
    """Of a text all known, a row's cosine with itself is one, and greater than with others."""
    texts = ["de tar barnen", "de tog barnet", "bussen var sen"]
    features = learn_features(texts, Shares(1.0, 1.0, 1.0))
    rows = features.rows(texts, HashingEncoder().encode(texts))
    cosines = rows.cosines(rows)
    np.testing.assert_allclose(np.diag(cosines), 1.0, atol=1e-5)
    assert cosines[0, 1] > cosines[0, 2]


@given(st.text(alphabet="qxz ", max_size=30))
def test_unknown_words_shorten_a_row(unknown: str) -> None:
    """The more of a text is unknown, the shorter its row; it is never longer than one."""
    texts = ["de tar barnen", "de tog barnet", "bussen var sen"]
    features = learn_features(texts, Shares(1.0, 1.0, 0.0))
    known, mixed = features.ngrams(["de tar barnen", f"de tar barnen {unknown}"])
    lengths = [float(np.sqrt(row.multiply(row).sum())) for row in (known, mixed)]
    assert lengths[1] <= lengths[0] + 1e-6 <= 1 + 2e-6
    if unknown.strip():
        assert lengths[1] < lengths[0]


def test_weights_are_applied_to_both_blocks() -> None:
    """Scoring row by row equals scoring the two blocks put side by side."""
    texts = ["de tar barnen", "bussen var sen"]
    features = learn_features(texts, Shares(1.0, 0.5, 0.5))
    rows = features.rows(texts, HashingEncoder().encode(texts))
    together = np.hstack([rows.ngrams.toarray(), rows.vectors])
    weights = np.random.default_rng(0).normal(size=(together.shape[1], 2)).astype(np.float32)
    np.testing.assert_allclose(rows.dot(weights), together @ weights, atol=1e-5)
    np.testing.assert_allclose(rows.take([1]).dot(weights), rows.dot(weights)[[1]], atol=1e-6)


def test_nothing_but_blanks_cannot_be_learned_from() -> None:
    """Texts without a letter or sign give no vocabulary."""
    with pytest.raises(ValueError, match="vocabulary"):
        learn_features(["", " "], Shares(1.0, 1.0, 1.0))


def test_a_reply_is_read_beside_its_parent() -> None:
    """The parent stands in columns of its own, for all units of the reply and no others."""
    texts = ["ja precis så var det", "nej det stämmer inte", "bussen var sen"]
    features = learn_features(texts, Shares(1.0, 1.0, 0.5, parent=0.6))
    vectors = np.eye(3, 4, dtype=np.float32)
    alone = features.rows(texts, vectors)
    context = Context.of([None, "Bussen VAR sen"], [1, 2])
    assert context.texts == ("bussen var sen",)
    assert context.owners.tolist() == [-1, 0, 0]
    read = features.in_context(alone, context, vectors[2:])
    columns = alone.ngrams.shape[1]
    assert read.ngrams.shape == (3, 2 * columns)
    assert (read.ngrams[:, :columns] != alone.ngrams).nnz == 0
    assert read.ngrams[0, columns:].nnz == 0
    assert read.ngrams[1, columns:].toarray() == pytest.approx(
        0.6 * alone.ngrams[2].toarray(), abs=1e-6
    )
    assert read.vectors[2, 4:] == pytest.approx(0.6 * alone.vectors[2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("soc kidnappar barn", False),
        ("kidnappare!!! 😡", True),
        ("example.org/klipp [konto] titta", True),
        ("", True),
        ("السوسيال يخطف الأطفال", False),
    ],
)
def test_two_words_or_links_alone_are_brief(text: str, expected: bool) -> None:
    """Links, placeholders, signs and emojis are no words."""
    assert is_brief(text) is expected
