"""Taking in the files of a remote inbox, run after run, from an SFTP server on loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.sources import RemoteSpec
from motbild.adapters.sources.mapping import ColumnMapping
from motbild.adapters.sources.remote import RemoteOptions
from motbild.adapters.warehouse import Warehouse
from motbild.stages.ingest import storing
from tests.data.platforms.sftp import PASSWORD, USER, SftpServer
from tests.stages.taking import Taking


@pytest.fixture
def taking(warehouse: Warehouse, tmp_path: Path) -> Taking:
    """The stage on an empty warehouse."""
    return Taking(warehouse, tmp_path)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    """An SFTP server with three files of two posts."""
    folder = tmp_path / "server"
    folder.mkdir()
    with SftpServer(folder) as opened:
        for number in range(3):
            _put(opened, number)
        monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_USER", USER)
        monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_PASSWORD", PASSWORD)
        monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_KNOWN_HOSTS", opened.known_hosts())
        yield opened


def _put(server: SftpServer, number: int) -> None:
    lines = "".join(f'{{"id": "{number}-{n}", "text": "inlägg {n}"}}\n' for n in range(2))
    (server.folder / f"{number}.jsonl").write_text(lines, encoding="utf-8")


def _spec(server: SftpServer, mapping: ColumnMapping | None = None) -> RemoteSpec:
    folder = server.folder.parent
    options = RemoteOptions(
        address=f"sftp://127.0.0.1:{server.port}", most_tries=1, timeout_seconds=5.0
    )
    return RemoteSpec("lagret", options, None, mapping, folder / "secrets", folder / "fetched")


def _statuses(taking: Taking, spec: RemoteSpec) -> list[tuple[str, str, int]]:
    return [(o.file_name, o.status, o.post_count) for o in taking.run(spec)]


def test_a_file_is_fetched_once(taking: Taking, server: SftpServer) -> None:
    """It is told by its name, size and moment; one that is new or has changed is fetched."""
    spec = _spec(server)
    assert _statuses(taking, spec) == [(f"{n}.jsonl", "read", 2) for n in range(3)]
    assert _statuses(taking, spec) == [(f"{n}.jsonl", "already-read", 0) for n in range(3)]
    assert server.fetched == [f"{n}.jsonl" for n in range(3)]
    _put(server, 3)
    with (server.folder / "0.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "0-2", "text": "ett till"}\n')
    (server.folder / "1.jsonl").unlink()
    assert _statuses(taking, spec) == [
        ("0.jsonl", "read", 1),
        ("2.jsonl", "already-read", 0),
        ("3.jsonl", "read", 2),
    ]
    assert not list((server.folder.parent / "fetched").rglob("*"))


def test_another_way_of_reading_fetches_again(taking: Taking, server: SftpServer) -> None:
    """As with files that lie here."""
    _statuses(taking, _spec(server))
    again = _spec(server, ColumnMapping(default_platform="forum"))
    assert {status for _, status, _ in _statuses(taking, again)} == {"read"}


def test_a_run_that_dies_between_files_loses_and_doubles_nothing(
    taking: Taking, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had fetched is swept, and what it had read is known by its bytes."""
    batches = []

    def die(*arguments: Any) -> None:
        batches.append(1)
        if len(batches) == 2:
            raise KeyboardInterrupt
        storing.store_batch(*arguments)

    fetched = _spec(server).fetched_folder
    (fetched / "gammal").mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr("motbild.stages.ingest.files.store_batch", die)
        with pytest.raises(KeyboardInterrupt):
            taking.run(_spec(server))
    assert _statuses(taking, _spec(server)) == [
        ("0.jsonl", "already-read", 0),
        ("1.jsonl", "read", 2),
        ("2.jsonl", "read", 2),
    ]
    assert taking.rows("SELECT count(*), count(DISTINCT post_id) FROM core.posts") == [(6, 6)]
    assert not list(fetched.rglob("*"))


def test_a_file_that_cannot_be_read_hides_none_of_the_others(
    taking: Taking, server: SftpServer
) -> None:
    """It is told by its own address, and tried again until somebody takes it away."""
    (server.folder / "1.jsonl").write_bytes(b"%PDF-1.7")
    for _ in range(2):
        outcomes = taking.run(_spec(server))
        assert [o.status for o in outcomes][1] == "failed"
        failure = outcomes[1].failure
        assert failure is not None
        assert failure.startswith(f"sftp://127.0.0.1:{server.port}/1.jsonl is a binary file")
        assert str(server.folder.parent) not in failure


def test_a_server_that_goes_away_is_left(taking: Taking, server: SftpServer) -> None:
    """After a few files in a row the rest waits for the next run."""
    _put(server, 3)
    server.drops_after = 5
    outcomes = taking.run(_spec(server))
    assert [o.status for o in outcomes] == ["failed"] * 3
    server.drops_after = None
    assert [count for _, _, count in _statuses(taking, _spec(server))] == [2] * 4


def test_an_inbox_that_cannot_be_opened_is_told(
    taking: Taking, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one with nothing in it is empty."""
    for file in server.folder.iterdir():
        file.unlink()
    assert _statuses(taking, _spec(server)) == [("", "empty", 0)]
    monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_PASSWORD", "fel")
    [outcome] = taking.run(_spec(server))
    assert outcome.failure is not None
    assert "does not let this user in" in outcome.failure
