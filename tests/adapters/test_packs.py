"""Packs as files: what loads, what is told when it does not, import and beginning anew."""

import hashlib
import json
import re
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motbild.adapters.packs import (
    find_packs,
    import_documents,
    load_pack,
    new_pack,
    save_imported,
)
from motbild.core.narratives import Pack, Passage, Seed, SourceDocument
from motbild.core.pack_beginnings import spare_draft
from motbild.core.pack_rules import check_pack
from motbild.errors import PackError

GUIDE = Path(__file__).parents[2] / "docs" / "packs.md"
TODAY = date(2026, 5, 1)
FILES: dict[str, str] = dict(
    re.findall(r"```(?:toml|json) (\S+)\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
)
SEED = json.loads(FILES["seeds.jsonl"].splitlines()[0])
EXAMPLES = [f"Exempel {number} på ryktet" for number in range(8)]
SEEDS = st.builds(
    Seed,
    seed_id=st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip),
    text=st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip),
    lang=st.just("sv"),
    narratives=st.sampled_from([(), ("gift-i-vattnet",)]),
    stance=st.sampled_from(["asserts", "none"]),
    is_threat=st.booleans(),
    origin=st.just("document"),
    voice=st.just("doc-12345678"),
    parent=st.none() | st.just("Vad menar du?"),
    note=st.text(st.characters(codec="utf-8")),
)


def write_pack(folder: Path, **changed: str | bytes) -> Path:
    """Write the pack of the guide, with the named files (dots as underscores) replaced."""
    folder.mkdir()
    for name, text in FILES.items():
        content = changed.get(name.replace(".", "_"), text)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def told(folder: Path) -> list[str]:
    """Return the lines of the error that loading a pack ends with."""
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    return str(caught.value).split("\n")


def test_the_example_of_the_guide_loads(tmp_path: Path) -> None:
    """Whoever copies the guide's example has a pack that only wants more seeds."""
    pack = load_pack(write_pack(tmp_path / "vattnet"))
    assert (pack.pack_id, pack.narrative_ids) == ("vattnet", ("gift-i-vattnet",))
    assert pack.narratives[0].active_from == date(2026, 1, 1)
    assert [seed.stance for seed in pack.seeds] == ["asserts", "counters", "none"]
    assert pack.facts[0].sources[0].publisher == "Livsmedelsverket"
    assert pack.documents[0].passages[0].end == 87
    errors = {f.code for f in check_pack(pack, TODAY) if f.severity == "error"}
    assert errors == {"too-few-seeds"}


def test_the_guide_explains_every_key(tmp_path: Path) -> None:
    """Each key that a file may have is named in the guide."""
    spoilt = {
        name.replace(".", "_"): re.sub(r"(?m)^(title|label) = ", r"x = 1\n\1 = ", text)
        for name, text in FILES.items()
    }
    spoilt["facts_toml"] = FILES["facts.toml"].replace("[[facts]]", "[[facts]]\nx = 1")
    spoilt["pack_toml"] = "x = 1\n" + FILES["pack.toml"].replace("harm", "x")
    spoilt["seeds_jsonl"] = json.dumps(SEED | {"x": 1})
    lines = told(write_pack(tmp_path / "vattnet", **spoilt))
    lists = [line.split("the keys are ")[1] for line in lines if "the keys are" in line]
    assert len(lists) == 6
    guide = GUIDE.read_text("utf-8")
    for key in {key for keys in lists for key in keys.rstrip(".").split(", ")}:
        assert f"`{key}`" in guide


def test_seeds_facts_and_documents_may_be_absent(tmp_path: Path) -> None:
    """A pack of definitions alone is a pack."""
    folder = tmp_path / "vattnet"
    folder.mkdir()
    (folder / "pack.toml").write_text(FILES["pack.toml"], "utf-8")
    pack = load_pack(folder)
    assert (pack.seeds, pack.facts, pack.documents) == ((), (), ())


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    """The message names the folder and how to begin a pack."""
    line = f"There is no pack.toml in {tmp_path / 'tom'}; name the folder of a pack, "
    assert told(tmp_path / "tom") == [line + "or begin one with 'motbild pack new'."]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "seeds_jsonl",
            "\n" * 13 + json.dumps(SEED | {"thread": True}),
            "unknown key 'thread' in vattnet/seeds.jsonl line 14; the keys are id, text, lang, "
            "narratives, stance, threat, origin, voice, note, parent.",
        ),
        (
            "seeds_jsonl",
            json.dumps({key: value for key, value in SEED.items() if key != "voice"}),
            "key 'voice' is missing in vattnet/seeds.jsonl line 1; add it.",
        ),
        (
            "seeds_jsonl",
            json.dumps(SEED | {"threat": "no"}),
            "'threat' in vattnet/seeds.jsonl line 1 must be true or false.",
        ),
        (
            "seeds_jsonl",
            json.dumps(SEED | {"origin": "scraped"}),
            "'origin' in vattnet/seeds.jsonl line 1 must be 'written', 'background' or 'document'.",
        ),
        (
            "seeds_jsonl",
            json.dumps(SEED | {"text": "halv \ud83d"}),
            "'text' in vattnet/seeds.jsonl line 1 must be text in quotes that is not empty.",
        ),
        (
            "seeds_jsonl",
            '{"id": "a", "id": "b"}',
            "vattnet/seeds.jsonl line 1 is not one JSON object: a key stands in it twice; "
            "correct that line.",
        ),
        (
            "seeds_jsonl",
            '["hemligt"]',
            "vattnet/seeds.jsonl line 1 is not a JSON object; put it in braces.",
        ),
        (
            "seeds_jsonl",
            '{"text": "hemligt"',
            "vattnet/seeds.jsonl line 1 is not one JSON object: Expecting ',' delimiter: "
            "line 1 column 19 (char 18); correct that line.",
        ),
        (
            "seeds_jsonl",
            "{å}".encode("latin-1"),
            "vattnet/seeds.jsonl cannot be read: it is not UTF-8, so save it as UTF-8.",
        ),
        (
            "pack_toml",
            FILES["pack.toml"].replace("harm = 0.7", "harm = 7"),
            "'harm' in vattnet/pack.toml narratives[1] \"gift-i-vattnet\" "
            "must be a number from 0 to 1.",
        ),
        (
            "pack_toml",
            FILES["pack.toml"].replace('id = "vattnet"', 'id = "Vårt vatten"'),
            "'id' in vattnet/pack.toml must be lower-case letters, digits and single hyphens, "
            "such as 'min-pack'.",
        ),
        (
            "pack_toml",
            'id = "vattnet"\nversion = "1"\nnarratives = []\ntitle = {sv = "Rykten"}',
            "'narratives' in vattnet/pack.toml must be one or more tables "
            "under a heading in double brackets.",
        ),
        (
            "facts_toml",
            FILES["facts.toml"].replace("2027-01-01", '"2027-01-01"'),
            "'review_by' in vattnet/facts.toml facts[1] \"prover-ar-offentliga\" "
            "must be a date without quotes, such as 2026-05-31.",
        ),
        (
            "facts_toml",
            FILES["facts.toml"].replace("publisher", "owner"),
            "unknown key 'owner' in vattnet/facts.toml facts[1] \"prover-ar-offentliga\" "
            "sources[1]; the keys are title, publisher, year, address.\n"
            "key 'publisher' is missing in vattnet/facts.toml facts[1] \"prover-ar-offentliga\" "
            "sources[1]; add it.",
        ),
        (
            "documents_toml",
            FILES["documents.toml"].replace("end = 87", "end = true"),
            "'end' in vattnet/documents.toml documents[1] passages[1] must be a whole number.",
        ),
        (
            "facts_toml",
            "[[facts]]\nid = 'a",
            'vattnet/facts.toml is not valid TOML: Expected "\'" (at end of document); '
            "correct it there.",
        ),
    ],
)
def test_a_malformed_file_is_told_with_its_place(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    """Each fault is one sentence with file, place and remedy, and never the text of a seed."""
    lines = told(write_pack(tmp_path / "vattnet", **{name: content}))
    if name == "facts_toml" and "not valid TOML" in message:
        # The parser's own words differ between versions of Python.
        assert lines[0].startswith("vattnet/facts.toml is not valid TOML: ")
    else:
        assert "\n".join(lines) == message


def test_at_most_ten_problems_are_told_together(tmp_path: Path) -> None:
    """A pack with twelve problems tells ten and that two more follow."""
    lines = told(write_pack(tmp_path / "vattnet", seeds_jsonl="[]\n" * 12))
    assert len(lines) == 11
    assert lines[-1] == "2 more follow; correct these first."


def test_a_byte_order_mark_and_odd_line_ends_do_no_harm(tmp_path: Path) -> None:
    """Files saved by other editors load; a line separator within a text ends no line."""
    text = json.dumps(SEED | {"text": "En rad\u2028och en till"}, ensure_ascii=False)
    folder = write_pack(
        tmp_path / "vattnet",
        seeds_jsonl=b"\xef\xbb\xbf" + text.encode() + b"\r\n\r\n",
        pack_toml=FILES["pack.toml"].replace("\n", "\r\n"),
    )
    assert [seed.text for seed in load_pack(folder).seeds] == ["En rad\u2028och en till"]


def test_the_digest_follows_every_file_and_nothing_else(tmp_path: Path) -> None:
    """Any change to the pack's own files shows; a note laid beside them does not."""
    folder = write_pack(tmp_path / "vattnet")
    digests = {load_pack(folder).digest}
    (folder / "anteckningar.txt").write_text("egna", "utf-8")
    assert {load_pack(folder).digest} == digests
    for name in FILES:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        digests.add(load_pack(folder).digest)
    save_imported([Seed("doc-1", "En text", "sv", (), "none", voice="doc")], tmp_path / "i.jsonl")
    digests.add(load_pack(folder, tmp_path / "i.jsonl").digest)
    assert len(digests) == 6


def _documented(pack: Pack, content: bytes, *passages: Passage) -> Pack:
    digest = hashlib.sha256(content).hexdigest()
    found = SourceDocument(digest, "Insändare", "Tidningen", "opinion", "sv", None, passages)
    return replace(pack, documents=(found, *pack.documents))


def test_passages_are_cut_from_documents_known_by_digest(tmp_path: Path) -> None:
    """The file's name does not matter; blank lines and outer space do not count."""
    pack = load_pack(write_pack(tmp_path / "vattnet"))
    content = "Rubrik\n\n   Först detta. Sedan något annat.  \n".encode()
    fits = Passage(2, 13, 31, "claim", ("gift-i-vattnet",), "asserts", True, "why")
    too_long = replace(fits, end=32)
    no_line = replace(fits, paragraph=3)
    pack = _documented(pack, content, fits, too_long, no_line)
    (tmp_path / "in" / "under").mkdir(parents=True)
    (tmp_path / "in" / "under" / "vad som helst").write_bytes(content)
    (tmp_path / "in" / "annat.txt").write_text("Något annat", "utf-8")
    report = import_documents(pack, tmp_path / "in")
    name = f"doc-{pack.documents[0].digest[:8]}"
    (seed,) = report.seeds
    assert (seed.seed_id, seed.voice, seed.origin) == (f"{name}-2-13", name, "document")
    assert (seed.text, seed.note) == ("Sedan något annat.", "why")
    assert (seed.is_threat, seed.stance) == (True, "asserts")
    assert report.missing == pack.documents[1:]
    assert report.misfits == (
        "documents.toml documents[1] passages[2]: paragraph 2 has no text from 13 to 32; "
        "correct the three numbers.",
        "documents.toml documents[1] passages[3]: paragraph 3 has no text from 13 to 31; "
        "correct the three numbers.",
    )


def test_importing_from_no_folder_is_refused(tmp_path: Path) -> None:
    """A mistyped folder is told, rather than that every document is missing."""
    pack = load_pack(write_pack(tmp_path / "vattnet"))
    with pytest.raises(PackError, match="There is no folder"):
        import_documents(pack, tmp_path / "borta")


@settings(max_examples=30, deadline=None)
@given(st.lists(SEEDS, max_size=5))
def test_imported_seeds_come_back_as_they_were(seeds: list[Seed]) -> None:
    """Saving and loading imported seeds changes nothing, and they follow the pack's own."""
    with tempfile.TemporaryDirectory() as place:
        folder = write_pack(Path(place) / "vattnet")
        imported = Path(place) / "home" / "imported.jsonl"
        save_imported(seeds, imported)
        assert load_pack(folder, imported).seeds == (*load_pack(folder).seeds, *seeds)


def test_imported_seeds_are_for_their_owner_only(tmp_path: Path) -> None:
    """The file has mode 600, replaces the one before, and leaves nothing beside it."""
    path = tmp_path / "imported.jsonl"
    path.write_text("gammalt", "utf-8")
    save_imported([], path)
    assert path.read_bytes() == b""
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    """What was imported before is still there, whole, when writing fails half-way."""
    path = tmp_path / "imported.jsonl"
    path.write_text("gammalt", "utf-8")
    half = Seed("b", "halv \ud83d", "sv", (), "none")
    with pytest.raises(UnicodeEncodeError):
        save_imported([replace(half, text="hel"), half], path)
    assert path.read_text("utf-8") == "gammalt"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_imported_yet_is_no_mistake(tmp_path: Path) -> None:
    """Before the first import the pack has its own seeds only, and the same digest."""
    folder = write_pack(tmp_path / "vattnet")
    assert load_pack(folder, tmp_path / "imported.jsonl") == load_pack(folder)


def test_eight_posts_make_a_pack(tmp_path: Path) -> None:
    """The new pack loads, with ids made from the title and a voice for each post."""
    folder = tmp_path / "packs" / "vattnet"
    pack = new_pack(folder, "vattnet", "Gift i vårt vatten!", "De förgiftar oss.", EXAMPLES, "sv")
    assert find_packs(tmp_path / "packs") == [folder]
    assert pack.narrative_ids == ("gift-i-vart-vatten",)
    assert [seed.text for seed in pack.seeds] == EXAMPLES
    assert {seed.stance for seed in pack.seeds} == {"asserts"}
    assert len({seed.voice for seed in pack.seeds}) == len(EXAMPLES)
    errors = {f.code for f in check_pack(pack, TODAY) if f.severity == "error"}
    assert errors == {"missing-definition", "no-valid-fact"}
    assert {f.severity for f in spare_draft(pack, check_pack(pack, TODAY))} == {"warning"}


def test_the_fact_in_a_new_pack_is_ready_to_fill_in(tmp_path: Path) -> None:
    """Uncommenting the example fact and the falsehood gives files that load."""
    folder = tmp_path / "vattnet"
    new_pack(folder, "vattnet", "Gift", "De förgiftar oss.", EXAMPLES, "sv")
    for name, first in (("facts.toml", "[[facts]]"), ("pack.toml", "active_from")):
        before, after = (folder / name).read_text("utf-8").split(f"# {first}")
        text = before + first + re.sub("(?m)^# ?", "", after)
        (folder / name).write_text(text, "utf-8")
    pack = load_pack(folder)
    assert pack.facts[0].narratives == ("gift",)
    assert "sv" in pack.narratives[0].falsehood


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_any_title_begins_a_pack(title: str) -> None:
    """Quotes, braces, control characters and every script survive the writing."""
    with tempfile.TemporaryDirectory() as place:
        pack = new_pack(Path(place) / "ny", "ny", title, title, EXAMPLES, "ar")
    assert pack.narratives[0].titles == {"ar": title}
    assert pack.narratives[0].claim == {"ar": title}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"examples": ["ett", "två", "tre", " tre ", ""]},
            "A new pack needs at least 4 different example posts and was given 3; "
            "add more, eight or above being best.",
        ),
        (
            {"pack_id": "Vårt vatten"},
            "The id of the new pack must be lower-case letters, digits and single hyphens, "
            "such as 'min-pack'; choose another.",
        ),
        (
            {"lang": "swe"},
            "The language of the new pack must be one of sv, ar, en, so, tr, fa; choose one.",
        ),
        (
            {"claim": " "},
            "The claim of the new narrative is empty or unreadable; write one.",
        ),
    ],
)
def test_a_pack_is_not_begun_from_bad_input(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    """What is wrong is told and nothing is written."""
    given_values = {
        "pack_id": "vattnet",
        "title": "Gift",
        "claim": "De förgiftar oss.",
        "examples": EXAMPLES,
        "lang": "sv",
    } | changed
    with pytest.raises(PackError) as caught:
        new_pack(tmp_path / "vattnet", **given_values)  # type: ignore[arg-type]
    assert str(caught.value) == message
    assert not (tmp_path / "vattnet").exists()


def test_a_folder_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """Beginning a pack where something lies already is refused."""
    with pytest.raises(PackError, match="is there already"):
        new_pack(tmp_path, "vattnet", "Gift", "De förgiftar oss.", EXAMPLES, "sv")
    assert list(tmp_path.iterdir()) == []


def test_packs_are_found_in_name_order(tmp_path: Path) -> None:
    """Only folders with a pack.toml count; a folder that is absent holds none."""
    for name in ("b", "a"):
        write_pack(tmp_path / name)
    (tmp_path / "c").mkdir()
    assert find_packs(tmp_path) == [tmp_path / "a", tmp_path / "b"]
    assert find_packs(tmp_path / "borta") == []
