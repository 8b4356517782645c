"""Nights whose batches are worked on by others, and what they come to."""

import json
import random
import string
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motbild.settings import Settings
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.stages.fakes import PACK
from tests.stages.test_killed_night import compared_content

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_POSTS = 4_500  # five batches to classify

StepRunner = Callable[[str, Callable[[], Mapping[str, int]]], Mapping[str, int]]


def write_posts(path: Path) -> Path:
    """Write posts of words that nobody else uses, some of which name a narrative."""
    draw = random.Random(7)
    with path.open("w", encoding="utf-8") as written:
        for number in range(_POSTS):
            words = ["".join(draw.choices(string.ascii_lowercase, k=7)) for _ in range(12)]
            if number % 9 == 0:
                words[3] = draw.choice(["kidnappning", "barnhandel", "hot"])
            post = {"id": str(number), "platform": "x", "lang": "sv", "text": " ".join(words)}
            if number % 5 == 0:
                post["reply_to"] = str(number // 2)
            written.write(json.dumps(post) + "\n")
    return path


def words_of(posts: Path) -> set[str]:
    """Return every word of the posts in a file."""
    lines = posts.read_text(encoding="utf-8").splitlines()
    return {word for line in lines for word in json.loads(line)["text"].split()}


def live_through(
    home: Path,
    posts: Path,
    model: Model,
    runner: Mapping[str, Any],
    run_step: StepRunner = lambda _, step: step(),
) -> None:
    """Run a night with settings of a runner; every home has the same key."""
    key = home / "secrets" / "pseudonym.key"
    if not key.exists():
        key.parent.mkdir(parents=True)
        key.write_text("ab" * 32)
        key.chmod(0o600)
    settings = Settings(home=home, **runner)
    sources = load_sources(settings, [posts])
    run_night(settings, sources, model=model, run_step=run_step, clock=lambda: _NOON)


def make_model(classifier: object, encoder: object) -> Model:
    """Return a model of stand-ins."""
    return Model(classifier, encoder, (PACK,))  # type: ignore[arg-type]


def content(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a night came to, without vectors: the stand-in asks for none of a sentence."""
    compared = compared_content(home)
    return {name: rows for name, rows in compared.items() if not name.endswith("core.vectors")}
