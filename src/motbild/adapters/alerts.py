"""Sending letters by Apprise addresses: mail, Teams, Slack, webhooks. The only importer of it.

Mail is put together here, over the connection that the address describes, since what goes
by mail has a page and a plain text that are equally complete (decision 0025).
"""

import logging
import smtplib
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from typing import Protocol, TypeGuard, cast
from urllib.parse import urlsplit

from motbild.core.alerting import Letter
from motbild.errors import InputError

_TIMEOUT_SECONDS = 20
_MAILS = ("mailto", "mailtos")
_NO_PGP = "no"


class _Server(Protocol):
    """What an address is to Apprise."""

    notify_format: str

    def url(self, privacy: bool) -> str: ...
    def notify(self, body: str, title: str, body_format: str) -> bool: ...


class _MailServer(_Server, Protocol):
    """What an address of mail is to Apprise; names are None or False where there are none."""

    smtp_host: str
    port: int | None
    secure_mode: str
    verify_certificate: bool
    user: str | None
    password: str | None
    from_addr: tuple[str | bool, str]
    targets: list[tuple[str | bool, str]]
    cc: set[str]
    bcc: set[str]
    pgp_mode: str


def describe_address(address: str) -> str:
    """Return an address as it may be shown: no password, token or path.

    Raises:
        InputError: Apprise knows no such address.
    """
    server = _open_address(address)
    if _is_mail(server):
        return f"{server.smtp_host}: {', '.join(to for _, to in server.targets)}"
    parts = urlsplit(server.url(privacy=True))
    where = parts.hostname or ""
    is_host = "." in where and not where.endswith(".") and ".." not in where
    return f"{parts.scheme}://{where if is_host or where == 'localhost' else ''}…"


def send(address: str, letter: Letter) -> str | None:
    """Send a letter to an address.

    Returns:
        None where it was taken, else why not, in a few words.
    """
    try:
        server = _open_address(address)
    except InputError as error:
        return str(error)
    try:
        return _send_mail(server, letter) if _is_mail(server) else _send_other(server, letter)
    except Exception as error:  # whatever a plugin or a server does, the night is done
        return f"{type(error).__name__} while sending"


def _open_address(address: str) -> _Server:
    with _quiet_apprise():
        from apprise import Apprise

        try:
            server = cast(_Server | None, Apprise.instantiate(address))
        except Exception:  # what some plugins raise for what is nearly an address of theirs
            server = None
    if server is None:
        scheme = address.partition("://")[0][:20]
        raise InputError(
            f"An address that begins with {scheme}:// is none that Apprise can send to; "
            "correct it as docs/alerts.md shows and run `motbild alerts test`."
        )
    return server


@contextmanager
def _quiet_apprise() -> Iterator[None]:
    """Keep quiet what Apprise warns of while it looks for its plugins, and what it logs.

    It logs addresses and what it sends; why sending failed is captured apart.
    """
    logging.getLogger("apprise").propagate = False
    with warnings.catch_warnings():
        # Apprise 1.13 imports `imghdr`, which Python 3.11 deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _is_mail(server: _Server) -> TypeGuard[_MailServer]:
    """Tell whether it is mail that is put together here; enciphered mail is Apprise's own."""
    is_mail = urlsplit(server.url(privacy=True)).scheme in _MAILS
    return is_mail and cast(_MailServer, server).pgp_mode == _NO_PGP


def _send_other(server: _Server, letter: Letter) -> str | None:
    with _quiet_apprise():
        from apprise import LogCapture, NotifyFormat

        page = letter.html if server.notify_format == NotifyFormat.HTML else None
        with LogCapture(  # type: ignore[no-untyped-call]
            level=logging.WARNING, fmt="%(message)s"
        ) as told:
            is_taken = server.notify(
                body=page or letter.chat_text or letter.text,
                title=letter.subject,
                body_format=NotifyFormat.HTML if page else NotifyFormat.TEXT,
            )
            reason = told.getvalue().strip().split("\n")[0]
    return None if is_taken else reason[:200] or "it was not taken"


def _send_mail(server: _MailServer, letter: Letter) -> str | None:
    """Send to each recipient apart, so that none sees who else is told.

    What at least one recipient's server took counts as sent: the others would else be
    told again and again for one that is misspelt.
    """
    recipients = dict.fromkeys([*(to for _, to in server.targets), *server.cc, *server.bcc])
    refused, taken_count = "", 0
    try:
        with _connected(server) as connection:
            for recipient in recipients:
                try:
                    connection.send_message(_message(server, letter, recipient))
                    taken_count += 1
                except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
                    refused = _reason(error)
    except (OSError, smtplib.SMTPException) as error:
        refused = _reason(error)
    if taken_count:
        return None
    return f"the mail server {server.smtp_host} did not take it ({refused})"


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "user or password is wrong"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answer {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "no such recipient"
    return getattr(error, "strerror", None) or type(error).__name__


@contextmanager
def _connected(server: _MailServer) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    if not server.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    mode = server.secure_mode
    if mode == "ssl":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.smtp_host, server.port or 0, timeout=_TIMEOUT_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.smtp_host, server.port or 0, timeout=_TIMEOUT_SECONDS)
    with connection:
        if mode == "starttls":
            connection.starttls(context=context)
        if server.user and server.password:
            connection.login(server.user, server.password)
        yield connection


def _message(server: _MailServer, letter: Letter, recipient: str) -> EmailMessage:
    name, sender = server.from_addr
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = formataddr((str(name or "Motbild"), sender))
    message["To"] = recipient
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Content-Language"] = "sv"
    # Out-of-office replies to a machine help nobody (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
    return message
