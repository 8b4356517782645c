"""Every kind of fault, by its name on the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.faults import clocks, commands, damaging, feeding, filling, nights, rooms, telling
from tests.faults.trials import Trial


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault.

    Attributes:
        told: What it is called in the table.
        live_through: Puts one such fault into a trial.
        weight: How often it is drawn, against others.
        needs_mount: Whether it needs a disk of its own.
    """

    told: str
    live_through: Callable[[Trial], None]
    weight: int = 1
    needs_mount: bool = False


KINDS: Mapping[str, Kind] = {
    "kill": Kind("night killed at a moment", nights.killed_at_a_moment, 4),
    "kill-file": Kind("night killed as it touches a file", nights.killed_at_a_file, 3),
    "kill-statement": Kind("night killed at a statement", nights.killed_at_a_statement, 3),
    "kill-again": Kind("night killed, and the next one too", nights.killed_again, 2),
    "workers": Kind("workers of a night killed", nights.workers_killed, 2),
    "two-nights": Kind("two nights at once", nights.two_nights),
    "all-at-once": Kind("night, retention and backfill at once", nights.night_retention_backfill),
    "slow-disk": Kind("slow disk", nights.slow_disk),
    "full": Kind("disk fills in a stage", filling.full_at_a_stage, 3, True),
    "full-publish": Kind("disk fills before publishing", filling.full_as_it_publishes, 2, True),
    "full-start": Kind("disk full before the night", filling.full_from_the_start, 1, True),
    "full-inbox": Kind("export cut by a full disk", filling.full_as_an_export_arrives, 1, True),
    "read-only": Kind("disk read-only", filling.read_only_disk, 1, True),
    "read-only-folder": Kind("folder read-only mid-night", filling.read_only_folder, 2, True),
    "memory": Kind("too little memory", filling.little_memory, 2),
    "live": Kind("live warehouse damaged", damaging.live_damaged, 4),
    "log": Kind("its log torn or damaged", damaging.log_torn, 2),
    "snapshot": Kind("newest snapshot damaged", damaging.snapshot_damaged, 2),
    "review-store": Kind("review store damaged", damaging.review_store_damaged, 2),
    "key": Kind("key of the pseudonyms missing or damaged", damaging.key_damaged),
    "model": Kind("model file damaged", damaging.model_damaged),
    "encoder": Kind("encoder damaged", damaging.encoder_damaged),
    "pack": Kind("narrative pack damaged", damaging.pack_damaged),
    "clock": Kind("clock off for a night", clocks.clock_jumps_between, 2),
    "clock-1970": Kind("clock at 1970 for a night", clocks.clock_at_its_beginning),
    "clock-within": Kind("clock jumps within a night", clocks.clock_jumps_within),
    "zone": Kind("odd time zone", clocks.odd_time_zone),
    "spring": Kind("day of 23 hours", clocks.clocks_change_in_spring),
    "autumn": Kind("day of 25 hours", clocks.clocks_change_in_autumn),
    "cursor": Kind("place in a feed damaged", feeding.cursor_damaged),
    "alerts": Kind("sender of alerts killed", telling.sender_killed, 2),
    "room": Kind("review room killed at work", rooms.room_killed, 4),
    "room-night": Kind("room killed and opened in a night", rooms.room_restarted_in_a_night, 2),
    "room-full": Kind("disk fills as people review", rooms.room_on_a_full_disk, 3, True),
    "room-read-only": Kind("room on a read-only disk", rooms.room_on_a_read_only_disk, 1, True),
    "room-store": Kind("room on a damaged review store", rooms.room_on_a_damaged_store, 2),
    "room-snapshot": Kind("room on a damaged snapshot", rooms.room_on_a_damaged_snapshot, 2),
    "command-full": Kind("command on a full disk", commands.command_on_a_full_disk, 1, True),
    "command-read-only": Kind(
        "command on a read-only disk", commands.command_on_a_read_only_disk, 1, True
    ),
    "command-kill": Kind("command killed", commands.command_killed),
}  # fmt: skip
