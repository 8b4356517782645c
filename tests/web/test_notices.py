"""What nights have noticed, as Lägesbild tells it."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from motbild.core.notices import KINDS, SEVERITIES, Notice
from motbild.web.language import words_of
from motbild.web.notice_places import Places
from motbild.web.notice_words import is_told, tell_ceased, tell_notice
from motbild.web.reading.notices import Dealt, choose
from motbild.web.reading.queue import count_queues
from motbild.web.wording import NOTICE_ENDS, NOTICE_HEADLINES
from tests.rooms import NOW, TestRoom
from tests.web.test_overview import rewrite

PLACE = "/lagesbild"
NIGHT = NOW - timedelta(hours=5)
NOTHING_DONE = Dealt(has_threats=True, rumours=(), sources=("forum",))
RISE = {
    "narrative_id": "kidnappning",
    "lang": "all",
    "platform": "all",
    "first_day": "2026-11-20",
    "last_day": "2026-11-21",
    "post_count": "41",
    "expected_count": "8.25",
    "upper_count": "15",
}
EVIDENCE: Mapping[str, dict[str, str]] = {
    "threats": {"post_count": "3", "family_count": "2"},
    "spike": RISE,
    "shift": RISE,
    "campaign": {
        "narrative_id": "kidnappning",
        "post_count": "1200",
        "account_count": "60",
        "burst_post_count": "30",
        "burst_seconds": "600",
    },
    "source-failed": {"night_count": "4", "since_day": "2026-11-18"},
    "volume-drop": {"night_count": "3", "post_count": "4", "expected_count": "1210"},
    "schema-drift": {"row_count": "90", "reject_count": "60", "code": "missing-text"},
    "new-rumour": {
        "post_count": "9",
        "family_count": "4",
        "first_day": "2026-10-30",
        "last_day": "2026-11-19",
    },
    "source-silent": {"last_day": "2026-10-02", "longest_gap_days": "7"},
}


def _notice(kind: str, subject: str = "forum", *, is_open: bool = True, **more: str) -> Notice:
    evidence = {**EVIDENCE[kind], **more}
    severity = SEVERITIES[kind]
    return Notice(f"{kind}:{subject}", kind, subject, severity, NIGHT, NIGHT, is_open, evidence,
                  "r", "r")  # fmt: skip


def _put(room: TestRoom, *notices: Notice) -> None:
    """Let a room's snapshot hold these notices and no others."""
    told = ["DELETE FROM ops.notices"]
    for one in notices:
        pairs = ", ".join(f"'{name}': '{value}'" for name, value in one.evidence.items())
        told.append(
            f"INSERT INTO ops.notices VALUES ('{one.notice_id}', '{one.kind}', '{one.subject_id}',"
            f" '{one.severity}', '{one.first_noticed_at}', '{one.last_noticed_at}', {one.is_open},"
            f" MAP {{{pairs}}}, 'r', 'r')"
        )
    rewrite(room, *told)


def _panel(room: TestRoom, login: str = "gun") -> str:
    page = room.visitor(login).get(PLACE)
    return page.split('id="noticed"', 1)[1].split("</section>", 1)[0] if "noticed" in page else ""


def _words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_what_holds_is_told_most_urgent_first(room: TestRoom) -> None:
    """Each with its numbers, how much it presses in a word, since when, and where to go."""
    drop = replace(_notice("volume-drop"), first_noticed_at=NOW - timedelta(days=3))
    _put(room, _notice("new-rumour", "abc"), drop, _notice("spike", "e1"), _notice("threats", "r"))
    panel = _panel(room)
    assert re.findall(r"<h3>(.*?)</h3>", panel) == [
        "Nya möjliga hot mot personal",
        "Topp för ”Socialtjänsten kidnappar barn”",
        "Källan forum ger mycket färre inlägg än vanligt",
        "Kanske ett nytt rykte",
    ]
    told = _words(panel)
    assert "brådskar nytt 3 nya inlägg kan hota" in told
    assert (
        "viktigt nytt 41 inlägg 20–21 november verkar påstå det. I vanliga fall är det omkring 8"
        in told
    )
    assert "viktigt sedan 19 november Nya inlägg de senaste 3 nätterna: 4, mot omkring" in told
    assert "bra att veta nytt 9 inlägg i 4 olika texter, 30 oktober – 19 november," in told
    assert re.findall(r'<a href="(.*?)">', panel) == [
        "/granska?ko=hot",
        "/granska?narrativ=kidnappning",
        "#natten",
        "/nya-rykten",
    ]


def test_nothing_noticed_is_one_calm_sentence(room: TestRoom) -> None:
    """An empty panel would leave people wondering whether anybody has looked."""
    _put(room)
    assert _words(_panel(room)).endswith("Lugnt: inget utöver det vanliga har märkts.")


def test_a_snapshot_from_before_notices_promises_no_calm(room: TestRoom) -> None:
    """Whoever has upgraded and run no night yet meets the page as it was."""
    rewrite(room, "DROP VIEW analyst.notices", "DROP TABLE ops.notices")
    assert _panel(room) == ""
    assert "Lugnt" not in room.visitor("gun").get(PLACE)


def test_what_has_ceased_is_told_for_a_day(room: TestRoom) -> None:
    """In a list of its own, since there is nothing to do about it."""
    _put(room, _notice("spike", "e1", is_open=False))
    room.now = NIGHT + timedelta(hours=23)
    told = _words(_panel(room))
    assert "Lugnt: inget" in told
    assert "Inte längre aktuellt Toppen för ”Socialtjänsten kidnappar barn” är över." in told
    room.now = NIGHT + timedelta(hours=24)
    assert "Inte längre aktuellt" not in _panel(room)


def test_what_people_have_dealt_with_is_told_no_more(room: TestRoom) -> None:
    """Threats that wait for nobody, and rumours that somebody has judged."""
    _put(room, _notice("threats", "r"))
    assert count_queues(room.room.snapshot())["hot"]
    assert "Nya möjliga hot" in _panel(room)
    notices = [_notice("threats", "r"), _notice("new-rumour", "abc")]
    dealt = Dealt(has_threats=False, rumours={"abc"}, sources=())
    assert choose(notices, NOW, dealt).open == []
    assert len(choose(notices, NOW, NOTHING_DONE).open) == 2


def test_many_are_folded(room: TestRoom) -> None:
    """A bad morning does not push the work off the screen, and nothing is left out."""
    _put(room, *(_notice("volume-drop", f"forum-{n}") for n in range(9)))
    panel = _panel(room)
    shown, folded = panel.split("<summary>")
    assert (shown.count("<h3>"), folded.count("<h3>")) == (6, 3)
    assert folded.startswith("Visa 3 till")


def test_names_from_data_are_inert(room: TestRoom) -> None:
    """A source or a platform that is named as markup is shown as text."""
    hostile = "<img src=x>\u202e"
    _put(room, _notice("volume-drop", hostile), _notice("spike", "e1", platform=hostile))
    panel = _panel(room)
    assert "<img" not in panel
    assert "\u202e" not in panel
    assert "från &lt;img src=x&gt;" in panel


def test_one_that_the_room_has_no_words_for_is_left_out(room: TestRoom) -> None:
    """A kind of a later version breaks no page."""
    _put(room, replace(_notice("spike", "e1"), kind="solförmörkelse"))
    assert "Lugnt" in _panel(room)


@pytest.mark.parametrize(
    "notices",
    [
        [replace(_notice("threats", is_open=False), first_noticed_at=NOW - timedelta(days=2))],
        [_notice("threats", is_open=False)],
        [_notice("volume-drop", is_open=False), _notice("source-failed")],
        [_notice("source-failed", "borttagen", is_open=False)],
        [_notice("spike", "e1", is_open=False, lang="ar"), _notice("spike", "e2")],
        [_notice("spike", "e1", is_open=False), _notice("shift", "e2")],
    ],
)
def test_what_goes_on_is_not_told_as_ceased(notices: list[Notice]) -> None:
    """Threats of last night, a source that is worse now or is gone, a rise seen more widely."""
    assert choose(notices, NOW, NOTHING_DONE).over == []


def test_threats_of_the_days_runs_are_told_together() -> None:
    """A run an hour later closes what the night opened, and nobody has looked at it yet."""
    night = replace(_notice("threats", "r1", is_open=False), first_noticed_at=NIGHT)
    later = _notice("threats", "r2", post_count="2")
    [told] = choose([night, later], NOW, NOTHING_DONE).open
    assert told.evidence["post_count"] == "5"
    assert choose([night], NIGHT + timedelta(days=1), NOTHING_DONE).open == []


def test_a_source_that_has_recovered_is_told() -> None:
    """What was wrong with it holds no longer, and the last night could read it."""
    closed = _notice("source-failed", is_open=False)
    assert choose([closed], NOW, NOTHING_DONE).over == [closed]


@pytest.mark.parametrize(
    ("notice", "address"),
    [
        (_notice("shift", "e1"), "/lagesbild?narrativ=kidnappning#narratives"),
        (_notice("shift", "e1", narrative_id="borttaget"), "/granska"),
        (_notice("campaign", "c1"), "/granska?status=alla&item=f1"),
        (_notice("campaign", "c2"), "/granska?narrativ=kidnappning"),
        (_notice("new-rumour", "abc"), "/nya-rykten/abc"),
        (_notice("new-rumour", "def"), "/nya-rykten"),
        (_notice("schema-drift"), "#natten"),
    ],
)
def test_each_leads_to_where_something_can_be_done(notice: Notice, address: str) -> None:
    """To the very thing where the room shows it, or else to where it would be."""
    campaigns: list[dict[str, Any]] = [
        {"campaign_id": "c1", "item_id": "f1"},
        {"campaign_id": "c2", "item_id": None},
    ]
    places = Places(words_of("sv"), campaigns, {"abc"}, {"kidnappning"})
    assert places.of(notice).address == address


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("kind", NOTICE_HEADLINES)
def test_every_kind_has_words_even_where_its_figures_are_missing(kind: str, lang: str) -> None:
    """No code and no empty blank is shown."""
    notice = _notice(kind)
    for one in (notice, replace(notice, evidence={"first_day": "x", "post_count": "många"})):
        wording = tell_notice(words_of(lang), one, "T")
        told = " ".join([wording.headline, wording.urgency, *wording.told])
        assert all(wording.told)
        assert "%" not in told
        assert "-" not in kind or kind not in told


def test_kinds_are_told_by_the_panel_or_by_the_room_itself() -> None:
    """Only whether nights ran at all is told elsewhere on the page."""
    untold = [kind for kind in KINDS if kind not in NOTICE_HEADLINES]
    assert untold == ["night-failed", "night-late", "night-interrupted"]
    assert not is_told(replace(_notice("spike"), kind="night-late"))
    assert set(NOTICE_ENDS) == set(NOTICE_HEADLINES) - {"threats"}


@pytest.mark.parametrize(
    ("notice", "told"),
    [
        (_notice("spike", lang="ar"), "The figures are of posts in Arabic."),
        (_notice("spike", platform="x"), "The figures are of posts from x."),
        (_notice("spike", lang="ar", platform="x"), "of posts in Arabic from x."),
        (_notice("spike", expected_count="0.2"), "Usually there are hardly any."),
        (_notice("spike", upper_count="0"), "Usually there are about 8."),
        (
            _notice("spike", first_day="2026-11-21", post_count="1"),
            "1 post 21 November seems to assert it.",
        ),
        (_notice("shift"), "The level has held"),
        (_notice("campaign"), "1,200 posts from 60 accounts. 30 of the posts came within 10 min"),
        (_notice("campaign", burst_seconds="60"), "within 60 seconds."),
        (_notice("campaign", burst_seconds="10800"), "within 3 hours."),
        (_notice("source-failed", night_count="1"), "It could not be read last night."),
        (_notice("schema-drift"), "The commonest reason: The row has no text."),
        (_notice("schema-drift", code="<b>"), "The source may have changed its form."),
    ],
)
def test_words_tell_what_is_known_and_no_more(notice: Notice, told: str) -> None:
    """In English as in Swedish."""
    assert told in " ".join(tell_notice(words_of("en"), notice, "").told)


def test_an_end_is_told_in_the_readers_language() -> None:
    """With the name of the source, and nothing promised of it."""
    notice = _notice("volume-drop", is_open=False)
    assert tell_ceased(words_of("en"), notice, "") == (
        "The source forum no longer brings unusually few posts."
    )
