"""New rumours over whole nights: what is gathered, what is left out, what snapshots show."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from motbild.adapters.review_store import open_review_store
from motbild.core.clusters import Cluster, Family, find_clusters
from motbild.core.narratives import Pack, Seed
from motbild.core.night_report import NightReport
from motbild.core.records import Classification
from motbild.core.text import model_text, text_digest
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.decisions import decide
from tests.encoders import HashingEncoder
from tests.homes import Home
from tests.stages.fakes import PACK, WordClassifier
from tests.unit.test_clusters import ORDINARY, RUMOUR

CLUSTERS = "SELECT cluster_id, post_count, family_count FROM core.clusters"


class NearClassifier(WordClassifier):
    """Finds what speaks of caseworkers or of teddy bears near the subject."""

    model_version = "near-1"

    def _judge(self, text: str, parent: str | None) -> Classification:
        found = super()._judge(text, parent)
        is_near = any(word in text.lower() for word in ("handläggare", "nall"))
        talking = 0.4 if is_near else 0.01
        stances = {**found.stance_probabilities, "none": 1 - talking}
        return found if found.matches else replace(found, stance_probabilities=stances)


def _night(home: Home, *texts: str, pack: Pack = PACK, day: int = 1, **fields: Any) -> NightReport:
    """Run a night of a December over texts, each a post of its own, numbered from 1."""
    home.folder.parent.mkdir(exist_ok=True)
    path = home.folder.parent / "posts.jsonl"
    rows = [
        {
            "id": str(number),
            "platform": "x",
            "text": text,
            "lang": "sv",
            "created_at": f"2026-10-{number % 20 + 1:02}T12:00:00Z",
            "url": f"https://example.org/sida-{number}",
            **fields,
        }
        for number, text in enumerate(texts, start=1)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def clock() -> datetime:
        return datetime(2026, 12, day, 1, tzinfo=UTC)

    model = Model(NearClassifier(), HashingEncoder(), (pack,))  # type: ignore[arg-type]
    return run_night(home.settings, load_sources(home.settings, [path]), model=model, clock=clock)


def test_what_recurs_near_the_subject_is_gathered(home: Home) -> None:
    """Four wordings are a cluster; ordinary posts, near the subject or not, are in none."""
    report = _night(home, *RUMOUR, *ORDINARY)
    assert report.counts["clusters_changed"] == 1
    [(cluster_id, *counts)] = home.rows(CLUSTERS)
    assert counts == [4, 4]
    posts = home.rows("SELECT cluster_id, post_id FROM core.cluster_posts ORDER BY ALL")
    assert posts == [(cluster_id, f"x:{number}") for number in (1, 2, 3, 4)]
    [(first, last, terms)] = home.rows(
        "SELECT first_day::VARCHAR, last_day::VARCHAR, terms FROM core.clusters"
    )
    assert (first, last) == ("2026-10-02", "2026-10-05")
    assert terms


def test_ordinary_writing_of_the_packs_tells_what_is_common(home: Home) -> None:
    """In a home with few posts, what seeds of no narrative say makes no rumour; none is encoded."""
    usual = [f"{text} igen" for text in RUMOUR * 5]
    seeds = (Seed(f"s{n}", text, "sv", (), "none") for n, text in enumerate(usual))
    _night(home, *RUMOUR, *ORDINARY, pack=replace(PACK, seeds=tuple(seeds)))
    assert home.rows(CLUSTERS) == []
    encoded = {digest for (digest,) in home.rows("SELECT input_digest FROM core.vectors")}
    assert not encoded & {sha256(model_text(text).encode()).hexdigest() for text in usual}


def test_discovering_twice_changes_nothing(home: Home) -> None:
    """A second night over the same posts leaves every cluster as it is."""
    _night(home, *RUMOUR, *ORDINARY)
    before = home.rows("FROM core.clusters"), home.rows("FROM core.cluster_posts ORDER BY ALL")
    report = _night(home, *RUMOUR, *ORDINARY)
    assert {name: n for name, n in report.counts.items() if n} == {}
    assert before == (
        home.rows("FROM core.clusters"),
        home.rows("FROM core.cluster_posts ORDER BY ALL"),
    )


def test_the_same_posts_are_gathered_once_a_day(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A further run of a day looks for nothing; the next day's, and one with a new post, do."""
    looked: list[int] = []

    def noted(families: Sequence[Family], *given: Any, **named: Any) -> list[Cluster]:
        looked.append(len(families))
        return find_clusters(families, *given, **named)

    monkeypatch.setattr("motbild.stages.discover.find_clusters", noted)
    _night(home, *RUMOUR, *ORDINARY)
    _night(home, *RUMOUR, *ORDINARY)
    assert len(looked) == 1
    _night(home, *RUMOUR, *ORDINARY, day=2)
    _night(home, *RUMOUR, *ORDINARY, "mikrofon i nallen från soc, på riktigt alltså", day=2)
    assert looked == [looked[0], looked[0], looked[0] + 1]


def test_a_cluster_that_grows_keeps_its_id(home: Home) -> None:
    """New wordings join the cluster of the night before."""
    _night(home, *RUMOUR[:3], *ORDINARY)
    [(before, *_)] = home.rows(CLUSTERS)
    _night(home, *RUMOUR[:3], *ORDINARY, RUMOUR[3], "mikrofon i nallen från soc, på riktigt alltså")
    assert home.rows(CLUSTERS) == [(before, 5, 5)]


def test_nights_are_counted_and_what_stays_is_told(home: Home) -> None:
    """The first night tells none; a run on the same day is no other; the next day's counts."""
    standing = "SELECT night_count, round(stability::DOUBLE, 2) FROM core.clusters"
    _night(home, *RUMOUR, *ORDINARY)
    _night(home, *RUMOUR, *ORDINARY, "mikrofon i nallen från soc, på riktigt alltså")
    assert home.rows(standing) == [(1, None)]
    _night(home, *RUMOUR, *ORDINARY, day=2)
    assert home.rows(standing) == [(2, 1.0)]
    store = f"sqlite:///{home.folder / 'review.sqlite'}"
    with closing(open_review_store(store)) as opened:
        post = {"post_id": "x:1", "text_digest": text_digest(RUMOUR[0])}
        opened.decisions.record(decide("protected", decision_id="d1", **post))
    _night(home, *RUMOUR, *ORDINARY, day=4)
    assert home.rows(standing) == [(3, 0.8)]
    shown = "SELECT night_count, threshold_share > 0 FROM analyst.clusters"
    assert home.rows(shown, "analyst.duckdb") == [(3, True)]


def test_copies_count_as_one_family(home: Home) -> None:
    """One message sent three times is no rumour in three wordings."""
    copies = [RUMOUR[0], f"{RUMOUR[0]}!", RUMOUR[0].upper()]
    _night(home, *copies, RUMOUR[1], *ORDINARY)
    assert home.rows(CLUSTERS) == []
    _night(home, *copies, *RUMOUR[1:], *ORDINARY)
    assert [counts for _, *counts in home.rows(CLUSTERS)] == [[6, 4]]


@pytest.mark.parametrize(
    "prefix", ["kidnappning", "hot", "kidnappning asks", "kidnappning counters"]
)
def test_what_matches_or_threatens_is_left_out(home: Home, prefix: str) -> None:
    """A narrative that is known already, or a threat, is no new rumour."""
    _night(home, *(f"{prefix} {text}" for text in RUMOUR), *ORDINARY)
    assert home.rows(CLUSTERS) == []


def test_what_is_far_from_the_subject_is_left_out(home: Home) -> None:
    """However often the weather recurs, it is not looked at."""
    weather = [
        f"hagelskuren slog sönder växthuset {where}" for where in ("igen", "i går", "här nu")
    ]
    _night(home, *weather, *ORDINARY)
    assert home.rows(CLUSTERS) == []


def test_old_posts_fall_out_of_the_window(home: Home) -> None:
    """Four weeks after the newest post a rumour that nobody tells any more is gone."""
    _night(home, *RUMOUR, *ORDINARY)
    assert len(home.rows(CLUSTERS)) == 1
    _night(home, "bussen var sen i dag också", id="99", created_at="2026-11-10T12:00:00Z")
    assert home.rows(CLUSTERS) == home.rows("FROM core.cluster_posts") == []


def test_what_a_person_has_labelled_is_left_out(home: Home) -> None:
    """Protected speech is no rumour; what bears on no narrative may still be a new one."""
    store = f"sqlite:///{home.folder / 'review.sqlite'}"
    _night(home, *RUMOUR, *ORDINARY)
    labelled = {"post_id": "x:1", "text_digest": text_digest(RUMOUR[0])}
    with closing(open_review_store(store)) as opened:
        opened.decisions.record(decide("reject", decision_id="d1", **labelled))
    _night(home, *RUMOUR, *ORDINARY)
    assert [counts for _, *counts in home.rows(CLUSTERS)] == [[4, 4]]
    with closing(open_review_store(store)) as opened:
        opened.decisions.record(decide("protected", decision_id="d2", **labelled))
    _night(home, *RUMOUR, *ORDINARY)
    assert [counts for _, *counts in home.rows(CLUSTERS)] == [[3, 3]]


def test_a_snapshot_shows_few_examples_without_their_address(home: Home) -> None:
    """Six posts at most, masked, and no other unflagged post's text, and no link to them."""
    more = [f"nallen från soc har mikrofon i {where}" for where in ("örat", "benet", "ryggen")]
    texts = [*RUMOUR, *more, f"{RUMOUR[0]} enligt @granne.fem"]
    _night(home, *texts, *ORDINARY)
    shown = home.rows(
        "SELECT rank, post_id, text FROM analyst.cluster_posts ORDER BY ALL", "analyst.duckdb"
    )
    assert [rank for rank, *_ in shown] == [1, 2, 3, 4, 5, 6]
    assert home.rows("SELECT max(post_count) FROM analyst.clusters", "analyst.duckdb") == [(8,)]
    published = home.rows("SELECT post_id, address FROM core.posts ORDER BY ALL", "analyst.duckdb")
    assert {post_id for post_id, _ in published} >= {post_id for _, post_id, _ in shown}
    assert not [text for _, _, text in shown if "granne" in text]
    assert b"sida-" not in home.bytes()
