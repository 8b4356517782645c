"""Letters sent by the real client to real servers on this machine."""

import re
import socket

import pytest

from motbild.adapters.alerts import describe_address, send
from motbild.adapters.letters import write_trial
from motbild.core.alerting import Letter, parse_channels
from motbild.core.notices import SEVERITIES
from motbild.errors import InputError
from tests.conftest import ROOT
from tests.data.receivers import hook_address, mail_address, mail_server, webhook

LETTER = Letter("Motbild: topp för Barnen säljs", "Åtta inlägg.\n", "<p>Åtta inlägg.</p>", "Chatt")


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_mail_has_a_page_and_a_plain_text() -> None:
    """Both parts arrive as written, with å, ä and ö, from and to whom the address says."""
    with mail_server() as server:
        assert send(mail_address(server.port, "vakt@example.se"), LETTER) is None
        [mail] = server.mails
    assert mail["Subject"] == LETTER.subject
    assert mail["To"] == "vakt@example.se"
    assert mail["From"] == "Motbild <motbild@example.se>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text, page = (part.get_content() for part in mail.iter_parts())
    assert (text.strip(), page.strip()) == (LETTER.text.strip(), LETTER.html)


def test_each_recipient_has_a_mail_of_their_own() -> None:
    """None sees who else is told; one that is misspelt keeps it from nobody else."""
    with mail_server(refused=("fel@",)) as server:
        address = mail_address(server.port, "a@example.se", "fel@example.se", "b@example.se")
        assert send(address, LETTER) is None
        assert [mail["To"] for mail in server.mails] == ["a@example.se", "b@example.se"]
        failure = send(mail_address(server.port, "fel@example.se"), LETTER)
    assert failure is not None
    assert "no such recipient" in failure


def test_a_webhook_gets_subject_and_text() -> None:
    """As JSON, in the words that are safe for chats."""
    with webhook() as hook:
        assert send(hook_address(hook.port), LETTER) is None
        [body] = hook.bodies
        assert (body["title"], body["message"]) == (LETTER.subject, "Chatt")
        hook.status = 503
        failure = send(hook_address(hook.port), LETTER)
    assert failure is not None
    assert "503" in failure
    assert "hemlig-nyckel" not in failure


def test_what_cannot_be_reached_is_told_in_a_few_words() -> None:
    """Neither address gives a traceback or its secret."""
    port = free_port()
    for address in (mail_address(port, "a@example.se"), hook_address(port)):
        failure = send(address, LETTER)
        assert failure
        assert "hemlig-nyckel" not in failure


@pytest.mark.parametrize("address", ["nonsense://x", "mailto://", "slack://kort", ""])
def test_an_address_that_is_none_is_told_without_its_secret(address: str) -> None:
    """By its scheme alone."""
    failure = send(address, LETTER)
    assert failure is not None
    assert "docs/alerts.md" in failure
    with pytest.raises(InputError, match="none that Apprise can send to"):
        describe_address(address)


def test_addresses_are_shown_without_password_token_or_path() -> None:
    """Mail by server and recipients, others by their kind and host."""
    mail = "mailtos://motbild:hemligt@example.se?smtp=smtp.example.se&to=a@example.se"
    assert describe_address(mail) == "smtp.example.se: a@example.se"
    assert describe_address("json://u:hemligt@hook.example.se/nyckel") == "json://hook.example.se…"
    slack = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/%23motbild"
    assert describe_address(slack) == "slack://…"


def test_the_trial_letter_says_that_nothing_has_happened() -> None:
    """Whoever gets it by mistake is not alarmed."""
    letter = write_trial()
    assert letter.subject == "Motbild: provmeddelande"
    assert "Inget har hänt" in letter.text
    assert "Inget har hänt" in (letter.html or "")


def test_the_addresses_of_the_guide_are_understood() -> None:
    """Whoever puts their own names into an example has an address that is one."""
    guide = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    table = guide.split("| to | address |", 1)[1].split("\n\n", 1)[0]
    addresses = re.findall("`([a-z]+://[^`]+)`", table)
    assert len(addresses) == 5
    assert all(describe_address(address) for address in addresses)
    routed = re.search(r"```text\n# secrets/alert-addresses\n(.*?)```", guide, re.DOTALL)
    assert routed
    channels = parse_channels(routed[1])
    assert [channel.kinds for channel in channels] == [
        ("threats",),
        ("night-failed", "night-late", "source-failed"),
        (),
    ]
    assert all(describe_address(channel.address) for channel in channels)


def test_the_guide_explains_every_kind() -> None:
    """In the order in which letters tell them, with those that wait for the letter."""
    guide = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| .* \| (at once|in the letter) \|$", guide, re.MULTILINE)
    told = {kind: when == "in the letter" for kind, when in rows}
    assert told == {kind: severity == "info" for kind, severity in SEVERITIES.items()}
