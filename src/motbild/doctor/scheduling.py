"""The scheduler: whether its server answers, and whether somebody runs what is due."""

import os
from typing import Any

import httpx

from motbild.errors import MotbildError
from motbild.settings import Settings

_PATIENCE_SECONDS = 5
_NIGHT = "every-night"


def look_at_server(_: Settings) -> str:
    """See that the Prefect server answers, where one is named."""
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        return "none is named; `motbild schedule` runs its own"
    try:
        httpx.get(f"{address}/health", timeout=_PATIENCE_SECONDS).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise MotbildError(
            f"The Prefect server {address} does not answer ({type(error).__name__}); start it, "
            "or correct PREFECT_API_URL."
        ) from error
    return address


def look_at_schedule(_: Settings) -> str:
    """See that the night is deployed at the named server, not paused, and served."""
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        return "told by the last night"
    nights = [d for d in _read_deployments(address) if d.get("name") == _NIGHT]
    if not nights:
        raise MotbildError(
            f"No night is deployed at {address}; run `motbild schedule`, or "
            "`prefect deploy --prefect-file flows/prefect.yaml --all`."
        )
    if all(night.get("paused") for night in nights):
        raise MotbildError(
            f"The night's schedule is paused at {address}; resume it on the page of the deployment."
        )
    if not any(night.get("status") == "READY" for night in nights):
        raise MotbildError(
            f"Nobody serves the night that is deployed at {address}; start `motbild schedule`, or "
            "`prefect worker start --pool motbild`."
        )
    return f"{_NIGHT} is served"


def _read_deployments(address: str) -> list[dict[str, Any]]:
    try:
        answer = httpx.post(f"{address}/deployments/filter", json={}, timeout=_PATIENCE_SECONDS)
        found: list[dict[str, Any]] = answer.raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise MotbildError(
            f"The Prefect server {address} does not tell what is deployed "
            f"({type(error).__name__}); start it, or correct PREFECT_API_URL."
        ) from error
    return found
