"""A vocabulary of word pieces for Swedish first, then the other five languages."""

import random
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

PADDING, UNKNOWN = "[PAD]", "[UNK]"
# How many characters of each language the pieces are learned from: a language with less
# text than that is read several times over, at most `MOST_READINGS`.
SHARES = {"sv": 14e6, "en": 8e6, "ar": 6e6, "tr": 4e6, "fa": 4e6, "so": 3e6}
MOST_READINGS = 8


def learn_vocabulary(texts: dict[str, Sequence[str]], size: int, seed: int) -> Tokenizer:
    """Learn word pieces (a unigram language model) from texts by language.

    Source:
        Kudo, Subword Regularization, ACL 2018.
    """
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Digits(individual_digits=False),
            pre_tokenizers.Metaspace(),
        ]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size,
        special_tokens=[PADDING, UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=20,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_sample(texts, seed), trainer)
    return tokenizer


def _sample(texts: dict[str, Sequence[str]], seed: int) -> list[str]:
    chance = random.Random(seed)
    chosen: list[str] = []
    for lang in sorted(texts):
        length = sum(map(len, texts[lang]))
        readings = min(SHARES[lang] / max(length, 1), MOST_READINGS)
        chosen += list(texts[lang]) * int(readings)
        chosen += chance.sample(list(texts[lang]), int(len(texts[lang]) * (readings % 1)))
    chance.shuffle(chosen)
    return chosen


def load_vocabulary(path: Path) -> Tokenizer:
    """Load a vocabulary that was saved."""
    return Tokenizer.from_file(str(path))
