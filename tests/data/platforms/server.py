"""An HTTP server on loopback whose next answers can be made to go wrong."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from tests.data.platforms.serving import Serving


@dataclass(frozen=True)
class Request:
    """What a client asked.

    Attributes:
        method: Such as ``GET``.
        path: Without the query.
        query: Each parameter's values.
        headers: By lower-case name.
        body: As sent.
    """

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""

    def value(self, name: str) -> str | None:
        """Return a parameter's first value."""
        values = self.query.get(name)
        return values[0] if values else None


@dataclass(frozen=True)
class Reply:
    """What a client is answered.

    Attributes:
        content: JSON, or bytes as they are.
        status: HTTP status.
        headers: Besides length and type.
        cut_at: Bytes after which the connection is closed; None to send all.
        is_silent: Whether nothing is sent until the server stops.
    """

    content: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    is_silent: bool = False


class LoopbackServer(Serving[ThreadingHTTPServer]):
    """Answers requests by a function, unless a failure is waiting to be given.

    Attributes:
        requests: What was asked, in order.
        failures: Answers that are given first, one for each request; a function is given
            the answer that is due and changes it.
    """

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.requests: list[Request] = []
        self.failures: deque[Reply | Callable[[Reply], Reply]] = deque()
        self._answer = answer
        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), self._handler()), 0.01)
        self.server.daemon_threads = True

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
        self.server.server_close()

    def _reply(self, request: Request) -> Reply:
        self.requests.append(request)
        if not self.failures:
            return self._answer(request)
        failure = self.failures.popleft()
        return failure if isinstance(failure, Reply) else failure(self._answer(request))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        serving = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve("GET")

            def do_POST(self) -> None:
                self._serve("POST")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def _serve(self, method: str) -> None:
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                query = parse_qs(parts.query, keep_blank_values=True)
                reply = serving._reply(Request(method, parts.path, query, headers, body))
                if reply.is_silent:
                    serving.stopped.wait(10)
                    self.close_connection = True
                    return
                self._send(reply)

            def _send(self, reply: Reply) -> None:
                is_raw = isinstance(reply.content, bytes)
                body = reply.content if is_raw else json.dumps(reply.content).encode()
                assert isinstance(body, bytes)
                self.send_response_only(reply.status)
                told = {
                    "Date": self.date_time_string(),
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                }
                for name, value in {**told, **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body[: reply.cut_at])
                self.close_connection = self.close_connection or reply.cut_at is not None

        return Handler
