"""Whether what a command says of its failure helps who reads it."""

import re

_OURS = re.compile(r"^motbild: \S.*[.)]$")
_REMEDY = re.compile(
    r"\b(run|restore|see|make|mend|put|set|close|remove|free|wait|give|install|train|choose|stop|"
    r"correct|move|look|start|name|take|export|save|goes on|is tried again|upgrade)\b",
    re.IGNORECASE,
)
# What libraries and Python say by themselves.
_RAW = re.compile(
    r"Traceback|Errno|Exception:|\bIO Error|Catalog Error|FATAL|INTERNAL|sqlite3\.|sqlalchemy|"
    r"<class|0x[0-9a-f]{6}|unexpected [A-Z]"
)
_DYING = "terminate called"  # what the C++ library says of a process that it ends


_NO_THREAD = 127  # how the C library ends a process that has no memory for a thread


def is_death(exit_code: int) -> bool:
    """Tell whether a command was ended from outside itself, and so could say nothing."""
    return exit_code < 0 or exit_code == _NO_THREAD


def why_unclear(exit_code: int, told: str, names: tuple[str, ...] = ()) -> str | None:
    """Return why the words of a failure do not help, or None where they do.

    A command that succeeded may be silent, and one that was killed cannot speak.

    Args:
        exit_code: How it ended; negative where a signal ended it.
        told: What it printed.
        names: Words of which its sentence must hold one: what is broken, or where.
    """
    if raw := _RAW.search(told):
        return f"it shows what a library says ({raw.group()})"
    if is_death(exit_code):
        return None
    if _DYING in told:
        return "it shows how a library died"
    if exit_code == 0:
        return None
    lines = [line for line in told.splitlines() if line.startswith("motbild: ")]
    if not lines:
        return "it says nothing of its failure"
    last = lines[-1]
    if not _OURS.match(last):
        return "it is no whole sentence"
    if not _REMEDY.search(last):
        return "it does not say what to do"
    if names and not any(name in last for name in names):
        return f"it names none of {', '.join(names)}"
    return None
