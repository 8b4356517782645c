"""The daily flow: what is past its time is taken away."""

from collections.abc import Sequence
from datetime import timedelta

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas import State

from flows.due import name_run, skip_if_late
from flows.telling import telling_failure
from flows.turns import take_turn
from motbild.core.retention import Deletion, render_protocol
from motbild.settings import Settings
from motbild.wiring.retention import run_retention

_PATIENCE = timedelta(hours=12)


@flow(name="retention", flow_run_name=name_run, persist_result=False)
def retention(home: str | None = None) -> Sequence[Deletion] | State:
    """Take away what is past its time, and publish a snapshot without it.

    Args:
        home: Folder of everything that is written; by default as the settings say.

    Returns:
        What was taken, by rule and table.
    """
    if skipped := skip_if_late(_PATIENCE, "The next morning takes the same."):
        return skipped
    settings = Settings.load(home=home)
    with telling_failure(settings):
        deletions = take_turn(lambda: run_retention(settings), _PATIENCE)
    create_markdown_artifact(
        render_protocol(deletions), key="retention-protocol", description="What was taken away"
    )
    return deletions
