"""What a process is told to do and what befalls it while it does."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FIRST_NIGHT = datetime(2026, 10, 29, 1, 0, tzinfo=UTC)
SECOND_NIGHT = datetime(2026, 10, 30, 1, 0, tzinfo=UTC)
# The same day: a source that is read a day later has days of its own to count.
MENDING = datetime(2026, 10, 30, 4, 0, tzinfo=UTC)
# Where this variable is set nights begin worker processes, however little there is to do.
BEGIN_WORKERS = "FAULTS_BEGIN_WORKERS"


@dataclass(frozen=True, slots=True)
class Order:
    """One command in a process of its own, and the fault that meets it.

    Attributes:
        home: The home.
        told: File that takes what the command prints.
        arguments: The command, without ``--home``.
        now: What its clock says when it begins.
        jumps: By how many seconds its clock jumps at which look at it.
        has_real_model: Whether it loads the model that its settings name, and no stand-in.
    has_prefect: Whether the night is a Prefect flow, as it is for whoever gives the command.
    encoders_file: Registry of encoders in place of the one that comes along.
        environment: Variables that it is given.
        kill_at: The how-many-eth touch of the file system, or statement, that kills it.
        kills_by: What is counted: ``touch`` or ``statement``.
        full_at: Stage before which the disk fills, and the bytes left free.
        read_only_at: Stage before which a folder of the home becomes read-only, and which.
        memory_at: Stage before which its memory is limited, and the bytes that it may add.
        pause: Seconds that each touch of the file system takes longer.
    """

    home: Path
    told: Path
    arguments: tuple[str, ...] = ("nightly",)
    now: datetime = SECOND_NIGHT
    jumps: dict[int, float] = field(default_factory=dict)
    has_real_model: bool = False
    has_prefect: bool = False
    encoders_file: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    kill_at: int = 0
    kills_by: str = "touch"
    full_at: tuple[str, int] | None = None
    read_only_at: tuple[str, str] | None = None
    memory_at: tuple[str, int] | None = None
    pause: float = 0.0
