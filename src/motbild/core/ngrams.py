"""What texts are cut into: runs of letters within words, and words with their neighbours.

The same as scikit-learn's vectorizers cut (a test holds them against each other), without the
two seconds that its import takes from whoever classifies one post.
"""

import re
from itertools import pairwise

from motbild.core.text import strip_accents

# Signs count as words: a question mark or a quotation tells an asker from a believer.
TOKEN = r"\[[\w-]+\]|\w+|[^\w\s]"  # noqa: S105 - a pattern
SHORTEST_RUN, LONGEST_RUN = 2, 5
_TOKEN = re.compile(TOKEN)


def cut_letters(text: str) -> list[str]:
    """Return the runs of letters within the words of a text, with the spaces around these.

    Accents are left out: who writes without å, ä and ö says the same.
    """
    runs: list[str] = []
    for word in strip_accents(text, "NFKD").split():
        padded = f" {word} "
        for length in range(SHORTEST_RUN, LONGEST_RUN + 1):
            last = max(len(padded) - length, 0)
            runs += [padded[start : start + length] for start in range(last + 1)]
            if not last:  # a word that is shorter than its runs counts once
                break
    return runs


def cut_words(text: str) -> list[str]:
    """Return the words and signs of a text, and each two that stand together."""
    words: list[str] = _TOKEN.findall(text)
    return words + [f"{one} {other}" for one, other in pairwise(words)]
