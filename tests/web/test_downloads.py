"""Lists as files, as they are filtered, and a decision's whole story."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from motbild.core.acts import Act
from motbild.core.decisions import Decision
from motbild.web.columns import COLUMN_NAMES, tell_columns
from motbild.web.language import words_of
from motbild.web.pages.downloads import LISTS
from motbild.web.reading.item import texts_to_decide
from motbild.web.reading.story import pack_story
from tests.rooms import NOW, TestRoom, Visitor

OPEN = sorted(name for name, listing in LISTS.items() if listing.role == "reviewer")


def _address(name: str, form: str) -> str:
    words = "q=barn&" if name == "sok" else ""
    return f"/exportera/{name}?{words}form={form}"


def _lines(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))


def _parquet(visitor: Visitor, address: str) -> pa.Table:
    return pq.read_table(io.BytesIO(visitor.client.get(address).content))


def _decide(room: TestRoom, kind: str = "confirm", act_id: str = "act-1") -> str:
    """Decide on the first item; return its id."""
    snapshot = room.room.snapshot()
    (item,) = snapshot.rows("SELECT * FROM memory.main.items WHERE is_flagged LIMIT 1")
    decisions = tuple(
        Decision(
            f"{act_id}-{number}",
            text["post_id"],
            text["text_digest"],
            kind,
            "gun",
            NOW,
            narratives=tuple(item["narrative_ids"]) if kind == "confirm" else (),
            note="Samma som i går.",
        )
        for number, text in enumerate(texts_to_decide(snapshot, item["family_id"]))
    )
    act = Act(act_id, item["family_id"], decisions)
    room.store.decisions.decide(act, seen_seq=0, actor="gun", now=NOW)
    return str(item["family_id"])


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_each_list_can_be_taken_away(room: TestRoom, name: str, form: str) -> None:
    """Under a name with the day, as a file of its kind, and the log tells it."""
    answer = room.visitor("gun").client.get(_address(name, form))
    assert answer.status_code == 200
    told = answer.headers["content-disposition"]
    assert told == f'attachment; filename="motbild-{name}-2026-11-22.{form}"'
    assert len(answer.content) == int(answer.headers["content-length"])
    (line,) = room.store.audit.entries(action="exported")
    assert (line.actor, line.details["list"], line.details["form"]) == ("gun", name, form)


def test_a_file_has_as_many_rows_as_the_log_says(room: TestRoom) -> None:
    """And as the page counts."""
    lines = _lines(room.visitor("gun").client.get("/exportera/granska?form=csv").content)
    (entry,) = room.store.audit.entries(action="exported")
    assert len(lines) == entry.details["row_count"] > 0


def test_the_filter_of_the_page_is_that_of_the_file(room: TestRoom) -> None:
    """Another language, another file; the log tells the filter."""
    visitor = room.visitor("gun")
    table = _parquet(visitor, "/exportera/fragor?sprak=sv&form=parquet")
    assert set(table["lang"].to_pylist()) == {"sv"}
    (entry,) = room.store.audit.entries(action="exported")
    assert entry.details["filter"] == {"sprak": "sv"}


def test_columns_speak_to_people_in_sheets_and_to_programs_in_parquet(room: TestRoom) -> None:
    """Swedish names and words in one, those of the data dictionary in the other."""
    visitor = room.visitor("gun")
    (first, *_) = _lines(visitor.client.get("/exportera/granska?form=csv").content)
    assert first["Hållning enligt modellen"] == "påstår"
    assert first["Språk"] in (
        "svenska",
        "arabiska",
        "engelska",
        "somaliska",
        "turkiska",
        "persiska",
    )
    table = _parquet(visitor, "/exportera/granska?form=parquet")
    assert set(table["stance"].to_pylist()) == {"asserts"}
    gun = room.store.accounts.find("gun")
    assert gun is not None
    room.store.accounts.change(gun.account_id, lang="en", actor="gun", now=NOW)
    english = visitor.client.get("/exportera/granska?form=csv")
    assert "Stance, as the model says" in _lines(english.content)[0]


def test_decisions_are_told_without_who_made_them(room: TestRoom) -> None:
    """What and when; the log and the story tell who."""
    _decide(room)
    answer = room.visitor("gert").client.get("/exportera/granska?status=alla&form=csv")
    decided = [line for line in _lines(answer.content) if line["Beslut"]]
    assert [line["Beslut"] for line in decided] == ["Bekräftat: påstår det"]
    assert "gun" not in answer.text
    assert "Gun" not in answer.text


def test_the_log_is_for_approvers(room: TestRoom) -> None:
    """Who may not see it may not take it away either."""
    assert room.visitor("gun").client.get("/exportera/logg?form=csv").status_code == 403
    table = _parquet(room.visitor("gry"), "/exportera/logg?form=parquet&handling=signed-in")
    assert set(table["action"].to_pylist()) == {"signed-in"}
    assert table["seq"].to_pylist() == sorted(table["seq"].to_pylist(), reverse=True)


def test_readers_take_nothing_away(room: TestRoom) -> None:
    """No list and no story."""
    client = room.visitor("lea").client
    assert client.get("/exportera/granska?form=csv").status_code == 403
    assert client.get(f"/exportera/beslut/{_decide(room)}.json").status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/exportera/allt?form=csv", "/exportera/granska?form=exe", "/exportera/sok?form=csv"],
)
def test_what_is_no_list_is_not_there(room: TestRoom, address: str) -> None:
    """Nor another kind of file, nor a search for nothing."""
    assert room.visitor("gun").client.get(address).status_code == 404
    assert room.store.audit.entries(action="exported") == []


def test_what_was_searched_for_is_not_logged(room: TestRoom) -> None:
    """The log tells that results were taken away, and not of what search."""
    room.visitor("gun").client.get("/exportera/sok?q=barn&sprak=sv&form=csv")
    (entry,) = room.store.audit.entries(action="exported")
    assert entry.details["filter"] == {"sprak": "sv"}


def test_a_long_log_is_whole(room: TestRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many lines are read at once."""
    monkeypatch.setattr("motbild.web.reading.downloads._LINES_AT_ONCE", 2)
    table = _parquet(room.visitor("gry"), "/exportera/logg?form=parquet")
    assert table["seq"].to_pylist() == list(range(len(table), 0, -1))


def test_an_xlsx_file_tells_its_selection(room: TestRoom) -> None:
    """On a sheet of its own."""
    answer = room.visitor("gun").client.get("/exportera/fragor?sprak=sv&form=xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert "sprak: sv" in book.read("xl/worksheets/sheet2.xml").decode()


def test_every_column_has_a_name_in_both_languages(room: TestRoom) -> None:
    """No list holds a column that a person cannot read."""
    visitor = room.visitor("gry")
    for name in LISTS:
        columns = _parquet(visitor, _address(name, "parquet")).column_names
        assert set(columns) <= set(COLUMN_NAMES), name
    english = words_of("en")
    same = {name for name in COLUMN_NAMES.values() if english(name) == name}
    assert same == {"Text", "Version", "Person"}


def test_codes_that_are_not_known_are_kept() -> None:
    """Nothing is lost where a newer Motbild says something new."""
    table = pa.table({"stance": ["asserts", "newer", None], "lang": ["sv", "und", None]})
    told = tell_columns(table, words_of("sv"))
    assert told["Hållning enligt modellen"].to_pylist() == ["påstår", "newer", None]
    assert told["Språk"].to_pylist() == ["svenska", "okänt språk", None]


def _story(room: TestRoom, family_id: str) -> Mapping[str, Any]:
    answer = room.visitor("gry").client.get(f"/exportera/beslut/{family_id}.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    told: Mapping[str, Any] = json.loads(answer.content)
    return told


def test_a_story_tells_what_was_decided_by_whom_and_undone(room: TestRoom) -> None:
    """The post, what the model said, each act, each undoing, and who did it when."""
    family_id = _decide(room)
    room.store.decisions.undo("act-1", actor="gert", now=NOW)
    story = _story(room, family_id)
    assert story["item"]["texts"][0]["text"]
    assert story["item"]["texts"][0]["evidence"]["sentence"]
    (act,) = story["acts"]
    assert (act["reviewer"], act["kind"], act["undone_by"]) == ("gun", "confirm", "gert")
    assert act["note"] == "Samma som i går."
    assert [line["action"] for line in story["log"]] == ["decided", "undid"]
    (entry,) = room.store.audit.entries(action="exported")
    assert entry.subject == family_id


def test_a_story_tells_late_acts_and_answers(room: TestRoom) -> None:
    """What did not stand is told too, and what was answered."""
    family_id = _decide(room)
    texts = texts_to_decide(room.room.snapshot(), family_id)
    other = Decision("late-1", texts[0]["post_id"], texts[0]["text_digest"], "reject", "gert", NOW)
    act = Act("late", family_id, (other,))
    room.store.decisions.decide(act, seen_seq=0, actor="gert", now=NOW)
    room.store.answers.draft(
        narrative_id="barnhandel",
        channel="reply",
        length="short",
        lang="sv",
        text="Så här är det.",
        fact_refs=[],
        family_id=family_id,
        actor="gun",
        now=NOW,
    )
    story = _story(room, family_id)
    assert [late["act"]["decisions"][0]["kind"] for late in story["late_acts"]] == ["reject"]
    assert [answer["text"] for answer in story["answers"]] == ["Så här är det."]
    assert story["answers"][0]["history"][0]["kind"] == "drafted"


def test_a_story_outlives_its_post(room: TestRoom) -> None:
    """What people decided is told where the snapshot has the post no longer."""
    gone = Decision("d-1", "x:gone", "digest", "skip", "gun", NOW)
    act = Act("act-gone", "family-gone", (gone,))
    room.store.decisions.decide(act, seen_seq=0, actor="gun", now=NOW)
    story = _story(room, "family-gone")
    assert story["item"] is None
    assert len(story["acts"]) == 1
    assert room.visitor("gry").client.get("/exportera/beslut/inget.json").status_code == 404


def test_no_character_of_a_story_is_hidden() -> None:
    """Overrides and zero-width letters stand as escapes, and are read back as they were."""
    text = "a\u202eb\u200bc\U000e0041 å"
    packed = pack_story({"text": text}, NOW)
    assert "\u202e" not in packed.decode()
    assert "å" in packed.decode()
    assert json.loads(packed)["text"] == text
