"""The rules of a narrative pack: each row spoils a faultless pack in one way.

The messages stand here word for word, because people who are no programmers
read them and must know from one sentence what to do.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from motbild.core.narratives import (
    Fact,
    FactSource,
    Narrative,
    Pack,
    Passage,
    Seed,
    SourceDocument,
)
from motbild.core.pack_rules import ERRORS, WARNINGS, check_pack

TODAY = date(2026, 5, 1)
STANCES = ("asserts", "counters", "reports", "asks", "none")


def _seed(number: int, lang: str) -> Seed:
    stance = STANCES[number % 5]
    return Seed(
        seed_id=f"{lang}-{number}",
        text=f"Det här är exempel {number} på {lang}",
        lang=lang,
        narratives=() if stance == "none" else ("kidnappning",),
        stance=stance,
        voice=f"röst-{number % 7}",
    )


PASSAGE = Passage(2, 0, 40, "claim", ("kidnappning",), "asserts")
PACK = Pack(
    pack_id="exempel",
    version="1",
    digest="0" * 64,
    titles={"sv": "Rykten", "en": "Rumours"},
    narratives=(
        Narrative(
            "kidnappning",
            titles={"sv": "Socialtjänsten kidnappar", "en": "They kidnap"},
            claim={"sv": "Barn rövas bort.", "en": "Children are abducted."},
            falsehood={"sv": "Domstol beslutar om vård.", "en": "A court decides on care."},
        ),
    ),
    seeds=tuple(
        _seed(number, lang) for lang in ("sv", "ar", "en", "so", "tr", "fa") for number in range(20)
    ),
    facts=(
        Fact(
            "domstol",
            ("kidnappning",),
            text={"sv": "Förvaltningsrätten beslutar om vård."},
            sources=(FactSource("LVU", "Sveriges riksdag", 1990),),
            caveat={},
            valid_from=date(2025, 1, 1),
            valid_to=None,
            review_by=date(2027, 1, 1),
            approved_by="Kommunikation",
        ),
    ),
    documents=(
        SourceDocument("ab" * 32, "Krönika", "Tidningen", "opinion", "sv", None, (PASSAGE,)),
    ),
)

Change = Callable[[Pack], Pack]


def _narrative(**values: object) -> Change:
    return lambda pack: replace(pack, narratives=(replace(pack.narratives[0], **values),))  # type: ignore[arg-type]


def _first_seed(**values: object) -> Change:
    return lambda pack: replace(
        pack,
        seeds=(replace(pack.seeds[0], **values), *pack.seeds[1:]),  # type: ignore[arg-type]
    )


def _more_seeds(*numbers_and_values: dict[str, object]) -> Change:
    return lambda pack: replace(
        pack,
        seeds=(
            *pack.seeds,
            *(replace(pack.seeds[0], **values) for values in numbers_and_values),  # type: ignore[arg-type]
        ),
    )


def _keep_seeds(keep: Callable[[Seed], bool]) -> Change:
    return lambda pack: replace(pack, seeds=tuple(seed for seed in pack.seeds if keep(seed)))


def _relabel(*, lang: str, stance: str, to: str) -> Change:
    return lambda pack: replace(
        pack,
        seeds=tuple(
            replace(seed, narratives=("kidnappning",), stance=to)
            if (seed.lang, seed.stance) == (lang, stance)
            else seed
            for seed in pack.seeds
        ),
    )


def _fact(**values: object) -> Change:
    return lambda pack: replace(pack, facts=(replace(pack.facts[0], **values),))  # type: ignore[arg-type]


def _document(**values: object) -> Change:
    return lambda pack: replace(pack, documents=(replace(pack.documents[0], **values),))  # type: ignore[arg-type]


def _passages(*changed: dict[str, object]) -> Change:
    passages = tuple(replace(PASSAGE, **values) for values in changed)  # type: ignore[arg-type]
    return _document(passages=passages)


ROWS: list[tuple[str, Change, list[str]]] = [
    (
        "missing-definition",
        lambda pack: replace(pack, titles={"sv": "Rykten"}),
        ['pack.toml lacks its title in en; add en = "…" to its title.'],
    ),
    (
        "missing-definition",
        _narrative(falsehood={"en": "A court decides on care."}),
        ['pack.toml "kidnappning" lacks its falsehood in sv; add sv = "…" to its falsehood.'],
    ),
    (
        "unknown-language",
        _narrative(claim={"sv": "Barn rövas bort.", "en": "They do.", "xx": "?"}),
        [
            'pack.toml "kidnappning" has the unknown language "xx"; '
            "write one of sv, ar, en, so, tr, fa."
        ],
    ),
    (
        "bad-dates",
        _narrative(active_from=date(2026, 2, 1), active_to=date(2026, 1, 1)),
        ['pack.toml "kidnappning" has active_to before active_from; correct one of the two dates.'],
    ),
    (
        "duplicate-id",
        _more_seeds({"text": "En helt annan text"}),
        ['seeds.jsonl "sv-0" stands there 2 times; give each entry its own id.'],
    ),
    (
        "unknown-language",
        _more_seeds({"seed_id": "ny", "text": "En helt annan text", "lang": "swe"}),
        ['seeds.jsonl "ny" has the unknown language "swe"; write one of sv, ar, en, so, tr, fa.'],
    ),
    (
        "unknown-narrative",
        _first_seed(narratives=("kidnapning",)),
        ['seeds.jsonl "sv-0" names the unknown narrative "kidnapning"; write one of kidnappning.'],
    ),
    (
        "unknown-stance",
        _first_seed(stance="denies"),
        [
            'seeds.jsonl "sv-0" has the unknown stance "denies"; '
            "write one of asserts, counters, reports, asks, none."
        ],
    ),
    (
        "stance-missing",
        _first_seed(stance="none"),
        ['seeds.jsonl "sv-0" has a narrative but the stance "none"; give its stance.'],
    ),
    (
        "narrative-missing",
        _first_seed(narratives=()),
        [
            'seeds.jsonl "sv-0" has the stance "asserts" but no narrative; '
            'name one, or write "none".'
        ],
    ),
    (
        "near-empty-text",
        _first_seed(text="😡 !!"),
        ['seeds.jsonl "sv-0" has hardly any text; write the example out or remove it.'],
    ),
    (
        "duplicate-seeds",
        _more_seeds({"seed_id": "kopia", "text": "DET HÄR är  exempel 0 på sv"}),
        ['seeds.jsonl "sv-0" has the same text as "kopia"; keep one of them.'],
    ),
    (
        "contradictory-seeds",
        _more_seeds({"seed_id": "kopia", "stance": "counters"}),
        ['seeds.jsonl "sv-0" has the text of "kopia" but other labels; keep the right one.'],
    ),
    (
        "contradictory-seeds",
        _more_seeds({"seed_id": "kopia", "is_threat": True}),
        ['seeds.jsonl "sv-0" has the text of "kopia" but other labels; keep the right one.'],
    ),
    (
        "contradictory-seeds",
        _more_seeds(
            {"seed_id": "svar", "text": "Precis!", "parent": "De rövar barn"},
            {
                "seed_id": "kopia",
                "text": "precis!",
                "parent": "DE rövar barn",
                "stance": "counters",
            },
        ),
        ['seeds.jsonl "svar" has the text of "kopia" but other labels; keep the right one.'],
    ),
    (
        "contradictory-seeds",  # in another context the same words may say another thing
        _more_seeds({"seed_id": "svar", "stance": "counters", "parent": "De rövar barn"}),
        [],
    ),
    (
        "personal-data",
        _first_seed(parent="Fråga fornamn@example.org"),
        ['seeds.jsonl seems to hold personal data in "sv-0"; write [e-post] instead.'],
    ),
    ("near-empty-text", _first_seed(text="🙌", parent="De rövar barn"), []),
    (
        "personal-data",
        _first_seed(text="Skriv till chefen på fornamn@example.org @grannen"),
        ['seeds.jsonl seems to hold personal data in "sv-0"; write [e-post] instead.'],
    ),
    ("personal-data", _first_seed(text="Hör på @grannen, skriv till [e-post]"), []),
    (
        "few-seeds",
        _keep_seeds(lambda seed: seed.stance == "none" or seed.seed_id[-2:] in ("-0", "10", "15")),
        [
            'seeds.jsonl has 18 seeds for "kidnappning"; write more, 40 is good.',
            'seeds.jsonl has few seeds for "kidnappning" as counters (0), reports (0), asks (0); '
            "write 5 or more of each.",
            "seeds.jsonl has few seeds in sv (7), ar (7), en (7), so (7), tr (7), fa (7); "
            "write 20 in each language you watch.",
        ],
    ),
    (
        "too-few-seeds",
        lambda pack: replace(pack, seeds=()),
        [
            'seeds.jsonl has 0 seeds for "kidnappning"; write at least 8.',
            'seeds.jsonl has few seeds for "kidnappning" as asserts (0), counters (0), '
            "reports (0), asks (0); write 5 or more of each.",
            "seeds.jsonl has few seeds in sv (0), ar (0), en (0), so (0), tr (0), fa (0); "
            "write 20 in each language you watch.",
        ],
    ),
    (
        "few-language-seeds",
        _keep_seeds(lambda seed: seed.lang != "so"),
        ["seeds.jsonl has few seeds in so (0); write 20 in each language you watch."],
    ),
    (
        "few-stance-seeds",
        _keep_seeds(lambda seed: seed.stance != "asks" or seed.seed_id == "sv-3"),
        [
            'seeds.jsonl has few seeds for "kidnappning" as asks (1); write 5 or more of each.',
            "seeds.jsonl has few seeds in sv (17), ar (16), en (16), so (16), tr (16), fa (16); "
            "write 20 in each language you watch.",
        ],
    ),
    (
        "thin-cells",
        _relabel(lang="fa", stance="asks", to="asserts"),
        [
            'seeds.jsonl has hardly any seeds for "kidnappning" as asks in fa (0); '
            "write 3 or more of each."
        ],
    ),
    (
        "few-language-negatives",
        _relabel(lang="fa", stance="none", to="asserts"),
        [
            "seeds.jsonl has hardly any seeds without a narrative in fa (0); "
            "write 3 or more of mere criticism in each language you watch."
        ],
    ),
    (
        "labelled-background",
        _more_seeds({"seed_id": "bg", "text": "Ännu ett exempel", "origin": "background"}),
        ['seeds.jsonl "bg" is background and yet labelled; write another origin, or no label.'],
    ),
    (
        "no-hard-negatives",
        lambda pack: replace(
            pack,
            seeds=tuple(
                replace(seed, narratives=("kidnappning",), stance="asserts")
                if not seed.narratives
                else seed
                for seed in pack.seeds
            ),
        ),
        ["seeds.jsonl has no seed without a narrative; write some of mere criticism."],
    ),
    (
        "no-hard-negatives",  # background is none
        lambda pack: replace(
            pack,
            seeds=(
                *(seed for seed in pack.seeds if seed.narratives),
                *(replace(s, origin="background") for s in pack.seeds if not s.narratives),
            ),
        ),
        [
            "seeds.jsonl has few seeds in sv (16), ar (16), en (16), so (16), tr (16), fa (16); "
            "write 20 in each language you watch.",
            "seeds.jsonl has no seed without a narrative; write some of mere criticism.",
        ],
    ),
    (
        "expired-fact",
        _fact(valid_to=date(2026, 4, 30)),
        [
            'facts.toml "domstol" expired on 2026-04-30; replace it or remove it.',
            'facts.toml has no fact for "kidnappning" that holds today; write one.',
        ],
    ),
    ("expired-fact", _fact(valid_to=TODAY), []),
    (
        "review-due",
        _fact(review_by=date(2026, 4, 30)),
        ['facts.toml "domstol" was to be reviewed by 2026-04-30; check it and set a new date.'],
    ),
    ("review-due", _fact(review_by=TODAY), []),
    (
        "bad-dates",
        _fact(valid_from=date(2026, 4, 2), valid_to=date(2026, 4, 1)),
        [
            'facts.toml "domstol" has valid_to before valid_from; correct one of the two dates.',
            'facts.toml has no fact for "kidnappning" that holds today; write one.',
        ],
    ),
    (
        "unapproved-facts",
        _fact(approved_by=None),
        ['facts.toml has no approved_by for "domstol" (1 in all); have them approved.'],
    ),
    (
        "missing-fact-language",
        _fact(text={"en": "A court decides."}),
        ['facts.toml "domstol" lacks its text in sv; add it to [facts.text].'],
    ),
    (
        "missing-fact-language",
        _fact(caveat={"en": "Not in an emergency."}),
        ['facts.toml "domstol" lacks its caveat in sv; add it to [facts.caveat].'],
    ),
    (
        "no-source",
        _fact(sources=()),
        ['facts.toml "domstol" has no source; add one under [[facts.sources]].'],
    ),
    (
        "no-valid-fact",
        lambda pack: replace(pack, facts=()),
        ['facts.toml has no fact for "kidnappning" that holds today; write one.'],
    ),
    (
        "unknown-narrative",
        _fact(narratives=("kidnappning", "barnhandel")),
        [
            'facts.toml "domstol" names the unknown narrative "barnhandel"; '
            "write one of kidnappning."
        ],
    ),
    (
        "bad-digest",
        _document(digest="AB12"),
        [
            "documents.toml documents[1] has a digest that is not 64 of the digits 0-9 and a-f; "
            "use sha256sum."
        ],
    ),
    (
        "bad-span",
        _passages({"start": 9, "end": 9}),
        [
            "documents.toml documents[1] passages[1] is no span; "
            "count paragraphs from 1 and let end come after start."
        ],
    ),
    (
        "unknown-label",
        _passages({"label": "lie"}),
        [
            'documents.toml documents[1] passages[1] has the unknown label "lie"; '
            "write one of claim, counter, report, criticism."
        ],
    ),
    (
        "contradictory-passages",
        _passages({}, {"start": 39, "end": 60, "stance": "reports"}),
        ["documents.toml documents[1] lets passages 1 and 2 overlap with other labels; fix one."],
    ),
    ("contradictory-passages", _passages({}, {"start": 40, "end": 60, "stance": "reports"}), []),
    ("contradictory-passages", _passages({}, {"start": 39, "end": 60}), []),
]


def test_a_faultless_pack_has_no_findings() -> None:
    """A complete pack is passed without a word."""
    assert check_pack(PACK, TODAY) == []


@pytest.mark.parametrize(
    ("code", "change", "messages"), ROWS, ids=[f"{at}-{row[0]}" for at, row in enumerate(ROWS)]
)
def test_a_spoilt_pack_is_told_what_to_do(code: str, change: Change, messages: list[str]) -> None:
    """Each fault gives exactly the sentences of its row, the named rule first."""
    findings = check_pack(change(PACK), TODAY)
    assert [finding.message for finding in findings] == messages
    if code in ERRORS:
        assert [f.severity for f in findings[:1]] == ["error"] * len(messages[:1])
    if messages:
        assert code in {finding.code for finding in findings}


def test_every_rule_has_a_row() -> None:
    """No rule goes without an example of what it says."""
    assert {code for code, _, messages in ROWS if messages} == ERRORS.keys() | WARNINGS.keys()
