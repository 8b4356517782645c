"""Who is told: the addresses of a home, tried, listed and looked over."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from motbild.adapters.alert_log import AlertLog
from motbild.adapters.alerts import describe_address, send
from motbild.adapters.letters import write_trial
from motbild.core.alerting import Channel, Entry, QuietHours, parse_channels, parse_quiet_hours
from motbild.errors import InputError, MotbildError
from motbild.settings import Settings


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying an address.

    Attributes:
        address: As it may be shown.
        failure: Why it was not taken, or None.
    """

    address: str
    failure: str | None


def load_channels(settings: Settings) -> list[Channel]:
    """Return who is told.

    Raises:
        InputError: The addresses cannot be understood.
        MotbildError: Their file can be read by others.
    """
    return _load_addresses(settings.alert_addresses, settings.alert_addresses_file)


def load_digest_channels(settings: Settings) -> list[Channel]:
    """Return who gets the digest.

    Raises:
        InputError: The addresses cannot be understood.
        MotbildError: Their file can be read by others.
    """
    return _load_addresses(settings.digest_addresses, settings.digest_addresses_file)


def _load_addresses(setting: SecretStr | None, path: Path) -> list[Channel]:
    if setting is not None:
        return parse_channels(setting.get_secret_value())
    if not path.exists():
        return []
    if path.stat().st_mode & 0o077:
        raise MotbildError(
            f"{path} can be read by others than its owner and may hold passwords; "
            f"run `chmod 600 {path}`."
        )
    try:
        return parse_channels(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not written in UTF-8; save it so.") from error


def load_quiet_hours(settings: Settings) -> QuietHours | None:
    """Return the hours in which alerts wait.

    Raises:
        InputError: A setting is no span of hours, or names a kind that is none.
    """
    return parse_quiet_hours(settings.quiet_hours, settings.quiet_except)


def show_channel(channel: Channel) -> str:
    """Return a channel as it may be shown."""
    try:
        return describe_address(channel.address)
    except InputError:
        return channel.address.partition("://")[0] + "://…"


def try_addresses(settings: Settings) -> list[Trial]:
    """Send a trial letter to each address, whatever the hour.

    Raises:
        InputError: The addresses cannot be understood, or there is none.
    """
    channels = [*load_channels(settings), *load_digest_channels(settings)]
    if not channels:
        raise InputError(
            f"No address is set; write one into {settings.alert_addresses_file} or set "
            "MOTBILD_ALERT_ADDRESSES, as docs/alerts.md shows."
        )
    addresses = dict.fromkeys(channel.address for channel in channels)
    return [_try(address) for address in addresses]


def _try(address: str) -> Trial:
    try:
        shown = describe_address(address)
    except InputError as error:
        return Trial(address.partition("://")[0] + "://…", str(error))
    return Trial(shown, send(address, write_trial()))


def list_entries(settings: Settings) -> list[tuple[Entry, str]]:
    """Return the log of what was told, oldest first, each with its channel as it may be shown."""
    channels = [*load_channels(settings), *load_digest_channels(settings)]
    shown = {channel.channel_id: show_channel(channel) for channel in channels}
    entries = AlertLog(settings.alert_log).load()
    return [(entry, shown.get(entry.channel_id, entry.channel_id)) for entry in entries]


def examine_alerts(settings: Settings) -> str:
    """Say who is told and that the last letters arrived.

    Raises:
        MotbildError: An address or a setting cannot be used, or the last letter to an address
            did not arrive.
    """
    load_quiet_hours(settings)
    channels = [*load_channels(settings), *load_digest_channels(settings)]
    if not channels:
        return "nobody is told; docs/alerts.md shows how to set an address"
    entries = AlertLog(settings.alert_log).load()
    last = {e.channel_id: e for e in entries if e.event in ("sent", "failed")}
    for channel in channels:
        shown = describe_address(channel.address)
        entry = last.get(channel.channel_id)
        if entry is not None and entry.event == "failed":
            raise MotbildError(
                f"The last letter to {shown} did not arrive ({(entry.figures or {})['failure']}); "
                "run `motbild alerts test` and correct the address."
            )
    return f"{len({channel.address for channel in channels})} addresses are told"
