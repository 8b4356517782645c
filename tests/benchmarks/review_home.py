"""A review room that has been worked in for a year: people, and what they have decided."""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from motbild.adapters.passwords import hash_password
from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.adapters.review_store.recording import record_act
from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.core.acts import Act
from motbild.settings import Settings
from motbild.web.deciding import Pressed, make_act

SEED = 0
PASSWORD = "ekorre-sover-gott"
_EACH_WRITTEN_AT_ONCE = 2_000
# Out of ten people, who may what.
_ROLES = ("reviewer",) * 7 + ("approver", "approver", "reader")
_KINDS = ("confirm",) * 6 + ("reject", "reject", "protected", "skip")
_TEXTS = """
    SELECT coalesce(posts.family_id, posts.text_digest) AS family_id, posts.text_digest,
        posts.parent_digest, min(posts.post_id) AS post_id, min(flags.narrative_id) AS narrative_id
    FROM core.posts AS posts JOIN core.flags AS flags USING (post_id)
    GROUP BY ALL ORDER BY ALL
"""


def furnish(settings: Settings, people: int, acts: int) -> dict[str, str]:
    """Make accounts, and write down what they decided earlier.

    Returns:
        The logins, each with its role.
    """
    roles = {f"person{number}": _ROLES[number % len(_ROLES)] for number in range(people)}
    now = datetime.now(UTC)
    with closing(open_review_store(settings.review_store_to_make)) as store:
        known, password = hash_password(PASSWORD), {"must_change_password": False}
        for login, role in roles.items():
            name = login.replace("person", "Person ")
            store.accounts.create(login, name, role, known, **password, actor="terminal", now=now)
        _decide(store, list(_earlier_acts(settings.snapshot_link, list(roles), acts, now)))
    return roles


def next_snapshot(settings: Settings) -> Path:
    """Copy the newest snapshot to a name that a later night would give it."""
    newest = settings.snapshot_link.resolve()
    later = newest.with_name(newest.name.replace("000000.duckdb", "000001.duckdb"))
    shutil.copy(newest, later)
    return later


def flip(settings: Settings, target: Path) -> None:
    """Point the link at a snapshot, as publishing does."""
    pending = settings.home / ".pending"
    pending.symlink_to(target.relative_to(settings.home.resolve()))
    pending.replace(settings.snapshot_link)


def _decide(store: ReviewStore, acts: list[Act]) -> None:
    # In few transactions: each is written through to the disk.
    for start in range(0, len(acts), _EACH_WRITTEN_AT_ONCE):
        some = acts[start : start + _EACH_WRITTEN_AT_ONCE]
        with store.decisions._ledger.writing(some[0].reviewer, some[0].decided_at) as writing:
            for act in some:
                writing.note("saw-item", act.family_id)
                record_act(writing, act)


def _earlier_acts(link: Path, logins: list[str], count: int, now: datetime) -> Iterator[Act]:
    """Yield acts of the past year on random items, a few of them on the same."""
    drawn = random.Random(SEED)
    rows = query_snapshot(link, _TEXTS).to_pylist()
    items = {family: list(of) for family, of in groupby(rows, lambda row: row["family_id"])}
    moments = sorted(now - timedelta(minutes=drawn.randrange(525_600)) for _ in range(count))
    families = sorted(items)
    for moment in moments:
        family = drawn.choice(families)
        kind = drawn.choice(_KINDS)
        named = (items[family][0]["narrative_id"],) if kind == "confirm" else ()
        yield make_act(
            Pressed(kind, named),
            act_id=f"{drawn.getrandbits(96):024x}",
            family_id=family,
            texts=items[family],
            actor=drawn.choice(logins),
            now=moment,
        )
