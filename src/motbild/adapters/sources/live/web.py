"""Asking one address over the web, bounded in time, in bytes and in where it may lead."""

import ipaddress
import socket
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from motbild.adapters.sources.live.answers import read_wait, user_agent
from motbild.adapters.sources.live.patience import (
    ChangedError,
    RefusedError,
    UnavailableError,
)

if TYPE_CHECKING:
    import httpx

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_EMPTY = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered.

    Attributes:
        address: The address that answered in the end.
        status: Its HTTP status, none that says it is busy or broken.
        headers: Without regard to upper and lower case.
        body: Unpacked.
    """

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def open_client(timeout_seconds: float) -> "httpx.Client":
    """Return a client that follows nothing by itself and says who it is."""
    import httpx

    # Packed only as it is unpacked here, in bounded memory.
    headers = {"User-Agent": user_agent(), "Accept-Encoding": "gzip"}
    return httpx.Client(headers=headers, timeout=timeout_seconds, follow_redirects=False)


def fetch(
    client: "httpx.Client",
    address: str,
    *,
    most_bytes: int,
    timeout_seconds: float,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
) -> Answer:
    """Fetch one address.

    Args:
        client: From `open_client`.
        address: Of a scheme and a host that have been checked.
        most_bytes: Largest answer, unpacked.
        timeout_seconds: How long the whole answer may take.
        headers: Sent besides the client's own.
        params: Appended to the address.

    Raises:
        UnavailableError: No answer, half an answer, or one that says to come again.
        RefusedError: The answer is too large, or there can be no such address.
        ChangedError: It is packed in a way that was not asked for.
    """
    import httpx

    deadline = time.monotonic() + timeout_seconds
    try:
        with client.stream("GET", address, params=params, headers=headers) as response:
            body = _read_body(response, most_bytes, deadline)
    except httpx.InvalidURL:
        raise RefusedError("an address is none") from None
    except httpx.TimeoutException:
        raise UnavailableError(f"no whole answer within {timeout_seconds:g} seconds") from None
    except httpx.RequestError as error:
        raise UnavailableError(f"no whole answer, {type(error).__name__}") from None
    if response.status_code == 429 or response.status_code >= 500:
        raise UnavailableError(f"it said {response.status_code}", read_wait(response.headers))
    return Answer(address, response.status_code, response.headers, body)


def follow(
    client: "httpx.Client",
    address: str,
    *,
    most_bytes: int,
    timeout_seconds: float,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Fetch an address and what it leads to, as `fetch` does.

    It may lead from http to https, and to any host, but from the outside never to a host of
    the network that this machine stands in.

    Raises:
        RefusedError: As `fetch`, or it leads where it may not, or nowhere.
    """
    start = address
    for _ in range(_MOST_REDIRECTS + 1):
        answer = fetch(
            client,
            address,
            most_bytes=most_bytes,
            timeout_seconds=timeout_seconds,
            headers=headers,
        )
        if answer.status not in _REDIRECTS:
            return answer
        address = _next_address(start, answer)
    raise RefusedError("it leads from address to address without end")


def _next_address(start: str, answer: Answer) -> str:
    try:
        target = urljoin(answer.address, answer.headers.get("location", ""))
        scheme, host = urlsplit(target).scheme, urlsplit(target).hostname
    except ValueError:
        scheme, host = "", None
    before = urlsplit(answer.address)
    if not host or scheme not in {before.scheme, "https"} or target == answer.address:
        raise RefusedError("it leads to an address that is not followed")
    if _is_inside(host) and not _is_inside(urlsplit(start).hostname or ""):
        raise RefusedError("it leads into the network that Motbild itself stands in")
    return target


def _is_inside(host: str) -> bool:
    """Tell whether a host is this machine or one of its own network."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False  # behind a proxy names need not be known here, and else nothing is reached
    return any(not _plain(str(name)).is_global for name in found)


def _plain(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(name.split("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def _read_body(response: "httpx.Response", most_bytes: int, deadline: float) -> bytes:
    """Read an answer's bytes; a small one that unpacks to a huge one is stopped on the way."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip"}:
        raise ChangedError("it is packed in a way that was not asked for")
    unpacker = zlib.decompressobj(31) if "gzip" in packing else None
    body = bytearray()
    for chunk in response.iter_raw():
        if time.monotonic() > deadline:
            raise UnavailableError("it answers too slowly")
        body += _unpack(unpacker, chunk, most_bytes + 1 - len(body)) if unpacker else chunk
        if len(body) > most_bytes:
            raise RefusedError(f"its answer is larger than {most_bytes} bytes")
    if unpacker and not unpacker.eof and response.status_code not in _EMPTY:
        raise UnavailableError("it gave half an answer")
    return bytes(body)


def _unpack(unpacker: "zlib._Decompress", chunk: bytes, most_bytes: int) -> bytes:
    try:
        return unpacker.decompress(chunk, most_bytes)
    except zlib.error:
        raise UnavailableError("it gave a damaged answer") from None
