"""What a remote inbox is: its settings, its files, and what a kind of store must tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from motbild.adapters.sources.live.addresses import HttpsAddress
from motbild.adapters.sources.mapping import ColumnMapping

# The file systems of fsspec are not typed.
FileSystem: TypeAlias = Any

SCHEMES = ("s3", "sftp")


class RemoteOptions(BaseModel):
    """What `sources.toml` may say of a remote inbox, besides how its files are read.

    Attributes:
        address: A folder, as ``s3://bucket/folder`` or ``sftp://host/folder``.
        endpoint: Address of an object store of one's own; none is Amazon's.
        region: Region of the object store.
        hourly: Whether the hourly catch-up looks into it too, and not the night alone.
        most_bytes: Largest file that is fetched.
        pause_seconds: Least time between two requests.
        timeout_seconds: How long a connection may stay silent.
        most_tries: How often one request is tried before it counts as failed.
        most_wait_seconds: Longest wait that a store may ask for before the next try.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    address: str
    endpoint: HttpsAddress | None = None
    region: str | None = None
    hourly: bool = False
    most_bytes: int = Field(default=4 << 30, ge=1)
    pause_seconds: float = Field(default=0.0, ge=0)
    timeout_seconds: float = Field(default=30.0, gt=0)
    most_tries: int = Field(default=5, ge=1)
    most_wait_seconds: float = Field(default=900.0, ge=0)

    @field_validator("address")
    @classmethod
    def _check_address(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise ValueError("it must begin with s3:// or sftp:// and name a bucket or a host")
        if parts.username or parts.password:
            raise ValueError("it may hold no name and no password; see docs/sources.md")
        if parts.query or parts.fragment or ".." in parts.path.split("/"):
            raise ValueError("it must be a plain path")
        return address.rstrip("/")


@dataclass(frozen=True)
class RemoteSpec:
    """A source of files on another machine, as `sources.toml` names it.

    Attributes:
        name: Lower-case name, unique in the file.
        options: Where it is and how it is asked.
        kind: A kind of file, or None to tell it from each file.
        mapping: Where its posts' fields stand, or None for where they usually do.
        secrets_folder: Folder of the home that holds its credentials.
        fetched_folder: Folder of the home in which a file lies while it is read.
    """

    name: str
    options: RemoteOptions
    kind: str | None
    mapping: ColumnMapping | None
    secrets_folder: Path
    fetched_folder: Path

    @property
    def is_hourly(self) -> bool:
        """Whether the hourly catch-up looks into it."""
        return self.options.hourly


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as a store lists it.

    Attributes:
        name: Its name in its folder, with those of the partitions that it lies in before it.
        path: Where the store keeps it.
        size: In bytes.
        mark: Differs when the file does: made of name, size and what else the store tells.
    """

    name: str
    path: str
    size: int
    mark: str


@dataclass(frozen=True, slots=True)
class Store:
    """A kind of store.

    Attributes:
        connect: Opens it, given the source and its credentials by name.
        close: Ends the connection, which is of no use after a failure; None where there is none
            that lasts.
        place: Returns the path of a source's address within the store.
        version: Tells one state of a listed file from another.
        translate: Turns what the client library raises into an error of `Patience`.
        secrets: Names of the credentials that it needs.
        optional_secrets: Names of those that it can do without.
        has_folders: Whether a folder is there before there is something in it.
    """

    connect: Callable[[RemoteSpec, Mapping[str, str]], FileSystem]
    close: Callable[[FileSystem], None] | None
    place: Callable[[str], str]
    version: Callable[[Mapping[str, Any]], str]
    translate: Callable[[Exception], Exception]
    secrets: tuple[str, ...]
    optional_secrets: tuple[str, ...] = ()
    has_folders: bool = True
