"""Disks that are full or read-only, and memory that ends."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.disks import fill_disk, release, set_read_only, small_disk
from tests.faults.prepared import stage_names
from tests.faults.trials import Trial

_FULL = ("disk", "No space", "full")
_CLOSED = ("read-only", "Read-only", "permission", "may not be written", "cannot be written")
_MEMORY = ("memory",)
_MOST_LEFT = 4 << 20
_OF_FILES = ("ops.files", "ops.rejects", "core.engagement")
_FOLDERS = ("published", "pending-links", "secrets")


def full_at_a_stage(trial: Trial) -> None:
    """Fill the disk before some stage, and leave up to four megabytes."""
    stage = trial.draw.choice([name for name in stage_names() if name != "publish"])
    _fill(trial, stage)


def full_as_it_publishes(trial: Trial) -> None:
    """Fill the disk before the snapshot is built."""
    _fill(trial, "publish")


def full_from_the_start(trial: Trial) -> None:
    """Begin a night on a disk that is full."""
    with _disk(trial):
        fill_disk(trial.home, _left(trial) // 16)
        with trial.watched():
            trial.run(trial.order(), names=_FULL)
        release(trial.home)
        trial.mend()


def full_as_an_export_arrives(trial: Trial) -> None:
    """Let somebody copy an export into the inbox, of which the disk takes half."""
    with _disk(trial):
        export = trial.home / "inbox" / "second.jsonl"
        content = export.read_bytes()
        export.unlink()
        left = trial.draw.randint(0, len(content))
        fill_disk(trial.home, left)
        _copy_as_far_as_it_goes(content, export)
        with trial.watched():
            trial.run(trial.order(), names=_FULL)
        release(trial.home)
        export.write_bytes(content)
        # Half a file has other bytes, rows that cannot be read, and was observed by itself.
        trial.mend(but=("file_digest", "file_name", "line_number", *_OF_FILES))


def read_only_disk(trial: Trial) -> None:
    """Begin a night on a disk that takes nothing."""
    with _disk(trial):
        set_read_only(trial.home, True)
        try:
            with trial.watched():
                trial.run(trial.order(), names=_CLOSED)
        finally:
            set_read_only(trial.home, False)
        trial.mend()


def read_only_folder(trial: Trial) -> None:
    """Let one folder of the home take nothing from some stage on."""
    folder, stage = trial.draw.choice(_FOLDERS), trial.draw.choice(stage_names())
    with _disk(trial):
        with trial.watched():
            trial.run(trial.order(read_only_at=(stage, folder)), names=_CLOSED)
        release(trial.home)
        trial.mend()


def little_memory(trial: Trial) -> None:
    """Let the night have no more memory from some stage on than a few megabytes."""
    stage = trial.draw.choice(stage_names())
    more = trial.draw.choice((0, 1 << 20, trial.draw.randint(1 << 20, 64 << 20)))
    with trial.watched():
        trial.run(trial.order(memory_at=(stage, more)), names=_MEMORY)
    trial.mend()


def _fill(trial: Trial, stage: str) -> None:
    with _disk(trial):
        with trial.watched():
            trial.run(trial.order(full_at=(stage, _left(trial))), names=_FULL)
        release(trial.home)
        trial.mend()


def _left(trial: Trial) -> int:
    """Return how much is left: some hundred bytes as often as some megabytes."""
    return int(_MOST_LEFT ** trial.draw.random())


@contextmanager
def _disk(trial: Trial) -> Iterator[None]:
    """Put the trial's home on a disk of its own."""
    with small_disk(trial.home):
        trial.prepared.copy(trial.home)
        yield


def _copy_as_far_as_it_goes(content: bytes, to: Path) -> None:
    """Write as much as the disk takes, as `cp` does."""
    try:
        with to.open("wb", buffering=0) as file:
            file.write(content)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
