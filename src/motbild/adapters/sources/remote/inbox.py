"""Looking into a remote inbox, and fetching its files one by one into a private folder."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from motbild.adapters.sources.detection import is_source_name
from motbild.adapters.sources.live.credentials import load_credentials
from motbild.adapters.sources.live.patience import Patience, RefusedError, UnavailableError
from motbild.adapters.sources.remote import s3, sftp
from motbild.adapters.sources.remote.forms import FileSystem, RemoteFile, RemoteSpec, Store
from motbild.core.partitions import is_partition, partition_name
from motbild.errors import SourceError

T = TypeVar("T")

STORES: Mapping[str, Store] = {"s3": s3.STORE, "sftp": sftp.STORE}
SECRET_NAMES = frozenset(
    name for store in STORES.values() for name in (*store.secrets, *store.optional_secrets)
)
_CHUNK = 1 << 20
_NAME_BYTES = 200


@dataclass
class RemoteInbox:
    """A remote inbox that is open.

    Attributes:
        spec: The source.
        store: Its kind of store.
        credentials: By name.
        patience: How to ask.
    """

    spec: RemoteSpec
    store: Store
    credentials: Mapping[str, str] = field(repr=False)
    patience: Patience
    _files: FileSystem = field(default=None, init=False, repr=False)

    def list_files(self) -> list[RemoteFile]:
        """Return the files to read, in name order; of the folders within those of partitions.

        Raises:
            SourceError: The store cannot be asked, or has no such folder.
        """
        found = self._list(self.store.place(self.spec.options.address))
        return sorted(found, key=lambda file: file.name)

    def _list(self, folder: str) -> Iterator[RemoteFile]:
        listed = self._ask(lambda files: files.ls(folder, detail=True), self._empty)
        for entry in listed:
            path = str(entry["name"]).rstrip("/")
            name = path.rsplit("/", 1)[-1]
            if entry.get("type") == "file" and is_source_name(name):
                yield self._read_entry(entry)
            elif entry.get("type") == "directory" and is_partition(name) and path != folder:
                yield from self._list(path)

    @contextmanager
    def fetched(self, file: RemoteFile) -> Iterator[Path]:
        """Fetch a file and remove it again in the end.

        Yields:
            Its place, under its own name in a folder that the owner alone may read.

        Raises:
            SourceError: It is too large, cannot be fetched, or is still being written.
        """
        self._check(file)
        self.spec.fetched_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = Path(tempfile.mkdtemp(dir=self.spec.fetched_folder))
        try:
            part, path = folder / ".part", folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._ask(lambda files: self._fetch(files, file, part), self._gone)
            part.rename(path)
            yield path
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """End the connection."""
        if self.store.close is None or self._files is None:
            return
        files, self._files = self._files, None
        with suppress(Exception):  # it may be broken already
            self.store.close(files)

    def _ask(self, work: Callable[[FileSystem], T], missing: Callable[[Exception], T]) -> T:
        return self.patience.ask(lambda: self._try(work, missing))

    def _try(self, work: Callable[[FileSystem], T], missing: Callable[[Exception], T]) -> T:
        try:
            if self._files is None:
                self._files = self.store.connect(self.spec, self.credentials)
            return work(self._files)
        except (UnavailableError, RefusedError):
            raise
        except Exception as error:
            self.close()
            told = self.store.translate(error)
            if isinstance(told, FileNotFoundError):
                return missing(told)
            raise told from None

    def _empty(self, error: Exception) -> list[Mapping[str, Any]]:
        if not self.store.has_folders:
            return []
        raise RefusedError("there is no such folder") from error

    def _gone(self, error: Exception) -> None:
        raise RefusedError("a file went away while it was fetched") from error

    def _check(self, file: RemoteFile) -> None:
        if file.size > self.spec.options.most_bytes:
            raise SourceError(
                f"A file of source '{self.spec.name}' has {file.size} bytes, more than its "
                "most_bytes; split it, or raise that."
            )
        parts = file.name.encode("utf-8", "replace").split(b"/")
        if "\0" in file.name or any(len(part) > _NAME_BYTES for part in parts):
            raise SourceError(
                f"A file of source '{self.spec.name}' has a name that no file may have here; "
                "rename it."
            )

    def _fetch(self, files: FileSystem, file: RemoteFile, part: Path) -> None:
        """Fetch what was listed, and see that it is still that.

        Raises:
            UnavailableError: It is not; somebody may be writing it just now.
        """
        length = 0
        with files.open(file.path, "rb") as source, part.open("wb") as target:
            part.chmod(0o600)
            while chunk := source.read(_CHUNK):
                length += len(chunk)
                if length > file.size:
                    break
                target.write(chunk)
        now = self._read_entry(files.info(file.path))
        if length != file.size or now.mark != file.mark:
            raise UnavailableError("a file changed while it was fetched")

    def _read_entry(self, entry: Mapping[str, Any]) -> RemoteFile:
        path, size = str(entry["name"]), int(entry["size"] or 0)
        name = partition_name(path)
        told = repr((self.spec.options.address, name, size, self.store.version(entry)))
        return RemoteFile(name, path, size, hashlib.sha256(told.encode()).hexdigest()[:24])


@contextmanager
def open_inbox(spec: RemoteSpec, patience: Patience | None = None) -> Iterator[RemoteInbox]:
    """Open a remote inbox.

    Args:
        spec: The source.
        patience: How to ask; by default as the source's settings say.

    Raises:
        SourceError: A credential is missing.
    """
    options = spec.options
    store = STORES[options.address.split(":")[0]]
    credentials = load_credentials(
        spec.name, store.secrets, store.optional_secrets, spec.secrets_folder
    )
    patience = patience or Patience(
        spec.name,
        pause_seconds=options.pause_seconds,
        most_tries=options.most_tries,
        most_wait_seconds=options.most_wait_seconds,
    )
    inbox = RemoteInbox(spec, store, credentials, patience)
    try:
        yield inbox
    finally:
        inbox.close()


def sweep_fetched(spec: RemoteSpec) -> None:
    """Remove what a run that was killed had fetched."""
    shutil.rmtree(spec.fetched_folder, ignore_errors=True)
