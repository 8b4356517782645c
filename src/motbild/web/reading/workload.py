"""What another threshold of asserting would mean in a night's work, as the model card says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

# What a card counts on (`motbild.core.workload`, which a page has no need to load).
POSTS, SPREADING = 10_000, 40


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold means.

    Attributes:
        asserts: From which probability of asserting posts are flagged.
        to_review: Posts to review, of `POSTS`.
        missed: Posts that are missed, of `SPREADING`.
    """

    asserts: float
    to_review: float
    missed: float


@dataclass(frozen=True, slots=True)
class Curve:
    """What different thresholds mean.

    Attributes:
        points: In order of threshold; at least two.
    """

    points: Sequence[Point]

    @classmethod
    def read(cls, card: Mapping[str, Any]) -> Self | None:
        """Return the curve on a card; None where it has none."""
        try:
            points = [
                Point(float(p["asserts"]), float(p["to_review"]), SPREADING * float(p["missed"]))
                for p in card.get("workload_curve", ())
            ]
        except (KeyError, TypeError, ValueError):
            return None
        points.sort(key=lambda point: point.asserts)
        return cls(points) if len(points) > 1 else None

    @property
    def step(self) -> float:
        """How far apart the points are."""
        return round(self.points[1].asserts - self.points[0].asserts, 6)

    def nearest(self, asserts: float) -> Point:
        """Return the point that is nearest to a threshold."""
        return min(self.points, key=lambda point: abs(point.asserts - asserts))

    def at(self, asserts: float) -> Point:
        """Return what a threshold means, read off between the points on either side."""
        below = [point for point in self.points if point.asserts <= asserts]
        above = [point for point in self.points if point.asserts > asserts]
        if not below or not above:
            end = self.points[0] if not below else self.points[-1]
            return Point(asserts, end.to_review, end.missed)
        low, high = below[-1], above[0]
        way = (asserts - low.asserts) / (high.asserts - low.asserts)
        return Point(
            asserts,
            low.to_review + way * (high.to_review - low.to_review),
            low.missed + way * (high.missed - low.missed),
        )
