"""`motbild sources`: what is read, and whether it can be."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motbild.adapters.sources import KINDS
from motbild.errors import InputError, SourceError
from tests.cli.commands import run
from tests.data.exports import TELEGRAM_CHAT, write_csv, write_jsonl
from tests.data.platforms.feeds import FeedHost, FeedItem
from tests.data.platforms.mastodon import MastodonServer
from tests.data.platforms.sftp import PASSWORD, USER, SftpServer

SOURCES = '[[sources]]\nname = "forum"\nkind = "csv"\npath = "forum.csv"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a source of its own, and posts in its inbox."""
    home = tmp_path / "home"
    (home / "inbox").mkdir(parents=True)
    (home / "sources.toml").write_text(SOURCES, encoding="utf-8")
    write_csv(home / "forum.csv")
    (home / "inbox" / "result.json").write_text(json.dumps(TELEGRAM_CHAT), encoding="utf-8")
    return home


def test_the_sources_of_a_night_are_listed(home: Path) -> None:
    """The list names the sources of sources.toml, the inbox, and the kinds that there are."""
    shown = run("sources", "list", "--home", home)
    assert "forum" in shown.stdout
    assert "told from each file" in shown.stdout
    assert all(kind.title in shown.stdout for kind in KINDS.values())
    listed = json.loads(run("sources", "list", "--home", home, "--json").stdout)
    assert listed == [
        {"name": "forum", "kind": "csv", "path": str(home / "forum.csv")},
        {"name": "inbox", "kind": None, "path": str(home / "inbox")},
    ]


def test_a_mistake_in_sources_toml_is_told(home: Path) -> None:
    """A wrong key is named with its file."""
    (home / "sources.toml").write_text(SOURCES.replace("kind", "kin"), encoding="utf-8")
    shown = run("sources", "list", "--home", home)
    assert isinstance(shown.exception, InputError)
    assert "unknown key 'kin' in source 'forum'" in str(shown.exception)


def test_every_source_is_read_to_its_end_and_nothing_is_stored(home: Path) -> None:
    """The check counts the posts of each file of each source, and keeps none."""
    before = sorted(home.rglob("*"))
    shown = run("sources", "check", "--home", home, "--json")
    assert shown.exit_code == 0
    assert json.loads(shown.stdout) == {
        "files": [
            {
                "source": "forum",
                "file": "forum.csv",
                "kind": "csv",
                "post_count": 20,
                "rejects": {},
            },
            {
                "source": "inbox",
                "file": "result.json",
                "kind": "telegram",
                "post_count": 2,
                "rejects": {},
            },
        ],
        "failures": [],
    }
    assert sorted(home.rglob("*")) == before


def test_what_would_be_set_aside_is_counted_by_code(home: Path, tmp_path: Path) -> None:
    """Codes are counted in the table, and no row is quoted."""
    posts = write_jsonl(tmp_path / "posts.jsonl")
    with posts.open("a", encoding="utf-8") as file:
        file.write('{"text": "hemligt"}\n{"text": "hemligt"}\n{"id": "1", "text": "hemligt"\n')
    shown = run("sources", "check", posts, "--home", home)
    assert "1 broken-json, 2 missing-id" in shown.stdout
    assert "hemligt" not in shown.output


def test_one_bad_file_hides_none_of_the_others(home: Path, tmp_path: Path) -> None:
    """The files after a bad one are counted, and the bad one is told at the end."""
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "a.csv").write_bytes(b"%PDF-1.7 \x00")
    write_jsonl(exports / "b.jsonl")
    shown = run("sources", "check", exports, "--home", home, "--json")
    checked = json.loads(shown.stdout)
    assert [file["file"] for file in checked["files"]] == ["b.jsonl"]
    assert [failure.split(" is ")[0] for failure in checked["failures"]] == [str(exports / "a.csv")]
    assert isinstance(shown.exception, SourceError)


def test_a_fresh_home_has_nothing_to_read(tmp_path: Path) -> None:
    """An empty inbox is no failure."""
    shown = run("sources", "check", "--home", tmp_path / "fresh")
    assert shown.exit_code == 0
    assert "There is nothing to read." in shown.stdout


def test_a_live_source_is_asked_for_one_page(tmp_path: Path) -> None:
    """One row tells what came and how much may still be asked; a broken one is told beside it."""
    with MastodonServer() as server:
        server.fill(3, datetime.now(UTC) - timedelta(hours=1))
        (tmp_path / "sources.toml").write_text(
            '[[sources]]\nname = "m"\nkind = "mastodon"\nhashtags = ["barn"]\n'
            f'server = "{server.address}"\n'
            '[[sources]]\nname = "b"\nkind = "mastodon"\nhashtags = ["barn"]\n'
            'server = "http://127.0.0.1:9"\n'
            '[[sources]]\nname = "c"\nkind = "bluesky"\nqueries = ["barn"]\n',
            encoding="utf-8",
        )
        shown = run("sources", "check", "--home", tmp_path, "--json")
        assert len(server.requests) == 1
    assert json.loads(shown.stdout)["files"] == [
        {
            "source": "m",
            "file": "first page",
            "kind": "mastodon",
            "post_count": 3,
            "rejects": {},
            "requests_left": 287,
        }
    ]
    assert isinstance(shown.exception, SourceError)
    assert "Source 'b' could not be reached in 1 try" in str(shown.exception)
    assert "Source 'c' needs its identifier" in str(shown.exception)
    assert shown.exception.exit_code == 2


def test_what_is_asked_over_the_network_is_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform for one page, a remote inbox for its list and one file; nothing is left."""
    host = FeedHost()
    host.post("/rss", FeedItem("1", "Rubrik", "text"))
    folder = tmp_path / "server"
    folder.mkdir()
    write_csv(folder / "a.csv")
    write_csv(folder / "b.csv")
    home = tmp_path / "home"
    home.mkdir()
    with host.server, SftpServer(folder) as server:
        feed, inbox = host.address("/rss"), f"sftp://127.0.0.1:{server.port}"
        (home / "sources.toml").write_text(
            f'[[sources]]\nname = "bloggar"\nkind = "feed"\naddresses = ["{feed}"]\n'
            f'[[sources]]\nname = "lager"\naddress = "{inbox}/"\n',
            encoding="utf-8",
        )
        shown = run("sources", "check", "--home", home)
        assert isinstance(shown.exception, SourceError)
        assert str(shown.exception).startswith("Source 'lager' needs its user: set MOTBILD_")
        for name, value in {
            "USER": USER,
            "PASSWORD": PASSWORD,
            "KNOWN_HOSTS": server.known_hosts(),
        }.items():
            monkeypatch.setenv(f"MOTBILD_SOURCE_LAGER_{name}", value)
        shown = run("sources", "check", "--home", home, "--json")
    assert shown.exit_code == 0
    looks = json.loads(shown.stdout)["files"]
    assert [(look["file"], look["kind"], look["post_count"]) for look in looks] == [
        ("first page", "feed", 1),
        ("a.csv, first of 2", "csv", 20),
    ]
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["sources.toml"]
    listed = json.loads(run("sources", "list", "--home", home, "--json").stdout)
    assert [source["path"] for source in listed] == [None, inbox]
