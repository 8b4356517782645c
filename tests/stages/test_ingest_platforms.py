"""Taking in what feeds and YouTube on loopback bring, with the real clients."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.sources import LiveSpec
from motbild.adapters.sources.live.feeds import FeedOptions
from motbild.adapters.sources.live.youtube import YouTubeOptions
from motbild.adapters.warehouse import Warehouse
from motbild.stages.ingest import storing
from tests.data.platforms.feeds import FeedHost, FeedItem
from tests.data.platforms.sftp import PASSWORD, USER, SftpServer
from tests.data.platforms.youtube import KEY, Said, YouTube
from tests.homes import Home
from tests.stages.taking import Taking

NOW = datetime.now(UTC).replace(microsecond=0)
VIDEO = "abcdefghijk"


@pytest.fixture
def taking(warehouse: Warehouse, tmp_path: Path) -> Taking:
    """The stage on an empty warehouse."""
    return Taking(warehouse, tmp_path)


@pytest.fixture
def tube(monkeypatch: pytest.MonkeyPatch) -> Iterator[YouTube]:
    """A video with seven comments, and a key for it."""
    youtube = YouTube()
    said = [Said(f"k{n}", f"kommentar {n}", NOW - timedelta(hours=n)) for n in range(1, 8)]
    youtube.say(VIDEO, *said)
    monkeypatch.setenv("MOTBILD_SOURCE_TUBEN_API_KEY", KEY)
    with youtube.server:
        yield youtube


def _tube(tube: YouTube, *videos: str) -> LiveSpec:
    options = YouTubeOptions(
        videos=list(videos), service=tube.server.address, pause_seconds=0, overlap_minutes=0
    )
    return LiveSpec("tuben", "youtube", options)


def test_a_feed_that_changes_a_wording_gives_a_later_wording(taking: Taking) -> None:
    """One post in two wordings; a run without news asks once and stores nothing."""
    host = FeedHost(form="atom")
    host.post("/a", FeedItem("1", "Rykte", "det har hänt", NOW, author="Asta Påhitt"))
    with host.server:
        options = FeedOptions(addresses=[host.address("/a")], pause_seconds=0)
        spec = LiveSpec("bloggar", "feed", options)
        assert [outcome.post_count for outcome in taking.run(spec)] == [1]
        assert [outcome.post_count for outcome in taking.run(spec)] == [0]
        host.edit("/a", "1", "det har inte hänt", NOW)
        assert [outcome.post_count for outcome in taking.run(spec)] == [1]
    posts = taking.rows("SELECT post_id, posted_at, author_pseudonym FROM core.posts")
    assert len({post_id.split("#")[0] for post_id, _, _ in posts}) == 1
    assert {posted_at for _, posted_at, _ in posts} == {NOW}
    assert "Påhitt" not in str(posts)


def test_a_run_that_dies_between_pages_loses_and_doubles_nothing(
    taking: Taking, tube: YouTube, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run goes on with the page that was not stored."""
    batches = []

    def die_third(*arguments: Any) -> None:
        batches.append(1)
        if len(batches) == 3:
            raise KeyboardInterrupt
        storing.store_batch(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr("motbild.stages.ingest.live.store_batch", die_third)
        with pytest.raises(KeyboardInterrupt):
            taking.run(_tube(tube, VIDEO))
    assert taking.rows("SELECT count(*) FROM core.posts") == [(4,)]
    tube.say(VIDEO, Said("k0", "kommentar 0", NOW))
    assert [outcome.post_count for outcome in taking.run(_tube(tube, VIDEO))] == [4]
    posts = taking.rows("SELECT count(*), count(DISTINCT post_id) FROM core.posts")
    assert posts == [(8, 8)]
    assert KEY not in str(taking.rows("FROM ops.cursors"))


def test_what_a_platform_refuses_is_told(taking: Taking, tube: YouTube) -> None:
    """One sentence; what concerns one video is set aside, once."""
    tube.page_size = 100
    for _ in range(2):
        [outcome] = taking.run(_tube(tube, "gone-gone-g", VIDEO))
        assert outcome.failure is None
    assert taking.rows("SELECT code FROM ops.rejects") == [("video-gone",)]
    tube.is_out_of_quota = True
    [outcome] = taking.run(_tube(tube, VIDEO))
    assert outcome.failure is not None
    assert outcome.failure.startswith("Source 'tuben' has used up its quota")


def test_a_night_over_the_network_leaves_nothing_raw(tube: YouTube, tmp_path: Path) -> None:
    """A feed, a video and a remote inbox, as sources.toml names them, in one whole night."""
    home, host, folder = Home(tmp_path / "home"), FeedHost(), tmp_path / "server"
    host.post("/a", FeedItem("1", "", "kidnappning 1", NOW, author="Zebulon Fantasiqvist"))
    folder.mkdir()
    post = '{"id": "1", "text": "kidnappning igen", "author": "Zebulon Fantasiqvist"}'
    (folder / "a.jsonl").write_text(post, encoding="utf-8")
    tube.say(VIDEO, Said("z", "kidnappning nu", NOW, author="Zebulon Fantasiqvist"))
    with host.server, SftpServer(folder) as server:
        secrets = home.folder / "secrets"
        secrets.mkdir(parents=True)
        credentials = {"user": USER, "password": PASSWORD, "known-hosts": server.known_hosts()}
        for name, value in credentials.items():
            (secrets / f"lager.{name}").touch(0o600)
            (secrets / f"lager.{name}").write_text(value, encoding="utf-8")
        (home.folder / "sources.toml").write_text(
            f"""
            [[sources]]
            name = "bloggar"
            kind = "feed"
            addresses = ["{host.address("/a")}"]
            [[sources]]
            name = "tuben"
            kind = "youtube"
            videos = ["{VIDEO}"]
            service = "{tube.server.address}"
            pause_seconds = 0.0
            [[sources]]
            name = "lager"
            address = "sftp://127.0.0.1:{server.port}"
            """,
            encoding="utf-8",
        )
        report = home.night()
    assert report.failures == []
    assert {source.source_id: source.post_count for source in report.sources} == {
        "bloggar": 1,
        "tuben": 8,
        "lager": 1,
    }
    written = home.bytes()
    assert b"Fantasiqvist" not in written
    assert KEY.encode() not in written
    assert not list((home.folder / "fetched").rglob("*.jsonl"))
