"""Ids of runs."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motbild.wiring.locked_home import name_run

_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


@given(
    st.timedeltas(timedelta(), timedelta(days=20_000)),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=400)),
)
def test_ids_sort_as_runs_began(began: timedelta, later: timedelta) -> None:
    """Within a second too; what came last is told by its id."""
    assert name_run(_FIRST + began) < name_run(_FIRST + began + later)
