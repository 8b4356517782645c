"""Clusters of a home of before are kept, so that what people said of them holds on."""

from contextlib import closing
from pathlib import Path

import duckdb

from motbild.adapters.warehouse import open_warehouse
from motbild.settings import bundle_root

MIGRATIONS = bundle_root() / "warehouse" / "migrations"
VIEWS = bundle_root() / "warehouse" / "views"


def test_clusters_of_before_count_as_found_in_one_night(tmp_path: Path) -> None:
    """Their rows stand, with what is not known of them left open."""
    earlier = tmp_path / "migrations"
    earlier.mkdir()
    for path in sorted(MIGRATIONS.glob("000[1-7]_*.sql")):
        (earlier / path.name).write_bytes(path.read_bytes())
    live = tmp_path / "live.duckdb"
    open_warehouse(live, earlier, VIEWS).close()
    with duckdb.connect(str(live)) as connection:
        connection.execute(
            "INSERT INTO core.clusters VALUES"
            " ('a', 'n', 3, 3, '2026-11-01', '2026-11-02', 1, ['x'], 0.1, 'm', 'r')"
        )
    with closing(open_warehouse(live, MIGRATIONS, VIEWS)) as warehouse:
        rows = warehouse.read_rows(
            "SELECT cluster_id, night_count, stability, last_night_day, threshold_share, chance"
            " FROM core.clusters"
        )
    assert rows == [("a", 1, None, None, None, 1.0)]
