"""The history on disk: whole lines or none, and the last one counts."""

import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest

from motbild.adapters.model_history import (
    NAME,
    append_promotion,
    read_champion,
    read_history,
    read_refusal,
)
from motbild.core.promotions import PROMOTED, REFUSED, Promotion
from motbild.errors import ModelError
from tests.decisions import MOMENT


def test_the_last_line_names_the_model_in_use(tmp_path: Path) -> None:
    """Without a history it is the one that comes along; events are kept in their order."""
    folder = tmp_path / "models"
    assert (read_history(folder), read_champion(folder)) == ([], None)
    first = Promotion(MOMENT, PROMOTED, "a", "a", reasons=("Rad\u2028skiljare.",))
    second = Promotion(MOMENT, REFUSED, "b", "a")
    append_promotion(folder, first)
    append_promotion(folder, second)
    assert read_history(folder) == [first, second]
    assert read_champion(folder) == "a"
    assert not list(folder.glob("*.pending"))


def test_a_refusal_is_news_until_something_follows(tmp_path: Path) -> None:
    """It is told when it came after the moment asked for, and nothing came after it."""
    refusal = Promotion(MOMENT, REFUSED, "b", None)
    assert read_refusal(tmp_path, None) is None
    append_promotion(tmp_path, refusal)
    hour = timedelta(hours=1)
    assert read_refusal(tmp_path, None) == read_refusal(tmp_path, MOMENT - hour) == refusal
    assert read_refusal(tmp_path, MOMENT + hour) is None
    append_promotion(tmp_path, Promotion(MOMENT, PROMOTED, "c", "c"))
    assert read_refusal(tmp_path, None) is None


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Rather than guess which model is in use, the reader is told what to mend."""
    append_promotion(tmp_path, Promotion(MOMENT, PROMOTED, "a", "a"))
    with (tmp_path / NAME).open("a") as file:
        file.write('{"half')
    with pytest.raises(ModelError, match=r"line 2 of .*restore"):
        read_champion(tmp_path)


def _append_many(folder: Path, name: str) -> None:
    for _ in range(10):
        append_promotion(folder, Promotion(MOMENT, PROMOTED, name, name))


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    """Promotions from two processes are all in the history."""
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_append_many, args=(tmp_path, name)) for name in "ab"]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    versions = sorted(event.version or "" for event in read_history(tmp_path))
    assert versions == ["a"] * 10 + ["b"] * 10
