"""Classify stored posts anew, with the model and packs in use."""

from collections.abc import Sequence

from motbild.core.day_range import DayRange
from motbild.core.night_report import NightReport
from motbild.errors import InputError
from motbild.settings import Settings
from motbild.stages import NIGHTLY_ORDER
from motbild.wiring.models import Model
from motbild.wiring.nights import BACKFILL, StepRunner, run_night
from motbild.wiring.sources import load_chosen_sources


def backfill_stages(days: DayRange) -> tuple[str, ...]:
    """Return the stages of a backfill, in their order.

    Of some days, only the texts to be classified are encoded, as they come, where that
    has not been done: the stage `encode` would do all that are stored.
    """
    return NIGHTLY_ORDER if days.is_whole else tuple(n for n in NIGHTLY_ORDER if n != "encode")


def run_backfill(
    settings: Settings,
    days: DayRange,
    sources: Sequence[str] = (),
    *,
    run_step: StepRunner = lambda _, step: step(),
    model: Model | None = None,
) -> NightReport:
    """Classify the stored posts of some days with the model and packs in use, and publish.

    What has a vector is not encoded again, and no decision is touched. Posts of other days
    keep the classification they have until a night comes to them.

    Args:
        settings: Where and how.
        days: Days of posting.
        sources: Files, folders and sources of `sources.toml` to take in first; by default none.
            A live source is asked for those days anew.
        run_step: Runs one named step; a scheduler puts retries and timeouts around it.
        model: What to classify with; by default the one that the settings name.

    Raises:
        InputError: The last day lies before the first, or a source is not there.
    """
    if days.is_empty:
        raise InputError(f"{days.last} lies before {days.first}; exchange the two days.")
    return run_night(
        settings,
        load_chosen_sources(settings, sources),
        kind=BACKFILL,
        days=days,
        stages=backfill_stages(days),
        run_step=run_step,
        model=model,
    )
