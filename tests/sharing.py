"""A small home with much to tell: what machines matched, what people said, an answer out."""

import json
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from motbild.adapters.review_store import ReviewStore, open_review_store
from motbild.core.acts import Act
from motbild.core.decisions import Decision
from motbild.core.fact_bank import digest_wording
from motbild.settings import Settings
from tests.data.hostile import HOSTILE
from tests.homes import Home

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
AUTHOR = "Zebulon Fantasiqvist"
# Who wrote the posts, by turns; none is ever found in what leaves.
AUTHORS = (
    AUTHOR,
    "zebulon.fantasiqvist",
    "Åsa-Tjorven Öhmansson",
    "@tjorven_pahitt",
    'Kurt "Kula" von Påhitt',
    "kulapahitt77",
    "=HYPERLINK(Påhittad)",
    "سميرة المخترعة",
)
ADDRESS = "https://x.example/inlagg/"
PUBLISHER = {"publisher": "Exempelmyndigheten", "publisher_url": "https://myndighet.example"}
ANSWERED = "https://myndighet.example/svar/kidnappning"
PROTECTED = "kidnappning undrar en kritiker"
_PACK = """
id = "test"
version = "1"
[title]
sv = "Test"
[[narratives]]
id = "kidnappning"
disarm_ids = ["T0022.001", "T0139.001"]
title = { sv = "Barn kidnappas", en = "Children are kidnapped" }
claim = { sv = "Staten kidnappar barn.", en = "The state kidnaps children." }
falsehood = { sv = "Domstol prövar.", en = "A court examines it." }
[[narratives]]
id = "barnhandel"
title = { sv = "Barn säljs", en = "Children are sold" }
claim = { sv = "Barn säljs.", en = "Children are sold." }
falsehood = { sv = "Ingen får betalt.", en = "Nobody is paid." }
"""


def furnish_home(folder: Path) -> Settings:
    """Run a night over posts, let people decide on some, and run another that folds them in."""
    home = Home(folder / "home")
    posts = folder / "posts.jsonl"
    posts.write_text("".join(json.dumps(post) + "\n" for post in _posts()), encoding="utf-8")
    home.night(posts)
    _decide(home)
    _publish_answer(home.settings)
    home.night(posts)
    return load_settings(folder)


def load_settings(folder: Path, **overrides: object) -> Settings:
    """Return the settings of a furnished home."""
    pack = folder / "pack"
    if not pack.exists():
        pack.mkdir()
        (pack / "pack.toml").write_text(_PACK, encoding="utf-8")
        (pack / "seeds.jsonl").write_text("", encoding="utf-8")
    return Settings.load(home=folder / "home", packs=(pack,), **{**PUBLISHER, **overrides})


def opened_store(settings: Settings) -> "closing[ReviewStore]":
    """Open the home's review store."""
    return closing(open_review_store(settings.review_store_to_make))


def _posts() -> list[dict[str, Any]]:
    """Six copies of one message, three of another, two that people judge, a threat, and attacks."""
    texts = ["kidnappning sker varje dag i det här landet"] * 6
    texts += ["barnhandel pågår helt öppet och ingen säger något"] * 3
    texts += ["kidnappning av barn bekräftas här av en granskare", PROTECTED]
    texts += ["kidnappning och hot mot handläggaren som bor där"]
    texts += [f"kidnappning {text[:300]}" for _, text in HOSTILE[:40]]
    return [
        {
            "id": str(number),
            "platform": "x" if number % 2 else "facebook",
            "text": text,
            "author": AUTHORS[number % len(AUTHORS)],
            "created_at": f"2026-11-{10 + number % 10}T10:30:00+00:00",
            "lang": "sv",
            # As on platforms whose addresses name who writes.
            "url": f"https://x.com/pahitt{number}/status/{number}"
            if number % 3
            else f"{ADDRESS}{number}",
        }
        for number, text in enumerate(texts)
    ]


def _decide(home: Home) -> None:
    query = "SELECT post_id, text_digest, text FROM core.posts"
    kinds = {"bekräftas": "confirm", "kritiker": "protected"}
    found = [
        (post_id, digest, kind)
        for post_id, digest, text in home.rows(query)
        for word, kind in kinds.items()
        if word in text
    ]
    assert len(found) == len(kinds)
    with opened_store(home.settings) as store:
        for post_id, digest, kind in found:
            told = ("kidnappning",) if kind == "confirm" else ()
            decision = Decision(
                f"d-{kind}", post_id, digest, kind, "gun", NOW, narratives=told, note="Samma."
            )
            act = Act(f"a-{kind}", digest, (decision,))
            store.decisions.decide(act, seen_seq=0, actor="gun", now=NOW)


def _publish_answer(settings: Settings) -> None:
    with opened_store(settings) as store:
        for text, is_withdrawn in (("Domstolen prövar. <b>Alltid</b>", False), ("Nej.", True)):
            ref = ("lagen", "sv", digest_wording("Domstolen prövar."))
            answer = store.answers.draft(
                narrative_id="kidnappning",
                channel="web",
                length="short",
                lang="sv",
                text=text,
                fact_refs=[ref],
                actor="gun",
                now=NOW,
            )
            told = {"version": 1, "now": NOW}
            store.answers.propose(answer.answer_id, actor="gun", **told)  # type: ignore[arg-type]
            store.answers.approve(answer.answer_id, actor="gry", **told)  # type: ignore[arg-type]
            store.answers.publish(
                answer.answer_id, ANSWERED, date(2026, 11, 21), version=1, actor="gun", now=NOW
            )
            if is_withdrawn:
                store.answers.withdraw(answer.answer_id, actor="gun", now=NOW)
