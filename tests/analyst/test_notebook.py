"""The notebook draws every picture, and says so where there is nothing to draw."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from motbild.settings import Settings
from tests.conftest import ROOT

NOTEBOOK = ROOT / "warehouse" / "notebooks" / "lagesbild.py"
HEADINGS = (
    "Lägesbild ur ögonblicksbilden",
    "Vecka mot vecka",
    "Dag för dag",
    "Var och på vilket språk",
    "Vem påstår, vem frågar",
    "Vad som sägs och vad som når fram",
    "Hur hela nätterna är",
    "Meddelanden som sprids mest",
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_000)]


def _run(*words: str, home: Path) -> str:
    env = {**os.environ, "MOTBILD_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, env=env, timeout=900
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _page(settings: Settings, folder: Path) -> str:
    out = folder / "lagesbild.html"
    words = ("-m", "marimo", "export", "html", str(NOTEBOOK), "-o", str(out), "--no-include-code")
    _run(*words, home=settings.home)
    told = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), out.read_text("utf-8"))
    return html.unescape(told)


def test_every_picture_is_drawn(demo: Settings, tmp_path: Path) -> None:
    """Exported as a page, no cell fails and each heading is there with its picture."""
    page = _page(demo, tmp_path)
    for heading in HEADINGS:
        assert heading in page
    assert page.count("vega-lite") >= 6  # each picture names the form of its description
    assert "Inga inlägg har flaggats" not in page


def test_an_empty_snapshot_says_that_it_is_empty(empty: Settings, tmp_path: Path) -> None:
    """A sentence stands where a picture would."""
    page = _page(empty, tmp_path)
    for heading in HEADINGS:
        assert heading in page
    assert "Inga inlägg har flaggats ännu" in page
    assert "Ingen natt har läst någon källa ännu" in page


def test_it_runs_as_a_script_also_where_there_is_no_snapshot(tmp_path: Path) -> None:
    """Nothing is wrong with a home whose first night is still to come."""
    _run(str(NOTEBOOK), home=tmp_path)
