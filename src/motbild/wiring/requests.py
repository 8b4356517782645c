"""Requests of people about posts, from lock to log: erasing them, and giving out a copy."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from motbild.adapters.erasure_log import ErasureLog
from motbild.adapters.removal_mark import RemovalMark
from motbild.adapters.review_store import open_review_store
from motbild.adapters.review_store.disposal import ACTOR
from motbild.adapters.sources.rows import platform_of
from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.runs import Run, read_last_versions
from motbild.adapters.warehouse.subjects import find_posts
from motbild.core.disclosure import mask_copy
from motbild.core.erasures import (
    POST,
    SAID,
    TEXT,
    Erasure,
    digest_post,
    digest_said,
    digest_text,
)
from motbild.core.requests import AUTHOR, Handled, Subject
from motbild.core.requests import TEXT as BY_TEXT
from motbild.core.retention import ERASURE, INBOX, Limit, Taking
from motbild.settings import Settings
from motbild.stages.clear_inbox import SOURCE, clear_inbox
from motbild.stages.disclose import disclose
from motbild.stages.erase import REQUEST, erase
from motbild.wiring.backups import keep_erasures
from motbild.wiring.decisions import fold_home
from motbild.wiring.keys import Keys, load_keys, load_memory
from motbild.wiring.locked_home import open_locked
from motbild.wiring.removal import end_taking, finish_removal, recorded

DISCLOSURE = "disclosure"

# Where a post stood that is not the home's to clear.
_OUTSIDE = """
SELECT DISTINCT files.source_id || '/' || files.file_name
FROM due JOIN core.posts AS posts USING (post_id)
JOIN ops.files AS files ON files.file_digest = posts.file_digest
WHERE files.source_id <> ?
ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class _Request:
    """A request while it is handled: what it is about, and the home's parts."""

    settings: Settings
    subject: Subject
    case: str
    warehouse: Warehouse
    run: Run
    keys: Keys
    post_count: int


def run_erasure(
    settings: Settings,
    subject: Subject,
    *,
    case: str,
    is_dry: bool = False,
    confirm: Callable[[Handled], bool] = lambda _: True,
    now: datetime | None = None,
) -> Handled:
    """Erase the posts that a request is about, out of every file, and remember that.

    Args:
        settings: Which home.
        subject: What the request is about.
        case: Case number; may be empty.
        is_dry: Whether only to tell how many posts there are.
        confirm: Asked once these are known.
        now: By default this moment.

    Raises:
        LockHeldError: A night runs in this home.
        MotbildError: Some file may still hold what was erased; a retention goes on.
    """
    now = now or datetime.now(UTC)
    if not settings.live_file.exists():
        return Handled(subject.kind, case, 0)
    with _opened(settings, subject, case, ERASURE, now) as request:
        outside = [name for (name,) in request.warehouse.read_rows(_OUTSIDE, [SOURCE])]
        found = Handled(subject.kind, case, request.post_count, tuple(outside))
        if not request.post_count or is_dry or not confirm(found):
            return found
        _erase(request)
        _log(request, "erased")
    return Handled(subject.kind, case, request.post_count, tuple(outside), is_done=True)


def run_disclosure(
    settings: Settings, subject: Subject, *, case: str, now: datetime | None = None
) -> tuple[Handled, list[dict[str, Any]]]:
    """Return a masked copy of what is held of the posts that a request is about; it is logged.

    Raises:
        LockHeldError: A night runs in this home.
    """
    now = now or datetime.now(UTC)
    if not settings.live_file.exists():
        return Handled(subject.kind, case, 0), []
    with _opened(settings, subject, case, DISCLOSURE, now) as request:
        fold_home(settings, request.warehouse, run_id=request.run.run_id)
        posts = mask_copy(disclose(request.warehouse))
        if posts:
            with recorded(request.warehouse, request.run):
                _log(request, "disclosed")
    return Handled(subject.kind, case, len(posts), is_done=bool(posts)), posts


@contextmanager
def _opened(
    settings: Settings, subject: Subject, case: str, kind: str, now: datetime
) -> Iterator[_Request]:
    with open_locked(settings, now) as (warehouse, run_id):
        run = Run(run_id, kind, now, read_last_versions(warehouse))
        keys = load_keys(settings, warehouse, now)
        count = find_posts(
            warehouse,
            subject,
            key=keys.pseudonym,
            lasting_key=keys.lasting,
            platform=platform_of(subject.told),
            rule=ERASURE,
        )
        yield _Request(settings, subject, case, warehouse, run, keys, count)


def _erase(request: _Request) -> None:
    settings, warehouse, run = request.settings, request.warehouse, request.run
    mark = RemovalMark(settings.removal_mark)
    taking = Taking(
        run.run_id,
        run.started_at,
        request.case,
        before=lambda: mark.set(run.run_id, run.started_at),
    )
    with recorded(warehouse, run) as deletions:
        fold_home(settings, warehouse, run_id=run.run_id)
        # Before anything goes: what is remembered is erased again should it come back.
        ErasureLog(settings.erasures_file).append(_memories(request))
        keep_erasures(settings)
        deletions += erase(warehouse, request.keys.lasting, taking)
        memory = load_memory(settings, request.keys)
        inbox = Limit(INBOX, REQUEST, 0)
        deletions += clear_inbox(warehouse, settings.inbox, inbox, memory, taking)
        end_taking(warehouse, run, deletions)
        finish_removal(settings, warehouse, memory, run)


def _memories(request: _Request) -> Iterator[Erasure]:
    """Yield what the posts in `due` are remembered by, as far as the request tells it."""
    key, at, case = request.keys.lasting, request.run.started_at, request.case
    rows = request.warehouse.read_rows(
        "SELECT coalesce(posts.edit_of_post_id, posts.post_id), posts.text_digest "
        "FROM core.posts AS posts SEMI JOIN due USING (post_id)"
    )
    for first_id, digest in rows:
        yield Erasure(POST, digest_post(first_id, key), at, case)
        if request.subject.kind == AUTHOR:
            said = digest_said(request.subject.told, digest, key)
            yield Erasure(SAID, said, at, case)
        if request.subject.kind == BY_TEXT:
            yield Erasure(TEXT, digest_text(digest, key), at, case)


def _log(request: _Request, action: str) -> None:
    """Write into the review store's log who did what, for which case, and of how many posts."""
    if request.settings.review_store is None:
        return
    details = {"case": request.case, "post_count": request.post_count, "by": getpass.getuser()}
    with closing(open_review_store(request.settings.review_store)) as store:
        store.audit.note(
            action, request.subject.kind, details, actor=ACTOR, now=request.run.started_at
        )
