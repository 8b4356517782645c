"""A whole night on real stores, with stand-ins for the model."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from motbild.adapters.night_lock import hold_night_lock
from motbild.adapters.sources import SourceSpec
from motbild.core.night_report import render_markdown
from motbild.errors import LockHeldError, MotbildError, UnexpectedError
from motbild.wiring.models import Model
from motbild.wiring.nights import Step, run_night
from motbild.wiring.sources import load_sources
from tests.data.bad_rows import write_bad_rows
from tests.homes import Home, make_post, write_posts
from tests.stages.fakes import PACK, WordClassifier


def test_the_same_night_twice_changes_nothing(home: Home, tmp_path: Path) -> None:
    """A second night over the same file adds its own record and nothing else."""
    posts = write_posts(
        tmp_path / "a.jsonl", make_post(1, "kidnappning sker här", likes=3), make_post(2, "hej")
    )
    first = home.night(posts)
    encoded = len(home.encoder.encoded)
    second = home.night(posts)
    assert first.counts["posts_added"] == 2
    assert {name: n for name, n in second.counts.items() if n} == {}
    assert len(home.encoder.encoded) == encoded
    assert home.rows("SELECT count(*) FROM ops.runs WHERE status = 'completed'") == [(2,)]


def test_the_same_posts_in_another_file_are_not_doubled(home: Home, tmp_path: Path) -> None:
    """An export that overlaps with an earlier one adds only what is new."""
    home.night(write_posts(tmp_path / "a.jsonl", make_post(1, "ett"), make_post(2, "två")))
    report = home.night(write_posts(tmp_path / "b.jsonl", make_post(2, "två"), make_post(3, "tre")))
    assert report.counts["posts_added"] == 1
    assert home.rows("SELECT count(*) FROM core.posts") == [(3,)]


def test_a_thousand_good_rows_survive_thirty_kinds_of_bad_ones(home: Home, tmp_path: Path) -> None:
    """Bad rows are set aside with file, line and reason; every good one is stored."""
    expected = write_bad_rows(tmp_path / "bad.jsonl")
    report = home.night(tmp_path / "bad.jsonl")
    assert report.counts["posts_added"] == 1000
    assert len(expected) >= 30
    rejects = home.rows("SELECT line_number, code, file_name, reason FROM ops.rejects")
    assert {line: code for line, code, _, _ in rejects} == expected
    assert {name for _, _, name, _ in rejects} == {"bad.jsonl"}
    assert all(reason.endswith(".") for _, _, _, reason in rejects)


def test_nothing_personal_is_in_any_file(home: Home, tmp_path: Path) -> None:
    """Author, number, address of mail and account are found in no byte that was written."""
    text = (
        "kidnappning enligt @granne.fem: ring 070-174 06 58 eller skriv zeb@example.org, "
        "hen är född 19121212-1212 och bor på Låtsasgatan 12 B"
    )
    url = "https://x.com/zebulon_f/status/123456"
    home.night(
        write_posts(
            tmp_path / "a.jsonl",
            make_post(1, text, author="zebulon_f", url=url),
            make_post(2, "kidnappning och hot", author="zebulon_f", url=url),
        )
    )
    written = home.bytes()
    for personal in (
        "zebulon_f",
        "granne.fem",
        "174 06 58",
        "1740658",
        "zeb@example.org",
        "19121212",
        "1212-1212",
        "121212-1212",
        "Låtsasgatan 12",
    ):
        assert personal.encode() not in written, personal
    key = home.settings.key_file
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_bytes() not in written


def test_links_are_kept_in_full_for_queued_posts_only(home: Home, tmp_path: Path) -> None:
    """The address of an everyday post, and of its links, is in no file after the night."""
    home.night(
        write_posts(
            tmp_path / "a.jsonl",
            make_post(
                1, "kidnappning se https://example.org/flaggad/sida", url="https://example.org/1"
            ),
            make_post(
                2, "recept på https://example.org/hemligt/recept", url="https://example.org/p/22"
            ),
        )
    )
    links = home.rows("SELECT post_id, link_number, address FROM core.links ORDER BY ALL")
    assert links == [
        ("x:1", 0, "https://example.org/1"),
        ("x:1", 1, "https://example.org/flaggad/sida"),
    ]
    assert b"hemligt" not in home.bytes()
    assert b"/p/22" not in home.bytes()
    assert home.rows("SELECT address FROM analyst.flagged_posts", "analyst.duckdb") == [
        ("https://example.org/1",)
    ]


def test_each_queue_gets_its_own(home: Home, tmp_path: Path) -> None:
    """Asserting is flagged, asking is a question, a threat is a threat; the rest is counted."""
    report = home.night(
        write_posts(
            tmp_path / "a.jsonl",
            make_post(1, "kidnappning"),
            make_post(2, "kidnappning asks"),
            make_post(3, "kidnappning counters"),
            make_post(4, "hot"),
            make_post(5, "kaffe"),
            make_post(6, "kidnappning barnhandel"),
        )
    )
    assert report.flagged == {"barnhandel": 1, "kidnappning": 2}
    assert (report.question_count, report.threat_count) == (1, 1)
    assert report.unflagged == {"no-narrative": 2, "asks": 1, "counters": 1}
    shown = home.rows("SELECT post_id FROM core.posts ORDER BY ALL", "analyst.duckdb")
    assert shown == [("x:1",), ("x:2",), ("x:4",), ("x:6",)]


def test_a_night_passes_at_midnight_in_stockholm(home: Home, tmp_path: Path) -> None:
    """The day of a post is its day in Sweden, not in Greenwich."""
    home.night(write_posts(tmp_path / "a.jsonl", make_post(1, "kidnappning")))
    assert home.rows("SELECT posted_day::VARCHAR FROM core.posts") == [("2026-11-21",)]


def test_an_edited_post_is_a_row_of_its_own(home: Home, tmp_path: Path) -> None:
    """A later wording is neither lost nor written over the first."""
    home.night(write_posts(tmp_path / "a.jsonl", make_post(1, "hej på er")))
    home.night(write_posts(tmp_path / "b.jsonl", make_post(1, "kidnappning pågår")))
    rows = home.rows("SELECT text, edit_of_post_id FROM core.posts ORDER BY text")
    assert rows == [("hej på er", None), ("kidnappning pågår", "x:1")]


def test_copies_are_one_family_whatever_night_they_came(home: Home, tmp_path: Path) -> None:
    """A text that bridges two families of earlier nights makes them one."""
    chain = (
        "varning till alla föräldrar i hela landet de kommer på morgonen när ni är på jobbet "
        "och tar barnen med sig sprid detta vidare till alla ni känner innan det är försent"
    )
    variants = [
        chain,
        chain.replace("sprid detta vidare", "skicka detta vidare"),
        chain.replace("varning till alla", "VARNING till er"),
    ]
    for number, text in enumerate(variants):
        home.night(write_posts(tmp_path / f"{number}.jsonl", make_post(number, text)))
    home.night(
        write_posts(
            tmp_path / "other.jsonl", make_post(9, "i dag åt vi pannkakor med sylt och grädde")
        )
    )
    sizes = home.rows("SELECT post_count FROM core.families ORDER BY ALL")
    assert sizes == [(1,), (3,)]


def test_a_source_that_fails_stops_nothing(home: Home, tmp_path: Path) -> None:
    """The other sources are read, the failure is told, and its days are missing, never zero."""
    good = write_posts(tmp_path / "good.jsonl", make_post(1, "kidnappning"))
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"this is no parquet")
    report = home.night(bad, good)
    assert report.counts["posts_added"] == 1
    assert len(report.failures) == 1
    assert "bad.parquet" in report.failures[0]
    assert "**Failed:**" in render_markdown(report)


def test_a_failed_source_is_missing_and_not_zero(home: Home, tmp_path: Path) -> None:
    """From a source's last good reading on, its days are null while it fails, and then zero."""
    path = write_posts(tmp_path / "feed.jsonl", make_post(1, "kidnappning"))
    home.night(path)
    today = home.rows("SELECT max(run_day)::VARCHAR FROM ops.source_runs")[0][0]
    good = path.read_bytes()
    path.write_bytes(b"\x00\x01 broken")
    home.night(path)
    counts = "SELECT counted_day::VARCHAR, is_missing, post_count FROM core.daily_counts"
    days = {day: rest for day, *rest in home.rows(counts, "analyst.duckdb")}
    assert days["2026-11-21"] == [False, 1]
    assert days[today] == [True, None]
    path.write_bytes(good + json.dumps(make_post(2, "kidnappning")).encode() + b"\n")
    home.night(path)
    assert home.rows(f"{counts} WHERE is_missing", "analyst.duckdb") == []


def test_every_post_is_counted_whatever_day_it_claims(home: Home, tmp_path: Path) -> None:
    """A date far ahead or long ago neither hides the other days nor is hidden itself."""
    home.night(
        write_posts(
            tmp_path / "a.jsonl",
            make_post(1, "kidnappning"),
            make_post(2, "kidnappning", created_at="2098-01-01T00:00:00Z"),
            make_post(3, "kidnappning", created_at="2019-01-01T00:00:00Z"),
        )
    )
    [(posts, flagged, rows)] = home.rows(
        "SELECT sum(post_count), sum(flagged_count), count(*) FROM core.daily_counts",
        "analyst.duckdb",
    )
    assert (posts, flagged) == (3, 3)
    assert rows < 500


def test_later_wordings_of_a_post_count_once(home: Home, tmp_path: Path) -> None:
    """An edit is kept as a row and makes no post a family of copies of itself."""
    text = "kidnappning av barn pågår i hela landet varje dag säger grannen som hörde det i dag"
    report = home.night(
        write_posts(tmp_path / "a.jsonl", make_post(1, text), make_post(1, text + " nu"))
    )
    assert report.counts["posts_added"] == 2
    families = home.rows("SELECT post_count, text_count FROM analyst.families", "analyst.duckdb")
    assert families == [(1, 2)]
    assert home.rows("SELECT sum(post_count) FROM core.daily_counts", "analyst.duckdb") == [(1,)]
    assert "kopior" not in home.rows("SELECT priority_reason FROM core.flags")[0][0]


def test_ids_that_name_accounts_are_not_stored(home: Home, tmp_path: Path) -> None:
    """An id that is an address or holds the author's name becomes a digest; replies still fit."""
    first = "https://www.tiktok.com/@zebulon_f/video/123"
    home.night(
        write_posts(
            tmp_path / "a.jsonl",
            make_post(0, "kidnappning", id=first, author="zebulon_f"),
            make_post(0, "ja", id="svar-1", reply_to=first, author="Annan Påhittad"),
            make_post(0, "nej", id="zebulon_f-77", author="zebulon_f"),
        )
    )
    assert b"zebulon_f" not in home.bytes()
    joined = home.rows(
        "SELECT count(*) FROM core.posts AS answer "
        "JOIN core.posts AS parent ON answer.reply_to_post_id = parent.post_id"
    )
    assert joined == [(1,)]


def test_sources_that_tell_no_platform_do_not_share_ids(home: Home, tmp_path: Path) -> None:
    """Two exports that number their rows from one are two sets of posts."""
    for name in ("a", "b"):
        row = {"id": "1", "text": f"hej {name}"}
        home.night(write_posts(tmp_path / f"{name}.jsonl", row, {"id": "2", "text": "samma"}))
    rows = home.rows("SELECT post_id, edit_of_post_id FROM core.posts ORDER BY ALL")
    assert rows == [("a:1", None), ("a:2", None), ("b:1", None), ("b:2", None)]


def _answers(number: int, parent: int) -> dict[str, Any]:
    return make_post(number, "samma här", reply_to=str(parent))


def test_the_same_words_are_read_with_what_they_answer(home: Home, tmp_path: Path) -> None:
    """Four posts that say the same go by what each of them answers."""
    report = home.night(
        write_posts(
            tmp_path / "a.jsonl",
            _answers(3, 1),  # before the post that it answers
            make_post(1, "kidnappning"),
            make_post(2, "barnhandel asks"),
            make_post(7, "hot"),
            _answers(4, 2),
            _answers(5, 99),
            _answers(6, 7),
            make_post(8, "kidnappning"),
            _answers(9, 8),
        )
    )
    flags = home.rows("SELECT post_id, narrative_id FROM core.flags ORDER BY ALL")
    assert flags == [(f"x:{n}", "kidnappning") for n in (1, 3, 8, 9)]
    assert home.rows("SELECT post_id FROM core.questions ORDER BY ALL") == [("x:2",), ("x:4",)]
    assert home.rows("SELECT post_id FROM core.threats ORDER BY ALL") == [("x:6",), ("x:7",)]
    assert report.unflagged == {"asks": 2, "no-narrative": 3}
    # Three texts read alone, and one in four contexts: two posts answer the same text.
    assert report.counts["texts_classified"] == 7
    counts = "SELECT narrative_id, stance, sum(post_count)::INT FROM core.daily_counts GROUP BY ALL"
    assert sorted(home.rows(counts, "analyst.duckdb")) == [
        ("barnhandel", "asks", 2),
        ("kidnappning", "asserts", 4),
        ("none", "none", 3),
    ]


def test_analysts_see_the_reading_in_context(home: Home, tmp_path: Path) -> None:
    """A flagged reply shows its own words as evidence, once, and that it was read as one."""
    posts = make_post(1, "kidnappning"), _answers(2, 1), _answers(3, 99)
    home.night(write_posts(tmp_path / "a.jsonl", *posts))
    rows = home.rows(
        "SELECT post_id, carrying_sentence, is_read_with_parent FROM analyst.flagged_posts "
        "ORDER BY ALL",
        "analyst.duckdb",
    )
    assert rows == [("x:1", "kidnappning", False), ("x:2", "samma här", True)]
    assert home.rows("SELECT count(*) FROM core.classifications", "analyst.duckdb") == [(2,)]


def test_a_reply_is_read_anew_when_its_parent_arrives(home: Home, tmp_path: Path) -> None:
    """A post that a later night brings changes what its answers are taken for, once."""
    reply = write_posts(tmp_path / "a.jsonl", _answers(2, 1))
    assert home.night(reply).flagged == {}
    parent = write_posts(tmp_path / "b.jsonl", make_post(1, "kidnappning"))
    report = home.night(parent)
    assert report.flagged == {"kidnappning": 2}
    assert report.counts["texts_classified"] == 2
    third = home.night(reply, parent)
    assert {name: n for name, n in third.counts.items() if n} == {}


def test_an_answer_to_a_reworded_post_goes_by_the_first_wording(home: Home, tmp_path: Path) -> None:
    """A later wording of the parent, whenever it comes, makes no second reading."""
    home.night(write_posts(tmp_path / "a.jsonl", make_post(1, "kidnappning"), _answers(2, 1)))
    report = home.night(
        write_posts(tmp_path / "b.jsonl", make_post(1, "struken text"), _answers(2, 1))
    )
    assert report.counts["texts_classified"] == 1
    assert report.flagged == {"kidnappning": 2}


def test_a_corrected_mapping_is_applied(home: Home, tmp_path: Path) -> None:
    """A file that was read the wrong way is read again once sources.toml is mended."""
    exported = {"nr": "1", "inlägg": "kidnappning"}, {"nr": "2", "inlägg": "kaffe"}
    path = write_posts(tmp_path / "forum.jsonl", *exported)
    home.folder.mkdir(parents=True)
    toml = f'[[sources]]\nname = "forum"\npath = "{path}"\n[sources.columns]\nid = "nr"\n'
    (home.folder / "sources.toml").write_text(toml + 'text = "fel"\n')
    assert home.night().counts["rejects_added"] == 2
    (home.folder / "sources.toml").write_text(toml + 'text = "inlägg"\n')
    report = home.night()
    assert report.counts["posts_added"] == 2
    assert home.rows("SELECT count(*) FROM ops.rejects") == [(0,)]


def test_a_stage_that_is_tried_again_keeps_its_counts(home: Home, tmp_path: Path) -> None:
    """What was stored before a stage failed is told with what came after."""
    posts = write_posts(tmp_path / "a.jsonl", make_post(1, "ett"), make_post(2, "två"))
    model = Model(WordClassifier(), home.encoder, (PACK,))  # type: ignore[arg-type]

    def twice(_: str, step: Step) -> Mapping[str, int]:
        step()
        return step()

    report = run_night(
        home.settings, load_sources(home.settings, [posts]), run_step=twice, model=model
    )
    assert report.counts["posts_added"] == 2
    assert [(s.status, s.post_count) for s in report.sources] == [("read", 2)]


def test_the_night_shows_itself_as_completed(home: Home, tmp_path: Path) -> None:
    """The published snapshot tells of the night that made it, with its counts."""
    home.night(write_posts(tmp_path / "a.jsonl", make_post(1, "kidnappning")))
    rows = home.rows("SELECT status, counts['posts_added'] FROM analyst.nights", "analyst.duckdb")
    assert rows == [("completed", 1)]


def test_addresses_go_with_the_flag(home: Home, tmp_path: Path) -> None:
    """When a later model takes a post out of every queue, its address is not kept."""
    home.night(
        write_posts(tmp_path / "a.jsonl", make_post(1, "kidnappning", url="https://example.org/1"))
    )
    assert home.rows("SELECT count(*) FROM core.links") == [(1,)]
    second = WordClassifier()
    second.model_version = "words-2"
    second.narratives = ("barnhandel",)
    model = Model(second, home.encoder, (PACK,))  # type: ignore[arg-type]
    report = run_night(home.settings, [], model=model)
    assert report.flagged == {}
    assert home.rows("SELECT count(*) FROM core.links") == [(0,)]


def test_a_lost_key_is_not_replaced(home: Home, tmp_path: Path) -> None:
    """A new key would give every author a second pseudonym, so the night asks for the old one."""
    home.night(write_posts(tmp_path / "a.jsonl", make_post(1, "ett")))
    home.settings.key_file.unlink()
    with pytest.raises(MotbildError, match="restore it from a backup"):
        home.night(write_posts(tmp_path / "b.jsonl", make_post(2, "två")))
    assert not home.settings.key_file.exists()


def test_the_newer_count_of_one_moment_stands(home: Home, tmp_path: Path) -> None:
    """Of two rows about a post's reach in one file, the later is the newer."""
    home.night(
        write_posts(
            tmp_path / "a.jsonl", make_post(1, "ett", likes=1), make_post(1, "ett", likes=500)
        )
    )
    assert home.rows("SELECT like_count FROM core.engagement") == [(500,)]


def test_a_message_varied_a_thousand_times_is_one_family(home: Home, tmp_path: Path) -> None:
    """Candidates grow with the wordings and not with their square."""
    words = "varning till alla föräldrar i hela landet de kommer på morgonen när ni är på jobbet"
    posts = [
        make_post(n, f"{words} och tar barnen med sig sprid detta vidare {n}") for n in range(600)
    ]
    report = home.night(write_posts(tmp_path / "a.jsonl", *posts))
    assert home.rows("SELECT post_count FROM core.families") == [(600,)]
    assert report.counts["copies_joined"] < 6 * 600


def test_a_file_name_that_is_no_text_stops_nothing(home: Home) -> None:
    """A name that is not UTF-8 is shown as far as it can be."""
    home.settings.inbox.mkdir(parents=True)
    good = write_posts(home.settings.inbox / "a.jsonl", make_post(1, "ett"))
    odd = os.fsencode(home.settings.inbox) + b"/\xff.jsonl"
    Path(os.fsdecode(odd)).write_bytes(good.read_bytes() + b'{"id": "2", "text": "tv\xc3\xa5"}\n')
    report = home.night()
    assert report.counts["posts_added"] == 2
    assert "\ufffd.jsonl" in {source.file_name for source in report.sources}


def test_an_inbox_takes_each_file_once(home: Home) -> None:
    """Files put into the inbox are read the next night, and not again under another name."""
    home.settings.inbox.mkdir(parents=True)
    write_posts(home.settings.inbox / "a.jsonl", make_post(1, "ett"))
    assert home.night().counts["posts_added"] == 1
    (home.settings.inbox / "a.jsonl").rename(home.settings.inbox / "renamed.jsonl")
    write_posts(home.settings.inbox / "b.jsonl", make_post(2, "två"))
    (home.settings.inbox / "c.jsonl.part").write_text("not yet")
    report = home.night()
    assert [(s.file_name, s.status) for s in report.sources] == [
        ("b.jsonl", "read"),
        ("renamed.jsonl", "already-read"),
    ]


def test_the_second_of_two_nights_is_told_who_runs(home: Home, tmp_path: Path) -> None:
    """The message names the run that holds the lock, and nothing is written."""
    now = datetime(2026, 11, 22, 2, tzinfo=UTC)
    with (
        hold_night_lock(home.folder, run_id="the-first", now=now),
        pytest.raises(LockHeldError, match="the-first"),
    ):
        home.night(write_posts(tmp_path / "a.jsonl", make_post(1, "ett")))
    assert not (home.folder / "live.duckdb").exists()


def test_a_stage_that_fails_is_recorded_without_quoting(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record says where and how the night failed; what a post said is in no message."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError("could not convert 'kidnappning av Zebulon'")

    monkeypatch.setattr(WordClassifier, "classify", fail)
    posts = write_posts(tmp_path / "a.jsonl", make_post(1, "kidnappning"))
    with pytest.raises(UnexpectedError) as told:
        home.night(posts)
    assert "Zebulon" not in str(told.value)
    assert "classify" in str(told.value)
    [(status, failure)] = home.rows("SELECT status, failure FROM ops.runs")
    assert status == "failed"
    assert "Zebulon" not in failure
    monkeypatch.undo()
    assert home.night(posts).flagged == {"kidnappning": 1}


def test_sources_are_those_of_the_file_and_the_inbox(home: Home, tmp_path: Path) -> None:
    """Without --source a night reads what sources.toml names, and the inbox."""
    home.settings.inbox.mkdir(parents=True)
    exports = tmp_path / "exports"
    exports.mkdir()
    (home.folder / "sources.toml").write_text(
        f'[[sources]]\nname = "forum"\nkind = "jsonl"\npath = "{exports}"\n'
    )
    sources = load_sources(home.settings, [])
    assert [source.name for source in sources] == ["forum", "inbox"]
    assert all(isinstance(source, SourceSpec) for source in sources)
