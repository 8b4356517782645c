"""Campaigns: what is reported over a night's posts, what is not, and what nobody can learn."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from motbild.core.text import text_digest
from tests.homes import Home
from tests.messages import NOW, Collected, NumberedEncoder, Said

START = datetime(2026, 11, 20, 12, 0, 3, tzinfo=UTC)
PUSHED = "kidnappning pågår i vår stad skicka vidare till alla föräldrar innan det är för sent"


def _push(count: int, name: str = "", gap: float = 20, **fields: Any) -> list[Said]:
    """Return posts of one message by as many accounts, some seconds apart."""
    text = f"{PUSHED} {name}".strip()
    return [
        Said(
            **{
                "text": text,
                "posted_at": START + timedelta(seconds=number * gap),
                "account": f"{name}-{number}",
                **fields,
            }
        )
        for number in range(count)
    ]


def _signs(posts: list[Said]) -> list[list[str]]:
    return [found["reasons"] for found in Collected().add(posts).trace()]


def test_a_message_pushed_within_minutes_is_a_campaign() -> None:
    """Six accounts within two minutes: each within a minute of another, all in one burst."""
    [found] = Collected().add(_push(6)).trace()
    assert found["reasons"] == ["co-posting", "burst"]
    assert found["narrative_id"] == "kidnappning"
    assert (found["langs"], found["platforms"]) == (["sv"], ["x"])
    assert (found["burst_post_count"], found["burst_account_count"]) == (6, 6)
    assert (found["co_post_count"], found["co_post_account_count"]) == (6, 6)
    assert (found["post_count"], found["account_count"], found["timed_post_count"]) == (6, 6, 6)


def test_what_is_no_campaign_is_not_reported() -> None:
    """Few people, unknown ones, moments that are not told, reposts and few words are none."""
    day = START.replace(hour=0, minute=0, second=0)
    cases: dict[str, dict[str, Any]] = {
        "ensam": {"account": "en enda"},
        "okänd": {"account": None},
        "odaterad": {"posted_at": None},
        "utspridd": {"gap": 7_000},
        "dagar": {"posted_at": day},
        "timmar": {"posted_at": day.replace(hour=14)},
        "framtid": {"posted_at": datetime(2099, 1, 1, 14, 0, 7, tzinfo=UTC)},
        "ekande": {"text": f"RT [konto]: {PUSHED} ekande"},
        "kort": {"text": "kidnappning ja precis"},
        "annat": {"narrative": ""},
        "bemött": {"stance": "counters"},
    }
    posts = [*_push(4, "grannar")]
    for name, fields in cases.items():
        posts += _push(12, name, **{"source": name, **fields})
    assert Collected().add(posts).trace() == []


def test_a_family_asserts_where_half_of_its_copies_do() -> None:
    """A sign behind a copy that makes a model read it otherwise takes it from no campaign."""
    copies = [
        replace(one, text=f"{one.text} {'!' * (n % 3)}", family="f", stance=stance)
        for n, one in enumerate(_push(9))
        for stance in ["counters" if n % 3 == 1 else "asserts"]
    ]
    [found] = Collected().add(copies).trace()
    assert (found["post_count"], found["account_count"]) == (9, 9)
    turned = {"counters": "asserts", "asserts": "counters"}
    others = [replace(one, stance=turned[one.stance]) for one in copies]
    assert _signs(others) == []


def test_bare_days_among_moments_make_no_burst() -> None:
    """A source that tells some moments to the second and some by day alone is no trap."""
    day = START.replace(hour=0, minute=0, second=0)
    exact = [replace(one, account=f"e{n}") for n, one in enumerate(_push(12, gap=9_001))]
    bare = [replace(one, account=f"b{n}") for n, one in enumerate(_push(9, posted_at=day))]
    assert _signs([*exact, *bare]) == []
    [found] = Collected().add([*bare, *_push(12)]).trace()
    assert (found["post_count"], found["timed_post_count"], found["burst_post_count"]) == (
        21,
        12,
        12,
    )


def test_moments_to_the_minute_count_where_they_are_the_same() -> None:
    """Posts of one minute are surely close; of the next one it cannot be told."""
    minute = START.replace(minute=17, second=0)
    within = [replace(one, posted_at=minute) for one in _push(6)]
    assert _signs(within) == [["co-posting", "burst"]]
    apart = [
        replace(one, posted_at=minute + timedelta(minutes=n)) for n, one in enumerate(_push(6))
    ]
    assert _signs(apart) == []


def test_wordings_that_share_a_rare_link_are_one_campaign() -> None:
    """Different texts with one link are tied; a link that everybody shares ties nothing."""
    names = cycle(("ett", "två", "tre"))
    posts = [replace(_push(1, next(names))[0], account=f"a{n}", links=["L"]) for n in range(6)]
    posts = [
        replace(one, posted_at=START + timedelta(seconds=20 * n)) for n, one in enumerate(posts)
    ]
    collected = Collected().add(posts)
    [found] = collected.trace()
    assert found["reasons"] == ["co-posting", "burst", "shared-link"]
    assert (len(found["family_ids"]), found["shared_link_count"]) == (3, 1)
    news = [Said(f"nyheter om vädret {n}", narrative="", links=["L"]) for n in range(7)]
    assert collected.add(news).trace() == []


def test_translations_are_one_campaign() -> None:
    """Families in two languages that say the same are joined; others stay apart."""
    said = "samma varning till alla föräldrar i hela landet"
    swedish = _push(3, text=said)
    arabic = [
        replace(one, text=f"samma {'كلمة ' * 8}", lang="ar", account=f"ar{n}")
        for n, one in enumerate(swedish)
    ]
    turkish = [replace(one, text=f"başka {'kelime ' * 8}", lang="tr") for one in arabic]
    collected = Collected(NumberedEncoder()).add([*swedish, *arabic, *turkish])
    [found] = collected.trace()
    assert found["reasons"] == ["co-posting", "burst", "several-languages"]
    assert (found["langs"], found["account_count"]) == (["ar", "sv"], 6)


def test_a_campaign_keeps_its_id_and_stays_when_it_is_over() -> None:
    """More posts change its counts alone; weeks later it stands as it was."""
    collected = Collected().add(_push(6))
    [before] = collected.trace()
    [after] = collected.add(replace(one, account=f"sen{one.account}") for one in _push(2)).trace()
    assert (after["campaign_id"], after["post_count"]) == (before["campaign_id"], 8)
    later = NOW + timedelta(days=60)
    collected.add([Said("fika i solen", later - timedelta(days=1), narrative="")])
    assert collected.trace(later) == [after]


def _decide(collected: Collected, digest: str, kind: str) -> None:
    collected.warehouse.execute(
        "INSERT INTO core.decisions BY NAME SELECT 1 AS seq, 'd' AS decision_id, 'p1' AS post_id, "
        f"'{digest}' AS text_digest, '{kind}' AS kind, [] AS narratives, false AS is_threat, "
        "'Ett' AS reviewer, now() AS decided_at, '' AS note, 'r' AS run_id"
    )


def test_what_a_person_has_called_protected_is_no_campaign() -> None:
    """A decision on one of its texts stands, however the message spreads."""
    collected = Collected().add(_push(6))
    [found] = collected.trace()
    _decide(collected, found["family_ids"][0], "protected")
    assert collected.trace() == []


def test_what_a_person_has_confirmed_is_traced() -> None:
    """A message that the model takes for a rebuttal is traced once somebody knows better."""
    collected = Collected().add(_push(6, stance="counters"))
    assert collected.trace() == []
    _decide(collected, text_digest(PUSHED), "confirm")
    assert [found["account_count"] for found in collected.trace()] == [6]


def test_the_order_of_posts_and_other_posts_make_no_difference() -> None:
    """Campaigns are the same, backwards and with other messages around."""
    posts = [*_push(6, "ett"), *_push(7, "två", gap=31)]
    others = [*_push(3, "tre", gap=4_000), Said("fika", START, narrative="", account="x")]
    told = [
        sorted((one["score"], one["reasons"], one["family_ids"]) for one in collected.trace())
        for collected in (
            Collected().add(posts),
            Collected().add(reversed(posts)),
            Collected().add([*others, *posts]),
        )
    ]
    assert len(told[0]) == 2
    assert told[0] == told[1] == told[2]


def test_nights_trace_and_publish_counts_alone(tmp_path: Path) -> None:
    """The same night twice changes nothing; the snapshot tells the signs and no account."""
    home = Home(tmp_path / "home")
    path = tmp_path / "posts.jsonl"
    posts = [
        {"id": str(n), "platform": "x", "author": one.account, "text": one.text}
        | {"created_at": str(one.posted_at), "lang": "sv"}
        for n, one in enumerate(_push(6))
    ]
    path.write_text("\n".join(map(json.dumps, posts)), encoding="utf-8")
    assert home.night(path).counts["campaigns_changed"] == 1
    again = home.night(path)
    assert {name: n for name, n in again.counts.items() if n} == {}
    shown = home.rows(
        "SELECT narrative_title, reasons, account_count FROM analyst.campaigns", "analyst.duckdb"
    )
    assert shown == [("kidnappning", ["co-posting", "burst"], 6)]
    snapshot = (home.folder / "analyst.duckdb").resolve().read_bytes()
    names = [name for (name,) in home.rows("SELECT author_pseudonym FROM core.posts")]
    assert not [name for name in names if name.encode() in snapshot]
