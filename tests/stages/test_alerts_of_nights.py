"""Alerts and digests after nights, by the real client to real servers on this machine."""

import multiprocessing
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.review_store import open_review_store
from motbild.core.decisions import Decision
from motbild.errors import InputError
from motbild.settings import Settings
from motbild.wiring.alerting import check_lateness, send_alerts, tell_failure
from motbild.wiring.channels import examine_alerts, list_entries, try_addresses
from motbild.wiring.digests import gather_digest, send_digest
from tests.adapters.test_alerts import free_port
from tests.alert_process import send_due
from tests.data.receivers import (
    MailServer,
    hook_address,
    mail_address,
    mail_server,
    webhook,
)
from tests.homes import Home, make_post, write_posts

THREAT = "vi vet var du bor <b>detta</b> är ett hot"


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a home whose first night found one threat, one flag and one question."""
    folder = tmp_path_factory.mktemp("first")
    now = datetime.now(UTC)
    Home(folder / "home").night(
        write_posts(
            folder / "a.jsonl",
            make_post(1, THREAT, created_at=now.isoformat()),
            make_post(2, "kidnappning pågår", created_at=(now - timedelta(days=2)).isoformat()),
            make_post(3, "kidnappning asks", created_at=(now - timedelta(days=1)).isoformat()),
        )
    )
    return folder / "home"


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Home:
    """A copy of that home."""
    shutil.copytree(first_night, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def _set(home: Home, **settings: Any) -> Settings:
    return Settings(home=home.folder, review_url="https://motbild.example", **settings)


def _subjects(server: MailServer) -> list[str]:
    return [str(mail["Subject"]) for mail in server.mails]


def test_a_threat_is_mailed_once(home: Home) -> None:
    """Its subject counts, its body quotes nothing, and a second look sends nothing."""
    with mail_server() as server:
        settings = _set(home, alert_addresses=mail_address(server.port, "vakt@example.se"))
        now = datetime.now(UTC)
        assert send_alerts(settings, now).sent == 1
        assert send_alerts(settings, now + timedelta(hours=1)).sent == 0
        assert _subjects(server) == ["Motbild: 1 nytt möjligt hot"]
        assert "var du bor" not in server.mails[0].as_string()
        text = server.mails[0].get_body(("plain",))
    assert text is not None
    assert "https://motbild.example/granska?ko=hot" in text.get_content()
    assert [entry.event for entry, _ in list_entries(settings)] == ["sent"]


def test_masked_words_are_quoted_only_where_that_is_set(home: Home) -> None:
    """In the body, inert; never in the subject, and without markup in a webhook."""
    with mail_server() as server, webhook() as hook:
        addresses = f"{mail_address(server.port, 'v@example.se')} {hook_address(hook.port)}"
        settings = _set(home, alert_addresses=addresses, alert_text=True)
        assert send_alerts(settings, datetime.now(UTC)).sent == 2
        [mail], [body] = server.mails, hook.bodies
    page = mail.get_body(("html",))
    assert page is not None
    assert "vi vet var du bor &lt;b&gt;detta" in page.get_content()
    assert "var du bor" not in str(mail["Subject"]) + body["title"]
    assert "var du bor ‹b›detta" in body["message"]


def test_what_cannot_be_delivered_is_tried_again_and_told(home: Home) -> None:
    """The night's report and `motbild doctor` say so; when the server is back, it arrives once."""
    port, now = free_port(), datetime.now(UTC)
    settings = _set(home, alert_addresses=mail_address(port, "vakt@example.se"))
    for hour in range(3):
        [failure] = send_alerts(settings, now + timedelta(hours=hour)).failures
        assert "tried again next time" in failure
    assert [entry.event for entry, _ in list_entries(settings)] == ["failed"]
    with pytest.raises(Exception, match="did not arrive"):
        examine_alerts(settings)
    with mail_server(port) as server:
        assert send_alerts(settings, now + timedelta(hours=4)).sent == 1
        assert send_alerts(settings, now + timedelta(hours=5)).sent == 0
        assert len(server.mails) == 1
    assert examine_alerts(settings) == "1 addresses are told"


def test_quiet_hours_hold_and_then_send(home: Home) -> None:
    """What is held is sent once, when they are over."""
    with mail_server() as server:
        settings = _set(
            home,
            alert_addresses=mail_address(server.port, "vakt@example.se"),
            quiet_hours="22-06",
            quiet_except="night-failed",
        )
        night = datetime.now(UTC).replace(hour=1, minute=0) + timedelta(days=1)
        held = send_alerts(settings, night)
        assert (held.sent, held.held) == (0, 1)
        assert send_alerts(settings, night + timedelta(hours=1)).held == 0
        tell_failure(settings, "Stage encode failed.", night + timedelta(hours=1))
        assert _subjects(server) == ["Motbild: natten bröts"]
        assert send_alerts(settings, night.replace(hour=8)).sent == 1
        assert len(server.mails) == 2


def test_a_broken_night_is_told_once_until_one_is_whole(home: Home, tmp_path: Path) -> None:
    """Even where the warehouse cannot be opened; and again when it breaks another time."""
    with mail_server() as server:
        address = mail_address(server.port, "drift@example.se")
        settings = _set(home, alert_addresses=f"night-failed,night-late: {address}")
        now = datetime.now(UTC)
        for hour in range(3):
            tell_failure(settings, "live.duckdb cannot be opened.", now + timedelta(hours=hour))
        check_lateness(settings, now + timedelta(hours=40))
        assert _subjects(server) == ["Motbild: natten bröts"]
        assert "live.duckdb cannot be opened." in server.mails[0].as_string()
        home.night(write_posts(tmp_path / "a.jsonl", make_post(4, "hej")))
        send_alerts(settings, datetime.now(UTC))
        tell_failure(settings, "Again.", datetime.now(UTC))
        assert len(server.mails) == 2
        empty = Settings(home=tmp_path / "empty", alert_addresses=SecretStr(address))
        tell_failure(empty, "The disk is full.", now)
        assert len(server.mails) == 3
        empty.snapshot_link.write_bytes(b"no database")
        empty.alert_log.unlink()
        tell_failure(empty, "The disk is full again.", now)
        assert len(server.mails) == 4


def test_a_night_that_never_came_is_told_once(home: Home) -> None:
    """After thirty hours, and not before."""
    with mail_server() as server:
        address = mail_address(server.port, "drift@example.se")
        settings = _set(home, alert_addresses=f"night-late: {address}")
        now = datetime.now(UTC)
        check_lateness(settings, now + timedelta(hours=29))
        assert server.mails == []
        for hour in (31, 32, 55):
            check_lateness(settings, now + timedelta(hours=hour))
        assert _subjects(server) == ["Motbild: ingen natt har gått klart"]


def test_two_processes_at_once_send_once(home: Home) -> None:
    """A timer and a night that end together do not tell the same twice."""
    with mail_server() as server:
        settings = _set(home, alert_addresses=mail_address(server.port, "vakt@example.se"))
        context = multiprocessing.get_context("spawn")
        senders = [
            context.Process(target=send_due, args=(settings, datetime.now(UTC))) for _ in range(2)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(60)
        assert len(server.mails) == 1


def test_the_addresses_may_stand_in_a_file_of_the_owner_alone(home: Home) -> None:
    """One that others can read is refused, and nothing is sent."""
    with webhook() as hook:
        settings = _set(home)
        settings.alert_addresses_file.write_text(f"# drift\n{hook_address(hook.port)}\n")
        settings.alert_addresses_file.chmod(0o644)
        [failure] = send_alerts(settings, datetime.now(UTC)).failures
        assert "chmod 600" in failure
        settings.alert_addresses_file.chmod(0o600)
        assert send_alerts(settings, datetime.now(UTC)).sent == 1
        [trial] = try_addresses(settings)
        assert (trial.address, trial.failure) == ("json://127.0.0.1…", None)
        assert hook.bodies[-1]["title"] == "Motbild: provmeddelande"


def test_nobody_is_told_of_a_demonstration(home: Home) -> None:
    """Whatever addresses the environment names."""
    with webhook() as hook:
        settings = _set(home, alert_addresses=hook_address(hook.port))
        settings.demo_mark.touch()
        assert send_alerts(settings, datetime.now(UTC)).sent == 0
        assert hook.bodies == []


def test_without_addresses_nothing_is_done(home: Home) -> None:
    """And a trial says where to write one."""
    assert send_alerts(_set(home), datetime.now(UTC)).sent == 0
    assert "nobody is told" in examine_alerts(_set(home))
    with pytest.raises(InputError, match="alert-addresses"):
        try_addresses(_set(home))


def test_the_digest_is_sent_once_a_day_from_its_hour_on(home: Home) -> None:
    """With page and text, to each address; one that was down gets it when it is back."""
    port = free_port()
    with mail_server() as server:
        addresses = f"{mail_address(server.port, 'a@example.se')} {hook_address(port)}"
        settings = _set(home, digest_addresses=addresses, digest_hour="06:30")
        day = datetime.now(UTC).replace(hour=3, minute=0)
        assert send_digest(settings, day).sent == 0
        later = day.replace(hour=12)
        first = send_digest(settings, later)
        assert (first.sent, len(first.failures)) == (1, 1)
        assert send_digest(settings, later + timedelta(hours=1)).sent == 0
        assert len(server.mails) == 1
        send_digest(settings, later + timedelta(days=1))
        assert len(server.mails) == 2
    assert str(server.mails[0]["Subject"]).startswith("Morgonbrev ")
    assert "var du bor" not in server.mails[0].as_string()


def test_the_digest_waits_for_a_night_that_is_running(home: Home) -> None:
    """For three hours and no longer; whoever asks for it has it at once."""
    with mail_server() as server:
        settings = _set(home, digest_addresses=mail_address(server.port, "a@example.se"))
        now = datetime.now(UTC).replace(month=1, hour=6, minute=0)  # seven o'clock in Sweden
        with hold_night_lock(home.folder, run_id="r", now=now):
            assert send_digest(settings, now).sent == 0
            assert send_digest(settings, now + timedelta(hours=3)).sent == 1
            tomorrow = now + timedelta(days=1)
            assert send_digest(settings, tomorrow).sent == 0
        assert send_digest(settings, tomorrow).sent == 1


def test_the_digest_counts_what_waits_and_what_has_been_decided(home: Home) -> None:
    """What a reviewer has decided since the night waits no more."""
    settings, now = _set(home), datetime.now(UTC)
    before = gather_digest(settings, now)
    assert (before.waiting.flagged, before.waiting.threats) == (1, 1)
    assert before.new_question_count == 1
    [line] = before.narratives
    assert (line.narrative_id, line.change.last_count, line.new_count) == ("kidnappning", 1, 1)
    [(text_digest, post_id)] = home.rows(
        "SELECT text_digest, post_id FROM core.posts JOIN core.flags USING (post_id)",
        "analyst.duckdb",
    )
    store = open_review_store(settings.review_store_to_make)
    store.decisions.record(
        Decision(
            decision_id="d1",
            post_id=post_id,
            text_digest=text_digest,
            kind="reject",
            narratives=(),
            stance="none",
            is_threat=False,
            reviewer="gun",
            decided_at=now,
        )
    )
    store.close()
    after = gather_digest(settings, now)
    assert (after.waiting.flagged, after.waiting.threats) == (0, 1)


def test_before_any_night_the_digest_says_so(tmp_path: Path) -> None:
    """It is no error, and nothing is claimed to be calm."""
    found = gather_digest(Settings(home=tmp_path), datetime.now(UTC))
    assert found.night.state == "none"
    assert not found.is_calm
