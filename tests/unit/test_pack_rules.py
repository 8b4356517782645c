"""What holds for every pack that is checked, whatever is in it."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.core.narratives import (
    Fact,
    FactSource,
    Narrative,
    Pack,
    Passage,
    Seed,
    SourceDocument,
)
from motbild.core.pack_coverage import coverage
from motbild.core.pack_rules import check_pack
from motbild.core.records import STANCES

TODAY = date(2026, 5, 1)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
NAMES = st.sampled_from(["ett", "två", "okänt"])
LANGS = st.sampled_from(["sv", "en", "ar", "xx"])
NARRATIVES = st.lists(NAMES, max_size=2, unique=True).map(tuple)
BY_LANGUAGE = st.dictionaries(LANGS, st.text(min_size=1, max_size=5))
SEEDS = st.builds(
    Seed,
    seed_id=st.text(alphabet="abc", min_size=1, max_size=2),
    text=st.text(max_size=20),
    lang=LANGS,
    narratives=NARRATIVES,
    stance=st.sampled_from([*STANCES, "okänd"]),
    is_threat=st.booleans(),
    origin=st.sampled_from(["written", "background", "document"]),
)
FACTS = st.builds(
    Fact,
    fact_id=st.text(alphabet="abc", min_size=1, max_size=2),
    narratives=NARRATIVES,
    text=BY_LANGUAGE,
    sources=st.sampled_from([(), (FactSource("LVU", "Riksdagen", 1990),)]),
    caveat=BY_LANGUAGE,
    valid_from=DAYS,
    valid_to=st.none() | DAYS,
    review_by=DAYS,
    approved_by=st.none() | st.just("Kommunikation"),
)
PASSAGES = st.builds(
    Passage,
    paragraph=st.integers(-1, 3),
    start=st.integers(-2, 9),
    end=st.integers(-2, 9),
    label=st.sampled_from(["claim", "lie"]),
    narratives=NARRATIVES,
    stance=st.sampled_from([*STANCES, "okänd"]),
)
DOCUMENTS = st.builds(
    SourceDocument,
    digest=st.sampled_from(["ab" * 32, "ab"]),
    title=st.just("Titel"),
    publisher=st.just("Utgivare"),
    kind=st.just("opinion"),
    lang=LANGS,
    passages=st.lists(PASSAGES, max_size=4).map(tuple),
)
PACKS = st.builds(
    Pack,
    pack_id=st.just("exempel"),
    version=st.just("1"),
    digest=st.just("0" * 64),
    titles=BY_LANGUAGE,
    narratives=st.just(tuple(Narrative(name, {}, {}, {}) for name in ("ett", "två"))),
    seeds=st.lists(SEEDS, max_size=12).map(tuple),
    facts=st.lists(FACTS, max_size=3).map(tuple),
    documents=st.lists(DOCUMENTS, max_size=2).map(tuple),
)
EMPTY = Pack("exempel", "1", "0" * 64, {}, (Narrative("ett", {}, {}, {}),))


@settings(max_examples=40)
@given(PACKS)
def test_any_pack_can_be_checked(pack: Pack) -> None:
    """Whatever is in a pack, each finding is one sentence that begins with its place."""
    for finding in check_pack(pack, TODAY):
        assert finding.message.startswith(finding.where)
        assert finding.message.endswith(".")
        assert "\n" not in finding.message


@settings(max_examples=40)
@given(PACKS)
def test_errors_come_before_warnings(pack: Pack) -> None:
    """Whoever reads only the beginning reads what must be mended."""
    severities = [finding.severity for finding in check_pack(pack, TODAY)]
    assert severities == sorted(severities)


@settings(max_examples=40)
@given(PACKS)
def test_messages_never_quote_a_seed(pack: Pack) -> None:
    """No finding tells what an example says."""
    secret = "hemlighetsfull mening"
    seeds = tuple(replace(seed, text=f"{seed.text} {secret}") for seed in pack.seeds)
    findings = check_pack(replace(pack, seeds=seeds), TODAY)
    assert all(secret not in finding.message for finding in findings)


@settings(max_examples=40)
@given(PACKS, st.randoms(use_true_random=False))
def test_the_order_of_seeds_changes_no_verdict(pack: Pack, shuffler: object) -> None:
    """The same rules are broken as often, however the seeds are ordered."""
    seeds = list(pack.seeds)
    shuffler.shuffle(seeds)  # type: ignore[attr-defined]
    again = check_pack(replace(pack, seeds=tuple(seeds)), TODAY)
    codes = sorted(finding.code for finding in check_pack(pack, TODAY))
    assert sorted(finding.code for finding in again) == codes


@settings(max_examples=40)
@given(st.lists(SEEDS.filter(lambda s: (s.stance == "none") == (not s.narratives)), max_size=20))
def test_coverage_counts_each_narrative_of_each_seed(seeds: list[Seed]) -> None:
    """The counts add up to the seeds but background; those on two narratives count twice."""
    known = ("ett", "två")
    kept = tuple(s for s in seeds if "okänt" not in s.narratives and s.stance in STANCES)
    narratives = tuple(Narrative(name, {}, {}, {}) for name in known)
    rows = coverage(replace(EMPTY, narratives=narratives, seeds=kept))
    total = sum(count for row in rows if row.kind in STANCES for count in row.counts.values())
    assert total == sum(max(1, len(s.narratives)) for s in kept if s.origin != "background")


def test_coverage_has_a_row_for_what_is_lacking() -> None:
    """Cells without seeds are zero, not absent; what has no narrative comes last."""
    rows = coverage(replace(EMPTY, seeds=(Seed("a", "En text", "sv", ("ett",), "asks"),)))
    assert list(rows[0].counts) == ["sv", "ar", "en", "so", "tr", "fa"]
    assert [(row.narrative, row.kind, row.counts["sv"]) for row in rows] == [
        ("ett", "asserts", 0),
        ("ett", "counters", 0),
        ("ett", "reports", 0),
        ("ett", "asks", 1),
        ("", "none", 0),
        ("", "threat", 0),
        ("", "background", 0),
    ]


def test_coverage_counts_dialogues_threats_and_voices() -> None:
    """Each row tells how many of its seeds reply to another post and how many voices it has."""
    seeds = (
        Seed("a", "En text", "sv", ("ett",), "asserts", voice="anna", parent="Vad sägs?"),
        Seed("b", "En till", "sv", ("ett",), "asserts", is_threat=True, voice="bo"),
        Seed("c", "Och en", "ar", (), "none", is_threat=True, voice="bo"),
        Seed("d", "Väder", "sv", (), "none", origin="background", voice="cia"),
    )
    rows = {row.kind: row for row in coverage(replace(EMPTY, seeds=seeds))}
    counted = {kind: (row.dialogue_count, row.voice_count) for kind, row in rows.items()}
    assert counted == {
        "asserts": (1, 2),
        "counters": (0, 0),
        "reports": (0, 0),
        "asks": (0, 0),
        "none": (0, 1),
        "threat": (0, 1),
        "background": (0, 1),
    }
    assert rows["threat"].counts == {"sv": 1, "ar": 1, "en": 0, "so": 0, "tr": 0, "fa": 0}


def test_many_ids_are_told_in_short() -> None:
    """A finding on many seeds names three and counts the others."""
    seeds = tuple(Seed(f"s{n}", "Samma text", "sv", ("ett",), "asks") for n in range(6))
    told = [f.message for f in check_pack(replace(EMPTY, seeds=seeds), TODAY)]
    same = 'seeds.jsonl "s0" has the same text as "s1", "s2", "s3" and 2 more; keep one of them.'
    assert same in told


def test_personal_data_of_imported_passages_is_not_told() -> None:
    """What stands in no file of the pack cannot be edited there."""
    seed = Seed("doc-1", "Skriv till a@example.org", "sv", ("ett",), "asks", origin="document")
    codes = {finding.code for finding in check_pack(replace(EMPTY, seeds=(seed,)), TODAY)}
    assert "personal-data" not in codes
