"""Whether a review store answers and is whole; nothing is made or changed by asking."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from motbild.errors import ReviewStoreError

REMEDY = "stop `motbild review` and the night, and put the last backup in its place."


def check_review_store(address: str) -> None:
    """Ask a store for one answer, and SQLite whether its pages hold together.

    Raises:
        ReviewStoreError: It does not answer, or is damaged.
    """
    try:
        engine = sa.create_engine(address)
        with engine.connect() as connection:
            check_pages(connection)
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise ReviewStoreError(
            f"The review store cannot be read ({type(error).__name__}); see that its database "
            f"runs and MOTBILD_REVIEW_ADDRESS is right; if it is a file, {REMEDY}"
        ) from error


def check_pages(connection: sa.Connection) -> None:
    """Ask a store for one answer: of SQLite, whether its pages and rows hold together.

    Reads the whole file; of a server only that it answers.

    Raises:
        ReviewStoreError: They do not.
    """
    asked = "PRAGMA quick_check(1)" if connection.dialect.name == "sqlite" else "SELECT 'ok'"
    if connection.exec_driver_sql(asked).scalar() != "ok":
        raise ReviewStoreError(f"The review store is damaged; {REMEDY}")


def refuse_older(lacked: str) -> ReviewStoreError:
    """Return the refusal of a store that lacks what a night had of it before."""
    return ReviewStoreError(
        f"The review store lacks {lacked}: an older copy or another store stands in its place; "
        "put the right one back."
    )


def whole(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make what reads a stored value tell one that is not what was written, without quoting it.

    A page may hold together and have other bytes in it.
    """

    def checked(value: object) -> Any:  # noqa: ANN401
        try:
            return read(value)
        except (ValueError, TypeError, RecursionError):
            raise ReviewStoreError(
                f"The review store holds a value that is not what was written; {REMEDY}"
            ) from None

    return checked
