"""Remote inboxes: folders of files in an object store or on an SFTP server.

A file is fetched, read as any file is, and removed again. `open_inbox` is the way in.
"""

from motbild.adapters.sources.remote.forms import RemoteFile, RemoteOptions, RemoteSpec
from motbild.adapters.sources.remote.inbox import (
    SECRET_NAMES,
    RemoteInbox,
    open_inbox,
    sweep_fetched,
)

__all__ = [
    "SECRET_NAMES",
    "RemoteFile",
    "RemoteInbox",
    "RemoteOptions",
    "RemoteSpec",
    "open_inbox",
    "sweep_fetched",
]
