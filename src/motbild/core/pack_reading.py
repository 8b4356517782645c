"""Files of a pack read strictly: everything that is wrong is told, nothing is guessed."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from motbild.core.narratives import Seed
from motbild.core.pack_forms import REQUIRED, SEED, Form, Key, is_text
from motbild.errors import PackError

T = TypeVar("T")
_MOST_PROBLEMS = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """What is wrong with the files of one pack, gathered while they are read."""

    problems: list[str] = field(default_factory=list)

    def build(self, form: Form[T], table: Mapping[str, Any], where: str) -> T | None:
        """Make a value of a table, or note what is wrong with it and return None."""
        noted = len(self.problems)
        keys = ", ".join(form.keys)
        for name in sorted(table.keys() - form.keys.keys()):
            self.problems.append(f"unknown key '{name}' in {where}; the keys are {keys}.")
        values: dict[str, Any] = {}
        for name, key in form.keys.items():
            if name not in table:
                values[key.attribute] = key.default
                if key.default is REQUIRED:
                    self.problems.append(f"key '{name}' is missing in {where}; add it.")
            elif not key.kind.accepts(table[name]):
                self.problems.append(f"'{name}' in {where} must be {key.kind.name}.")
            else:
                values[key.attribute] = self._value(key, name, table[name], where)
        return None if len(self.problems) > noted else form.make(**values)

    def _value(self, key: Key, name: str, value: object, where: str) -> object:
        if not isinstance(value, list):
            return value
        if key.form is None:
            return tuple(value)
        return tuple(
            self.build(key.form, row, f"{where} {_table_name(name, number, row)}")
            for number, row in enumerate(value, 1)
        )

    def toml(self, form: Form[dict[str, Any]], label: str, content: bytes) -> dict[str, Any]:
        """Read a TOML file; empty when anything in it is wrong."""
        try:
            table = tomllib.loads(_decode(content))
        except (ValueError, RecursionError) as error:
            self.problems.append(f"{label} is not valid TOML: {error}; correct it there.")
            return {}
        return self.build(form, table, label) or {}

    def seeds(self, label: str, content: bytes) -> list[Seed]:
        """Read the seeds of a JSONL file; those that are wrong are left out."""
        try:
            text = _decode(content)
        except ValueError as error:
            self.problems.append(f"{label} cannot be read: {error}.")
            return []
        seeds = []
        # Only line feeds end a line: a text may hold other separators, such as U+2028.
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                seeds.append(self._seed(line, f"{label} line {number}"))
        return [seed for seed in seeds if seed is not None]

    def _seed(self, line: str, where: str) -> Seed | None:
        try:
            table = json.loads(line, object_pairs_hook=_unique_keys)
        except (ValueError, RecursionError) as error:
            # The decoder's own message names a place and never quotes the line.
            self.problems.append(f"{where} is not one JSON object: {error}; correct that line.")
            return None
        if not isinstance(table, dict):
            self.problems.append(f"{where} is not a JSON object; put it in braces.")
            return None
        return self.build(SEED, table, where)

    def finish(self) -> None:
        """Raise PackError when anything was noted, one line for each of the first ten."""
        if not self.problems:
            return
        lines = self.problems[:_MOST_PROBLEMS]
        if len(self.problems) > len(lines):
            lines.append(f"{len(self.problems) - len(lines)} more follow; correct these first.")
        raise PackError("\n".join(lines))


def render_seed(seed: Seed) -> str:
    """Return a seed as the line of JSONL that `Reading.seeds` reads it from."""
    table = {name: getattr(seed, key.attribute) for name, key in SEED.keys.items()}
    if seed.parent is None:
        del table["parent"]
    return json.dumps(table, ensure_ascii=False) + "\n"


def _table_name(name: str, number: int, table: Mapping[str, object]) -> str:
    row_id = table.get("id")
    return f'{name}[{number}] "{row_id}"' if is_text(row_id) else f"{name}[{number}]"


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("a key stands in it twice")
    return table


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8, so save it as UTF-8") from error
