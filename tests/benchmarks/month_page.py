"""A simulated month as a section of the benchmarks' page, with a chart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Protocol

import duckdb

from motbild.settings import Settings
from tests.benchmarks.drawings import COLOURS, begin_chart, end_chart
from tests.benchmarks.month_posts import STOCKHOLM, Plan
from tests.benchmarks.month_verdict import Told, Verdict
from tests.benchmarks.page import PAGE, ROOT, describe_run, render_table, write_section

_CHART = ROOT / "docs" / "plots" / "month.svg"
_PER_DAY = """
SELECT counted_day, sum(post_count)::BIGINT AS post_count
FROM core.daily_counts WHERE narrative_id <> 'none' AND stance = 'asserts'
GROUP BY counted_day ORDER BY counted_day
"""


class Simulated(Protocol):
    """What a page tells of a month."""

    settings: Settings
    plan: Plan
    starts: dict[int, datetime]
    seconds: list[float]
    failures: dict[int, str]


def render(
    month: Simulated,
    verdicts: Sequence[Verdict],
    false_alarms: Sequence[Told],
    lost: Mapping[str, tuple[int, int, int]],
    *,
    letter_count: int,
    draw_seed: int,
) -> str:
    """Return the section: what was planted and told, false alarms, what was lost."""
    shown = sum(count for count, _, _ in lost.values())
    missing = sum(count for _, count, _ in lost.values())
    doubled = sum(count for _, _, count in lost.values())
    return "\n\n".join(
        [
            f"`python tests/benchmarks/simulate_month.py --draw-seed {draw_seed} --write`",
            render_table(
                ("planted", "day", "told as", "hours after the first night that could see it"),
                [(v.planted.name, _cells(v)) for v in verdicts],
            ),
            f"{len(month.starts)} nights, {shown} posts shown by {len(lost)} sources; "
            f"{missing} lost, {doubled} stored twice. {len(false_alarms)} false alarms"
            f"{_listed(false_alarms)}. {letter_count} letters sent, the morning's among them. "
            f"A night took {median(month.seconds):.1f} s at the median. "
            f"{len(month.failures)} night broke: {' '.join(month.failures.values()) or 'none.'}",
            describe_run(("motbild", "duckdb", "scikit-learn")),
            "![Posts that assert a narrative, day by day, with what was planted and told]"
            "(plots/month.svg)",
        ]
    )


def write(
    page: str, month: Simulated, verdicts: Sequence[Verdict], false_alarms: Sequence[Told]
) -> None:
    """Put the section into the page, and draw its chart."""
    write_section(PAGE, "month", "A month of nights", page)
    _draw(month, verdicts, false_alarms)


def _cells(verdict: Verdict) -> Sequence[str]:
    told = verdict.told
    if told is None or verdict.delay_hours is None:
        return (str(verdict.planted.day + 1), "**not told**", "-")
    return (str(verdict.planted.day + 1), told.kind, f"{verdict.delay_hours:.1f}")


def _listed(false_alarms: Sequence[Told]) -> str:
    if not false_alarms:
        return ""
    kinds = Counter(one.kind for one in false_alarms).most_common()
    return f" ({', '.join(f'{count} {kind}' for kind, count in kinds)})"


def _draw(month: Simulated, verdicts: Sequence[Verdict], false_alarms: Sequence[Told]) -> None:
    with duckdb.connect(str(month.settings.live_file), read_only=True) as live:
        rows = live.execute(_PER_DAY).fetchall()
    figure, axes = begin_chart("What was planted in a month, and when it was told")
    days, counts = [day for day, _ in rows], [count or 0 for _, count in rows]
    axes.bar(days, counts, color=COLOURS[5], label="posts that assert a narrative")
    top = max(counts, default=1)
    for number, verdict in enumerate(verdicts):
        planted = month.starts[verdict.planted.day].astimezone(STOCKHOLM)
        height = top * (1.05 + 0.07 * (number % 4))
        axes.plot(
            planted,
            height,
            "v",
            color=COLOURS[1],
            label="first night that could see it" if number == 0 else None,
        )
        if verdict.told is not None and verdict.told.sent_at is not None:
            told = verdict.told.sent_at.astimezone(STOCKHOLM)
            axes.plot(told, height, "o", color=COLOURS[2], label="told" if number == 0 else None)
        axes.annotate(
            verdict.planted.name.split(":")[0],
            (planted, height),
            xytext=(10, -2),
            textcoords="offset points",
            fontsize="x-small",
        )
    for number, one in enumerate(false_alarms):
        label = "false alarm" if number == 0 else None
        axes.plot(one.noticed_at, top * 0.98, "x", color=COLOURS[3], label=label)
    axes.set(ylabel="posts a day", ylim=(0, top * 1.4))
    figure.autofmt_xdate()
    end_chart(figure, axes, _CHART)
