"""What a source has brought, night by night."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class SourceNight:
    """What one source brought on one day.

    Attributes:
        day: Of the run (Europe/Stockholm).
        post_count: Posts that were new.
        is_failed: Whether something of it could not be read, and no later run of the day
            could.
        reject_counts: Rows set aside that were new, by code.
    """

    day: date
    post_count: int
    is_failed: bool = False
    reject_counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def reject_count(self) -> int:
        """Rows set aside."""
        return sum(self.reject_counts.values())

    @property
    def row_count(self) -> int:
        """Rows that were new."""
        return self.post_count + self.reject_count


def gather_nights(
    runs: Iterable[tuple[str, str, date, bool, int]],
    rejects: Iterable[tuple[str, str, str, int]],
) -> dict[str, list[SourceNight]]:
    """Add up what runs brought, by source and day.

    Args:
        runs: Source, run, day, whether it failed, and posts; one for each run and source,
            in the order of the runs.
        rejects: Source, run, code and rows.

    Returns:
        The nights of each source in their order.
    """
    codes: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for source_id, run_id, code, count in rejects:
        codes[source_id, run_id][code] += count
    nights: defaultdict[str, dict[date, SourceNight]] = defaultdict(dict)
    for source_id, run_id, day, is_failed, post_count in runs:
        before = nights[source_id].get(day, SourceNight(day, 0))
        nights[source_id][day] = SourceNight(
            day,
            before.post_count + post_count,
            is_failed,
            dict(Counter(before.reject_counts) + codes[source_id, run_id]),
        )
    return {name: [days[day] for day in sorted(days)] for name, days in nights.items()}
