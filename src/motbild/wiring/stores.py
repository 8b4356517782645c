"""What is stored, told to people."""

from contextlib import closing

from motbild.adapters.warehouse import open_in_memory
from motbild.adapters.warehouse.snapshots import describe_snapshot
from motbild.core.data_dictionary import render_dictionary
from motbild.settings import Settings


def describe_stores(settings: Settings) -> str:
    """Return the data dictionary: what analysts see, and the live warehouse behind it."""
    with closing(open_in_memory(settings.migrations, settings.views)) as warehouse:
        shown = describe_snapshot(warehouse, settings.views)
        live = warehouse.describe("live")
    return render_dictionary(
        {
            "For analysts: `analyst.duckdb`": [c for c in shown if c.schema == "analyst"],
            "Behind the views: tables of the snapshot": [c for c in shown if c.schema != "analyst"],
            "The live warehouse: `live.duckdb`, read and written by nights only": live,
        }
    )
