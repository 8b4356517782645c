"""A Jetstream server on loopback: the stream of commits, replayed from a moment on."""

import json
import socket
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from tests.data.platforms.serving import Serving

_METHOD = "network.bsky.jetstream.subscribeEvents"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Refusal:
    """An answer that is given instead of a stream."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


class JetstreamServer(Serving[Server]):
    """Replays events from a cursor on, and stays open as a stream that goes on does.

    Attributes:
        frames: What is sent, with the moment of each, in order.
        asked: Parameters of each connection.
        breaks: After how many frames each next connection is broken; None for never.
        refusals: What the next connections are answered instead.
        floor: Moment from which on it keeps events; None for all.
    """

    def __init__(self) -> None:
        self.frames: list[tuple[datetime, str]] = []
        self.asked: list[dict[str, list[str]]] = []
        self.breaks: deque[int | None] = deque()
        self.refusals: deque[Refusal] = deque()
        self.floor: datetime | None = None
        super().__init__(
            serve(
                self._stream,
                "127.0.0.1",
                0,
                subprotocols=[Subprotocol("xrpc.v1.json")],
                process_request=self._refuse,
            )
        )

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"ws://127.0.0.1:{self.server.socket.getsockname()[1]}"

    def add(self, text: object, moment: datetime, operation: str = "create", **record: Any) -> None:
        """Add the commit of a post, seen at a moment."""
        number = len(self.frames)
        payload = {
            "$type": f"{_METHOD}#commit",
            "collection": "app.bsky.feed.post",
            "did": f"did:plc:fantasi{number % 7}",
            "operation": operation,
            "rev": "3kaaaaaaaaaaa",
            "rkey": f"3k{number:011d}",
            "seq": number + 1,
            "time": moment.isoformat(),
            "witnessedAt": moment.isoformat(),
            "record": {
                "$type": "app.bsky.feed.post",
                "text": text,
                "createdAt": moment.isoformat(),
                "langs": ["sv"],
                **record,
            },
        }
        if operation == "delete":
            del payload["record"]
        self.send({"$type": "message", "payload": payload}, moment)

    def fill(self, count: int, start: datetime, text: str = "kidnappning nummer {}") -> None:
        """Add so many posts, a minute from one to the next."""
        for number in range(count):
            self.add(text.format(number), start + timedelta(minutes=number))

    def send(self, frame: object, moment: datetime) -> None:
        """Add any frame."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self.frames.append((moment, text))

    def _refuse(self, connection: ServerConnection, request: Request) -> Response | None:
        del connection
        parts = urlsplit(request.path)
        if parts.path != f"/xrpc/{_METHOD}":
            return _answer(Refusal(404))
        self.asked.append(parse_qs(parts.query))
        return _answer(self.refusals.popleft()) if self.refusals else None

    def _stream(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        start = _EPOCH + timedelta(microseconds=int(query["cursor"][0]))
        breaks_after = self.breaks.popleft() if self.breaks else None
        try:
            if self.floor is not None and start < self.floor:
                start = self.floor
                info = {"$type": f"{_METHOD}#info", "name": "OutdatedCursor", "message": "x"}
                connection.send(json.dumps({"$type": "message", "payload": info}))
            for number, (_, text) in enumerate(f for f in self.frames if f[0] >= start):
                if number == breaks_after:
                    connection.socket.shutdown(socket.SHUT_RDWR)
                    return
                connection.send(text)
            self._wait(connection)
        except ConnectionClosed:
            pass

    def _wait(self, connection: ServerConnection) -> None:
        """Stay open and silent until the client leaves."""
        while not self.stopped.is_set():
            try:
                connection.recv(timeout=0.05)
            except TimeoutError:
                continue


def _answer(refusal: Refusal) -> Response:
    phrase = HTTPStatus(refusal.status).phrase
    headers = Headers({"Content-Length": str(len(refusal.body)), **refusal.headers})
    return Response(refusal.status, phrase, headers, refusal.body)
