"""Folders of a partitioned table, as Hive and Spark write them: ``day=2026-11-20/source=x``.

What a folder says holds for every row of the files within.
"""

import re
from urllib.parse import unquote

_FOLDER = re.compile(r"[A-Za-z_]\w*=.+", re.DOTALL)
_NOTHING = "__HIVE_DEFAULT_PARTITION__"


def is_partition(name: str) -> bool:
    """Tell whether a folder of this name is a part of a table."""
    return _FOLDER.fullmatch(name) is not None


def partition_name(path: str) -> str:
    """Return the name of a file, by its path with slashes, with the partitions right above it."""
    *folders, name = path.split("/")
    while folders and is_partition(folders[-1]):
        name = f"{folders.pop()}/{name}"
    return name


def partition_values(path: str) -> dict[str, str | None]:
    """Return what the partitions right above a file tell; None where one tells nothing.

    Of two that tell of one column the nearer to the file holds.
    """
    values: dict[str, str | None] = {}
    for folder in partition_name(path).split("/")[:-1]:
        column, _, value = folder.partition("=")
        values[column] = None if value == _NOTHING else unquote(value)
    return values
