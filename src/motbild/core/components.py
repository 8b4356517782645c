"""Connected components under way: which of many things are joined so far."""

from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray


class Components:
    """Components of things that are numbered from 0, each named by its least member.

    Named so, a component depends on its members alone and on no order.

    Args:
        roots: ``(n,)`` for each thing one that it is joined with already and that is no
            greater, or itself.
    """

    def __init__(self, roots: NDArray[np.intp]) -> None:
        self._parents = roots.copy()

    def roots(self) -> NDArray[np.intp]:
        """Return the least member of each thing's component, ``(n,)``."""
        above = self._parents[self._parents]
        while not np.array_equal(above, self._parents):
            self._parents = above
            above = above[above]
        return above

    def join(self, a: int, b: int) -> bool:
        """Make the components of two things one; tell whether they were two."""
        low, high = sorted((self._root(a), self._root(b)))
        self._parents[high] = low
        return low != high

    def _root(self, thing: int) -> int:
        while (parent := int(self._parents[thing])) != thing:
            self._parents[thing] = self._parents[parent]
            thing = parent
        return thing


def group(names: Iterable[str], edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return of each name the least one that it is connected with.

    Args:
        names: All names, those without an edge too.
        edges: Pairs of names, in any order; both ends count as given.
    """
    pairs = list(edges)
    ordered = sorted({*names, *chain.from_iterable(pairs)})
    numbers = {name: number for number, name in enumerate(ordered)}
    components = Components(np.arange(len(ordered)))
    for a, b in pairs:
        components.join(numbers[a], numbers[b])
    return {
        name: ordered[root] for name, root in zip(ordered, components.roots().tolist(), strict=True)
    }
