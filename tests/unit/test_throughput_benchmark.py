"""The measurement of nights: what posts it makes, and what it says of stages."""

import json
from pathlib import Path

import pytest

from motbild.stages import NIGHTLY_ORDER
from tests.benchmarks.throughput import Night, Size, exponent, render
from tests.benchmarks.throughput_drawing import draw_throughput
from tests.benchmarks.throughput_posts import (
    COPY_SHARE,
    Writing,
    draw_texts,
    read_writing,
    write_posts,
)
from tests.benchmarks.throughput_rivals import Textbook
from tests.lessons import lesson_pack

SEEDS = lesson_pack().seeds
WRITING = read_writing(SEEDS, Path("nowhere"))


def test_more_than_a_third_are_copies_and_the_same_draw_gives_the_same_posts() -> None:
    """What is no copy is like no other text."""
    texts = list(draw_texts(WRITING, 2_000, 1))
    assert texts == list(draw_texts(WRITING, 2_000, 1)) != list(draw_texts(WRITING, 2_000, 2))
    assert 1 - len(set(texts)) / len(texts) == pytest.approx(COPY_SHARE, abs=0.04)


def test_posts_are_written_as_nights_read_them(tmp_path: Path) -> None:
    """One a line, each with an id of its own and a moment within the fortnight."""
    write_posts(tmp_path / "posts.jsonl", WRITING, 50, 1)
    lines = (tmp_path / "posts.jsonl").read_text(encoding="utf-8").strip().split("\n")
    posts = [json.loads(line) for line in lines]
    assert len({post["id"] for post in posts}) == 50
    assert min(post["created_at"] for post in posts) >= "2026-11-06"


def test_without_the_corpora_the_seeds_own_sentences_serve() -> None:
    """And the page says so."""
    assert not WRITING.is_real
    assert any(sentence.startswith("Undrar på riktigt") for sentence in WRITING.sentences["sv"])


def _size(post_count: int, seconds: float, megabytes: float) -> Size:
    stages = dict.fromkeys(NIGHTLY_ORDER, seconds / len(NIGHTLY_ORDER))
    night = Night(seconds, stages, dict.fromkeys(NIGHTLY_ORDER, megabytes), 7, 2 * megabytes)
    return Size(post_count, [night] * 3, [Night(seconds / 50, stages, {"ingest": 1.0}, 0, 1.0)] * 3)


def test_the_page_tells_how_stages_grow_and_what_a_night_is_beside() -> None:
    """Ten times the posts in ten times the time is a power of one; memory that stays, of none."""
    sizes = [_size(10_000, 20.0, 900.0), _size(100_000, 200.0, 900.0)]
    assert exponent(sizes, [size.seconds() for size in sizes]) == pytest.approx(1)
    told = render(sizes, Textbook(300, 0.01, 0.001, 0.001), {"rows into DuckDB, in bulk": 9e5})
    assert "with the power 1.00 of the posts, memory with 0.00" in told
    assert "6.0 times as fast" in told
    assert "4.0 s (2.0%)" in told
    assert told.count("| classify |") == 1
    assert "| 900 | 1800 |" in told


def test_seeds_are_used_as_they_are_before_they_are_lengthened() -> None:
    """So that what a night flags can be told from what was learned."""
    writing = Writing({"sv": [f"En vanlig mening {n}." for n in range(50)]}, SEEDS[:2], False)
    texts = {text for text, _ in draw_texts(writing, 300, 1)}
    assert {seed.text for seed in SEEDS[:2]} <= texts


def test_the_picture_is_drawn_the_same_each_time(tmp_path: Path) -> None:
    """Every stage is in one of its bars, and nothing but figures changes the file."""
    stages = {1_000: dict.fromkeys(NIGHTLY_ORDER, 0.5), 100_000: dict.fromkeys(NIGHTLY_ORDER, 9.0)}
    rates = {"a night": 1_348.0, "the textbook": 45.0}
    for name in ("first.svg", "second.svg"):
        draw_throughput(stages, rates, tmp_path / name)
    first = (tmp_path / "first.svg").read_bytes()
    assert first.startswith(b"<?xml")
    assert first == (tmp_path / "second.svg").read_bytes()
