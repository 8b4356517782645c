"""Whoever floods the night with posts neither drowns reviewers nor hides another rumour."""

from datetime import date
from pathlib import Path
from random import Random

import pytest

from motbild.web.reading.queue import Queue, QueueFilter
from tests.homes import Home, make_post, write_posts
from tests.rooms import furnish

CLAIM = (
    "Nu har det hänt igen, det är en ren kidnappning som pågår mitt på dagen och ingen säger "
    "något om det som händer med familjerna i vår stad"
)
SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in "aeiouyåäö"]


def _words(draw: Random, count: int) -> str:
    """Return words that mean nothing, so that no text is a copy of another."""
    return " ".join("".join(draw.choices(SYLLABLES, k=3)) for _ in range(count))


def _queue(home: Home, folder: Path) -> list[dict[str, object]]:
    """Return the first hundred items as a reviewer meets them."""
    room = furnish(home.folder, folder)
    try:
        snapshot = room.room.snapshot()
        queue = Queue(snapshot, QueueFilter(), "gun", date(2026, 11, 22))
        items = {item["family_id"]: item for item in snapshot.rows("FROM memory.main.items")}
        return [items[row["family_id"]] for row in queue.page(1, size=100)]
    finally:
        room.close()


def _flood(path: Path, count: int) -> Path:
    """Write near-copies of one claim, each a little different and seen by millions."""
    draw = Random(1)
    posts = []
    for number in range(count):
        words = CLAIM.split()
        words.insert(draw.randrange(len(words)), "".join(draw.choices(SYLLABLES, k=2)))
        text = f"{' '.join(words)} {'!' * draw.randrange(4)} #{number}"
        posts.append(make_post(number, text, author=f"konto{number}", views=5_000_000))
    posts.append(make_post(count, f"barnhandel {_words(draw, 12)}"))
    return write_posts(path, *posts)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_thousands_of_near_copies_are_one_item(home: Home, tmp_path: Path) -> None:
    """They stand in one place of the queue, and the other rumour in the next."""
    home.settings = home.settings.model_copy(update={"batch_row_count": 2_000})
    home.night(_flood(tmp_path / "flood.jsonl", 3_000))
    items = _queue(home, tmp_path / "room")
    assert [item["narrative_ids"] for item in items] == [["kidnappning"], ["barnhandel"]]
    assert items[0]["copy_count"] == 3_000


def test_another_rumour_keeps_its_place(home: Home, tmp_path: Path) -> None:
    """Ninety claims that are no copies and that millions saw leave room for a small one."""
    draw = Random(2)
    loud = [
        make_post(n, f"kidnappning {_words(draw, 12)}", author=f"konto{n}", views=9_000_000)
        for n in range(90)
    ]
    quiet = make_post(900, f"barnhandel {_words(draw, 12)}", views=3)
    home.night(write_posts(tmp_path / "flood.jsonl", *loud, quiet))
    places = [item["narrative_ids"] for item in _queue(home, tmp_path / "room")]
    assert len(places) == 91
    assert places.index(["barnhandel"]) == 20


def test_turns_change_nothing_in_a_short_queue(home: Home, tmp_path: Path) -> None:
    """With fewer than twenty of each the order is that of the priority alone."""
    draw = Random(3)
    posts = [
        make_post(number, f"{claim} {_words(draw, 12)}", views=10 ** (number % 7))
        for number, claim in enumerate(("kidnappning", "barnhandel") * 15)
    ]
    home.night(write_posts(tmp_path / "a.jsonl", *posts))
    scores = [float(str(item["priority_score"])) for item in _queue(home, tmp_path / "room")]
    assert len(scores) == 30
    assert scores == sorted(scores, reverse=True)
