"""Remote inboxes: moto's object store and paramiko's SFTP server, with the real clients."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import paramiko
import pytest

from motbild.adapters.sources import RemoteSpec, load_specs, open_inbox, read_posts, sweep_fetched
from motbild.adapters.sources.live.patience import Patience
from motbild.adapters.sources.remote import RemoteInbox, RemoteOptions
from motbild.adapters.sources.remote.inbox import STORES
from motbild.errors import InputError, SourceError
from tests.data.platforms.s3 import BUCKET, Failure, ObjectStore
from tests.data.platforms.sftp import PASSWORD, USER, SftpServer

POSTS = b'{"id": "1", "text": "hej"}\n{"id": "2", "text": "igen"}\n'


class Waits(Patience):
    """Patience whose waits cost no time."""

    def __init__(self, most_tries: int = 3) -> None:
        self.waits: list[float] = []
        super().__init__(
            "lagret",
            pause_seconds=0.0,
            most_tries=most_tries,
            sleep=self.waits.append,
            jitter=lambda: 0.0,
        )


def _spec(folder: Path, address: str, **options: object) -> RemoteSpec:
    settings = {"address": address, "timeout_seconds": 5.0, **options}
    return RemoteSpec(
        "lagret",
        RemoteOptions(**settings),  # type: ignore[arg-type]
        None,
        None,
        folder / "secrets",
        folder / "fetched" / "lagret",
    )


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """An object store with one file, and credentials for it."""
    monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_ACCESS_KEY", "tillträde")
    monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_SECRET_KEY", "hemlighet")
    with ObjectStore() as opened:
        opened.put("in/a.jsonl", POSTS)
        yield opened


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    """An SFTP server with one file, and credentials for it."""
    folder = tmp_path / "server"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a.jsonl").write_bytes(POSTS)
    with SftpServer(folder) as opened:
        monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_USER", USER)
        monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_PASSWORD", PASSWORD)
        monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_KNOWN_HOSTS", opened.known_hosts())
        yield opened


def _of_store(store: ObjectStore, folder: Path, **options: object) -> RemoteSpec:
    return _spec(folder, f"s3://{BUCKET}/in", endpoint=store.address, **options)


def _of_server(server: SftpServer, folder: Path, **options: object) -> RemoteSpec:
    return _spec(folder, f"sftp://127.0.0.1:{server.port}/in", **options)


def _texts(inbox: RemoteInbox) -> list[str]:
    found = []
    for file in inbox.list_files():
        with inbox.fetched(file) as path:
            assert path.parent.stat().st_mode & 0o777 == 0o700
            found += [row.text for row in read_posts(path)]  # type: ignore[union-attr]
    return found


def _left(folder: Path) -> list[Path]:
    return [path for path in (folder / "fetched").rglob("*") if path.is_file()]


def test_files_of_an_object_store_are_fetched_and_removed(
    store: ObjectStore, tmp_path: Path
) -> None:
    """Those directly in the folder, in name order, under their own names."""
    store.put("in/b.csv", b"id,text\n3,fler\n")
    store.put("in/under/c.jsonl", POSTS)
    with open_inbox(_of_store(store, tmp_path), Waits()) as inbox:
        assert [file.name for file in inbox.list_files()] == ["a.jsonl", "b.csv"]
        assert _texts(inbox) == ["hej", "igen", "fler"]
    assert _left(tmp_path) == []


def test_files_of_an_sftp_server_are_fetched_and_removed(
    server: SftpServer, tmp_path: Path
) -> None:
    """The same, over another protocol; a link there leads nowhere."""
    folder = server.folder / "in"
    (folder / "b.csv").write_bytes(b"id,text\n3,fler\n")
    (folder / "under").mkdir()
    (folder / "passwd.csv").symlink_to("/etc/passwd")
    with open_inbox(_of_server(server, tmp_path), Waits()) as inbox:
        assert [file.name for file in inbox.list_files()] == ["a.jsonl", "b.csv"]
        assert _texts(inbox) == ["hej", "igen", "fler"]
    assert _left(tmp_path) == []


def test_names_lead_nowhere(store: ObjectStore, tmp_path: Path) -> None:
    """Whatever an object is called, it is written into its own folder or not at all."""
    for name in ("..", "../x.jsonl", ".hemlig.jsonl", "c.jsonl.part", "d.exe", "..\\e.jsonl", ""):
        store.put(f"in/{name}", POSTS)
    store.put("in/" + "l" * 250 + ".jsonl", POSTS)
    with open_inbox(_of_store(store, tmp_path), Waits()) as inbox:
        names = [file.name for file in inbox.list_files()]
        assert names == ["a.jsonl", "l" * 250 + ".jsonl"]
        with (
            pytest.raises(SourceError, match="a name that no file may have"),
            inbox.fetched(inbox.list_files()[1]),
        ):
            pass
    assert not list(tmp_path.rglob("e.jsonl"))


def test_a_file_that_changes_has_another_mark(store: ObjectStore, tmp_path: Path) -> None:
    """The same bytes have the same one, however often they are put there."""
    with open_inbox(_of_store(store, tmp_path), Waits()) as inbox:
        [before] = inbox.list_files()
        store.put("in/a.jsonl", POSTS)
        assert inbox.list_files() == [before]
        store.put("in/a.jsonl", POSTS.replace(b"hej", b"nej"))
        assert inbox.list_files() != [before]


def test_an_empty_folder_is_no_failure(store: ObjectStore, tmp_path: Path) -> None:
    """An object store has no folder before it has a file."""
    spec = _spec(tmp_path, f"s3://{BUCKET}/tom", endpoint=store.address)
    with open_inbox(spec, Waits()) as inbox:
        assert inbox.list_files() == []


def test_a_busy_store_is_given_time(store: ObjectStore, tmp_path: Path) -> None:
    """As long as it says, and again while it only says that it is busy."""
    store.failures.extend(
        [
            Failure("429 Too Many Requests", "TooManyRequests", {"Retry-After": "9"}),
            Failure("503 Slow Down", "SlowDown"),
        ]
    )
    waits = Waits()
    with open_inbox(_of_store(store, tmp_path), waits) as inbox:
        assert len(inbox.list_files()) == 1
        assert waits.waits == [9.0, 4.0]
        store.failures.extend([Failure("500 Internal", "InternalError")] * 3)
        with pytest.raises(SourceError, match="could not be reached in 3 tries"):
            inbox.list_files()


def test_what_a_store_refuses_is_told(store: ObjectStore, tmp_path: Path) -> None:
    """At once, in one sentence, without a credential."""
    refusals = [
        ("403 Forbidden", "InvalidAccessKeyId", "403 InvalidAccessKeyId"),
        ("403 Forbidden", "SignatureDoesNotMatch", "403 SignatureDoesNotMatch"),
        ("400 Bad Request", "ExpiredToken", "session-token has expired"),
        ("403 Forbidden", "RequestTimeTooSkewed", "clock of this machine is wrong"),
        ("404 Not Found", "NoSuchBucket", "no such bucket"),
    ]
    waits = Waits()
    with open_inbox(_of_store(store, tmp_path), waits) as inbox:
        for status, code, told in refusals:
            store.failures.append(Failure(status, code))
            with pytest.raises(SourceError, match=told) as caught:
                inbox.list_files()
            assert "hemlighet" not in str(caught.value)
    assert waits.waits == []


def test_half_an_object_is_never_read(store: ObjectStore, tmp_path: Path) -> None:
    """What is cut short is fetched again from its beginning."""
    store.cut_count = 1
    waits = Waits()
    with open_inbox(_of_store(store, tmp_path), waits) as inbox:
        assert _texts(inbox) == ["hej", "igen"]
    assert waits.waits == [2.0]


def test_an_object_that_changes_while_it_is_fetched_is_not_read(
    store: ObjectStore, tmp_path: Path
) -> None:
    """Somebody is writing it just now; it is told and waits for the next run."""

    def change(method: str) -> None:
        if method == "HEAD":
            store.put("in/a.jsonl", POSTS * (len(store.gets) + 1))

    with open_inbox(_of_store(store, tmp_path), Waits(2)) as inbox:
        [file] = inbox.list_files()
        store.before_answer = change
        with pytest.raises(SourceError, match="in 2 tries"), inbox.fetched(file):
            pass
    assert _left(tmp_path) == []


def test_a_connection_that_breaks_is_made_anew(server: SftpServer, tmp_path: Path) -> None:
    """The file is fetched again from its beginning."""
    big = b"".join(b'{"id": "%d", "text": "hej"}\n' % n for n in range(5_000))
    (server.folder / "in" / "a.jsonl").write_bytes(big)
    waits = Waits()
    with open_inbox(_of_server(server, tmp_path), waits) as inbox:
        [file] = inbox.list_files()
        server.drops_after = 40_000

        def mend(seconds: float) -> None:
            waits.waits.append(seconds)
            server.drops_after = None

        waits.sleep = mend
        with inbox.fetched(file) as path:
            assert path.read_bytes() == big
    assert waits.waits == [2.0]


def test_a_file_that_is_too_large_is_not_fetched(store: ObjectStore, tmp_path: Path) -> None:
    """It is told by its size alone."""
    with open_inbox(_of_store(store, tmp_path, most_bytes=10), Waits()) as inbox:
        [file] = inbox.list_files()
        with pytest.raises(SourceError, match="more than its most_bytes"), inbox.fetched(file):
            pass
    assert store.gets == []


def test_an_unknown_host_key_is_refused(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its fingerprint and with how to add it; so is one that is another than before."""
    monkeypatch.delenv("MOTBILD_SOURCE_LAGRET_KNOWN_HOSTS")
    spec = _of_server(server, tmp_path)
    with open_inbox(spec, Waits()) as inbox, pytest.raises(SourceError) as caught:
        inbox.list_files()
    told = str(caught.value)
    assert "SHA256:" in told
    assert "is not known" in told
    assert f"`ssh-keyscan -p {server.port} 127.0.0.1` prints into" in told
    assert str(spec.secrets_folder / "lagret.known-hosts") in told
    known = server.known_hosts()
    server.host_key = paramiko.ECDSAKey.generate()
    monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_KNOWN_HOSTS", known)
    with open_inbox(spec, Waits()) as inbox, pytest.raises(SourceError, match="another than bef"):
        inbox.list_files()
    monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_KNOWN_HOSTS", "värd ssh-ed25519 ÅÄÖ")
    with open_inbox(spec, Waits()) as inbox, pytest.raises(SourceError, match="line 1 of its"):
        inbox.list_files()


@pytest.mark.parametrize("passphrase", [None, "fras"])
def test_a_key_may_stand_for_the_password(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passphrase: str | None
) -> None:
    """One that a password protects too."""
    key, text = paramiko.ECDSAKey.generate(), StringIO()
    key.write_private_key(text, password=passphrase)
    server.allowed_key = key
    monkeypatch.delenv("MOTBILD_SOURCE_LAGRET_PASSWORD")
    if passphrase:
        monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_PASSWORD", passphrase)
    monkeypatch.setenv("MOTBILD_SOURCE_LAGRET_PRIVATE_KEY", text.getvalue())
    with open_inbox(_of_server(server, tmp_path), Waits()) as inbox:
        assert _texts(inbox) == ["hej", "igen"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PASSWORD", "fel", "does not let this user in"),
        ("PASSWORD", "", "needs a password or a private-key"),
        ("PRIVATE_KEY", "inget", "private-key cannot be read"),
        ("USER", "", "needs its user"),
    ],
)
def test_who_is_not_let_in_is_told(
    server: SftpServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    told: str,
) -> None:
    """At once, and without the password."""
    monkeypatch.setenv(f"MOTBILD_SOURCE_LAGRET_{name}", value)
    with (
        pytest.raises(SourceError, match=told),
        open_inbox(_of_server(server, tmp_path), Waits()) as inbox,
    ):
        inbox.list_files()


def test_a_folder_that_is_not_there_is_told(server: SftpServer, tmp_path: Path) -> None:
    """And so is a server that nobody answers for."""
    spec = _spec(tmp_path, f"sftp://127.0.0.1:{server.port}/borta")
    with open_inbox(spec, Waits()) as inbox, pytest.raises(SourceError, match="no such folder"):
        inbox.list_files()
    spec = _spec(tmp_path, "sftp://127.0.0.1:1/in", timeout_seconds=0.5)
    with open_inbox(spec, Waits(2)) as inbox, pytest.raises(SourceError, match="in 2 tries"):
        inbox.list_files()


def test_a_name_that_is_not_text_is_told() -> None:
    """The folder cannot be listed with it, so that it is said what is wrong."""
    told = STORES["sftp"].translate(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"))
    assert "not UTF-8" in str(told)


def test_what_a_killed_run_had_fetched_is_swept(tmp_path: Path) -> None:
    """Nothing raw lies about."""
    spec = _spec(tmp_path, "s3://inkorgen")
    rest = spec.fetched_folder / "tmpabc" / ".part"
    rest.parent.mkdir(parents=True)
    rest.write_bytes(POSTS)
    sweep_fetched(spec)
    assert not spec.fetched_folder.exists()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('address = "http://exempel.se/"', "it must begin with s3:// or sftp://"),
        ('address = "file:///etc"', "it must begin with s3:// or sftp://"),
        ('address = "sftp://u:p@exempel.se/in"', "no name and no password"),
        ('address = "s3://b/../c"', "plain path"),
        ('address = "s3://b"\nendpoint = "http://lager.exempel.se"', "https://"),
        ('address = "s3://b"\nsecret-key = "x"', "holds a credential"),
        ('address = "s3://b"\nport = 3', "unknown key 'port'"),
        ('address = "s3://b"\npath = "x"', "unknown key 'path'"),
        ('address = "s3://b"\nmost_bytes = 0', "'most_bytes'"),
        ('address = "s3://b"\ntime_zone = "Mars"', "'time_zone'"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path: Path, lines: str, told: str) -> None:
    """In one sentence that names the file and the source."""
    path = tmp_path / "sources.toml"
    path.write_text(f'[[sources]]\nname = "lagret"\n{lines}\n', encoding="utf-8")
    with pytest.raises(InputError, match=told) as caught:
        load_specs(path)
    assert "sources.toml" in str(caught.value)
    assert json.dumps(str(caught.value)).count("\\n") == 0


def test_a_remote_inbox_may_say_how_its_files_are_read(tmp_path: Path) -> None:
    """As a folder may."""
    path = tmp_path / "sources.toml"
    path.write_text(
        '[[sources]]\nname = "lagret"\nkind = "csv"\naddress = "s3://b/in/"\nhourly = true\n'
        'platform = "Forum"\n[sources.columns]\nid = "nr"\n',
        encoding="utf-8",
    )
    spec = load_specs(path)["lagret"]
    assert isinstance(spec, RemoteSpec)
    assert spec.mapping is not None
    assert (spec.kind, spec.mapping.default_platform, spec.is_hourly) == ("csv", "forum", True)
    assert (spec.options.address, spec.fetched_folder) == ("s3://b/in", tmp_path / "fetched/lagret")
