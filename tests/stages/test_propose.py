"""Proposals over whole nights: what is proposed, what is left out, and what snapshots show."""

import json
from contextlib import closing
from dataclasses import replace

from motbild.adapters.review_store import open_review_store
from motbild.core.night_report import NightReport, render_markdown
from motbild.core.records import Classification, NearSeed
from motbild.core.text import text_digest
from motbild.settings import Settings
from motbild.wiring.models import Model
from motbild.wiring.nights import run_night
from motbild.wiring.sources import load_sources
from tests.decisions import decide
from tests.homes import Home
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

SEED = NearSeed("s1", 0.2, ("kidnappning",), "asserts", "ett exempel")


class DoubtingClassifier(WordClassifier):
    """Is half sure of what says ``kanske``, and knows no seed like what says ``nytt``.

    What says ``otäckt`` may be a threat.
    """

    model_version = "doubting-1"

    def _judge(self, text: str, parent: str | None) -> Classification:
        found = super()._judge(text, parent)
        words = text.lower().split()
        if "otäckt" in words:
            found = replace(found, threat_probability=0.4)
        if found.evidence and "nytt" in words:
            found = replace(found, evidence=replace(found.evidence, seeds=(SEED,)))
        if found.is_flagged and "kanske" in words:
            likely = {**found.narratives, found.matches[0]: 0.4}
            return replace(found, narratives=likely, matches=(), stance="none", is_flagged=False)
        return found


def _night(home: Home, *texts: str | tuple[str, int]) -> NightReport:
    """Run a night over texts, each a post or an answer to the post with a number (from 1)."""
    home.folder.parent.mkdir(exist_ok=True)
    path = home.folder.parent / "posts.jsonl"
    posts = [(text, None) if isinstance(text, str) else text for text in texts]
    rows = [
        {"id": str(number), "platform": "x", "text": text, "lang": "sv"}
        | ({"reply_to": str(parent)} if parent else {})
        | {"url": f"https://example.org/sida-{number}"}
        for number, (text, parent) in enumerate(posts, start=1)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    model = Model(DoubtingClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    return run_night(home.settings, load_sources(home.settings, [path]), model=model)


def _proposed(home: Home, columns: str = "post_id, kind") -> list[tuple[object, ...]]:
    return home.rows(f"SELECT {columns} FROM core.proposals ORDER BY ALL")


def test_near_misses_new_words_and_short_answers_are_proposed(home: Home) -> None:
    """One of each kind beside a flag; what is in a queue or about something else is not."""
    report = _night(
        home,
        "kidnappning sker här hos oss",
        "kanske är det en kidnappning",
        "nytt återger reports om kidnappning",
        ("jo precis", 1),
        "vi åt pannkakor i dag",
        ("tack för maten", 5),
        "är det kidnappning asks nytt",
        "hot mot dem kanske kidnappning",
    )
    assert _proposed(home) == [("x:2", "uncertain"), ("x:3", "novel"), ("x:4", "short")]
    assert report.counts["proposals_changed"] == report.proposal_count == 3
    assert "| proposed for review | 3 |" in render_markdown(report)
    assert ("x:3", "kidnappning", "nya ord: 20 % likt närmaste exempel") in _proposed(
        home, "post_id, narrative_id, reason"
    )


def test_what_may_threaten_is_proposed_and_told_to_nobody(home: Home) -> None:
    """A threat that is not sure goes to review, whatever it speaks of, and not to the queue."""
    report = _night(home, "otäckt det där", "vi åt pannkakor i dag")
    assert _proposed(home) == [("x:1", "threat")]
    assert _proposed(home, "reason") == [("kanske ett hot: 40 %, tröskel 50 %",)]
    assert home.rows("SELECT count(*) FROM core.threats") == [(0,)]
    assert report.proposal_count == 1


def test_proposing_twice_changes_nothing(home: Home) -> None:
    """A second night over the same posts leaves every proposal as it is."""
    texts = "kidnappning sker här", "kanske är det kidnappning"
    _night(home, *texts)
    before = _proposed(home, "*")
    report = _night(home, *texts)
    assert {name: n for name, n in report.counts.items() if n} == {}
    assert _proposed(home, "*") == before != []


def test_no_more_than_the_share_is_proposed(home: Home) -> None:
    """Beside few flags a handful, whatever else there is; none where the share is nought."""
    texts = [f"kanske kidnappning {word * 9}" for word in "abcdefghi"]
    assert _night(home, *texts).proposal_count == 5
    home.settings = Settings(home=home.folder, proposal_share=0.0)
    assert _night(home, *texts).proposal_count == 0


def test_copies_are_proposed_once_and_not_beside_a_flag(home: Home) -> None:
    """One of a family stands for all, and none where a copy is flagged."""
    chain = (
        "till alla föräldrar i hela landet kanske en kidnappning på morgonen när ni är på jobbet "
        "och ingen säger något så sprid detta vidare till alla ni känner innan det är försent"
    )
    assert _night(home, chain, f"{chain} nu", f"VIKTIGT {chain}").proposal_count == 1
    report = _night(home, chain, f"{chain} nu", chain.replace("kanske en", "en"))
    assert (report.flagged, report.proposal_count) == ({"kidnappning": 1}, 0)


def test_what_was_decided_on_is_not_proposed_again(home: Home) -> None:
    """Not even where it was skipped; only an undone decision leaves it open."""
    texts = "kanske är det kidnappning", "kanske var det barnhandel"
    _night(home, *texts)
    assert len(_proposed(home)) == 2
    store = f"sqlite:///{home.folder / 'review.sqlite'}"
    first, second = (
        {"decision_id": f"d{n}", "post_id": f"x:{n}", "text_digest": text_digest(text)}
        for n, text in enumerate(texts, start=1)
    )
    with closing(open_review_store(store)) as opened:
        opened.decisions.record(decide("skip", **first))
        opened.decisions.record(decide("reject", **second))
    _night(home, *texts)
    assert _proposed(home) == []
    with closing(open_review_store(store)) as opened:
        opened.decisions.record(decide("undo", undoes="d1", **{**first, "decision_id": "d3"}))
    _night(home, *texts)
    assert _proposed(home) == [("x:1", "uncertain")]


def test_a_snapshot_shows_proposals_without_their_address(home: Home) -> None:
    """Their masked words are published, no other unflagged post's, and no link to them."""
    _night(home, "kanske kidnappning enligt @granne.fem", "vi åt pannkakor i dag")
    shown = home.rows("SELECT post_id, kind, text FROM analyst.proposals", "analyst.duckdb")
    assert shown == [("x:1", "uncertain", "kanske kidnappning enligt [konto]")]
    assert home.rows("SELECT post_id FROM core.posts", "analyst.duckdb") == [("x:1",)]
    assert b"sida-1" not in home.bytes()
