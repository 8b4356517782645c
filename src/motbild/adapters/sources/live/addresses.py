"""Addresses of servers in settings: encrypted, unless the server is this machine."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _check(address: str, secure: str, plain: str) -> str:
    parts = urlsplit(address)
    is_near = parts.scheme == plain and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == secure or is_near):
        raise ValueError(f"it is to begin with {secure}://")
    if parts.username or parts.password:
        raise ValueError("it holds a credential; see docs/sources.md for where that goes")
    if parts.query or parts.fragment:
        raise ValueError("it is to be a server's address alone")
    return address.rstrip("/")


HttpsAddress = Annotated[str, AfterValidator(lambda address: _check(address, "https", "http"))]
WssAddress = Annotated[str, AfterValidator(lambda address: _check(address, "wss", "ws"))]
