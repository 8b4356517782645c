"""What analysts and reviewers use: the newest snapshot, and the review store."""

from motbild.adapters.review_store.health import check_review_store
from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.errors import MotbildError
from motbild.settings import Settings
from motbild.wiring.auditing import verify_audit


def look_at_snapshot(settings: Settings) -> str:
    """See that the newest snapshot is there and can be read."""
    link = settings.snapshot_link
    if not link.exists():
        if link.is_symlink():
            raise MotbildError(
                f"{link} leads to {link.readlink()}, which is gone; run `motbild nightly` to "
                "publish a new one."
            )
        return "none yet; run `motbild nightly`"
    query_snapshot(link, "FROM analyst.nights LIMIT 1")
    return link.resolve().name


def look_at_review_store(settings: Settings) -> str:
    """See that the review store answers and is whole."""
    if settings.review_store is None:
        return "none yet; `motbild review` makes one"
    check_review_store(settings.review_store)
    return "answers and is whole"


def look_at_audit(settings: Settings) -> str:
    """See that the log of the review room is whole."""
    if settings.review_store is None:
        return "none yet"
    verdict = verify_audit(settings)
    if verdict.faults:
        raise MotbildError(
            f"The log of the review room was tampered with at line {verdict.faults[0].seq}; "
            "`motbild audit verify` tells how, and nothing but a look at who can write to the "
            "review store mends it."
        )
    return f"{verdict.head.seq} lines, whole"
