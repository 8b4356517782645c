"""What the commands of measurement share: files in, and a section of a page out.

Each command owns what stands between its two markers; people write the rest of the page.
"""

import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motbild.core.metrics import Measure, draw_weights, estimate
from motbild.core.report_table import format_cell

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
BENCH = ROOT.parent / "shared" / "bench"
SEED = 0


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read a file with one JSON object a line."""
    # Not `splitlines`, which also cuts at separators inside of texts.
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def with_interval(measure: Measure, count: int) -> dict[str, float | None]:
    """Compute a measure over some texts with its 95 % bootstrap interval."""
    return estimate(measure, draw_weights(count, SEED)).as_dict()


def render_table(
    names: Sequence[str], rows: Iterable[tuple[str, Sequence[str | Mapping[str, float | None]]]]
) -> str:
    """Return a Markdown table.

    Args:
        names: What stands above the columns, the first included.
        rows: The name of each row and its cells: text, or a measure with its interval.
    """
    lines = [list(names), ["---"] * len(names)]
    for name, cells in rows:
        lines.append([name, *(c if isinstance(c, str) else format_cell(c) for c in cells)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def describe_run(libraries: Iterable[str]) -> str:
    """Say when and on what a measurement ran."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in libraries)
    return (
        f"Run on {datetime.now(UTC).date()} with Python {platform.python_version()}, {versions} "
        f"on {count_cores()} {platform.machine()} cores, without a graphics card."
    )


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def from_root(path: Path) -> str:
    """Return a path as seen from the checkout, so that no machine's own folders are told."""
    return Path(os.path.relpath(path, ROOT)).as_posix()


def write_section(page: Path, name: str, title: str, text: str) -> None:
    """Put text between the markers of a section, which is begun where there is none.

    Args:
        page: The Markdown page; made where it is not there.
        name: What the markers are called.
        title: Heading of a section that is begun.
        text: What comes between the markers.
    """
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    content = page.read_text(encoding="utf-8") if page.is_file() else "# Benchmarks\n"
    if start not in content:
        content = f"{content.rstrip()}\n\n## {title}\n\n{start}\n{end}\n"
    before, rest = content.split(start, 1)
    after = rest.split(end, 1)[1]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(f"{before}{start}\n{text}\n{end}{after}", encoding="utf-8")
