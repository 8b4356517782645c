"""An object store on loopback: moto's, with failures that can be put before its answers."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.data.platforms.serving import Serving

BUCKET = "inkorgen"


@dataclass(frozen=True)
class Failure:
    """What is answered instead.

    Attributes:
        status: HTTP status with its words.
        code: S3's own word for what is wrong.
        headers: Besides the type.
    """

    status: str
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The answer as S3 writes it."""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{self.code}</Code>'
            "<Message>Nej.</Message></Error>"
        ).encode()


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Say nothing."""


class ObjectStore(Serving[BaseWSGIServer]):
    """Serves one bucket.

    Attributes:
        failures: Answers that are given first.
        before_answer: Is called with the path of each request.
        cut_count: Objects that are sent half before that.
        gets: Paths of objects that were fetched.
    """

    def __init__(self) -> None:
        self.failures: deque[Failure] = deque()
        self.before_answer: Callable[[str], None] = lambda _: None
        self.cut_count = 0
        self.gets: list[str] = []
        self._moto = DomainDispatcherApplication(create_backend_app)
        super().__init__(
            make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet), 0.01
        )

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.port}"

    def __enter__(self) -> Self:
        self._backend().create_bucket(BUCKET, "eu-north-1")
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._backend().reset()
        super().__exit__(kind, error, trace)
        self.server.server_close()

    def put(self, key: str, body: bytes) -> None:
        """Store an object."""
        self._backend().put_object(BUCKET, key, body)

    def _backend(self) -> Any:
        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.before_answer(method)
        if self.failures:
            failure = self.failures.popleft()
            start(failure.status, [("Content-Type", "application/xml"), *failure.headers.items()])
            return [failure.body()]
        answered: Iterable[bytes] = self._moto(environ, start)
        if method != "GET" or "prefix" in environ["QUERY_STRING"]:
            return answered
        self.gets.append(path)
        if not self.cut_count:
            return answered
        self.cut_count -= 1
        body = b"".join(answered)
        return [body[: len(body) // 2]]
