"""Servers that speak SFTP, each known by its host key."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from motbild.adapters.sources.live.patience import RefusedError, UnavailableError
from motbild.adapters.sources.remote.forms import FileSystem, RemoteSpec, Store

if TYPE_CHECKING:
    from paramiko import PKey
    from paramiko.hostkeys import HostKeys

_DEFAULT_PORT = 22


def connect(spec: RemoteSpec, credentials: Mapping[str, str]) -> FileSystem:
    """Connect to the server of a source, once its host key has been found to be a known one.

    Raises:
        RefusedError: The host key is not known, or there is nothing to sign in with.
    """
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    parts = urlsplit(spec.options.address)
    known = _load_known_hosts(credentials.get("known-hosts", ""))
    where = spec.secrets_folder / f"{spec.name}.known-hosts"

    class KnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        """Is asked of every host key, since the client itself is told of none."""

        def missing_host_key(self, client: object, hostname: str, key: "PKey") -> None:
            del client
            if not known.check(hostname, key):
                what = "is another than before" if hostname in known else "is not known"
                raise RefusedError(_untrusted(parts, key, what, where))

    seconds = spec.options.timeout_seconds
    store = SFTPFileSystem(
        parts.hostname,
        port=parts.port or _DEFAULT_PORT,
        username=credentials["user"],
        **_sign_in(credentials),
        host_key_policy=KnownHosts(),
        allow_agent=False,
        look_for_keys=False,
        timeout=seconds,
        banner_timeout=seconds,
        auth_timeout=seconds,
        channel_timeout=seconds,
        skip_instance_cache=True,
    )
    store.ftp.get_channel().settimeout(seconds)
    return store


def close(store: FileSystem) -> None:
    """End the connection."""
    store.client.close()


def place(address: str) -> str:
    """Return the path on the server."""
    return unquote(urlsplit(address).path) or "/"


def version(listed: Mapping[str, Any]) -> str:
    """Return when a file was changed last."""
    return str(listed.get("mtime", ""))


def translate(error: Exception) -> Exception:
    """Tell a server that is busy from one that refuses."""
    import paramiko

    if isinstance(error, paramiko.AuthenticationException):
        return RefusedError("it does not let this user in with this key or password")
    if isinstance(error, PermissionError):
        return RefusedError("its user may not read there")
    if isinstance(error, UnicodeError):
        return RefusedError("a name there is not UTF-8, so that the folder cannot be listed")
    if isinstance(error, RefusedError | FileNotFoundError):
        return error
    return UnavailableError(f"no connection, {type(error).__name__}")


STORE = Store(
    connect,
    close,
    place,
    version,
    translate,
    secrets=("user",),
    # Without known hosts the server is refused with the fingerprint of its key.
    optional_secrets=("known-hosts", "password", "private-key"),
)


def _load_known_hosts(text: str) -> "HostKeys":
    import paramiko
    from paramiko.hostkeys import HostKeyEntry, HostKeys

    known = HostKeys()
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            entry = None if line.lstrip().startswith("#") else HostKeyEntry.from_line(line, number)
        except (paramiko.SSHException, ValueError):
            raise RefusedError(f"line {number} of its known-hosts holds no key") from None
        if entry is not None:
            for hostname in entry.hostnames or ():
                known.add(hostname, entry.key.get_name(), entry.key)
    return known


def _untrusted(server: SplitResult, key: "PKey", what: str, where: Path) -> str:
    fingerprint = b64encode(sha256(key.asbytes()).digest()).decode().rstrip("=")
    scan = f"ssh-keyscan -p {server.port or _DEFAULT_PORT} {server.hostname}"
    return (
        f"its host key SHA256:{fingerprint} {what}; ask whoever runs the server whether it is "
        f"theirs, and if so write what `{scan}` prints into {where}"
    )


def _sign_in(credentials: Mapping[str, str]) -> dict[str, Any]:
    """Return what to sign in with: a key, which a password may protect, or the password."""
    password = credentials.get("password")
    if "private-key" in credentials:
        return {"pkey": _load_key(credentials["private-key"], password)}
    if password is None:
        raise RefusedError("it needs a password or a private-key")
    return {"password": password}


def _load_key(text: str, password: str | None) -> "PKey":
    import paramiko

    for form in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return form.from_private_key(StringIO(f"{text}\n"), password)
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise RefusedError("its private-key cannot be read; it may be protected by another password")
