"""Hostile posts, on every page that shows what posts say."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from motbild.core.narratives import FactSource
from motbild.core.records import STANCES, Classification, Evidence, Term
from motbild.core.verdicts import Thresholds
from motbild.settings import Settings
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.data.hostile import HOSTILE
from tests.rooms import TestRoom, Visitor, furnish
from tests.stages.fakes import PACK, CountingEncoder
from tests.web.markup import find_foreign

_MARK = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
# A pack whose author means harm, with markup wherever words stand.
POISONED = replace(
    PACK,
    titles={"sv": _MARK, "en": _MARK},
    narratives=tuple(
        replace(
            narrative,
            titles={"sv": f"{name}{_MARK}", "en": f"{name}{_MARK}"},
            claim={"sv": _MARK, "en": _MARK},
            falsehood={"sv": _MARK, "en": _MARK},
        )
        for name, narrative in zip(("ett", "två"), PACK.narratives, strict=True)
    ),
    facts=tuple(
        replace(
            fact,
            text={"sv": _MARK},
            caveat={"sv": _MARK},
            sources=(FactSource(_MARK, _MARK, 1990, "javascript:alert(1)"),),
        )
        for fact in PACK.facts
    ),
)


class Credulous:
    """Flags whatever it is given, and asks, threatens and proposes with some of it."""

    model_version = "credulous-1"
    narratives = PACK.narrative_ids
    thresholds = Thresholds(dict.fromkeys(PACK.narrative_ids, 0.5), threat=0.5, asserts=0.5)

    def classify(
        self,
        texts: Sequence[str],
        langs: Sequence[str],  # noqa: ARG002 - the classifier's own signature
        encode: Callable[[Sequence[str]], NDArray[np.float32]],
        parents: Sequence[str | None] | None = None,  # noqa: ARG002
    ) -> list[Classification]:
        """Flag two of three, take the third for a question; all of them threaten."""
        encode(list(texts))
        return [self._judge(text, number) for number, text in enumerate(texts)]

    def _judge(self, text: str, number: int) -> Classification:
        stance = "asks" if number % 3 == 2 else "asserts"
        name = self.narratives[number % len(self.narratives)]
        return Classification(
            narratives={one: 0.9 if one == name else 0.1 for one in self.narratives},
            matches=(name,),
            stance=stance,
            stance_probabilities={one: float(one == stance) for one in STANCES},
            threat_probability=0.9,
            is_threat=True,
            is_flagged=stance == "asserts",
            evidence=Evidence(name, text[:200], 0, len(text[:200]), (), (Term(text[:30], 1.0),)),
        )


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose night brought nothing but hostile posts, from a hostile platform."""
    folder = tmp_path_factory.mktemp("hostile")
    lines = [
        json.dumps(
            {
                "id": f"{number}",
                "platform": '<b onclick="x">platta' if number % 2 else "x",
                "text": text,
                "lang": "ar" if number % 7 == 0 else "sv",
                "created_at": f"2026-11-{1 + number % 20:02d}T08:00:00Z",
                "url": "javascript:alert(1)" if number % 5 else 'https://x.example/"><script>',
                "reply_to": f"{number - 1}" if number % 4 == 0 else None,
            }
        )
        for number, (_, text) in enumerate(HOSTILE)
    ]
    source = folder / "ond.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    settings = Settings.load(home=folder / "home")
    model = Model(Credulous(), CountingEncoder(), (POISONED,))  # type: ignore[arg-type]
    run_night(settings, load_sources(settings, [source]), model=model)
    return settings.home


@pytest.fixture
def hostile_room(hostile_home: Path, tmp_path: Path) -> Iterator[TestRoom]:
    """A room on it."""
    made = furnish(hostile_home, tmp_path / "home")
    yield made
    made.close()


def _refuse_live(page: str) -> None:
    assert find_foreign(page) == []


def _every_item(visitor: Visitor, room: TestRoom) -> Iterator[str]:
    snapshot = room.room.snapshot()
    for row in snapshot.rows("SELECT family_id FROM memory.main.items"):
        yield visitor.get(f"/granska?item={row['family_id']}&status=alla")


def test_enough_posts_are_hostile(hostile_room: TestRoom) -> None:
    """They are not few, and nearly all of them reach a page."""
    rows = hostile_room.room.snapshot().rows("SELECT count(*) AS n FROM core.posts")
    assert rows[0]["n"] >= 60


def test_items_show_them_inert(hostile_room: TestRoom) -> None:
    """Each is shown as the text it is, with nothing that runs, loads or breaks out."""
    visitor = hostile_room.visitor("gun")
    for page in _every_item(visitor, hostile_room):
        _refuse_live(page)


@pytest.mark.parametrize(
    "address",
    [
        "/lagesbild",
        "/granska/flera?status=alla",
        "/granska?ko=hot",
        "/fragor",
        "/bemot",
        "/nya-rykten",
        "/narrativ",
        f"/narrativ/{PACK.narrative_ids[0]}",
        "/bemot/fakta",
        f"/bemot/fakta/{PACK.facts[0].fact_id}",
        "/effekt",
        "/rapport",
        "/sok?q=alert",
        "/sok?q=%3Cscript%3E",
        "/granska?plattform=%3Cb+onclick%3D%22x%22%3Eplatta",
    ],
)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_lists_show_them_inert(hostile_room: TestRoom, address: str, lang: str) -> None:
    """So do all lists, whatever the platform calls itself."""
    visitor = hostile_room.visitor("gun", lang)
    _refuse_live(visitor.get(address))


def test_what_is_searched_for_is_shown_inert(hostile_room: TestRoom) -> None:
    """A search for something hostile shows it as it was typed."""
    visitor = hostile_room.visitor("gun")
    for name, text in HOSTILE[:80]:
        answer = visitor.client.get("/sok", params={"q": text[:300]})
        assert answer.status_code == 200, name
        assert find_foreign(answer.text) == [], name


@pytest.mark.parametrize(
    "page",
    [
        "<p onclick=x>",
        "<img src=x>",
        "<script>x</script>",
        '<a href="javascript:x">',
        "<p style=x>",
        "<!-- x -->",
        '<script src="//x"></script>',
        "<iframe>",
    ],
)
def test_what_is_foreign_is_found(page: str) -> None:
    """The measure itself sees what is not ours."""
    assert find_foreign(page)
