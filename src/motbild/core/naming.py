"""Names for groups of families that are found anew each night and mostly stay the same."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, count

LEAST_OVERLAP = 0.5  # of the smaller, for a group to be the one of the night before
_ID_LENGTH = 12


def keep_names(groups: Sequence[Sequence[str]], before: Mapping[str, Collection[str]]) -> list[str]:
    """Give each group the id it had the night before, or one made of its first family.

    Args:
        groups: Families of each group of tonight, the one to name it by first; none in two.
        before: Families by id of those of the night before.

    Returns:
        An id for each, no two alike. A group is the one of before with which it has most
        families in common, if these are half of the smaller of the two.
    """
    names: dict[int, str] = {}
    taken: set[str] = set()
    for _, name, number in sorted(_overlaps(groups, before)):
        if number not in names and name not in taken:
            names[number] = name
            taken.add(name)
    taken |= set(before)
    for number, families in enumerate(groups):
        if number not in names:
            names[number] = next(name for name in _own_names(families) if name not in taken)
            taken.add(names[number])
    return [names[number] for number in range(len(groups))]


def _overlaps(
    groups: Sequence[Sequence[str]], before: Mapping[str, Collection[str]]
) -> Iterator[tuple[int, str, int]]:
    """Yield what may be the same, so that sorting puts the greatest overlap first."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for name, families in before.items():
        for family_id in set(families):
            named[family_id].append(name)
    for number, families in enumerate(groups):
        common = Counter(name for family_id in families for name in named[family_id])
        for name, shared in common.items():
            if shared >= LEAST_OVERLAP * min(len(families), len(set(before[name]))):
                yield -shared, name, number


def _own_names(families: Sequence[str]) -> Iterator[str]:
    """Yield ids without end: of its families one by one, in their order, then of all together.

    A group of one family may find the id of that family borne by what it has parted from.
    """
    together = "".join(families)
    for text in chain(families, (f"{together}{number or ''}" for number in count())):
        yield hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]
