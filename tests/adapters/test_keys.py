"""The secret key: made once, its owner's alone, and never made up a second time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from motbild.adapters.keys import load_key
from motbild.errors import MotbildError


def test_the_key_stays_the_same(tmp_path: Path) -> None:
    """Made on first use, with mode 600 in a folder of mode 700."""
    path = tmp_path / "secrets" / "key"
    key = load_key(path, may_be_made=True)
    assert len(key) == 32
    assert load_key(path, may_be_made=False) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_two_first_runs_agree_on_one_key(tmp_path: Path) -> None:
    """Whoever comes second uses what the first has made."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_key(tmp_path / "key", may_be_made=True), range(8)))
    assert len(keys) == 1


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """The message names the command that mends it."""
    path = tmp_path / "key"
    load_key(path, may_be_made=True)
    path.chmod(0o640)
    with pytest.raises(MotbildError, match="chmod 600"):
        load_key(path, may_be_made=True)


@pytest.mark.parametrize("content", ["", "no hex", "ab" * 31])
def test_what_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    """A damaged key is not used and not replaced."""
    path = tmp_path / "key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(MotbildError, match="does not hold a key"):
        load_key(path, may_be_made=True)
    assert path.read_text() == content


def test_a_missing_key_is_asked_for(tmp_path: Path) -> None:
    """Where pseudonyms are stored already, a new key is not made."""
    with pytest.raises(MotbildError, match="restore it from a backup"):
        load_key(tmp_path / "key", may_be_made=False)
