"""Texts made harmless for spreadsheets, which take some of them for formulas.

What a cell begins with decides: OWASP's page on CSV injection lists the characters, and
warns that a text may also begin cells of its own, where a program parts lines at another
separator than the file's.
"""

import json
import math
import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from motbild.core.display import ELLIPSIS, HIDDEN, strip_illegal

Cell = str | int | float | datetime | date

CELL_LIMIT = 32_767  # UTF-16 units; what Excel holds in one cell

_SWEDISH_TIME = ZoneInfo("Europe/Stockholm")

# Plain, as a minus sign, small and full-width: spreadsheets fold some of these.
_FORMULA = "[=+\\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff1d\uff0b\uff0d\uff20]"
# What a program may drop before it looks; an apostrophe is not: it makes all after it text.
_DROPPED = f'(?:[^\\S\\t\\r\\n]|["`´‘’“”„«»{HIDDEN}])*+'
_BEGINS_FORMULA = re.compile(rf"{_DROPPED}(?:{_FORMULA}|[\t\r\n])")
_BEGINS_INSIDE = re.compile(rf"(?<=[,;|\t\r\n])(?={_DROPPED}{_FORMULA})")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")


def defuse(value: str) -> str:
    """Make a text harmless as a whole cell; idempotent.

    Returns:
        The text without what XML has no place for, with an apostrophe before it
        where a spreadsheet could read a formula, and cut with an ellipsis at
        `CELL_LIMIT`. A number stays as it is.
    """
    legal = strip_illegal(value)
    if _BEGINS_FORMULA.match(legal) and not _NUMBER.fullmatch(legal):
        legal = f"'{legal}"
    return _fit(legal)


def defuse_csv(value: str) -> str:
    """Make a text harmless as a field of a CSV file, wherever a program parts the line."""
    return _fit(_BEGINS_INSIDE.sub("'", defuse(value)))


def cell_value(value: Any) -> Cell:  # noqa: ANN401 - any column
    """Return a value as one that a spreadsheet knows; times in Swedish time without a zone."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, datetime):
        return swedish_time(value) if value.tzinfo else value
    if isinstance(value, list | dict):
        return _as_json(value)
    if isinstance(value, str | int | float | date):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)


def csv_field(value: Any) -> Cell:  # noqa: ANN401 - any column
    """Return a value as it stands in a CSV file, with a decimal comma and defused."""
    cell = cell_value(value)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    # The texts inside were defused one by one; an apostrophe between them would break the JSON.
    is_json = isinstance(value, list | dict)
    return defuse_csv(cell) if isinstance(cell, str) and not is_json else cell


def swedish_time(moment: datetime) -> datetime:
    """Return a moment as a Swedish clock shows it, without a zone, which no sheet knows."""
    return moment.astimezone(_SWEDISH_TIME).replace(tzinfo=None)


def _as_json(value: Any) -> str:  # noqa: ANN401 - any column
    return json.dumps(_defuse_inside(value), ensure_ascii=False, default=str)


def _defuse_inside(value: Any) -> Any:  # noqa: ANN401 - any column
    """Defuse each text in a value, as what stands after a comma may begin a cell too."""
    if isinstance(value, list | tuple):
        return [_defuse_inside(part) for part in value]
    if isinstance(value, dict):
        return {name: _defuse_inside(part) for name, part in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return defuse_csv(value) if isinstance(value, str) else value


def _fit(text: str) -> str:
    """Cut a text at what one cell holds, and never inside a character."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_LIMIT:
        return text
    head = units[: 2 * (CELL_LIMIT - len(ELLIPSIS))]
    return head.decode("utf-16-le", errors="ignore") + ELLIPSIS
