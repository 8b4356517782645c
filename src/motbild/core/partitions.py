"""Folders of a partitioned table, as Hive and Spark write them: ``day=2026-11-20/source=x``.

What a folder says holds for every row of the files within.
"""

import re
from pathlib import PurePath
from urllib.parse import unquote

_FOLDER = re.compile(r"[A-Za-z_]\w*=.+", re.DOTALL)
_NOTHING = "__HIVE_DEFAULT_PARTITION__"


def is_partition(name: str) -> bool:
    """Tell whether a folder of this name is a part of a table."""
    return _FOLDER.fullmatch(name) is not None


def partition_name(path: PurePath) -> str:
    """Return a file's name with the partition folders right above it, parted by slashes."""
    parts = list(path.parts)
    first = len(parts) - 1
    while first and is_partition(parts[first - 1]):
        first -= 1
    return "/".join(parts[first:])


def partition_values(path: PurePath) -> dict[str, str | None]:
    """Return what the partition folders right above a file tell; None where one tells nothing.

    Of two that tell of one column the nearer to the file holds.
    """
    values: dict[str, str | None] = {}
    for folder in path.parents:
        if not is_partition(folder.name):
            break
        column, _, value = folder.name.partition("=")
        values.setdefault(column, None if value == _NOTHING else unquote(value))
    return values
