"""Råd: what to answer and what to leave, as the posts and the decisions have it now."""

import secrets
from datetime import timedelta

from motbild.core.advice import Situation
from motbild.web.deciding import Pressed, make_act
from motbild.web.reading.advice import read_advice
from motbild.web.reading.item import texts_to_decide
from tests.rooms import TestRoom
from tests.web.facts import NARRATIVE, approve_facts


def test_advice_is_sorted_and_leads_on(room: TestRoom) -> None:
    """Every narrative gets a level and its reasons; without facts one begins with those."""
    page = room.visitor("gun").get("/bemot")
    narratives = room.room.snapshot().rows("FROM core.narratives")
    assert page.count('class="badge level') == len(narratives)
    assert page.count("Därför") == len(narratives)
    assert "Granska fakta först" in page
    for narrative in narratives:
        approve_facts(room, narrative=narrative["narrative_id"])
    assert "Granska fakta först" not in room.visitor("gun").get("/bemot")


def test_what_reviewers_dismissed_does_not_count(room: TestRoom) -> None:
    """Advice follows the decisions, at once."""
    before = situation_of(room)
    assert before.flagged_last_7_days + before.flagged_week_before > 0
    snapshot = room.room.snapshot()
    for item in snapshot.rows("FROM memory.main.items WHERE is_flagged OR is_threat"):
        dismiss(room, item["family_id"])
    after = situation_of(room)
    counted = (after.flagged_last_7_days, after.flagged_week_before, after.reach)
    assert (*counted, after.threat_count) == (0, 0, 0, 0)


def situation_of(room: TestRoom) -> Situation:
    """Return how the narrative spreads, as the advice sees it."""
    advised = read_advice(room.room.snapshot(), room.now.date(), (), ())
    return next(one.situation for one in advised if one.narrative_id == NARRATIVE)


def dismiss(room: TestRoom, family_id: str) -> None:
    """Decide that an item bears on nothing."""
    texts = texts_to_decide(room.room.snapshot(), family_id)
    act_id = secrets.token_hex(16)
    made = make_act(
        Pressed("reject", ()),
        act_id=act_id,
        family_id=family_id,
        texts=texts,
        actor="gun",
        now=room.now,
    )
    room.store.decisions.decide(made, seen_seq=0, actor="gun", now=room.now)


def test_advice_says_when_it_is_old(room: TestRoom) -> None:
    """Figures of last week are not told as those of today."""
    assert "Senare nätter saknas" not in room.visitor("lea").get("/bemot")
    room.now += timedelta(days=4)
    assert "Senare nätter saknas" in room.visitor("lea").get("/bemot")
