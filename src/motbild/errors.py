"""Every error that Motbild raises on purpose.

Each carries one whole sentence that says what is wrong, where, and what to do.
The command line prints that sentence and ends with the class's exit code; no
traceback is shown for any of these.
"""


class MotbildError(Exception):
    """Something failed while doing what was rightly asked (exit code 1)."""

    exit_code = 1


class UnexpectedError(MotbildError):
    """Something failed in a way nobody foresaw; it may go better another time."""


class InputError(MotbildError):
    """What was given cannot be used: a wrong option, a bad file (exit code 2)."""

    exit_code = 2


class SourceError(InputError):
    """A whole input file cannot be read, or is not what it says it is."""


class PackError(InputError):
    """A narrative pack is missing, malformed or contradicts itself."""


class ModelError(MotbildError):
    """A stored model cannot be used here: another encoder, pack or library version."""


class WarehouseError(MotbildError):
    """The warehouse cannot be opened, migrated, written or published."""


class ReviewStoreError(MotbildError):
    """The review store cannot be opened, read or written, or is not the one known here."""


class LockHeldError(MotbildError):
    """Another night holds the lock; the message names its holder."""
