"""When a notice is sent to whom: routing, quiet hours, no repeats. Nothing is sent from here."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from motbild.core.intake import LOCAL_ZONE
from motbild.core.notices import KINDS, Notice
from motbild.errors import InputError

FRESH = timedelta(days=3)  # what began before is no news to an address that is added now
STALE = timedelta(days=7)  # nor is what could not be delivered for that long
_HOURS = re.compile(r"([01]?\d|2[0-4])(?::([0-5]\d))?-([01]?\d|2[0-4])(?::([0-5]\d))?")


@dataclass(frozen=True, slots=True)
class Channel:
    """An address that is told.

    Attributes:
        address: For Apprise; may hold a password.
        kinds: Kinds that it is told; none named are all that no other address names.
    """

    address: str
    kinds: tuple[str, ...] = ()

    @property
    def channel_id(self) -> str:
        """Names it in the log without its password."""
        return hashlib.sha256(self.address.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent.

    Attributes:
        subject: Counts, kinds and titles of narratives.
        text: All of it, as plain text.
        html: The same as a page for mail, or None.
        chat_text: All of it for a chat, where some characters would give orders.
    """

    subject: str
    text: str
    html: str | None = None
    chat_text: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log of alerts.

    Attributes:
        at: When.
        event: ``noticed`` or ``closed`` of what only the log knows; ``held``, ``sent`` or
            ``failed`` of a notice on its way to a channel.
        notice_id: Which notice.
        kind: Of the notice.
        channel_id: Which channel; empty where none.
        figures: What it is told with, or why it failed.
    """

    at: datetime
    event: str
    notice_id: str
    kind: str
    channel_id: str = ""
    figures: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of every day in which nobody is woken, by the clock in Sweden.

    Attributes:
        begin: From this time of day on.
        end: Until this one, perhaps of the next day.
        passing: Kinds that are sent all the same.
    """

    begin: time
    end: time
    passing: tuple[str, ...] = ()

    def hold(self, kind: str, now: datetime) -> bool:
        """Tell whether a notice waits until the hours are over."""
        if kind in self.passing:
            return False
        clock = now.astimezone(LOCAL_ZONE).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done with the notices now.

    Attributes:
        due: What each channel is sent, in one letter.
        held: What waits for quiet hours to end and was not known to.
    """

    due: Sequence[tuple[Channel, Sequence[Notice]]]
    held: Sequence[tuple[Channel, Notice]]


def parse_channels(text: str) -> list[Channel]:
    """Read addresses, parted by spaces or line breaks; a line that begins with # is none.

    Kinds before an address, such as ``threats, night-failed: mailtos://…``, are told to
    that address, and to no other that does not name them.

    Raises:
        InputError: A kind is none, or no address follows it.
    """
    channels: list[Channel] = []
    kinds: list[str] = []
    is_naming = False
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for word in " ".join(lines).split():
        if "://" in word:
            if is_naming:
                raise InputError("A colon is missing before an address; see docs/alerts.md.")
            channels.append(Channel(word, tuple(kinds)))
            kinds = []
            continue
        is_naming = not word.endswith(":")
        kinds += [_kind(kind) for kind in word.rstrip(":").split(",") if kind]
    if kinds:
        raise InputError(
            f"No address follows {', '.join(kinds)}: give one such as mailtos://…; "
            "see docs/alerts.md."
        )
    return channels


def parse_kinds(text: str) -> tuple[str, ...]:
    """Read kinds that are parted by commas or spaces.

    Raises:
        InputError: One is none.
    """
    return tuple(_kind(kind) for kind in text.replace(",", " ").split())


def _kind(text: str) -> str:
    if text not in KINDS:
        raise InputError(f"{text} is no kind of notice; use one of {', '.join(KINDS)}.")
    return text


def parse_quiet_hours(text: str, passing: str = "") -> QuietHours | None:
    """Read hours such as ``22-06`` or ``21:30-06:30``; empty are none.

    Raises:
        InputError: They are no hours, or a kind that passes is none.
    """
    if not text.strip():
        return None
    match = _HOURS.fullmatch(text.replace(" ", ""))
    if match is None:
        raise InputError(f"{text} is no span of hours; give one like 22-06 or 21:30-06:30.")
    hours = [int(part or 0) for part in match.groups()]
    begin, end = (time(hours[n] % 24, hours[n + 1]) for n in (0, 2))
    return QuietHours(begin, end, parse_kinds(passing))


def wants(channel: Channel, notice: Notice, channels: Iterable[Channel]) -> bool:
    """Tell whether a channel is told a notice.

    A kind that some address names goes to those that name it alone. What is merely worth
    knowing goes to none that does not name it: the digest tells it.
    """
    if any(notice.kind in other.kinds for other in channels):
        return notice.kind in channel.kinds
    return not channel.kinds and notice.severity != "info"


def plan(
    notices: Sequence[Notice],
    channels: Sequence[Channel],
    log: Sequence[Entry],
    quiet: QuietHours | None,
    now: datetime,
) -> Plan:
    """Tell what is sent now and what waits, so that nothing is ever told twice.

    Args:
        notices: All that is known.
        channels: Who is told.
        log: What has been sent, held or failed before.
        quiet: Hours in which little is sent.
        now: Time-zone-aware.
    """
    done = {(e.notice_id, e.channel_id) for e in log if e.event == "sent"}
    pending = {(e.notice_id, e.channel_id) for e in log if e.event in ("held", "failed")}
    held_before = {(e.notice_id, e.channel_id) for e in log if e.event == "held"}
    due, held = [], []
    for channel in channels:
        now_due = []
        for notice in notices:
            key = (notice.notice_id, channel.channel_id)
            if key in done or not wants(channel, notice, channels):
                continue
            if not _is_news(notice, key in pending, now):
                continue
            if quiet is None or not quiet.hold(notice.kind, now):
                now_due.append(notice)
            elif key not in held_before:
                held.append((channel, notice))
        if now_due:
            due.append((channel, sorted(now_due, key=_order)))
    return Plan(due, held)


def _is_news(notice: Notice, is_pending: bool, now: datetime) -> bool:
    age = now - notice.first_noticed_at
    if is_pending:
        return age <= STALE
    # A threat whose night died before it told anybody is over by the next, and told all the same.
    return age <= FRESH and (notice.is_open or notice.kind == "threats")


def _order(notice: Notice) -> tuple[int, datetime, str]:
    return KINDS.index(notice.kind), notice.first_noticed_at, notice.notice_id


def logged_notices(log: Iterable[Entry]) -> list[Notice]:
    """Return the notices that only the log knows: nights that broke or never came."""
    found: dict[str, Notice] = {}
    for entry in log:
        if entry.event == "noticed" and entry.notice_id not in found:
            found[entry.notice_id] = Notice(
                *(entry.notice_id, entry.kind, entry.notice_id, "urgent", entry.at, entry.at),
                *(True, entry.figures or {}, "", ""),
            )
        elif entry.event == "closed":
            found.pop(entry.notice_id, None)
    return list(found.values())


_IN_CHATS = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "`": "'", "*": "∗", "_": "‗", "~": "∼", "@": "＠"}
)


def in_chat(text: str) -> str:
    """Return text without the characters that a chat takes for a mention, link or markup."""
    return text.translate(_IN_CHATS)
