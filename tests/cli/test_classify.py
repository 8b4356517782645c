"""`motbild classify`: posts in, one JSON object each out, in order, whole or not at all."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from motbild.errors import InputError, SourceError
from motbild.wiring.models import Model
from tests.cli.commands import run
from tests.stages.fakes import PACK, CountingEncoder, WordClassifier

POSTS = [
    {"id": "b", "text": "kidnappning asserts Zebulon"},
    {"id": "a", "text": "bara en vanlig dag på jobbet med fika och möten"},
    {"id": "c", "text": "hot barnhandel asks"},
]


@pytest.fixture(autouse=True)
def _model(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(WordClassifier(), CountingEncoder(), (PACK,))  # type: ignore[arg-type]
    monkeypatch.setattr("motbild.wiring.models.load_model", lambda _: model)


def _write(path: Path, *lines: object) -> Path:
    text = "".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines)
    path.write_text(text, encoding="utf-8")
    return path


def _classified(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_post_gives_one_object_in_order(tmp_path: Path) -> None:
    """The objects stand in the order of the posts, with the documented keys and no others."""
    posts = _write(tmp_path / "posts.jsonl", *POSTS)
    shown = run("classify", posts, "--output", tmp_path / "out.jsonl")
    assert shown.exit_code == 0
    assert shown.stderr == "3 posts classified.\n"
    first, second, third = _classified(tmp_path / "out.jsonl")
    assert [row["id"] for row in (first, second, third)] == ["b", "a", "c"]
    assert list(first) == [
        "id",
        "narratives",
        "stance",
        "threat",
        "is_flagged",
        "lang",
        "evidence",
    ]
    assert first["narratives"] == [
        {"id": "kidnappning", "probability": 0.9, "is_match": True},
        {"id": "barnhandel", "probability": 0.1, "is_match": False},
    ]
    assert first["stance"]["label"] == "asserts"
    assert set(first["stance"]["probabilities"]) == {
        "asserts",
        "counters",
        "reports",
        "asks",
        "none",
    }
    assert first["threat"] == {"probability": 0.0, "is_match": False}
    assert first["is_flagged"] is True
    assert set(first["evidence"]) == {"narrative", "sentence", "start", "end", "seeds", "terms"}
    assert (second["evidence"], second["is_flagged"], second["lang"]) == (None, False, "sv")
    assert third["threat"] == {"probability": 0.9, "is_match": True}


def test_more_posts_than_a_batch_keep_their_order(tmp_path: Path) -> None:
    """Batches change nothing in the output."""
    posts = _write(
        tmp_path / "posts.jsonl", *({"id": str(n), "text": f"inlägg {n}"} for n in range(1_100))
    )
    run("classify", posts, "--output", tmp_path / "out.jsonl")
    assert [row["id"] for row in _classified(tmp_path / "out.jsonl")] == [
        str(n) for n in range(1_100)
    ]


def _flagged(path: Path) -> list[str]:
    return [row["id"] for row in _classified(path) if row["is_flagged"]]


def _answer(post_id: str, parent: str, **fields: object) -> dict[str, object]:
    return {"id": post_id, "text": "samma här", "reply_to": parent, **fields}


def test_replies_are_read_with_what_they_answer(tmp_path: Path) -> None:
    """Wherever the answered post stands, its replies are read with it, more than a batch away."""
    filler = ({"id": f"f{n}", "text": f"inlägg {n}"} for n in range(600))
    first = _write(
        tmp_path / "a.jsonl", _answer("1", "5"), _answer("2", "9"), *filler, _answer("3", "f1")
    )
    second = _write(
        tmp_path / "b.jsonl",
        {"id": "5", "text": "kidnappning"},
        _answer("6", "1"),
        _answer("7", "5"),
    )
    shown = run("classify", first, second, "--output", tmp_path / "out.jsonl")
    assert shown.exit_code == 0
    assert _flagged(tmp_path / "out.jsonl") == ["1", "5", "7"]
    ids = [row["id"] for row in _classified(tmp_path / "out.jsonl")]
    assert ids == ["1", "2", *(f"f{n}" for n in range(600)), "3", "5", "6", "7"]


def test_the_evidence_is_the_replys_own(tmp_path: Path) -> None:
    """What a reply is shown with are its own words, never those of the post that it answers."""
    posts = _write(tmp_path / "a.jsonl", {"id": "1", "text": "kidnappning"}, _answer("2", "1"))
    run("classify", posts, "--output", tmp_path / "out.jsonl")
    assert _classified(tmp_path / "out.jsonl")[1]["evidence"]["sentence"] == "samma här"


def test_platforms_share_no_ids(tmp_path: Path) -> None:
    """A reply is tied to a post of its own platform only."""
    posts = _write(
        tmp_path / "a.jsonl",
        {"id": "1", "text": "kidnappning", "platform": "x"},
        _answer("2", "1", platform="x"),
        _answer("3", "1", platform="tiktok"),
    )
    run("classify", posts, "--output", tmp_path / "out.jsonl")
    assert _flagged(tmp_path / "out.jsonl") == ["1", "2"]


def test_of_two_files_that_number_alike_the_own_is_asked_first(tmp_path: Path) -> None:
    """Two exports without a platform may both number their posts from one."""
    first = _write(tmp_path / "a.jsonl", {"id": "1", "text": "kidnappning"}, _answer("2", "1"))
    second = _write(tmp_path / "b.jsonl", {"id": "1", "text": "kaffe"}, _answer("3", "1"))
    run("classify", first, second, "--output", tmp_path / "out.jsonl")
    assert _flagged(tmp_path / "out.jsonl") == ["1", "2"]


def test_what_is_set_aside_is_told_once(tmp_path: Path) -> None:
    """Files are read more than once where posts answer others, and bad rows told only once."""
    posts = _write(tmp_path / "a.jsonl", _answer("1", "2"), "{", {"id": "2", "text": "kaffe"})
    shown = run("classify", posts, "--output", tmp_path / "out.jsonl")
    assert len(shown.stderr.splitlines()) == 2


def test_several_files_of_any_kind_are_read_in_turn(tmp_path: Path) -> None:
    """Files are classified in the order given, packed or not, whatever their form."""
    table = _write(tmp_path / "posts.csv", "id,text", "d,kidnappning")
    packed = tmp_path / "posts.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(POSTS[0]).encode()))
    run("classify", packed, table, "--output", tmp_path / "out.jsonl")
    assert [row["id"] for row in _classified(tmp_path / "out.jsonl")] == ["b", "d"]


def test_bad_rows_are_told_but_never_quoted(tmp_path: Path) -> None:
    """A row that is set aside is told by file, line and reason; what it said is not."""
    posts = _write(
        tmp_path / "posts.jsonl",
        POSTS[0],
        '{"id": "x", "text": "hemlig Zebulon"',
        {"id": "hemligt-id", "text": " "},
        POSTS[1],
    )
    shown = run("classify", posts, "--output", tmp_path / "out.jsonl")
    assert shown.exit_code == 0
    first, second, last = shown.stderr.splitlines()
    assert first.startswith(f"{posts}, line 2: set aside. The row is not valid JSON;")
    assert second.startswith(f"{posts}, line 3: set aside. The row has no text to classify;")
    assert last == "2 posts classified."
    assert "hemlig" not in shown.output
    assert [row["id"] for row in _classified(tmp_path / "out.jsonl")] == ["b", "a"]


def test_the_screen_gets_nothing_but_objects(tmp_path: Path) -> None:
    """With `-` the objects go to the standard output and the count to the error stream."""
    posts = _write(tmp_path / "posts.jsonl", *POSTS)
    shown = run("classify", posts, "--output", "-")
    assert [json.loads(line)["id"] for line in shown.stdout.splitlines()] == ["b", "a", "c"]
    assert shown.stderr == "3 posts classified.\n"
    assert list(tmp_path.iterdir()) == [posts]


def test_personal_data_is_masked_before_it_is_judged(tmp_path: Path) -> None:
    """What is shown as evidence is the masked text."""
    posts = _write(tmp_path / "posts.jsonl", {"id": "1", "text": "kidnappning ring 08-465 004 12"})
    run("classify", posts, "--output", tmp_path / "out.jsonl")
    (row,) = _classified(tmp_path / "out.jsonl")
    assert row["evidence"]["sentence"] == "kidnappning ring [telefon]"


def test_the_output_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where classifying fails midway the earlier output stays, and no half of a new one."""
    posts = _write(tmp_path / "posts.jsonl", *({"id": str(n), "text": "hej"} for n in range(600)))
    output = _write(tmp_path / "out.jsonl", "earlier")
    monkeypatch.setattr(WordClassifier, "classify", _fail_at_second_batch(WordClassifier.classify))
    shown = run("classify", posts, "--output", output)
    assert isinstance(shown.exception, RuntimeError)
    assert output.read_text(encoding="utf-8") == "earlier\n"
    assert sorted(tmp_path.iterdir()) == sorted([output, posts])


def _fail_at_second_batch(classify: Callable[..., Any]) -> Callable[..., Any]:
    batches: list[int] = []

    def fail(*args: Any, **named: Any) -> Any:
        if batches:
            raise RuntimeError
        batches.append(len(args[1]))
        return classify(*args, **named)

    return fail


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("none/out.jsonl", "There is no folder"),
        ("folder", "is a folder"),
        ("posts.jsonl", "would be written over"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_the_model_loads(
    output: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong output costs nobody the wait for a model."""
    monkeypatch.setattr("motbild.wiring.models.load_model", lambda _: pytest.fail("was loaded"))
    posts = _write(tmp_path / "posts.jsonl", *POSTS)
    (tmp_path / "folder").mkdir()
    before = posts.read_bytes()
    shown = run("classify", posts, "--output", tmp_path / output)
    assert isinstance(shown.exception, InputError)
    assert told in str(shown.exception)
    assert posts.read_bytes() == before


def test_a_file_that_is_no_source_is_told_before_the_model_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad file among several stops the command before anything is written."""
    monkeypatch.setattr("motbild.wiring.models.load_model", lambda _: pytest.fail("was loaded"))
    posts = _write(tmp_path / "posts.jsonl", *POSTS)
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 \x00\x01")
    shown = run("classify", posts, tmp_path / "report.pdf", "--output", tmp_path / "out.jsonl")
    assert isinstance(shown.exception, SourceError)
    assert "report.pdf is a binary file" in str(shown.exception)
    assert not (tmp_path / "out.jsonl").exists()
