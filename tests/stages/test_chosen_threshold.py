"""What an administrator chooses in the review room holds from the next night on."""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from motbild.adapters.review_store import open_review_store
from motbild.settings import Settings
from motbild.wiring.models import Model
from motbild.wiring.thresholds import apply_choice
from tests.stages.fakes import PACK, CountingEncoder


@dataclass(frozen=True)
class Adjustable:
    """Stands in for a classifier whose threshold can be set."""

    asserts: float = 0.5

    def with_asserts(self, asserts: float) -> "Adjustable":
        """Return it with another threshold."""
        return Adjustable(asserts)


def test_the_newest_choice_holds(tmp_path: Path) -> None:
    """Without a choice nothing changes; of two the later one counts."""
    settings = Settings.load(home=tmp_path)
    model = Model(Adjustable(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    assert apply_choice(settings, model) is model
    with closing(open_review_store(settings.review_store_to_make)) as store:
        for asserts in (0.8, 0.7):
            store.saved_thresholds.save(asserts, actor="ada", now=datetime.now(UTC))
    chosen: object = apply_choice(settings, model).classifier
    assert chosen == Adjustable(0.7)
