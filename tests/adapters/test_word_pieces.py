"""Texts cut word by word have the pieces that the tokenizer finds in the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from motbild.adapters.encoder import word_pieces
from motbild.adapters.encoder.word_pieces import WordPieces
from tests.conftest import ROOT

_CHARACTERS = " ab ö.,-1½²¨´\u0308é…™①😀١\n\t\u00a0[UNK]"
texts = st.lists(st.text(_CHARACTERS, max_size=12) | st.text(max_size=6), max_size=5)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The tokenizer that ships."""
    found = Tokenizer.from_file(str(ROOT / "models" / "encoder" / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def whole(tokenizer: Tokenizer, texts: list[str]) -> list[bytes]:
    """Return the pieces of texts that are each cut at once."""
    found = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return [np.array(encoding.ids, dtype=np.int32).tobytes() for encoding in found]


@given(st.data())
def test_word_by_word_or_at_once(tokenizer: Tokenizer, data: st.DataObject) -> None:
    """The pieces are the same, whatever the text, and when words are met again."""
    pieces = WordPieces(tokenizer)
    for _ in range(2):
        drawn = data.draw(texts)
        assert pieces.cut(drawn) == whole(tokenizer, drawn)


def test_few_words_are_remembered(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was forgotten is cut anew, and the same."""
    monkeypatch.setattr(word_pieces, "_MOST_REMEMBERED", 3)
    pieces = WordPieces(tokenizer)
    for text in ("de tog barn", "barn tog de", "vi åt bröd , 12 ost", "de tog barn"):
        assert pieces.cut([text]) == whole(tokenizer, [text])


@pytest.mark.parametrize("before", [None, pre_tokenizers.Metaspace(split=False)])
def test_a_tokenizer_that_reaches_across_spaces(before: pre_tokenizers.PreTokenizer | None) -> None:
    """It is asked for each text, since a word's pieces depend on those around it."""
    vocabulary = [("[UNK]", 0.0), ("a", -3.0), ("b", -3.0), ("a b", -1.0), ("▁a▁b", -1.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False))
    if before is not None:
        tokenizer.pre_tokenizer = before
    assert WordPieces(tokenizer).cut(["a b", "a b"]) == whole(tokenizer, ["a b", "a b"])
