"""Notices in Swedish."""

from datetime import UTC, datetime

import pytest

from motbild.core.notice_words import tell, tell_subject
from motbild.core.notices import KINDS, SEVERITIES, Notice

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TITLES = {"kidnappning": "Socialtjänsten kidnappar barn"}
EPISODE = {
    "narrative_id": "kidnappning",
    "lang": "ar",
    "platform": "all",
    "first_day": "2026-11-18",
    "last_day": "2026-11-19",
    "post_count": "41",
    "expected_count": "8.25",
    "upper_count": "15.2",
}


def _notice(kind: str, subject: str = "s", **evidence: str) -> Notice:
    return Notice(f"{kind}:1", kind, subject, SEVERITIES[kind], NOW, NOW, True, evidence, "r", "r")


@pytest.mark.parametrize(
    ("notice", "told"),
    [
        (
            _notice("spike", **EPISODE),
            "41 inlägg som verkar påstå det 18–19 november, mot omkring 8 i vanliga fall (högst "
            "15); på arabiska.",
        ),
        (
            _notice("threats", post_count="1", family_count="1"),
            "Natten hittade 1 inlägg (1 lydelse) som kan hota eller hänga ut personal. Ingen "
            "människa har bedömt dem än.",
        ),
        (
            _notice("campaign", post_count="80", account_count="60", burst_post_count="30",
                    burst_seconds="600"),
            "Samma budskap i 80 inlägg från 60 konton, 30 av dem inom 10 minuter. Det kan vara "
            "samordnat, och det kan vara många som rörts av samma sak.",
        ),
        (
            _notice("volume-drop", "forum", post_count="3", expected_count="121",
                    night_count="1", since_day="2026-11-19"),
            "Källan forum gav 3 nya inlägg den senaste natten, mot omkring 121 i vanliga fall. "
            "Det började 19 november.",
        ),
        (
            _notice("source-silent", "inkorg", last_day="2026-10-02", longest_gap_days="7"),
            "Källan inkorg har inte gett något sedan 2 oktober; längsta uppehållet förut var "
            "7 dagar.",
        ),
        (
            _notice("schema-drift", "forum", row_count="90", reject_count="60", code="no-text",
                    is_new_code="true"),
            "Av 90 nya rader från källan forum lades 60 åt sidan; en orsak som inte setts förut: "
            "no-text.",
        ),
        (
            _notice("night-interrupted", run_count="1", last_day="2026-11-18"),
            "1 körning avbröts mitt i, senast 18 november. Den här natten fortsatte där den "
            "slutade, och inget har gått förlorat.",
        ),
        (
            _notice("night-late", last_day="2026-11-18", hour_count="31"),
            "Den senaste natten som gick klart började 18 november, för 31 timmar sedan. Det som "
            "visas är så gammalt.",
        ),
    ],
)  # fmt: skip
def test_notices_are_told_in_plain_words(notice: Notice, told: str) -> None:
    """With their numbers, and what is not known is not claimed."""
    assert tell(notice, TITLES).told == told


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_even_where_its_figures_are_missing(kind: str) -> None:
    """A headline, what was seen, what to do, and a place in the room."""
    words = tell(_notice(kind), {})
    assert words.headline[0].isupper() or words.headline[0].isdigit()
    assert words.action
    assert words.told.endswith(".")
    assert words.todo.endswith(".")
    assert words.place.startswith("/")


def test_a_headline_has_the_title_and_links_to_the_narrative() -> None:
    """So that one click leads to what is meant."""
    words = tell(_notice("spike", **EPISODE), TITLES)
    assert words.headline == "Topp: ”Socialtjänsten kidnappar barn”"
    assert words.action == "Se vad som driver toppen för ”Socialtjänsten kidnappar barn”"
    assert tell(_notice("source-failed", "forum"), {}).headline == (
        "Källan forum går inte att läsa"
    )
    assert words.place == "/granska?narrativ=kidnappning"
    rumour = tell(_notice("new-rumour", "k1", narrative_id="kidnappning"), TITLES)
    assert (rumour.headline, rumour.place) == ("Nytt rykte", "/nya-rykten/k1")


def test_a_subject_counts_kinds_and_names_narratives() -> None:
    """The most urgent first, and no more than three parts."""
    spike = _notice("spike", **EPISODE)
    threats = _notice("threats", post_count="3", family_count="2")
    assert tell_subject([spike], TITLES) == "Motbild: topp för ”Socialtjänsten kidnappar barn”"
    assert tell_subject([spike, threats, spike], TITLES) == ("Motbild: 3 nya möjliga hot, 2 toppar")
    many = [spike, threats, _notice("volume-drop"), _notice("source-failed"), _notice("campaign")]
    assert tell_subject(many, TITLES).endswith(" och 2 till")


def test_a_subject_holds_no_name_of_a_source_platform_or_failure() -> None:
    """Whatever stands in them, a subject is seen on locked screens."""
    evil = "\r\nBcc: alla@example.se <script>"
    notices = [
        _notice("source-failed", evil, night_count="1"),
        _notice("spike", **{**EPISODE, "platform": evil, "lang": evil, "narrative_id": evil}),
        _notice("night-failed", failure=evil),
        _notice("schema-drift", evil, code=evil),
    ]
    assert "Bcc" not in tell_subject(notices, TITLES)
