"""How a snapshot is published, and what the night that publishes it must have done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publishing:
    """How snapshots are published in a home.

    Attributes:
        kept_count: How many stay, the newest included; at least one.
        smallest_count: Counts from 1 up to, but not including, this are not told in the
            analysts' views of counts.
        has_parquet: Whether a copy as Parquet files lies beside each.
    """

    kept_count: int
    smallest_count: int
    has_parquet: bool
