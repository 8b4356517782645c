"""Answers drafted from facts: what is true first and last, the claim once, sources told."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.fact_bank import FactWording, digest_wording
from motbild.core.narratives import FactSource, Narrative
from motbild.core.response_phrases import LIMITS, PHRASES
from motbild.core.responses import (
    CHANNELS,
    LENGTHS,
    NOTES,
    AnswerRequest,
    Draft,
    Refusal,
    check_answer,
    draft_answer,
    format_source,
    to_markdown,
    to_text,
)
from motbild.errors import InputError

DAY = date(2026, 3, 2)
LAW = FactSource("Lag om lån, 3 §", "Riksdagen", 1990)
PAGE = FactSource("Så lånar du", "Biblioteksrådet", None, "https://bibliotek.example/lan_a_bok")
CLAIM = {"sv": "Biblioteket bränner böcker om natten.", "en": "The library burns books at night."}
NARRATIVE = Narrative(
    narrative_id="bokbal",
    titles={"sv": "Böcker bränns", "en": "Books are burnt", "ar": "تُحرق الكتب"},
    claim=CLAIM,
    falsehood={
        "sv": "Gallrade böcker säljs. Det som inte går att sälja återvinns.",
        "en": "Books that are weeded out are sold. The rest is recycled.",
    },
)
CHOICES = st.tuples(st.sampled_from(CHANNELS), st.sampled_from(LENGTHS))
SENTENCES = st.lists(
    st.sampled_from(["Böcker lånas ut.", "Lån är fria i hela landet.", "Alla får låna " * 9 + "."]),
    min_size=1,
    max_size=9,
)


def _wording(fact_id: str, text: str, lang: str = "sv", caveat: str = "") -> FactWording:
    return FactWording(
        fact_id=fact_id,
        lang=lang,
        text=text,
        caveat=caveat,
        sources=(LAW, PAGE),
        valid_from=date(2021, 1, 1),
        valid_to=None,
        review_by=date(2027, 1, 1),
        approved_by="Test Testsson",
        narratives=("bokbal",),
        text_digest=digest_wording(text),
    )


LOANS = _wording(
    "lan", "Alla får låna. Det kostar inget. Boken ska lämnas åter.", caveat="Säg i regel."
)
SALES = _wording("forsaljning", "Gamla böcker säljs på bokdagen.", caveat="Säg i regel.")
FACTS = (
    LOANS,
    SALES,
    _wording("lan", "Anyone may borrow. It is free.", "en"),
    _wording("lan", "يحق للجميع الاستعارة. الاستعارة مجانية.", "ar"),
    _wording("lan", "Qof kasta wuu amaahan karaa.", "so"),
)


def _draft(channel: str = "web", length: str = "long", lang: str = "sv", *ids: str) -> Draft:
    request = AnswerRequest(channel, length, lang, ids or ("lan",), DAY)
    return draft_answer(request, FACTS, NARRATIVE)


def _kinds(draft: Draft) -> list[str]:
    return [part.kind for part in draft.parts]


@pytest.mark.parametrize(("channel", "length"), list(product(CHANNELS, LENGTHS)))
def test_every_channel_and_length_has_a_limit(channel: str, length: str) -> None:
    """A longer answer may be longer, and short ones fit where posts are short."""
    assert LIMITS[channel, "short"] < LIMITS[channel, "medium"] < LIMITS[channel, "long"]
    assert LIMITS["social", "short"] <= 280
    assert _draft(channel, length).limit == LIMITS[channel, length]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_what_is_true_comes_first_and_last(lang: str) -> None:
    """Fact, warning, fallacy, fact; a single fact is told in two halves and nothing is lost."""
    draft = _draft("web", "long", lang)
    assert _kinds(draft) == ["fact", "warning", "fallacy", "fact"]
    wording = next(w for w in FACTS if w.lang == lang and w.fact_id == "lan")
    assert f"{draft.parts[0].text} {draft.parts[-1].text}" == wording.text
    assert draft.notes == ()


def test_the_claim_is_told_once_after_a_warning() -> None:
    """Nobody reads the claim before having read that it is untrue."""
    text = _draft("web", "long").text
    claim = CLAIM["sv"].rstrip(".")
    assert text.count(claim) == 1
    assert text.index("inte stämmer") < text.index(claim)


def test_further_facts_close_the_answer() -> None:
    """The first chosen opens with all it says; the others follow what is false."""
    draft = _draft("web", "long", "sv", "lan", "forsaljning")
    assert [(part.kind, part.fact_id) for part in draft.parts] == [
        ("fact", "lan"),
        ("warning", None),
        ("fallacy", None),
        ("fact", "forsaljning"),
    ]
    assert draft.parts[0].text == LOANS.text
    assert draft.fact_refs == (
        ("lan", "sv", LOANS.text_digest),
        ("forsaljning", "sv", SALES.text_digest),
    )


def test_a_fact_of_one_sentence_is_told_again() -> None:
    """The claim is never the last word."""
    draft = _draft("web", "long", "sv", "forsaljning")
    assert draft.parts[-1].text == f"Kort sagt: {SALES.text}"


def test_a_reply_meets_the_worry() -> None:
    """Only a reply speaks to somebody; the others begin with the fact."""
    assert _draft("reply", "long").text.startswith(PHRASES["sv"].opening)
    assert all(
        _kinds(_draft(channel, length))[0] == "fact"
        for channel, length in product(CHANNELS, LENGTHS)
        if channel != "reply"
    )


def test_arabic_has_words_of_its_own() -> None:
    """A claim that is not told in Arabic is told by its title, a missing fallacy left out."""
    draft = _draft("social", "long", "ar")
    assert _kinds(draft) == ["fact", "warning", "fact"]
    assert "«تُحرق الكتب»" in draft.text


def test_a_language_without_words_gets_the_facts_alone() -> None:
    """Nothing is put together from words that nobody has written in that language."""
    draft = _draft("web", "long", "so")
    assert _kinds(draft) == ["fact"]
    assert draft.notes == ("facts-only",)
    assert "Källor" not in draft.text


@given(CHOICES, SENTENCES, SENTENCES)
def test_a_draft_keeps_its_limit_or_says_so(
    choice: tuple[str, str], first: list[str], second: list[str]
) -> None:
    """Order and limit hold for any wordings, and notes are known and stand in their order."""
    facts = [_wording("a", " ".join(first)), _wording("b", " ".join(second))]
    draft = draft_answer(AnswerRequest(*choice, "sv", ("a", "b"), DAY), facts, NARRATIVE)
    kinds = [kind for kind in _kinds(draft) if kind != "opening"]
    assert kinds[0] == kinds[-1] == "fact"
    assert kinds.count("warning") <= 1
    assert [kind for kind in kinds if kind != "fact"] in ([], ["warning"], ["warning", "fallacy"])
    assert draft.character_count == len(draft.text)
    assert (draft.character_count > draft.limit) is ("over-limit" in draft.notes)
    assert list(draft.notes) == [note for note in NOTES if note in draft.notes]


def test_a_fact_is_cut_only_when_nothing_else_helps() -> None:
    """The claim goes before any sentence of a fact, and what was left out is noted."""
    long = _wording("lan", " ".join(["Det här är en mening om böcker och lån av dem."] * 5))
    asked = AnswerRequest("social", "short", "sv", ("lan",), DAY)
    whole = draft_answer(asked, [long], NARRATIVE)
    assert whole.notes == ("claim-left-out",)
    assert long.text in whole.text
    longer = replace(long, text=long.text + " Och så en mening till om lån och böcker.")
    cut = draft_answer(asked, [longer], NARRATIVE)
    assert "shortened" in cut.notes
    assert cut.character_count <= 280


def test_facts_that_do_not_fit_are_left_out_and_noted() -> None:
    """A short answer tells the first fact, and refers to no other."""
    draft = _draft("social", "short", "sv", "lan", "forsaljning")
    assert [ref[0] for ref in draft.fact_refs] == ["lan"]
    assert "facts-left-out" in draft.notes


def test_caveats_are_told_once() -> None:
    """Two facts with the same caveat give it once, beside the text and never in it."""
    draft = _draft("web", "long", "sv", "lan", "forsaljning")
    assert draft.caveats == ("Säg i regel.",)
    assert "Säg i regel." not in draft.text


@pytest.mark.parametrize(
    ("channel", "length", "ending"),
    [
        ("web", "long", "Källor:\n– Lag om lån, 3 §. Riksdagen, 1990.\n– " + format_source(PAGE)),
        (
            "press",
            "short",
            "Källor:\n– Lag om lån, 3 §. Riksdagen, 1990.\n– " + format_source(PAGE),
        ),
        ("reply", "long", f"Källa: Biblioteksrådet, {PAGE.address}"),
        ("reply", "short", "Källa: Riksdagen"),
        ("social", "medium", "Källa: Riksdagen"),
    ],
)
def test_sources_are_told_as_the_channel_allows(channel: str, length: str, ending: str) -> None:
    """In full where there is room, with an address in a reply, by name in a short post."""
    assert _draft(channel, length).text.endswith("\n\n" + ending)


def test_a_source_is_told_as_far_as_it_is_known() -> None:
    """Title, publisher, year and address; no gap where one is unknown."""
    assert format_source(PAGE) == f"Så lånar du. Biblioteksrådet. {PAGE.address}"
    assert format_source(LAW) == "Lag om lån, 3 §. Riksdagen, 1990."


def test_markdown_keeps_wordings_as_they_are() -> None:
    """A mark in a wording stays a character, and an address becomes a link."""
    marked = _wording("lan", "Låna *gratis* på [alla] bibliotek_. Det är sant.")
    draft = draft_answer(AnswerRequest("web", "long", "sv", ("lan",), DAY), [marked], NARRATIVE)
    markdown = to_markdown(draft)
    assert r"Låna \*gratis\* på \[alla\] bibliotek\_." in markdown
    assert f"<{PAGE.address}>" in markdown
    assert to_text(draft) == draft.text


def test_talking_points_are_points() -> None:
    """Each part is a line of a list, in text and in Markdown."""
    draft = _draft("talking-points", "long")
    assert draft.text.startswith("– ")
    assert to_markdown(draft).startswith("- ")
    assert draft.text.count("\n– ") >= len(draft.parts) - 1


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        (replace(LOANS, approved_by=None), "not-approved"),
        (replace(LOANS, valid_to=date(2025, 1, 1)), "expired"),
        (replace(LOANS, review_by=date(2025, 1, 1)), "review-overdue"),
        (replace(LOANS, lang="en"), "no-wording-in-language"),
    ],
)
def test_a_refused_fact_makes_no_answer(wording: FactWording, code: str) -> None:
    """One chosen fact that may not be used stops the answer, and the reason is told."""
    asked = AnswerRequest("web", "long", "sv", ("forsaljning", "lan"), DAY)
    assert check_answer(asked, [wording, SALES]) == (Refusal("lan", code),)
    with pytest.raises(InputError, match="lan får inte användas"):
        draft_answer(asked, [wording, SALES], NARRATIVE)


def test_an_answer_needs_a_fact() -> None:
    """Nothing is answered with connecting words alone."""
    asked = AnswerRequest("web", "long", "sv", (), DAY)
    assert check_answer(asked, FACTS) == (Refusal("", "no-fact-chosen"),)
    with pytest.raises(InputError, match="välj minst en"):
        draft_answer(asked, FACTS, NARRATIVE)


@pytest.mark.parametrize(("channel", "length"), [("fax", "short"), ("web", "endless")])
def test_an_unknown_channel_is_refused(channel: str, length: str) -> None:
    """The message names what there is to choose from."""
    with pytest.raises(InputError, match="talking-points"):
        _draft(channel, length)


def test_the_words_accuse_nobody() -> None:
    """No connecting words speak of lies, of blame or of whoever spreads the claim."""
    for phrases in PHRASES.values():
        told = " ".join(getattr(phrases, name) for name in phrases.__dataclass_fields__).lower()
        for word in ("lögn", "ljug", "skyll", "du sprider", "lie", "liar", "blame", "كذب"):
            assert f" {word}" not in f" {told}"


def test_what_is_false_is_explained_before_more_facts_are_told() -> None:
    """With more facts than there is room for, the order fact, warning, fallacy, fact is kept."""
    facts = [_wording(f"f{n}", f"Fakta nummer {n}. " + LOANS.text * 6) for n in range(9)]
    ids = tuple(wording.fact_id for wording in facts)
    draft = draft_answer(AnswerRequest("social", "long", "sv", ids, DAY), facts, NARRATIVE)
    assert _kinds(draft)[:4] == ["fact", "warning", "fallacy", "fact"]
    assert draft.notes == ("facts-left-out",)
