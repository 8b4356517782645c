"""Servers on this machine that take letters as real ones do: mail by SMTP, and a webhook."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every mail but those to recipients that it refuses."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, refused: tuple[str, ...] = ()) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.refused = refused
        self.mails: list[EmailMessage] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 local")
        for line in iter(self.rfile.readline, b""):
            word, _, rest = line.decode("utf-8").strip().partition(" ")
            if word.upper() == "QUIT":
                self._say("221 bye")
                return
            if word.upper() == "DATA":
                self._say("354 go on")
                self._take()
            elif word.upper() == "RCPT" and any(name in rest for name in self.server.refused):
                self._say("550 no such mailbox")
            else:
                self._say("250 ok")

    def _take(self) -> None:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        whole = b"".join(line.removeprefix(b".") for line in lines)
        self.server.mails.append(message_from_bytes(whole, policy=policy.default))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Webhook(ThreadingHTTPServer):
    """Takes JSON, or answers with an error."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.status = 200
        self.bodies: list[dict[str, Any]] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Hook(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.bodies.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def mail_server(port: int = 0, refused: tuple[str, ...] = ()) -> Iterator[MailServer]:
    """Run a mail server for as long as the block."""
    with MailServer(port, refused) as server, _serving(server):
        yield server


@contextmanager
def webhook() -> Iterator[Webhook]:
    """Run a webhook for as long as the block."""
    with Webhook() as server, _serving(server):
        yield server


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def mail_address(port: int, *recipients: str) -> str:
    """Return the Apprise address of a mail server here."""
    return f"mailto://127.0.0.1:{port}/?from=motbild@example.se&to={','.join(recipients)}"


def hook_address(port: int) -> str:
    """Return the Apprise address of a webhook here."""
    return f"json://127.0.0.1:{port}/hemlig-nyckel"
