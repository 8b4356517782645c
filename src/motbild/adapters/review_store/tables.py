"""The tables of the review store, as SQLite and PostgreSQL both take them.

What people have said is only ever added to. Claims, sessions, visits and failed sign-ins
are states that pass, and are written over.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from motbild.adapters.review_store.health import whole
from motbild.core.decisions import in_utc

FORM_VERSION = 3


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC, also where the database keeps no time zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: sa.engine.Dialect
    ) -> datetime | None:
        """Give the database UTC."""
        del dialect
        return None if value is None else in_utc(value)

    def process_result_value(
        self, value: datetime | None, dialect: sa.engine.Dialect
    ) -> datetime | None:
        """Tell that it is UTC."""
        del dialect
        return None if value is None else in_utc(value)

    def result_processor(
        self, dialect: sa.engine.Dialect, coltype: object
    ) -> Callable[[Any], Any] | None:
        """Read what the database keeps, and tell what is no moment."""
        read = super().result_processor(dialect, coltype)
        return whole(read) if read else None


metadata = sa.MetaData()


# SQLite counts by itself in a column of exactly this type, and every index ends with it.
_COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, _COUNTED, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=True)


form = sa.Table("review_form", metadata, sa.Column("version", sa.Integer, primary_key=True))

# One row. Whoever writes takes it first, so that the chain has one end.
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("head_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    _text("digest"),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", _COUNTED, primary_key=True, autoincrement=False),
    _moment("at"),
    sa.Column("actor", sa.String, nullable=False, index=True),
    sa.Column("action", sa.String, nullable=False, index=True),
    _text("subject"),
    sa.Column("details", sa.JSON, nullable=False),
    _text("previous_digest"),
    _text("digest"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    _number("seq"),
    sa.Column("decision_id", sa.String, nullable=False, unique=True),
    _text("post_id"),
    sa.Column("text_digest", sa.String, nullable=False, index=True),
    _text("kind"),
    sa.Column("narratives", sa.JSON, nullable=False),
    sa.Column("stance", sa.String),
    sa.Column("is_threat", sa.Boolean, nullable=False),
    sa.Column("reviewer", sa.String, nullable=False, index=True),
    _moment("decided_at"),
    _text("note"),
    sa.Column("reason", sa.String, nullable=False, server_default=""),
    sa.Column("undoes", sa.String, index=True),
    # An undo bears the act that it takes back.
    sa.Column("act_id", sa.String, index=True),
    sa.Column("family_id", sa.String, index=True),
    sqlite_autoincrement=True,  # a number is never given twice, even after a deletion
)
late_acts = sa.Table(
    "late_acts",
    metadata,
    _key("late_id"),
    sa.Column("act", sa.JSON, nullable=False),
    sa.Column("family_id", sa.String, nullable=False, index=True),
    _text("reviewer"),
    _moment("arrived_at"),
    _text("against_act_id"),
)
late_settlements = sa.Table(
    "late_settlements",
    metadata,
    _key("late_id"),
    sa.Column("is_kept", sa.Boolean, nullable=False),
    _text("settled_by"),
    _moment("settled_at"),
)
agreed_acts = sa.Table(
    "agreed_acts",
    metadata,
    _key("act_id"),
    _text("family_id"),
    _text("reviewer"),
    _moment("arrived_at"),
    _text("against_act_id"),
)

claims = sa.Table(
    "claims", metadata, _key("family_id"), _text("actor"), _moment("claimed_at"),
    _moment("expires_at"),
)  # fmt: skip

accounts = sa.Table(
    "accounts",
    metadata,
    _key("account_id"),
    sa.Column("login", sa.String, nullable=False, unique=True),
    _text("name"),
    _text("role"),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("must_change_password", sa.Boolean, nullable=False),
    _text("lang"),
    _moment("created_at"),
    sa.Column("password_hash", sa.String),
)
subjects = sa.Table(
    "subjects", metadata, _key("issuer"), _key("subject"), _text("account_id"),
    _moment("linked_at"),
)  # fmt: skip
sessions = sa.Table(
    "sessions",
    metadata,
    _key("token_digest"),
    sa.Column("account_id", sa.String, nullable=False, index=True),
    _text("csrf_token"),
    _moment("begun_at"),
    _moment("expires_at"),
    _moment("last_seen_at"),
)
sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    _number("failure_id"),
    sa.Column("login_digest", sa.String, nullable=False, index=True),
    sa.Column("address_digest", sa.String, nullable=False, index=True),
    _moment("failed_at"),
)
visits = sa.Table(
    "visits",
    metadata,
    _key("account_id"),
    _moment("last_request_at"),
    sa.Column("previous_visit_at", Moment),
)

fact_texts = sa.Table(
    "fact_texts",
    metadata,
    _number("seq"),
    sa.Column("fact_id", sa.String, nullable=False, index=True),
    _text("lang"),
    _text("text"),
    _text("caveat"),
    _text("text_digest"),
    _text("written_by"),
    _moment("written_at"),
)
fact_events = sa.Table(
    "fact_events",
    metadata,
    _number("seq"),
    sa.Column("fact_id", sa.String, nullable=False, index=True),
    _text("lang"),
    _text("text_digest"),
    _text("kind"),
    _text("actor"),
    _moment("at"),
)

answers = sa.Table(
    "answers",
    metadata,
    _key("answer_id"),
    sa.Column("narrative_id", sa.String, nullable=False, index=True),
    _text("channel"),
    _text("length"),
    _text("lang"),
    sa.Column("family_id", sa.String),
    sa.Column("question_key", sa.String),
)
answer_versions = sa.Table(
    "answer_versions",
    metadata,
    _key("answer_id"),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    _text("text"),
    sa.Column("fact_refs", sa.JSON, nullable=False),
    _text("written_by"),
    _moment("written_at"),
)
answer_events = sa.Table(
    "answer_events",
    metadata,
    _number("seq"),
    sa.Column("answer_id", sa.String, nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    _text("kind"),
    _text("actor"),
    _moment("at"),
    _text("note"),
    sa.Column("address", sa.String),
    sa.Column("published_on", sa.Date),
)

rumour_verdicts = sa.Table(
    "rumour_verdicts",
    metadata,
    _number("seq"),
    sa.Column("cluster_id", sa.String, nullable=False, index=True),
    _text("verdict"),
    sa.Column("narrative_id", sa.String),
    sa.Column("text_digests", sa.JSON, nullable=False),
    _text("title"),
    _text("claim"),
    sa.Column("reason", sa.String, nullable=False, server_default=""),
    _text("actor"),
    _moment("at"),
)
translations = sa.Table(
    "translations",
    metadata,
    _number("seq"),
    sa.Column("text_digest", sa.String, nullable=False, index=True),
    _text("text"),
    _text("actor"),
    _moment("at"),
)
saved_thresholds = sa.Table(
    "saved_thresholds",
    metadata,
    _number("seq"),
    sa.Column("asserts", sa.Float, nullable=False),
    _text("actor"),
    _moment("at"),
)
