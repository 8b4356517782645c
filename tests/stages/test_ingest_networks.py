"""Whole nights over platforms on loopback, asked by their real client libraries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.sources import LIVE_KINDS, LiveSpec
from motbild.adapters.warehouse import Warehouse
from motbild.core.erasures import Memory
from motbild.errors import UnexpectedError
from motbild.stages.ingest import Intake, ingest, live, storing
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from tests.data.platforms.bluesky import BlueskyServer
from tests.data.platforms.jetstream import JetstreamServer
from tests.data.platforms.mastodon import MastodonServer
from tests.data.platforms.server import Reply
from tests.homes import Home
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = NOW - timedelta(hours=20)


@dataclass
class Platforms:
    """Three platforms with ten posts each; those of search and stream are the same ones."""

    mastodon: MastodonServer
    bluesky: BlueskyServer
    jetstream: JetstreamServer
    warehouse: Warehouse
    spool: LinkSpool

    @property
    def sources(self) -> list[LiveSpec]:
        """The sources that ask them."""
        return [
            _spec("bsky", "bluesky", service=self.bluesky.address, queries=["kidnappning"]),
            _spec(
                "strom",
                "bluesky-jetstream",
                service=self.jetstream.address,
                words=["kidnappning"],
            ),
            _spec("toot", "mastodon", server=self.mastodon.address, hashtags=["barn"]),
        ]

    def take(self, run_id: str, now: datetime = NOW) -> list[str]:
        """Ingest what they have, and return what failed."""
        intake = Intake(run_id, now, b"nyckel", Memory(b"nyckel"))
        outcomes = ingest(self.warehouse, self.sources, self.spool, intake)
        return [outcome.failure for outcome in outcomes if outcome.failure]

    def count(self) -> int:
        """Count the posts that are stored."""
        return int(self.warehouse.read_rows("SELECT count(*) FROM core.posts")[0][0])


def _spec(name: str, kind: str, **settings: Any) -> LiveSpec:
    polite: dict[str, Any] = {"pause_seconds": 0.0, "timeout_seconds": 2.0, "most_tries": 1}
    return LiveSpec(name, kind, LIVE_KINDS[kind].options(**polite, **settings))


@pytest.fixture
def platforms(
    tmp_path: Path, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Platforms]:
    """Platforms with posts, and an empty warehouse; Bluesky lets us sign in."""
    with (
        MastodonServer(page_length=4) as mastodon,
        BlueskyServer(page_length=4) as bluesky,
        JetstreamServer() as jetstream,
    ):
        for name, value in bluesky.credentials.items():
            monkeypatch.setenv(f"MOTBILD_SOURCE_BSKY_{name.upper()}", value)
        text = "kidnappning nummer {} enligt @granne.fem, se https://exempel.se/hemlig/{}"
        for number in range(10):
            written = text.format(number, number)
            moment = START + timedelta(minutes=number)
            bluesky.add(written, moment)
            jetstream.add(written, moment)
            mastodon.add(f"På annat håll: {written}", moment, tags=["barn"])
        jetstream.add("vädret", NOW)
        yield Platforms(mastodon, bluesky, jetstream, warehouse, LinkSpool(tmp_path / "spool"))


def test_a_night_takes_in_every_platform_and_nothing_personal(
    platforms: Platforms, tmp_path: Path
) -> None:
    """What search and stream both bring is one post; no name, account or credential is kept."""
    home = Home(tmp_path / "home")
    model = Model(WordClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    report = run_night(home.settings, platforms.sources, model=model, clock=lambda: NOW)
    assert report.failures == []
    assert report.counts["posts_added"] == 20
    assert home.rows("SELECT platform, count(*) FROM core.posts GROUP BY ALL ORDER BY ALL") == [
        ("bluesky", 10),
        ("mastodon", 10),
    ]
    assert home.rows("SELECT count(DISTINCT signal_digest) FROM core.post_signals") == [(10,)]
    stored = home.bytes().lower()
    for secret in ("fantasi", "granne.fem", "did:plc", BlueskyServer.password):
        assert secret.encode() not in stored


def test_the_next_run_adds_only_what_is_new(platforms: Platforms) -> None:
    """Each platform goes on behind its cursor, and what overlaps is known by its id."""
    assert platforms.take("r1") == []
    platforms.jetstream.add("kidnappning igen", NOW + timedelta(minutes=1))
    platforms.jetstream.add("vädret", NOW + timedelta(hours=1))
    platforms.mastodon.add("kidnappning igen", NOW, tags=["barn"])
    platforms.bluesky.add("kidnappning igen", NOW + timedelta(minutes=1))
    assert platforms.take("r2", NOW + timedelta(hours=1)) == []
    assert platforms.count() == 23
    assert platforms.warehouse.read_rows("SELECT count(*) FROM ops.cursors") == [(3,)]


def test_a_run_that_dies_between_pages_loses_none(
    platforms: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored stands with its cursor, and the next run brings the rest."""
    store = storing.store_batch
    stored: list[Any] = []

    def die(*args: Any) -> None:
        if len(stored) == 2:
            raise UnexpectedError("the light went out")
        stored.append(args)
        store(*args)

    with monkeypatch.context() as patched:
        patched.setattr(live, "store_batch", die)
        with pytest.raises(UnexpectedError):
            platforms.take("r1")
    assert platforms.count() == 8
    asked = len(platforms.bluesky.requests)
    assert platforms.take("r2") == []
    assert platforms.count() == 20
    assert len(platforms.bluesky.requests) - asked == 2  # to sign in, and for the last page


@pytest.mark.parametrize(
    ("name", "failure", "told"),
    [
        ("bluesky", Reply({"error": "AccountTakedown"}, 403), "'bsky' was refused"),
        ("mastodon", Reply({"statuses": []}), "'toot' answers in another form"),
        ("mastodon", Reply([], 503), "'toot' could not be reached"),
        ("mastodon", Reply([{"id": str(n)} for n in range(9)]), "'toot' answers in another form"),
    ],
    ids=["refused", "drift", "down", "items"],
)
def test_a_platform_that_fails_fails_alone(
    platforms: Platforms, name: str, failure: Reply, told: str
) -> None:
    """The others are read, one sentence names it, and the next run goes on there."""
    getattr(platforms, name).failures.append(failure)
    [sentence] = platforms.take("r1")
    assert told in sentence
    assert platforms.count() >= 10
    assert platforms.take("r2") == []
    assert platforms.count() == 20


def test_a_gap_in_a_stream_is_told_and_not_counted_as_silence(platforms: Platforms) -> None:
    """The source has brought posts and counts as failed, since its counts are not whole."""
    assert platforms.take("r1", START + timedelta(minutes=3)) == []
    platforms.jetstream.floor = START + timedelta(minutes=6)
    [sentence] = platforms.take("r2")
    assert "is missing" in sentence
    assert platforms.warehouse.read_rows(
        "SELECT status FROM ops.source_runs WHERE source_id = 'strom' ORDER BY run_id"
    ) == [("read",), ("failed",)]
