"""Snapshots for the tests of what analysts have: of the demonstration, of a small home, empty."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from motbild.adapters.review_store import open_review_store
from motbild.adapters.warehouse import open_warehouse
from motbild.adapters.warehouse.runs import read_last_versions
from motbild.adapters.warehouse.snapshots import query_snapshot
from motbild.core.acts import Act
from motbild.core.decisions import Decision
from motbild.settings import Settings
from motbild.stages.publish import publish
from motbild.wiring.decisions import fold_home
from tests.rooms import publish_demo
from tests.sharing import furnish_home

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_DECIDED = """
    SELECT post_id, text_digest, min(narrative_id) AS narrative_id
    FROM core.flags JOIN core.posts USING (post_id)
    GROUP BY ALL ORDER BY post_id LIMIT 4
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose night has read the demonstration's posts; people decided and answered since."""
    home = publish_demo(tmp_path_factory.mktemp("demo") / "home")
    settings = Settings.load(home=home, parquet_copy=True)
    _decide_and_answer(settings)
    publish_again(settings)
    return settings


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a few posts, in which six copies of one message stand out."""
    return furnish_home(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which nothing has been read."""
    settings = Settings.load(home=tmp_path_factory.mktemp("empty"), parquet_copy=True)
    publish_again(settings)
    return settings


def publish_again(settings: Settings) -> Path:
    """Publish what a home's live warehouse holds, with what people have done since."""
    with closing(
        open_warehouse(settings.live_file, settings.migrations, settings.views)
    ) as warehouse:
        [(last,)] = warehouse.read_rows("SELECT coalesce(max(run_id), 'r0') FROM ops.runs")
        fold_home(settings, warehouse, run_id=last)
        return publish(
            warehouse,
            settings.home,
            settings.views,
            run_id=last,
            model_version=read_last_versions(warehouse).get("model", ""),
            how=settings.publishing,
        )


def _decide_and_answer(settings: Settings) -> None:
    rows = query_snapshot(settings.snapshot_link, _DECIDED).to_pylist()
    with closing(open_review_store(settings.review_store_to_make)) as store:
        for number, row in enumerate(rows):
            kind = "protected" if number == 0 else "confirm"
            named = () if kind == "protected" else (row["narrative_id"],)
            decision = Decision(
                f"d{number}", row["post_id"], row["text_digest"], kind, "gun", NOW, narratives=named
            )
            act = Act(f"a{number}", row["text_digest"], (decision,))
            store.decisions.decide(act, seen_seq=0, actor="gun", now=NOW)
        answer = store.answers.draft(
            narrative_id="kidnappning",
            channel="web",
            length="short",
            lang="sv",
            text="Domstolen prövar.",
            fact_refs=[],
            actor="gun",
            now=NOW,
        )
        told = {"version": 1, "now": NOW}
        store.answers.propose(answer.answer_id, actor="gun", **told)  # type: ignore[arg-type]
        store.answers.approve(answer.answer_id, actor="gry", **told)  # type: ignore[arg-type]
        address = "https://myndighet.example/svar"
        store.answers.publish(
            answer.answer_id, address, date(2026, 11, 14), version=1, actor="gun", now=NOW
        )
