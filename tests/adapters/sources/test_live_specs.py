"""Live sources in `sources.toml`, and where their credentials come from."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from motbild.adapters.sources import LiveSpec, Window, collect_pages, live, load_specs
from motbild.adapters.sources.live.credentials import load_credentials
from motbild.adapters.sources.live.forms import LiveKind, LiveOptions, Page
from motbild.adapters.sources.live.patience import Patience
from motbild.adapters.sources.rejects import make_reject
from motbild.core.records import RawPost
from motbild.errors import InputError, SourceError

WINDOW = Window(until=datetime(2026, 11, 29, tzinfo=UTC))


class WallOptions(LiveOptions):
    """Settings of a stand-in."""

    address: str


def _collect(
    spec: LiveSpec, window: Window, patience: Patience, credentials: Mapping[str, str]
) -> Iterator[Page]:
    del window, patience
    assert credentials == {"token": "hemlig"}
    for number in range(5):
        if spec.options.most_posts == 99 and number == 1:
            raise KeyError("what a post said")
        yield Page((RawPost(str(number), "hej", "wall", 1),), cursor=str(number))


@pytest.fixture(autouse=True)
def _wall(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = LiveKind("wall", "A stand-in", WallOptions, _collect, secrets=("token",))
    monkeypatch.setattr(live, "LIVE_KINDS", MappingProxyType({"wall": kind}))
    monkeypatch.setattr("motbild.adapters.sources.sources_file.LIVE_KINDS", {"wall": kind})


def _load(folder: Path, *lines: str) -> LiveSpec:
    path = folder / "sources.toml"
    path.write_text("\n".join(["[[sources]]", 'kind = "wall"', *lines]), encoding="utf-8")
    [spec] = load_specs(path).values()
    assert isinstance(spec, LiveSpec)
    return spec


def test_a_live_source_is_loaded_with_its_settings(tmp_path: Path) -> None:
    """What is not said has its usual value; its credentials lie in the home's secrets."""
    spec = _load(tmp_path, 'name = "muren"', 'address = "https://exempel.se"', "hourly = true")
    assert isinstance(spec.options, WallOptions)
    assert (spec.options.address, spec.options.most_tries) == ("https://exempel.se", 5)
    assert spec.is_hourly
    assert spec.secrets_folder == tmp_path / "secrets"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['name = "a"'], "'address' of source 'a' is missing"),
        (['name = "a"', "address = 3"], "'address' of source 'a' is not usable"),
        (['name = "a"', 'address = "x"', "most_posts = 0"], "'most_posts' of source 'a'"),
        (['name = "a"', 'address = "x"', 'path = "y"'], "unknown key 'path'"),
        (['name = "a"', 'address = "x"', 'token = "y"'], "no place for one"),
        (['name = "../a"', 'address = "x"'], "lower-case letters, digits and hyphens"),
    ],
)
def test_a_wrong_setting_is_told(tmp_path: Path, lines: list[str], told: str) -> None:
    """One sentence names the file, the source and the setting; a credential is refused."""
    with pytest.raises(InputError) as caught:
        _load(tmp_path, *lines)
    assert told in str(caught.value)
    assert "sources.toml" in str(caught.value)


def test_credentials_come_from_the_environment_or_from_files(tmp_path: Path) -> None:
    """The environment wins; a file must be its owner's alone; what is missing is told."""
    name = "MOTBILD_SOURCE_MIN_KALLA_TOKEN"
    file = tmp_path / "min-kalla.token"
    file.write_text("ur fil\n")
    file.chmod(0o600)
    both = load_credentials("min-kalla", ("token",), (), tmp_path, {name: "ur miljö"})
    assert both == {"token": "ur miljö"}
    assert load_credentials("min-kalla", ("token",), (), tmp_path, {}) == {"token": "ur fil"}
    assert load_credentials("annan", (), ("token",), tmp_path, {}) == {}
    with pytest.raises(SourceError, match="MOTBILD_SOURCE_ANNAN_TOKEN"):
        load_credentials("annan", ("token",), (), tmp_path, {})
    file.chmod(0o644)
    with pytest.raises(SourceError, match="chmod 600"):
        load_credentials("min-kalla", ("token",), (), tmp_path, {})


def test_a_page_that_cannot_be_read_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no post of a page can be read, the source fails before its cursor moves on."""
    monkeypatch.setenv("MOTBILD_SOURCE_A_TOKEN", "hemlig")
    rows = tuple(make_reject(line, "missing-text") for line in range(1, 6))
    kind = LiveKind("wall", "A stand-in", WallOptions, lambda *_: iter([Page(rows, "5")]))
    monkeypatch.setattr(live, "LIVE_KINDS", {"wall": kind})
    spec = _load(tmp_path, 'name = "a"', 'address = "x"')
    with pytest.raises(SourceError, match="not one of 5 posts can be read: missing-text"):
        list(collect_pages(spec, WINDOW))


def test_pages_end_where_the_most_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run takes no more than it may; an unforeseen failure is told without what was said."""
    monkeypatch.setenv("MOTBILD_SOURCE_A_TOKEN", "hemlig")
    spec = _load(tmp_path, 'name = "a"', 'address = "x"', "most_posts = 2", "pause_seconds = 0.0")
    assert [page.cursor for page in collect_pages(spec, WINDOW)] == ["0", "1"]
    spec = _load(tmp_path, 'name = "a"', 'address = "x"', "most_posts = 99")
    with pytest.raises(SourceError) as caught:
        list(collect_pages(spec, WINDOW))
    assert "KeyError" in str(caught.value)
    assert "said" not in str(caught.value)
