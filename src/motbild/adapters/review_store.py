"""The review store: what reviewers write, append-only, while everything else only reads it.

SQLite by default, so that any number of reviewers can write at once beside a night;
another database is reached by its SQLAlchemy address. A decision is durable when
`ReviewStore.record` returns.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.schema import CreateTable

from motbild.core.decisions import Decision, in_utc
from motbild.core.schemas import DECISIONS
from motbild.errors import InputError, ReviewStoreError

FORM_VERSION = 1
_PATIENCE_SECONDS = 10

_metadata = sa.MetaData()
_form = sa.Table("review_form", _metadata, sa.Column("version", sa.Integer, primary_key=True))
_decisions = sa.Table(
    "decisions",
    _metadata,
    sa.Column(
        "seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    ),  # SQLite counts by itself in a column of exactly this type
    sa.Column("decision_id", sa.String, nullable=False, unique=True),
    sa.Column("post_id", sa.String, nullable=False),
    sa.Column("text_digest", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("narratives", sa.JSON, nullable=False),
    sa.Column("stance", sa.String),
    sa.Column("is_threat", sa.Boolean, nullable=False),
    sa.Column("reviewer", sa.String, nullable=False),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("note", sa.String, nullable=False),
    sa.Column("undoes", sa.String),
    sqlite_autoincrement=True,  # a number is never given twice, even after a deletion
)


class ReviewStore:
    """An open review store."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def record(self, decision: Decision) -> int:
        """Store a decision for good.

        Returns:
            Its number; the one it has already, where it was recorded before.

        Raises:
            ReviewStoreError: The store did not take it.
        """
        row = {name: getattr(decision, name) for name in decision.__dataclass_fields__}
        row |= {
            "narratives": list(decision.narratives),
            "decided_at": in_utc(decision.decided_at),
        }
        with self._told():
            try:
                with self._engine.begin() as connection:
                    added = connection.execute(_decisions.insert().values(row))
                    return int(added.inserted_primary_key[0])  # type: ignore[index]
            except IntegrityError:
                seq = self._seq_of(decision.decision_id)
                if seq is None:
                    raise
                return seq

    def decisions_after(self, seq: int) -> pa.Table:
        """Return the decisions with a higher number, in order, as `schemas.DECISIONS` has them.

        The column ``run_id`` is left empty for the run that copies them.
        """
        query = sa.select(_decisions).where(_decisions.c.seq > seq).order_by(_decisions.c.seq)
        with self._told(), self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row["decided_at"] = in_utc(row["decided_at"])
            row["undoes_decision_id"] = row.pop("undoes")
        return pa.Table.from_pylist(rows, schema=DECISIONS)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def make_tables(self) -> None:
        """Make what is missing.

        Raises:
            ReviewStoreError: A newer Motbild has written here.
        """
        # One statement, so that of two processes that begin a store one writes the version.
        unversioned = ~sa.exists().select_from(_form)
        version = sa.select(sa.literal(FORM_VERSION)).where(unversioned)
        with self._told(), self._engine.begin() as connection:
            for table in _metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            connection.execute(_form.insert().from_select(["version"], version))
            found = connection.scalar(sa.select(sa.func.max(_form.c.version)))
        if found is not None and found > FORM_VERSION:
            raise ReviewStoreError(
                f"The review store is of form {found} and this Motbild knows {FORM_VERSION}; "
                "upgrade Motbild before you use it here."
            )

    def _seq_of(self, decision_id: str) -> int | None:
        query = sa.select(_decisions.c.seq).where(_decisions.c.decision_id == decision_id)
        with self._engine.connect() as connection:
            return connection.scalar(query)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what the database refused without its message, which quotes what was given."""
        try:
            yield
        except DBAPIError as error:
            raise ReviewStoreError(
                f"The review store {self._engine.url.render_as_string(hide_password=True)} "
                f"cannot be used ({type(error).__name__}); see that its disk or server is well "
                "and its address right."
            ) from None


def open_review_store(address: str) -> ReviewStore:
    """Open a review store, made where there is none yet.

    Args:
        address: SQLAlchemy address, such as ``sqlite:////srv/motbild/review.sqlite``.

    Raises:
        InputError: The address is none, or of a database whose driver is not installed.
        ReviewStoreError: It cannot be opened, or is of a newer Motbild.
    """
    try:
        engine = sa.create_engine(address)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise InputError(
            "The address of the review store is none that can be used here "
            f"({type(error).__name__}); correct MOTBILD_REVIEW_ADDRESS or install its driver."
        ) from None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    store = ReviewStore(engine)
    try:
        store.make_tables()
    except BaseException:
        store.close()
        raise
    return store


def _prepare_sqlite(engine: sa.Engine) -> None:
    path = engine.url.database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # Names and notes are in it; its log takes the mode of the file.
        Path(path).touch(mode=0o600)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for setting in (
            f"busy_timeout = {_PATIENCE_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
        ):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()
