"""The secret keys of a home: that of the pseudonyms, which changes, and the lasting one."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from motbild.adapters.erasure_log import ErasureLog
from motbild.adapters.keys import (
    copy_key,
    destroy_leftovers,
    load_key,
    load_moment,
    replace_key,
)
from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.disposal import record
from motbild.core.erasures import Memory
from motbild.core.retention import KEY, Deletion, Limit, Taking, list_deletion
from motbild.errors import MotbildError
from motbild.settings import Settings


@dataclass(frozen=True, slots=True)
class Keys:
    """Both keys.

    Attributes:
        pseudonym: Of authors, links and media; replaced from time to time.
        lasting: Of ids that name an account, and of what was erased: a post that comes
            again must be known as the one that it is.
    """

    pseudonym: bytes = field(repr=False)
    lasting: bytes = field(repr=False)


def load_keys(settings: Settings, warehouse: Warehouse, now: datetime) -> Keys:
    """Return the keys, made where no post is stored yet.

    Raises:
        MotbildError: One is missing, and posts are stored under it.
    """
    has_pseudonyms = warehouse.read_rows(
        "SELECT 1 FROM core.posts WHERE author_pseudonym IS NOT NULL LIMIT 1"
    )
    pseudonym = load_key(settings.key_file, may_be_made=not has_pseudonyms, now=now)
    return Keys(pseudonym, _load_lasting(settings, warehouse, now))


def load_memory(settings: Settings, keys: Keys) -> Memory:
    """Return what was erased in a home."""
    known = ErasureLog(settings.erasures_file).load()
    return Memory(keys.lasting, frozenset(erasure.digest for erasure in known))


def change_key(settings: Settings, warehouse: Warehouse, taking: Taking) -> list[Deletion]:
    """Put a new key of the pseudonyms in the place of one that is past its time.

    What was made under the old one stays as it is, and leads to nobody and to nothing that
    comes. Where that key was the lasting one too, which stays, pseudonyms and signals go.
    """
    path = settings.key_file
    limit = Limit(KEY, "MOTBILD_PSEUDONYM_KEY_DAYS", settings.pseudonym_key_days)
    if not path.exists():
        return []
    if not taking.is_dry:
        destroy_leftovers(path)
    before = limit.before(taking.now)
    if before is None or load_moment(path) > before:
        return []
    keys = load_keys(settings, warehouse, taking.now)
    told = list_deletion(limit, "secrets", [hashlib.sha256(keys.pseudonym).hexdigest()], taking)
    if not taking.is_dry:
        taking.before()
        with warehouse.transaction():
            if keys.pseudonym == keys.lasting:
                warehouse.execute("UPDATE core.posts SET author_pseudonym = NULL")
                warehouse.execute("DELETE FROM core.post_signals")
            record(warehouse, [told], run_id=taking.run_id, now=taking.now)
        replace_key(path, taking.now)
    return [told]


def _load_lasting(settings: Settings, warehouse: Warehouse, now: datetime) -> bytes:
    path = settings.lasting_key_file
    if not path.exists() and warehouse.read_rows("SELECT 1 FROM core.posts LIMIT 1"):
        if warehouse.read_rows("SELECT 1 FROM ops.deletions WHERE rule = ? LIMIT 1", [KEY]):
            raise MotbildError(
                f"{path} is missing, and posts are known by ids under it; restore it from a backup."
            )
        # Until the first change of keys there was one for both.
        copy_key(settings.key_file, path)
    return load_key(path, may_be_made=True, now=now)
