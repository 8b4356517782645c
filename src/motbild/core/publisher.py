"""The authority in whose name something is shared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who shares something; the address may be None."""

    name: str
    address: str | None = None
