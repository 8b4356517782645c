"""The backfill flow: stored posts classified anew, on demand."""

from datetime import date, timedelta

from prefect import flow

from flows.due import name_run
from flows.reports import publish_report
from flows.stage_tasks import StageTasks
from flows.turns import take_turn
from motbild.core.day_range import DayRange
from motbild.core.night_report import NightReport
from motbild.settings import Settings
from motbild.wiring.backfills import backfill_stages, run_backfill

_PATIENCE = timedelta(hours=12)


@flow(name="backfill", flow_run_name=name_run, persist_result=False)
def backfill(
    home: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    sources: list[str] | None = None,
) -> NightReport:
    """Classify stored posts with the model and packs in use, flag and publish.

    Args:
        home: Folder of everything that is written; by default as the settings say.
        first_day: First day of posting; by default there is none.
        last_day: Last day of posting; by default there is none.
        sources: Files, folders and sources by name, to take in first; by default none.
    """
    settings = Settings.load(home=home)
    days = DayRange(first_day, last_day)
    report = take_turn(
        lambda: run_backfill(
            settings,
            days,
            sources or (),
            run_step=StageTasks("backfill-progress", len(backfill_stages(days))),
        ),
        _PATIENCE,
    )
    publish_report(report, "backfill")
    return report
