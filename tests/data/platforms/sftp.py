"""A server on loopback that speaks SFTP, with paramiko's own server side, over a folder."""

import os
import socket
import threading
from base64 import b64encode
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import paramiko
from paramiko import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
    SFTP_OK,
    SFTPAttributes,
    SFTPHandle,
    SFTPServer,
    SFTPServerInterface,
)

USER, PASSWORD = "inlamnare", "lösenord"


class SftpServer:
    """Serves a folder to one user.

    Attributes:
        folder: What is served, as `/`.
        allowed_key: A public key that may sign in besides the password; or None.
        drops_after: Bytes after which each file breaks off; None to give all.
        fetched: Names of files that were opened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.allowed_key: paramiko.PKey | None = None
        self.drops_after: int | None = None
        self.fetched: list[str] = []
        self.host_key = paramiko.ECDSAKey.generate()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._transports: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def known_hosts(self) -> str:
        """What `ssh-keyscan` would write of it."""
        key = b64encode(self.host_key.asbytes()).decode()
        kind = self.host_key.get_name()
        return f"# 127.0.0.1:{self.port} SSH-2.0\n[127.0.0.1]:{self.port} {kind} {key}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        self.drop()

    def drop(self) -> None:
        """End every connection."""
        for transport in self._transports:
            transport.close()
        for transport in self._transports:
            transport.join(5)
        self._transports.clear()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", SFTPServer, _Files, self)
            self._transports.append(transport)
            try:
                transport.start_server(server=_Door(self))
            except (paramiko.SSHException, EOFError):
                transport.close()


class _Door(paramiko.ServerInterface):  # type: ignore[misc]
    def __init__(self, server: SftpServer) -> None:
        self.server = server

    def get_allowed_auths(self, username: str) -> str:
        del username
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> Any:
        return AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> Any:
        is_right = username == USER and key == self.server.allowed_key
        return AUTH_SUCCESSFUL if is_right else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> Any:
        del chanid
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class _Files(SFTPServerInterface):  # type: ignore[misc]
    def __init__(self, _: object, server: SftpServer) -> None:
        self.server = server

    def _real(self, path: str) -> Path:
        return self.server.folder / path.lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            names = sorted(os.listdir(self._real(path)))  # noqa: PTH208 - names as they are
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)
        return [SFTPAttributes.from_stat((self._real(path) / name).lstat(), name) for name in names]

    def stat(self, path: str) -> Any:
        try:
            return SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: object) -> Any:
        del attr
        try:
            file = self._real(path).open("rb")
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)
        self.server.fetched.append(path.rsplit("/", 1)[-1])
        handle = _Handle(flags, self.server)
        handle.readfile = file
        return handle


class _Handle(SFTPHandle):  # type: ignore[misc]
    def __init__(self, flags: int, server: SftpServer) -> None:
        super().__init__(flags)
        self.server = server

    def read(self, offset: int, length: int) -> Any:
        limit = self.server.drops_after
        if limit is not None and offset >= limit:
            threading.Thread(target=self.server.drop).start()
            return b""
        return super().read(offset, length if limit is None else min(length, limit - offset))

    def stat(self) -> Any:
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    def chattr(self, _: object) -> Any:
        return SFTP_OK
