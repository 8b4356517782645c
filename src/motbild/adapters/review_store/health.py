"""Whether a review store answers and is whole; nothing is made or changed by asking."""

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from motbild.errors import ReviewStoreError

_REMEDY = "stop `motbild review` and the night, and put the last backup in its place."


def check_review_store(address: str) -> None:
    """Ask a store for one answer, and SQLite whether its pages hold together.

    Raises:
        ReviewStoreError: It does not answer, or is damaged.
    """
    try:
        engine = sa.create_engine(address)
        with engine.connect() as connection:
            asked = "PRAGMA quick_check(1)" if engine.dialect.name == "sqlite" else "SELECT 'ok'"
            answer = connection.exec_driver_sql(asked).scalar()
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise ReviewStoreError(
            f"The review store cannot be read ({type(error).__name__}); see that its database "
            f"runs and MOTBILD_REVIEW_ADDRESS is right; if it is a file, {_REMEDY}"
        ) from error
    if answer != "ok":
        raise ReviewStoreError(f"The review store is damaged; {_REMEDY}")
