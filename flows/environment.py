"""Prefect's own settings for a home. Import and call before anything imports Prefect."""

import os
from pathlib import Path

_LEASES = "prefect.server.concurrency.lease_storage.filesystem"


def prepare(home: Path, *, log_level: str = "CRITICAL") -> None:
    """Keep Prefect's files under the home, and its messages on this machine.

    By default Prefect says nothing of its own on the terminal: a night that fails is told
    in one sentence by the command that ran it.

    What the environment already says stands: with `PREFECT_API_URL` set, runs are
    reported to that server; without it, to one that lives as long as the run.
    """
    chosen = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        # The default of twenty seconds is too short for a busy machine's first night.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": log_level,
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        # Kept in memory, what a killed server knew of a run's place would block its flow for ever.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": _LEASES,
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    }
    for name, value in chosen.items():
        os.environ.setdefault(name, value)
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
