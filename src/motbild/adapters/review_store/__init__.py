"""The review store: what reviewers write, append-only, while everything else only reads it.

SQLite by default, so that any number of reviewers can write at once beside a night;
another database is reached by its SQLAlchemy address. What a method writes is durable
when it returns, and stands in the log of the same transaction.
"""

import json
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from motbild.adapters.review_store.accounts import Accounts
from motbild.adapters.review_store.answers import Answers
from motbild.adapters.review_store.audit import Audit
from motbild.adapters.review_store.claims import Claims
from motbild.adapters.review_store.decisions import Decisions
from motbild.adapters.review_store.disposal import Disposal
from motbild.adapters.review_store.facts import Facts
from motbild.adapters.review_store.form import prepare_form
from motbild.adapters.review_store.health import check_pages, whole
from motbild.adapters.review_store.ledger import Ledger
from motbild.adapters.review_store.rumours import Rumours
from motbild.adapters.review_store.sessions import Sessions
from motbild.adapters.review_store.sqlite import begin_file, set_up_sqlite
from motbild.adapters.review_store.thresholds import SavedThresholds
from motbild.adapters.review_store.translations import Translations
from motbild.errors import InputError


class ReviewStore:
    """An open review store, by what is written in it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._ledger = Ledger(engine)
        self.decisions = Decisions(self._ledger)
        self.claims = Claims(self._ledger)
        self.accounts = Accounts(self._ledger)
        self.sessions = Sessions(self._ledger)
        self.facts = Facts(self._ledger)
        self.answers = Answers(self._ledger)
        self.rumours = Rumours(self._ledger)
        self.saved_thresholds = SavedThresholds(self._ledger)
        self.translations = Translations(self._ledger)
        self.disposal = Disposal(self._ledger)
        self.audit = Audit(self._ledger)

    def close(self) -> None:
        """Close every connection."""
        self._ledger.engine.dispose()

    def prepare(self) -> None:
        """See that what is there holds together, and make what is missing.

        Raises:
            ReviewStoreError: It is damaged, or a newer Motbild has written here.
        """
        with self._ledger.reading() as connection:
            check_pages(connection)
        prepare_form(self._ledger)


def open_review_store(address: str, *, may_be_made: bool = True) -> ReviewStore:
    """Open a review store, made or brought up to this form where need be.

    Args:
        address: SQLAlchemy address, such as ``sqlite:////srv/motbild/review.sqlite``.
        may_be_made: Whether anything may be made or changed by opening; whoever only looks
            says no.

    Raises:
        InputError: The address is none, or of a database whose driver is not installed.
        ReviewStoreError: It cannot be opened, is damaged, or is of a newer Motbild.
    """
    try:
        engine = sa.create_engine(address, json_deserializer=whole(json.loads))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise InputError(
            "The address of the review store is none that can be used here "
            f"({type(error).__name__}); correct MOTBILD_REVIEW_ADDRESS or install its driver."
        ) from None
    if engine.dialect.name == "sqlite":
        set_up_sqlite(engine)
        path = engine.url.database
        if may_be_made and path and path != ":memory:":
            begin_file(Path(path), prepare_form)
    store = ReviewStore(engine)
    try:
        if may_be_made:
            store.prepare()
    except BaseException:
        store.close()
        raise
    return store
