"""Running a server on loopback while it is needed, in a thread of its own."""

import threading
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar


class _Server(Protocol):
    def serve_forever(self) -> None: ...

    def shutdown(self) -> None: ...


ServerT = TypeVar("ServerT", bound=_Server)


class Serving(Generic[ServerT]):
    """Serves within a `with` block.

    Attributes:
        server: What serves.
        stopped: Is set when the block ends, for answers that wait until then.
    """

    def __init__(self, server: ServerT, *arguments: float) -> None:
        self.server = server
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=server.serve_forever, args=arguments)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopped.set()
        self.server.shutdown()
        self._thread.join()
