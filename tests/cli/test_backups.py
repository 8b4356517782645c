"""`motbild backup` and `motbild restore`: a home as it was, or a sentence that says why not."""

import errno
import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from motbild.adapters.backups import remember
from motbild.adapters.link_spool import LinkSpool
from motbild.adapters.model_history import NAME as HISTORY
from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.removal_mark import RemovalMark
from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.core.backups import MANIFEST
from motbild.core.schemas import LINKS
from motbild.errors import InputError, LockHeldError, MotbildError, ReviewStoreError
from motbild.settings.home import HomeSettings
from motbild.wiring import backups as wiring
from motbild.wiring.backups import LIVE, REVIEW
from tests.cli.commands import run
from tests.decisions import MOMENT
from tests.homes import Home, make_post, write_posts
from tests.reviewing import act, send
from tests.stages.test_killed_night import compared_content

# What of a home is not in a backup as it lies there, and why.
_LEFT_OUT = {
    "snapshot_link",  # a link: made anew beside the snapshot that it names
    "tool_link",  # the same
    "fetched_folder",  # fetched anew by the next night
    "parquet_link",  # the same rows once more: made anew by the next night
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with posts, a home that has read them, and a backup of it."""
    folder = tmp_path_factory.mktemp("prepared")
    _back_up(_furnish(folder), folder / "backups")
    return folder


def _furnish(folder: Path) -> Home:
    """Make a home with nights, decisions and something of everything else."""
    made, posts = Home(folder / "home"), folder / "posts.jsonl"
    made.night(write_posts(posts, *(make_post(n, _text(n)) for n in range(9))))
    settings = made.settings
    with closing(open_review_store(settings.review_store_to_make)) as store:
        _decide(store, 3)
    made.night(posts)
    for path, text in (
        (settings.sources_file, '[[sources]]\nname = "a"\npath = "inbox"\n'),
        (settings.alert_log, ""),
        (settings.erasures_file, '{"digest": "first"}\n'),
        (settings.models_folder / HISTORY, ""),
        (settings.models_folder / "m1" / "card.json", "{}"),
        (settings.imported_seeds_folder / "p.jsonl", ""),
        (settings.inbox / "waits.jsonl", ""),
        (settings.feed_token_file, "hemlig"),
        (settings.alert_addresses_file, ""),
        (settings.digest_addresses_file, ""),
        (settings.demo_mark, ""),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
    waiting = pa.Table.from_pylist([dict.fromkeys(LINKS.names, None)], schema=LINKS)
    LinkSpool(settings.link_spool).save("batch", waiting)
    return made


def _text(number: int) -> str:
    return f"kidnappning {number}" if number % 2 else f"kaffe {number}"


def _decide(store: ReviewStore, count: int) -> None:
    known = len(store.decisions.after(0))
    for number in range(known, known + count):
        name = f"a{number}"
        assert send(store, act(name, "anna", family=name, texts=(name,))).is_recorded


def _back_up(home: Home, folder: Path, *words: object) -> dict[str, Any]:
    shown = run("backup", folder, "--home", home.folder, "--json", *words)
    assert shown.exit_code == 0, shown.exception
    told: dict[str, Any] = json.loads(shown.stdout)
    return told


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Home:
    """A home of the test's own."""
    shutil.copytree(prepared / "home", tmp_path / "home", symlinks=True)
    shutil.copy(prepared / "posts.jsonl", tmp_path)
    made = Home(tmp_path / "home")
    made.settings.backups_file.unlink()
    return made


@pytest.fixture
def backup(prepared: Path, home: Home, tmp_path: Path) -> Path:
    """A backup of the home, which the home knows."""
    [made] = (prepared / "backups").glob("motbild-*")
    copied = shutil.copytree(made, tmp_path / "backups" / made.name)
    remember(home.settings.backups_file, [copied])
    return copied


def _error(*words: object) -> MotbildError:
    shown = run(*words)
    assert isinstance(shown.exception, MotbildError), shown.output
    assert len(str(shown.exception).splitlines()) == 1
    return shown.exception


def test_what_comes_back_is_what_was_there(home: Home, backup: Path, tmp_path: Path) -> None:
    """Every row of both stores, the log, every file and its mode; the snapshot at once."""
    other = tmp_path / "other"
    shown = run("restore", backup, "--home", other)
    assert shown.exit_code == 0, shown.exception
    assert "whole to line 3" in shown.stdout
    expected, found = compared_content(home.folder), compared_content(other)
    # The restoring itself is a line of the log, which the run after it has seen.
    assert len(found.pop("live.duckdb ops.audit_heads")) == 2
    assert len(expected.pop("live.duckdb ops.audit_heads")) == 1
    assert found == expected
    before, after = (_lines(folder / "review.sqlite") for folder in (home.folder, other))
    assert after[:-1] == before
    assert after[-1][3] == "restored"
    for path in backup.rglob("*"):
        inner = path.relative_to(backup)
        if path.is_file() and inner.parts[0] not in {LIVE, REVIEW, MANIFEST}:
            assert (other / inner).read_bytes() == path.read_bytes()
            is_snapshot = inner.parts[0] == "published"
            mode = stat.S_IMODE((other / inner).stat().st_mode)
            assert mode == (0o444 if is_snapshot else 0o600), inner
    Home(other).night(tmp_path / "posts.jsonl")


def _lines(store: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute("SELECT * FROM audit ORDER BY seq").fetchall()


def test_all_that_a_home_names_is_in_a_backup(home: Home, backup: Path) -> None:
    """Each file and folder that the settings name, so that a new one cannot be forgotten."""
    names = {name for name, value in vars(HomeSettings).items() if isinstance(value, property)}
    RemovalMark(home.settings.removal_mark).set("r0", MOMENT)
    told = _back_up(home, backup.parent)["path"]  # the second: it has the list of the first
    backup = Path(told)
    for name in names - _LEFT_OUT:
        path = getattr(home.settings, name)
        assert path.exists(), f"the test makes no {name}"
        assert (backup / path.relative_to(home.folder)).exists(), name


def test_a_backup_is_its_owners_alone(backup: Path) -> None:
    """No folder and no file of it can be read by others."""
    for path in [backup, *backup.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_manifest_says_what_there_is(home: Home, backup: Path) -> None:
    """Forms, counts, the end of the log, and each file with size and digest."""
    told = json.loads((backup / "manifest.json").read_text())
    assert told["form"] == 1
    assert told["counts"]["live.duckdb core.posts"] == 9
    assert told["counts"]["review.sqlite decisions"] == 3
    assert told["audit"]["seq"] == 3
    assert {"live.duckdb", "review.sqlite", "secrets/pseudonym.key"} <= set(told["files"])
    assert told["migration_number"] == home.rows("SELECT count(*) FROM ops.migrations")[0][0]


def test_secrets_may_be_left_out(home: Home, tmp_path: Path) -> None:
    """Neither key nor credential is in the backup, and restoring it says what is missing."""
    told = _back_up(home, tmp_path / "backups", "--without-secrets")
    assert not [path for path in told["manifest"]["files"] if path.startswith("secrets")]
    shown = run("restore", told["path"], "--home", tmp_path / "other")
    assert "pseudonym.key in its place before any night" in shown.stderr


@pytest.mark.parametrize("name", ["live.duckdb", "review.sqlite", "models/m1/card.json"])
@pytest.mark.parametrize("deed", ["changed", "cut", "longer", "gone"])
def test_a_damaged_backup_is_refused_by_the_name_of_the_file(
    backup: Path, tmp_path: Path, name: str, deed: str
) -> None:
    """Nothing is restored, and nothing is left of the attempt."""
    path = backup / name
    content = path.read_bytes()
    if deed == "gone":
        path.unlink()
    else:
        middle = len(content) // 2
        changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        path.write_bytes({"changed": changed, "cut": content[:-1], "longer": content + b"x"}[deed])
    message = str(_error("restore", backup, "--home", tmp_path / "other"))
    assert f"{path} " in message
    assert "nothing was restored" in message
    assert not list(tmp_path.glob("*other*"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"form": 2}, "a newer Motbild"),
        ({"migration_number": 999}, "The warehouse in"),
        ({"review_form": 999}, "The review store in"),
        ({"audit": {"seq": 2, "digest": "0" * 64}}, "line 2 of the log"),
        ({"counts": {}}, "is not what its manifest says"),
        ({"files": {"../out": {"size": 0, "digest": ""}}}, "no manifest of a backup"),
        ({"made_at": None}, "no manifest of a backup"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    backup: Path, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    """A newer form, counts and a log that are not what is there, a path that leads outside."""
    manifest = backup / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    assert told in str(_error("restore", backup, "--home", tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    """A folder without a manifest, and one that is half written."""
    assert "is no backup" in str(_error("restore", tmp_path, "--home", tmp_path / "other"))
    (tmp_path / "manifest.json").write_text("{")
    assert "is damaged" in str(_error("restore", tmp_path, "--home", tmp_path / "other"))


def test_a_home_that_stands_there_is_moved_aside_and_never_deleted(
    home: Home, backup: Path, tmp_path: Path
) -> None:
    """Only when asked; what came after the backup is counted, and lies in the old home."""
    assert "add --replace" in str(_error("restore", backup, "--home", home.folder))
    with closing(open_review_store(home.settings.review_store_to_make)) as store:
        _decide(store, 2)
    home.night(write_posts(tmp_path / "more.jsonl", make_post(77, "kidnappning")))
    shown = run("restore", backup, "--home", home.folder, "--replace", "--json")
    told = json.loads(shown.stdout)
    # Each of the two is one line of the log; the night is a run.
    assert told["lost"] == {"decisions": 2, "lines of the log": 2, "runs": 1, "posts": 1}
    aside = Path(told["set_aside"])
    with closing(sqlite3.connect(aside / "review.sqlite")) as old:
        assert old.execute("SELECT count(*) FROM decisions").fetchone() == (5,)
    assert (aside / "live.duckdb").exists()
    assert home.rows("SELECT count(*) FROM core.posts") == [(9,)]
    shown = run("audit", "verify", "--home", home.folder, "--json")
    assert json.loads(shown.stdout)["is_whole"]


def test_what_was_erased_since_is_remembered(home: Home, backup: Path) -> None:
    """By the home that is replaced, by a later backup, and beside the backups where both are gone.

    A retention erases again what is remembered, and one follows each restoring.
    """
    erasures = home.settings.erasures_file
    before = erasures.read_text()
    erasures.write_text(before + '{"digest": "second"}\n')
    run("retention", "--home", home.folder)
    assert (backup.parent / erasures.name).read_text() == erasures.read_text()
    shutil.rmtree(home.folder)
    assert run("restore", backup, "--home", home.folder).exit_code == 0
    assert erasures.read_text() == before + '{"digest": "second"}\n'
    erasures.write_text(erasures.read_text() + '{"digest": "third"}\n{"half')
    assert run("restore", backup, "--home", home.folder, "--replace").exit_code == 0
    assert '{"digest": "third"}\n' in erasures.read_text()
    assert erasures.stat().st_mode & 0o077 == 0


def test_no_text_goes_by_another_limit_than_held(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit that is not set where the home is put back must not take what was kept by it."""
    monkeypatch.setenv("MOTBILD_UNFLAGGED_TEXT_DAYS", "9000")
    monkeypatch.setenv("MOTBILD_FEED_TOKEN", "hemlig-token")
    monkeypatch.setenv("MOTBILD_REVIEW_ADDRESS", f"sqlite:///{home.folder / 'review.sqlite'}")
    backup = Path(_back_up(home, tmp_path / "backups")["path"])
    manifest = (backup / "manifest.json").read_text()
    assert json.loads(manifest)["settings"]["MOTBILD_UNFLAGGED_TEXT_DAYS"] == "9000"
    assert "hemlig-token" not in manifest
    assert "sqlite:" not in manifest
    for name in ("UNFLAGGED_TEXT_DAYS", "FEED_TOKEN", "REVIEW_ADDRESS"):
        monkeypatch.delenv(f"MOTBILD_{name}")
    shown = run("restore", backup, "--home", tmp_path / "other")
    assert shown.exit_code == 0
    assert "MOTBILD_UNFLAGGED_TEXT_DAYS was 9000 when the backup was made" in shown.stderr
    assert "was not taken away" in shown.stderr
    runs = Home(tmp_path / "other").rows("SELECT count(*) FROM ops.runs WHERE kind = 'retention'")
    assert runs == [(0,)]


def test_nobody_may_be_working_in_a_home_that_is_replaced(home: Home, backup: Path) -> None:
    """A night or a review room that goes on would write where nobody looks any more."""
    words = ("restore", backup, "--home", home.folder, "--replace")
    with hold_night_lock(home.folder, run_id="r1", now=MOMENT):
        assert isinstance(_error(*words), LockHeldError)
    with closing(open_review_store(home.settings.review_store_to_make)) as store:
        assert len(store.decisions.after(0)) == 3
        error = _error(*words)
        assert isinstance(error, ReviewStoreError)
        assert "systemctl stop motbild-review" in str(error)
    assert run(*words).exit_code == 0


def test_places_that_cannot_be_are_refused(home: Home, tmp_path: Path) -> None:
    """Within the home, a file, a home that is not there."""
    for folder, told in (
        (home.folder / "backups", "lies within the home"),
        (home.folder, "lies within the home"),
        (tmp_path / "posts.jsonl", "is a file"),
    ):
        error = _error("backup", folder, "--home", home.folder)
        assert isinstance(error, InputError)
        assert told in str(error)
    error = _error("backup", tmp_path / "backups", "--home", tmp_path / "nowhere")
    assert "nothing to back up" in str(error)
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize(
    "step", ["copy_warehouse", "inspect_copy", "copy_review_store", "_manifest"]
)
def test_a_full_disk_is_told_and_leaves_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Wherever it fills up, no half backup is left that could be taken for one."""

    def fill(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "backups"))

    monkeypatch.setattr(wiring, step, fill)
    error = _error("backup", tmp_path / "backups", "--home", home.folder)
    assert "is full: nothing was backed up" in str(error)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".motbild-backup.lock"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte; skips where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.system(f"mount -t tmpfs -o size=1m none {folder} 2>/dev/null") != 0:  # noqa: S605
        pytest.skip("may not mount a disk")
    yield folder
    os.system(f"umount {folder}")  # noqa: S605


def test_a_disk_that_is_really_full_is_told(home: Home, small_disk: Path) -> None:
    """The same with a disk that has no room for the warehouse."""
    error = _error("backup", small_disk / "backups", "--home", home.folder)
    assert "is full: nothing was backed up" in str(error)
    assert [path.name for path in (small_disk / "backups").iterdir()] == [".motbild-backup.lock"]


def test_what_a_killed_backup_left_is_swept_away(home: Home, tmp_path: Path) -> None:
    """Half of one has a hidden name, and goes with the next backup."""
    left = tmp_path / "backups" / ".building-motbild-20261101T020000Z"
    left.mkdir(parents=True)
    (left / "live.duckdb").touch()
    _back_up(home, tmp_path / "backups")
    assert not left.exists()


def _age(backup: Path, days: float) -> Path:
    at = datetime.now(UTC) - timedelta(days=days)
    return backup.rename(backup.with_name(f"motbild-{at:%Y%m%dT%H%M%SZ}"))


def test_backups_past_their_time_go_with_the_next_one(
    home: Home, backup: Path, tmp_path: Path
) -> None:
    """Those of more than thirty days; other folders are left alone."""
    kept = backup.with_name("kept")
    shutil.copytree(backup, kept)
    young = _age(backup, 29)
    old = shutil.copytree(young, _name(young, 31))
    told = _back_up(home, tmp_path / "backups")
    assert told["removed"] == [str(old)]
    assert not old.exists()
    assert young.exists()
    assert kept.exists()


def _name(backup: Path, days: float) -> Path:
    at = datetime.now(UTC) - timedelta(days=days)
    return backup.with_name(f"motbild-{at:%Y%m%dT%H%M%SZ}")


def test_retention_takes_old_backups_and_never_the_newest(home: Home, backup: Path) -> None:
    """Where backups have stopped, the last one stays; `--dry-run` takes nothing."""
    old = shutil.copytree(backup, _name(backup, 40))
    older = shutil.copytree(backup, _name(backup, 41))
    run("retention", "--dry-run", "--home", home.folder)
    assert old.exists()
    shutil.rmtree(backup)
    assert run("retention", "--home", home.folder).exit_code == 0
    assert old.exists()
    assert not older.exists()


def test_the_doctor_says_when_a_backup_is_due(home: Home, backup: Path) -> None:
    """Two days after the last one."""

    def told() -> dict[str, Any]:
        shown = run("doctor", "--home", home.folder, "--json")
        [finding] = [f for f in json.loads(shown.stdout) if f["subject"] == "backup"]
        return dict(finding)

    assert told()["is_ok"]
    known = home.settings.backups_file
    known.write_text(json.dumps([str(_name(backup, 3))]))
    assert "made 72 hours ago" in told()["message"]
    known.unlink()
    assert "none was ever made" in told()["message"]


def test_backups_are_places_where_the_log_was_seen(home: Home, backup: Path) -> None:
    """A log that is cut below what a backup has seen is told by the backup."""
    with closing(sqlite3.connect(home.folder / "review.sqlite")) as connection:
        for name in ("audit_is_not_cut", "audit_head_goes_on"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM audit WHERE seq = 3")
        connection.execute(
            "UPDATE audit_head SET seq = 2, digest = (SELECT digest FROM audit WHERE seq = 2)"
        )
        connection.commit()
    told = json.loads(run("audit", "verify", "--home", home.folder, "--json").stdout)
    assert {"seq": 3, "kind": "cut", "against": f"backup {backup.name}"} in told["faults"]


def test_a_review_store_elsewhere_is_told(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store in another database is backed up with that database's own means, and that is said."""
    monkeypatch.setattr(wiring, "find_store_file", lambda _: None)
    shown = run("backup", tmp_path / "backups", "--home", home.folder)
    assert "pg_dump" in shown.stderr
    [backup] = (tmp_path / "backups").glob("motbild-*")
    assert not (backup / "review.sqlite").exists()
    assert json.loads((backup / "manifest.json").read_text())["audit"]["seq"] == 3
