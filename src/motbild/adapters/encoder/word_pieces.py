"""Texts cut into word pieces, of which each word's are remembered.

Posts use the same words again and again, and a tokenizer that cuts at spaces cuts a word the
same whatever stands around it.
"""

from array import array
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer

_MOST_REMEMBERED = 1 << 17  # words; some thirty thousand posts have as many
PIECE_BYTES = array("i").itemsize
_BEFORE = "a "  # stands before a word that begins no text


class WordPieces:
    """Cuts texts into the numbers of their word pieces.

    Args:
        tokenizer: What cuts; one that reaches across spaces is asked for each text anew.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._cuts_at_spaces = _cuts_at_spaces(tokenizer)
        self._first: dict[str, bytes] = {}
        self._inner: dict[str, bytes] = {}
        self._skipped = len(self._ask([_BEFORE.strip()])[0])

    def cut(self, texts: Sequence[str]) -> list[bytes]:
        """Return the pieces of each text as 32-bit numbers, the same as of the whole at once."""
        if not self._cuts_at_spaces:
            return self._ask(texts)
        spoken = [text.split(" ") for text in texts]
        self._learn(spoken)
        first, inner = self._first, self._inner.__getitem__
        return [first[words[0]] + b"".join(map(inner, words[1:])) for words in spoken]

    def _learn(self, spoken: Iterable[Sequence[str]]) -> None:
        """Have the words cut that are not remembered."""
        if len(self._inner) + len(self._first) > _MOST_REMEMBERED:
            self._first, self._inner = {}, {}
        first = list({words[0] for words in spoken} - self._first.keys())
        inner = list({word for words in spoken for word in words[1:]} - self._inner.keys())
        self._first.update(zip(first, self._ask(first), strict=True))
        cut = self._ask([f"{_BEFORE}{word}" for word in inner])
        self._inner.update(zip(inner, (ids[self._skipped :] for ids in cut), strict=True))

    def _ask(self, texts: Sequence[str]) -> list[bytes]:
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [array("i", encoding.ids).tobytes() for encoding in found]


def _cuts_at_spaces(tokenizer: Tokenizer) -> bool:
    """Tell whether no piece reaches from a word into the next."""
    before = tokenizer.pre_tokenizer
    return before is not None and len(before.pre_tokenize_str("a a")) > 1
