"""A review store or a snapshot that cannot be read: pages that say so, and no traceback."""

import logging

import pytest

from motbild.adapters.review_store.sessions import Sessions
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.errors import ReviewStoreError, WarehouseError
from tests.rooms import TestRoom

SENTENCE = "The review store cannot be used; see that its disk is well."


def test_a_store_that_cannot_tell_who_asks_is_told(
    room: TestRoom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page asks to try again, the log has the sentence, and no restart is needed."""
    visitor = room.visitor("gun")

    def refuse(*_: object) -> None:
        raise ReviewStoreError(SENTENCE)

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR, "motbild.web"):
        patched.setattr(Sessions, "find", refuse)
        answer = visitor.client.get("/granska")
    assert answer.status_code == 503
    assert "Inget du har sparat är borta" in answer.text
    assert [record.message for record in caplog.records] == [SENTENCE]
    assert visitor.client.get("/granska").status_code == 200


def test_a_damaged_snapshot_is_not_called_a_missing_one(
    room: TestRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That no night has run is said only where none has."""
    visitor = room.visitor("gun")

    def refuse(*_: object, **__: object) -> None:
        raise WarehouseError("The snapshot analyst-a.duckdb is damaged; run `motbild nightly`.")

    monkeypatch.setattr(OpenSnapshot, "rows", refuse)
    answer = visitor.client.get("/granska?status=alla")
    assert answer.status_code == 503
    assert "Ingen natt har körts" not in answer.text
