"""The measurement of starts: what its table says, and how measuring commands are started."""

from pathlib import Path

from tests.benchmarks import startup
from tests.benchmarks.startup import GOALS, render


def test_the_median_stands_beside_its_range_and_goal() -> None:
    """Of each start that is measured."""
    table = render({name: [0.3, 0.1, 0.2] for name in GOALS})
    assert table.count("| 0.20 | 0.10-0.30 |") == len(GOALS)
    assert all(name in table for name in GOALS)


def test_each_measuring_command_runs_from_anywhere() -> None:
    """As the pages write it, without a variable that says where the checkout is."""
    scripts = {
        path.name: path.read_text(encoding="utf-8")
        for path in Path(startup.__file__).parent.glob("*.py")
    }
    commands = {name: text for name, text in scripts.items() if "argparse" in text}
    assert len(commands) > 10
    lost = [name for name, text in commands.items() if "sys.path.insert(0" not in text]
    assert lost == []
