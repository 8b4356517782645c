"""Sources that are asked over the network, each kind in a file of its own.

`collect_pages` is the way in. Client libraries are imported when a source is asked.
"""

from collections.abc import Generator, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from motbild.adapters.sources.live import bluesky, bluesky_jetstream, feeds, mastodon, youtube
from motbild.adapters.sources.live.credentials import load_credentials
from motbild.adapters.sources.live.forms import (
    LiveKind,
    LiveOptions,
    LiveSpec,
    Page,
    Window,
)
from motbild.adapters.sources.live.patience import Patience
from motbild.adapters.sources.settings_errors import describe_wrong, refuse_credentials
from motbild.core.records import Reject
from motbild.errors import InputError, SourceError

__all__ = [
    "LIVE_KINDS",
    "LiveKind",
    "LiveOptions",
    "LiveSpec",
    "Page",
    "Window",
    "collect_pages",
    "load_live_spec",
]

_KINDS: tuple[LiveKind, ...] = (
    bluesky.KIND,
    bluesky_jetstream.KIND,
    mastodon.KIND,
    feeds.KIND,
    youtube.KIND,
)
LIVE_KINDS: Mapping[str, LiveKind] = MappingProxyType({kind.name: kind for kind in _KINDS})

# Of so many rows one at least can be read, unless their form has changed.
_TELLING_ROWS = 5


def load_live_spec(path: Path, table: Mapping[str, Any], place: str) -> LiveSpec:
    """Read one live source of a `sources.toml`.

    Args:
        path: The file, for messages; credentials lie in `secrets/` beside it.
        table: What it says of the source: `name` and `kind`, both known to be right, and
            the kind's own settings.
        place: Which source, for messages.

    Raises:
        InputError: A setting is unknown, missing or wrong, or is a credential.
    """
    name, kind = table["name"], LIVE_KINDS[table["kind"]]
    settings = {key: value for key, value in table.items() if key not in ("name", "kind")}
    refuse_credentials(path, place, settings, (*kind.secrets, *kind.optional_secrets))
    try:
        options = kind.options(**settings)
    except ValidationError as error:
        known = {"name", "kind", *kind.options.model_fields}
        what = f"a source of kind {kind.name}"
        raise InputError(describe_wrong(path, place, what, known, error)) from None
    return LiveSpec(name, kind.name, options, path.parent / "secrets")


def collect_pages(spec: LiveSpec, window: Window) -> Generator[Page, None, None]:
    """Yield what a live source has, page by page, until it has no more or the most is reached.

    Args:
        spec: The source.
        window: What is wanted.

    Raises:
        SourceError: A credential is missing, or the source cannot be asked (further).
    """
    kind, options = LIVE_KINDS[spec.kind], spec.options
    credentials = load_credentials(
        spec.name, kind.secrets, kind.optional_secrets, spec.secrets_folder
    )
    patience = Patience(
        spec.name,
        pause_seconds=options.pause_seconds,
        most_tries=options.most_tries,
        most_wait_seconds=options.most_wait_seconds,
    )
    taken = 0
    with closing(_collect(kind, spec, window, patience, credentials)) as pages:
        for page in pages:
            _check_form(spec, page)
            yield page
            taken += len(page.rows)
            if taken >= options.most_posts:
                return


def _collect(
    kind: LiveKind,
    spec: LiveSpec,
    window: Window,
    patience: Patience,
    credentials: Mapping[str, str],
) -> Generator[Page, None, None]:
    """Yield a kind's pages; what nobody foresaw fails this source and not the night."""
    try:
        yield from kind.collect(spec, window, patience, credentials)
    except SourceError:
        raise
    except Exception as error:
        raise SourceError(
            f"Source '{spec.name}' could not be read to its end ({type(error).__name__}); what it "
            "had brought before is stored. Run `motbild sources check`, and report it if it stays."
        ) from None


def _check_form(spec: LiveSpec, page: Page) -> None:
    """Refuse a page of which nothing can be read: the cursor behind it would lose its posts.

    Raises:
        SourceError: The platform has changed the form of its answers.
    """
    if len(page.rows) >= _TELLING_ROWS and all(isinstance(row, Reject) for row in page.rows):
        codes = ", ".join(sorted({row.code for row in page.rows if isinstance(row, Reject)}))
        raise SourceError(
            f"Source '{spec.name}' answers in another form than before (not one of "
            f"{len(page.rows)} posts can be read: {codes}); it is asked again from there next "
            "time. Look for a newer Motbild, and report it if there is none."
        )
