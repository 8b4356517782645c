"""Object stores that speak S3: Amazon's, or one of one's own such as Ceph or MinIO."""

from collections.abc import Mapping
from typing import Any

from motbild.adapters.sources.live.patience import (
    RefusedError,
    UnavailableError,
    parse_retry_after,
)
from motbild.adapters.sources.remote.forms import FileSystem, RemoteSpec, Store


def connect(spec: RemoteSpec, credentials: Mapping[str, str]) -> FileSystem:
    """Return the store of a source; nothing is asked of it yet."""
    from s3fs import S3FileSystem

    options = spec.options
    store = S3FileSystem(
        key=credentials["access-key"],
        secret=credentials["secret-key"],
        token=credentials.get("session-token"),
        endpoint_url=options.endpoint,
        client_kwargs={"region_name": options.region} if options.region else {},
        config_kwargs={
            "connect_timeout": options.timeout_seconds,
            "read_timeout": options.timeout_seconds,
            "retries": {"max_attempts": 0},  # `Patience` repeats
            # Buckets of one's own store seldom have a name of their own in the network.
            "s3": {"addressing_style": "path" if options.endpoint else "auto"},
        },
        skip_instance_cache=True,
        use_listings_cache=False,
        default_cache_type="none",
    )
    store.retries = 1
    return store


def place(address: str) -> str:
    """Return bucket and path."""
    return address.removeprefix("s3://")


def version(listed: Mapping[str, Any]) -> str:
    """Return the tag of what an object holds."""
    return str(listed.get("ETag", ""))


def translate(error: Exception) -> Exception:
    """Tell a store that is busy from one that refuses."""
    told = getattr(error.__cause__, "response", None) or getattr(error, "response", None) or {}
    code = str(told.get("Error", {}).get("Code", ""))
    answer = told.get("ResponseMetadata", {})
    status = int(answer.get("HTTPStatusCode", 0))
    if code == "SlowDown" or status == 429 or status >= 500:
        wait = answer.get("HTTPHeaders", {}).get("retry-after")
        return UnavailableError(f"it said {status} {code}".strip(), parse_retry_after(wait))
    if code in {"ExpiredToken", "TokenRefreshRequired", "RequestExpired"}:
        return RefusedError("its session-token has expired")
    if code == "RequestTimeTooSkewed":
        return RefusedError("the clock of this machine is wrong")
    if code == "NoSuchBucket":
        return RefusedError("there is no such bucket")
    if isinstance(error, PermissionError) or status in {400, 401, 403}:
        return RefusedError(f"it said {status} {code}".strip())
    if isinstance(error, FileNotFoundError):
        return error
    return UnavailableError(f"no whole answer, {type(error.__cause__ or error).__name__}")


STORE = Store(
    connect,
    None,  # each request has a connection of its own, as far as we are concerned
    place,
    version,
    translate,
    secrets=("access-key", "secret-key"),
    optional_secrets=("session-token",),
    has_folders=False,
)
