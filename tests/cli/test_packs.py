"""`motbild pack`: check, new, import-documents."""

import hashlib
import json
import shlex
from pathlib import Path

import pytest

from motbild.errors import InputError, PackError
from tests.cli.commands import run

LETTER = "Rubrik\n\nDe häller gift i vattnet, skriver en läsare.\n\nKommunen svarar nej.\n"
DOCUMENT = """
[[documents]]
digest = "{digest}"
title = "Vad är det i vattnet?"
publisher = "En påhittad tidning"
kind = "opinion"
lang = "sv"

[[documents.passages]]
paragraph = 2
start = 0
end = 24
label = "claim"
narratives = ["gift-i-vattnet"]
stance = "asserts"
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack that was begun from eight examples."""
    examples = tmp_path / "examples.txt"
    examples.write_text(
        "\n\n".join(f"De häller gift i vattnet, exempel {n}" for n in range(8)), encoding="utf-8"
    )
    folder = tmp_path / "packs" / "vattnet"
    begun = run(
        *("pack", "new", folder, "--title", "Gift i vattnet", "--examples", examples),
        *("--claim", "Kommunen blandar gift i dricksvattnet."),
    )
    assert begun.exit_code == 0, begun.output
    assert f"{folder} is begun, with 8 seeds. Next:" in begun.stdout
    return folder


def _add_document(pack: Path, content: str) -> None:
    digest = hashlib.sha256(content.encode()).hexdigest()
    (pack / "documents.toml").write_text(DOCUMENT.format(digest=digest), encoding="utf-8")


def test_a_pack_that_was_begun_tells_what_it_wants(pack: Path) -> None:
    """The check shows what a draft covers, warns of what it lacks, and lets it pass."""
    shown = run("pack", "check", pack)
    assert shown.exit_code == 0
    assert "vattnet" in shown.stdout
    findings = [line for line in shown.stdout.splitlines() if line.startswith(("error", "warning"))]
    assert findings
    assert all(line.startswith("warning: ") for line in findings)


def test_a_pack_that_is_no_draft_needs_its_definitions(pack: Path) -> None:
    """With a version of its own, what reviewers and answers need is an error."""
    file = pack / "pack.toml"
    file.write_text(file.read_text("utf-8").replace('version = "0"', 'version = "1"'), "utf-8")
    shown = run("pack", "check", pack)
    error_count = sum(line.startswith("error: ") for line in shown.stdout.splitlines())
    assert error_count > 0
    assert isinstance(shown.exception, PackError)
    assert str(shown.exception).startswith(f"{error_count} error")


def test_a_new_pack_is_told_how_to_go_on(tmp_path: Path) -> None:
    """Each of the commands that follow can be copied as it stands, spaces and all."""
    examples = tmp_path / "examples.txt"
    examples.write_text("\n".join(f"Gift i vattnet, exempel {n}" for n in range(8)), "utf-8")
    folder = tmp_path / "my packs" / "vattnet"
    shown = run(*("pack", "new", folder, "--title", "Gift", "--claim", "C", "--examples", examples))
    told = [shlex.split(line) for line in shown.stdout.splitlines() if line.startswith("  ")]
    assert [words[1] for words in told] == ["pack", "train", "classify"]
    assert all(str(folder) in words for words in told)
    assert run(*told[0][1:]).exit_code == 0


def test_a_check_as_json_holds_every_finding(pack: Path) -> None:
    """Scripts get the same findings, by pack, with their code and severity."""
    shown = run("pack", "check", pack, "--json")
    findings = json.loads(shown.stdout)
    assert list(findings) == ["vattnet"]
    assert {finding["severity"] for finding in findings["vattnet"]} == {"warning"}
    assert all(finding["code"] and finding["message"] for finding in findings["vattnet"])


def test_the_packs_that_come_along_pass(tmp_path: Path) -> None:
    """No pack that comes along has an error."""
    shown = run("pack", "check", "--json", "--home", tmp_path)
    assert shown.exit_code == 0
    assert "socialtjansten" in json.loads(shown.stdout)


def test_a_pack_is_never_begun_over_another(pack: Path, tmp_path: Path) -> None:
    """A folder that is there is left alone."""
    before = {path: path.read_bytes() for path in pack.iterdir()}
    examples = tmp_path / "examples.txt"
    shown = run("pack", "new", pack, "--title", "T", "--claim", "C", "--examples", examples)
    assert isinstance(shown.exception, PackError)
    assert "is there already" in str(shown.exception)
    assert {path: path.read_bytes() for path in pack.iterdir()} == before


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_examples_that_cannot_be_read_are_told(tmp_path: Path, content: bytes | None) -> None:
    """A file of examples that is missing or no text is named, and nothing is made."""
    examples = tmp_path / "examples.txt"
    if content:
        examples.write_bytes(content)
    folder = tmp_path / "vattnet"
    shown = run("pack", "new", folder, "--title", "T", "--claim", "C", "--examples", examples)
    assert isinstance(shown.exception, InputError)
    assert str(shown.exception).startswith(f"{examples} cannot be read")
    assert not folder.exists()


def test_passages_of_a_document_are_kept_in_the_home(pack: Path, tmp_path: Path) -> None:
    """A document is known by its bytes, whatever it is called; the pack is left as it was."""
    _add_document(pack, LETTER)
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "whatever.txt").write_text(LETTER, encoding="utf-8")
    before = {path: path.read_bytes() for path in pack.iterdir()}
    shown = run("pack", "import-documents", documents, "--pack", pack, "--home", tmp_path / "home")
    assert shown.exit_code == 0
    assert "1 passages of 1 documents" in shown.stdout
    kept = tmp_path / "home" / "imported-seeds" / "vattnet.jsonl"
    (seed,) = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert seed["text"] == "De häller gift i vattnet"
    assert "De häller" not in shown.output
    assert {path: path.read_bytes() for path in pack.iterdir()} == before


def test_a_document_with_other_bytes_is_not_found(pack: Path, tmp_path: Path) -> None:
    """The wrong folder is told, and costs nothing that was imported before."""
    _add_document(pack, LETTER)
    documents = tmp_path / "documents"
    documents.mkdir()
    letter = documents / "letter.txt"
    letter.write_text(LETTER, encoding="utf-8")
    kept = tmp_path / "home" / "imported-seeds" / "vattnet.jsonl"
    words = ("pack", "import-documents", documents, "--pack", pack, "--home", tmp_path / "home")
    run(*words)
    before = kept.read_bytes()
    letter.write_text(LETTER + "\n", encoding="utf-8")
    shown = run(*words)
    assert isinstance(shown.exception, InputError)
    assert "No document of vattnet lies in" in str(shown.exception)
    assert "not found: Vad är det i vattnet? (En påhittad tidning)" in shown.stderr
    assert kept.read_bytes() == before


def test_a_passage_that_does_not_fit_is_told(pack: Path, tmp_path: Path) -> None:
    """A span that its document does not have is told by its place in documents.toml."""
    _add_document(pack, "Bara en rad\n")
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "letter.txt").write_text("Bara en rad\n", encoding="utf-8")
    shown = run("pack", "import-documents", documents, "--pack", pack, "--home", tmp_path / "home")
    assert "documents[1] passages[1]" in shown.stderr


def test_a_pack_without_documents_has_nothing_to_import(pack: Path, tmp_path: Path) -> None:
    """It is said so, and no file is made."""
    shown = run("pack", "import-documents", tmp_path, "--pack", pack, "--home", tmp_path / "home")
    assert shown.stdout == "vattnet names no documents.\n"
    assert not (tmp_path / "home").exists()
