"""Sending alerts in a process of its own, with little to import."""

from datetime import datetime

from motbild.settings import Settings
from motbild.wiring.alerting import send_alerts


def send_due(settings: Settings, now: datetime) -> None:
    """Send what is due."""
    send_alerts(settings, now)
