"""Nya rykten: what recurs is shown, judged, undone, and becomes the beginning of a pack."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from motbild.adapters.packs import load_pack
from motbild.core.acts import Act
from motbild.core.decisions import Decision
from motbild.web.reading.rumours import (
    read_clusters,
    tell_nearness,
    tell_steadiness,
    tell_trend,
)
from motbild.web.rumour_verdicts import Judged, main_language
from tests.rooms import NOW, TestRoom, Visitor, furnish

# Two rumours, of five posts and of three, among those that the snapshot holds.
CLUSTERS = """
CREATE TEMP TABLE chosen AS
SELECT post_id, text_digest, row_number() OVER (ORDER BY text_digest) AS n
FROM core.posts WHERE lang = 'sv' AND parent_digest = ''
QUALIFY row_number() OVER (PARTITION BY family_id ORDER BY post_id) = 1;
DELETE FROM core.clusters;
DELETE FROM core.cluster_posts;
INSERT INTO core.clusters VALUES
    ('aaaa11112222', 'barnhandel', 9, 5, '2026-11-10', '2026-11-20', 2.5,
     ['fika', '<b>hund</b>'], 0.4, 'm', 'r', 4, 0.9, '2026-11-20', 0.1, 1e-5),
    ('bbbb11112222', 'kidnappning', 3, 3, '2026-11-10', '2026-11-12', 0.4, ['buss'], 0.2, 'm', 'r',
     1, NULL, '2026-11-20', 0.3, 0.2);
INSERT INTO core.cluster_posts
SELECT CASE WHEN n <= 5 THEN 'aaaa11112222' ELSE 'bbbb11112222' END, post_id, 0.2,
    CASE WHEN n <= 5 THEN n ELSE n - 5 END
FROM chosen WHERE n <= 8;
"""
FIRST, SECOND = "/nya-rykten/aaaa11112222", "/nya-rykten/bbbb11112222"


@pytest.fixture(scope="module")
def with_rumours(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published home whose snapshot holds two rumours."""
    home = tmp_path_factory.mktemp("rumours") / "home"
    (home / "published").mkdir(parents=True)
    name = (published / "analyst.duckdb").readlink()
    shutil.copyfile(published / name, home / name)
    with duckdb.connect(str(home / name)) as connection:
        connection.execute(CLUSTERS)
    (home / "analyst.duckdb").symlink_to(name)
    return home


@pytest.fixture
def rumours(with_rumours: Path, tmp_path: Path) -> Iterator[TestRoom]:
    """A room in which nobody has judged the two rumours."""
    made = furnish(with_rumours, tmp_path / "home")
    yield made
    made.close()


def _fields(page: str, **told: object) -> dict[str, object]:
    hidden = re.findall(r'name="(act_id|seen_seq)" value="([^"]*)"', page)
    return {**dict(hidden), "exempel": _examples(page), **told}


def _examples(page: str) -> list[str]:
    return re.findall(r'name="exempel" value="([^"]*)"', page)


def _judge(visitor: Visitor, place: str, **told: object) -> str:
    """Judge a rumour as its form does, with every example; return the page that follows."""
    answer = visitor.send(place, _fields(visitor.get(place), **told))
    assert answer.status_code == 303, answer.text[-1500:]
    return visitor.get(answer.headers["location"])


def test_rumours_are_listed_with_size_growth_and_words(rumours: TestRoom) -> None:
    """The weightiest comes first; what the words hold is shown as text."""
    page = rumours.visitor("lea").get("/nya-rykten")
    assert page.index("aaaa11112222") < page.index("bbbb11112222")
    assert "9 inlägg" in page
    assert "2,5 gånger så många" in page
    assert "&lt;b&gt;hund&lt;/b&gt;" in page
    assert "Visa 3 exempel till" in page
    assert "Ta ställning" not in page.replace("Att ta ställning till", "")


def test_the_list_can_be_narrowed_down(rumours: TestRoom) -> None:
    """To those nearest one narrative."""
    page = rumours.visitor("lea").get("/nya-rykten?narrativ=kidnappning")
    assert "bbbb11112222" in page
    assert "aaaa11112222" not in page


def test_nights_and_nearness_are_told_in_words(rumours: TestRoom) -> None:
    """For how long it has been seen, whether it stays, and plainly where no narrative is near."""
    visitor = rumours.visitor("lea")
    told = " ".join(visitor.get(FIRST).split())
    assert "Sett 4 nätter i rad, stadigt" in told
    assert "Liknar inget narrativ som bevakas" in told
    assert "Närmast:" not in told
    told = " ".join(visitor.get(SECOND).split())
    assert "Sett första natten" in told
    assert re.search(r"Närmast: [^<]+, svagt likt", told)


def test_what_is_near_no_narrative_is_listed_under_none(rumours: TestRoom) -> None:
    """Its nearest one is too far off to be looked for by it."""
    page = rumours.visitor("lea").get("/nya-rykten?narrativ=barnhandel")
    assert "aaaa11112222" not in page


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (tell_nearness(None), ""),
        (tell_nearness(0.1), "none"),
        (tell_nearness(0.2), "weak"),
        (tell_nearness(0.5), "clear"),
        (tell_steadiness(None), ""),
        (tell_steadiness(0.3), "little"),
        (tell_steadiness(0.5), "partly"),
        (tell_steadiness(0.8), "steady"),
    ],
)
def test_shares_are_told_in_words(told: str, expected: str) -> None:
    """Each has its levels, and none where it is not known."""
    assert told == expected


def test_a_long_list_has_pages(rumours: TestRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The weightiest stand on the first."""
    monkeypatch.setattr("motbild.web.pages.rumours.PAGE", 1)
    visitor = rumours.visitor("lea")
    first, second = visitor.get("/nya-rykten"), visitor.get("/nya-rykten?sida=2")
    assert "aaaa11112222" in first
    assert "bbbb11112222" not in first
    assert "bbbb11112222" in second
    assert 'rel="next"' not in second


def test_nothing_is_ticked_beforehand(rumours: TestRoom) -> None:
    """Saying that people spread a rumour is done deliberately, post by post."""
    page = rumours.visitor("gun").get(FIRST)
    assert len(_examples(page)) == 5
    assert not re.search(r'name="exempel"[^>]*checked', page)


def test_a_variant_becomes_confirmed_decisions(rumours: TestRoom) -> None:
    """The ticked examples are decided on, are learned from, and the rumour leaves the list."""
    visitor = rumours.visitor("gun")
    page = visitor.get(FIRST)
    ticked = _examples(page)[:2]
    told = _fields(page, vad="variant", narrativ="barnhandel", exempel=ticked)
    following = visitor.get(visitor.send(FIRST, told).headers["location"])
    assert "2 exempel är bekräftade" in following
    assert "Gun Granskare" in following
    table = rumours.store.decisions.after(0).to_pylist()
    assert len(table) == 2
    assert {row["kind"] for row in table} == {"confirm"}
    assert all(row["narratives"] == ["barnhandel"] for row in table)
    assert "aaaa11112222" not in visitor.get("/nya-rykten")
    assert "aaaa11112222" in visitor.get("/nya-rykten?visa=avgjorda")


def test_sending_twice_counts_once(rumours: TestRoom) -> None:
    """A double click neither decides twice nor judges twice."""
    visitor = rumours.visitor("gun")
    told = _fields(visitor.get(FIRST), vad="variant", narrativ="barnhandel")
    visitor.send(FIRST, told)
    again = visitor.send(FIRST, told)
    assert "redan=ja" in again.headers["location"]
    assert len(rumours.store.decisions.after(0)) == 5


def test_undoing_takes_the_decisions_along(rumours: TestRoom) -> None:
    """The rumour waits again, and its examples are no longer learned from."""
    visitor = rumours.visitor("gun")
    _judge(visitor, FIRST, vad="variant", narrativ="barnhandel")
    answer = rumours.visitor("gert").send(f"{FIRST}/angra", {})
    assert "Ångrat." in visitor.get(answer.headers["location"])
    rows = rumours.store.decisions.after(0).to_pylist()
    assert [row["kind"] for row in rows] == ["confirm"] * 5 + ["undo"] * 5
    assert "aaaa11112222" in visitor.get("/nya-rykten")
    assert visitor.send(f"{FIRST}/angra", {}).headers["location"] == "/nya-rykten?angrat=ja"


def test_what_others_decided_meanwhile_is_kept_apart(rumours: TestRoom) -> None:
    """An example that somebody has just rejected stays rejected, and this is told."""
    visitor = rumours.visitor("gun")
    page = visitor.get(FIRST)
    example = read_clusters(rumours.room.snapshot())["aaaa11112222"]["examples"][0]
    other = Decision("d", example["post_id"], example["text_digest"], "reject", "gert", NOW)
    act = Act("x", example["family_id"], (other,))
    rumours.store.decisions.decide(act, seen_seq=0, actor="gert", now=NOW)
    answer = visitor.send(FIRST, _fields(page, vad="variant", narrativ="barnhandel"))
    following = visitor.get(answer.headers["location"])
    assert "redan beslutat annorlunda" in following
    assert "4 exempel är bekräftade" in following
    assert len(rumours.store.decisions.open_late()) == 1


def test_a_rumour_can_be_dismissed_with_a_reason(rumours: TestRoom) -> None:
    """It leaves the list; no example is decided on."""
    following = _judge(rumours.visitor("gun"), SECOND, vad="dismissed", varfor="ordinary")
    assert "Vanligt samtal, inget rykte" in following
    verdict = rumours.store.rumours.verdicts()["bbbb11112222"]
    assert (verdict.verdict, verdict.reason) == ("dismissed", "ordinary")
    assert len(rumours.store.decisions.after(0)) == 0


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "Välj vad ryktet är"),
        ({"vad": "dismissed"}, "Välj varför"),
        ({"vad": "variant", "narrativ": "barnhandel", "exempel": []}, "Kryssa i minst ett"),
        ({"vad": "variant", "narrativ": "finns-inte"}, "Välj vilket narrativ"),
        ({"vad": "new", "rubrik": " "}, "Skriv både en rubrik"),
    ],
)
def test_what_is_missing_is_told_where_it_is_asked_for(
    rumours: TestRoom, told: dict[str, object], sentence: str
) -> None:
    """The form comes back as it was filled in, with one sentence that says what to do."""
    visitor = rumours.visitor("gun")
    answer = visitor.send(FIRST, _fields(visitor.get(FIRST), **told))
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    assert rumours.store.rumours.verdicts() == {}


def test_a_new_narrative_begins_as_a_pack(rumours: TestRoom, tmp_path: Path) -> None:
    """The archive holds a pack that loads, with the examples as seeds."""
    visitor = rumours.visitor("gun")
    new = {"vad": "new", "rubrik": "Fika ger bidrag", "pastaende": 'De säger "fika" och tar barn.'}
    assert "Så blir det ett narrativ" in _judge(visitor, FIRST, **new)
    answer = visitor.send(f"{FIRST}/paket", {"sprak": "sv", "fler": "Ett till.\n\nOch ett till."})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    pack = load_pack(tmp_path / "rykte-aaaa11112222")
    (narrative,) = pack.narratives
    assert narrative.claim["sv"] == 'De säger "fika" och tar barn.'
    assert len(pack.seeds) == 7
    (line,) = rumours.store.audit.entries(action="exported")
    assert line.subject == "aaaa11112222"


def test_a_pack_needs_examples(rumours: TestRoom) -> None:
    """Three posts are too few: the page says so, and some more written there will do."""
    visitor = rumours.visitor("gun")
    _judge(visitor, SECOND, vad="new", rubrik="Bussen", pastaende="Bussen tar barn.")
    refused = visitor.send(f"{SECOND}/paket", {"sprak": "sv", "fler": ""})
    assert refused.status_code == 400
    assert "minst fyra olika exempel" in refused.text
    given = visitor.send(f"{SECOND}/paket", {"sprak": "sv", "fler": "Bussen kom och tog dem."})
    assert given.status_code == 200


def test_a_judged_rumour_that_recurs_no_more_is_still_told(rumours: TestRoom) -> None:
    """What people decided stays, though there is nothing left to show of the posts."""
    rumours.store.rumours.record(
        "cccc11112222", "new", None, ["x"], "Borta", "Det som var.", actor="gun", now=NOW
    )
    visitor = rumours.visitor("lea")
    assert "Borta" in visitor.get("/nya-rykten?visa=avgjorda")
    assert "kan inte visas" in visitor.get("/nya-rykten/cccc11112222")
    assert visitor.client.get("/nya-rykten/finns-inte").status_code == 404


def test_readers_judge_nothing(rumours: TestRoom) -> None:
    """They see the examples and no form; sending one is refused."""
    visitor = rumours.visitor("lea")
    assert 'name="vad"' not in visitor.get(FIRST)
    assert visitor.send(FIRST, {"vad": "dismissed", "varfor": "other"}).status_code == 403
    assert visitor.send(f"{FIRST}/angra", {}).status_code == 403


def test_an_older_snapshot_has_no_rumours(rumours: TestRoom, with_rumours: Path) -> None:
    """One from before rumours were looked for shows an empty list, and can be searched."""
    path = rumours.settings.home / (with_rumours / "analyst.duckdb").readlink()
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP VIEW analyst.cluster_posts; DROP VIEW analyst.clusters")
        connection.execute("DROP TABLE core.cluster_posts; DROP TABLE core.clusters")
    visitor = rumours.visitor("gun")
    assert "Inget nytt rykte att ta ställning till" in visitor.get("/nya-rykten")
    assert "inlägg" in visitor.get("/sok?q=barn&typ=rykten")


@pytest.mark.parametrize(
    ("growth", "trend"), [(4.0, "growing"), (1.5, "growing"), (1.0, "steady"), (0.5, "falling")]
)
def test_growth_is_told_in_a_word(growth: float, trend: str) -> None:
    """Half as many again is growing, two thirds is falling."""
    assert tell_trend(growth) == trend


def test_the_language_of_a_pack_is_that_of_most_examples() -> None:
    """Of those that a pack may have; Swedish where there is none."""
    assert main_language([{"lang": "ar"}, {"lang": "ar"}, {"lang": "sv"}]) == "ar"
    assert main_language([{"lang": "und"}, {"lang": "de"}]) == "sv"


def test_a_complete_judgement_has_no_mistake() -> None:
    """Each kind needs its own parts and no others."""
    narratives = {"barnhandel": object()}
    complete = (
        Judged("dismissed", reason="known"),
        Judged("variant", ("f",), "barnhandel"),
        Judged("new", ("f",), title="Rubrik", claim="Påstående."),
    )
    assert [judged.mistake(narratives) for judged in complete] == ["", "", ""]
