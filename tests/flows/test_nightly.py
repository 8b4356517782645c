"""The night as its user runs it: the real flow, the real model, no server."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

_DEMO = ROOT / "warehouse" / "demo"


def _run(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    return subprocess.run(
        [sys.executable, "-m", "motbild", *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _raw_authors() -> set[str]:
    """Names and handles that the demonstration's posts come with, but for plain words."""
    with (_DEMO / "flashback-och-facebook.csv").open(encoding="utf-8") as file:
        authors = {row["author"] for row in csv.DictReader(file)}
    for line in (_DEMO / "x-bluesky.jsonl").read_text(encoding="utf-8").splitlines():
        authors.add(json.loads(line)["author"])
    for line in (_DEMO / "tiktok-zeeschuimer.ndjson").read_text(encoding="utf-8").splitlines():
        author = json.loads(line)["data"]["author"]
        authors |= {author["uniqueId"], author["nickname"]}
    return {name for name in authors if name and len(name) > 7 and not name.isalpha()}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_demonstration_shows_a_whole_night(tmp_path: Path) -> None:
    """It ends well, prints flags with answers and what was not flagged, and keeps no author."""
    done = _run("demo", "--home", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for shown in (
        "Sök inte hjälp",
        "Sveriges riksdag",
        "not flagged: contradict the claim",
        "in the queue of questions",
        "2 rows set aside",
        "duckdb -readonly",
    ):
        assert shown in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    authors = _raw_authors()
    assert len(authors) > 50
    for path in (tmp_path / "demo").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [name for name in authors if name.encode() in content], path.name
