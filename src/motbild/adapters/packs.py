"""Narrative packs as folders of files: loaded strictly, imported into, begun anew.

What the files may hold is told in `motbild.core.pack_forms`, how they are read in
`motbild.core.pack_reading`; only the files themselves are handled here.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motbild.core.narratives import Pack, Seed, SourceDocument
from motbild.core.pack_beginnings import begin_pack
from motbild.core.pack_forms import DOCUMENTS, FACTS, PACK
from motbild.core.pack_passages import cut_passage, split_paragraphs
from motbild.core.pack_reading import Reading, render_seed
from motbild.errors import PackError

# The pack that comes along has one of 2 MB; what is read stands in memory.
_MOST_BYTES = 64 << 20
_PACK_FILES = ("documents.toml", "facts.toml", "pack.toml", "seeds.jsonl")


def load_pack(directory: Path, imported: Path | None = None) -> Pack:
    """Load a narrative pack from its folder.

    Args:
        directory: Folder with ``pack.toml`` and, where there are any,
            ``seeds.jsonl``, ``facts.toml`` and ``documents.toml``.
        imported: Seeds that `save_imported` wrote; added to the pack's own. A
            file that is not there means that nothing has been imported yet.

    Returns:
        The pack; its digest covers these files and the imported seeds, no others.

    Raises:
        PackError: A file is missing, unreadable or malformed; one line for each
            problem, at most ten, naming file, place and remedy.
    """
    files = {name: _read(directory / name) for name in _PACK_FILES}
    if files["pack.toml"] is None:
        raise PackError(
            f"There is no pack.toml in {directory}; name the folder of a pack, "
            "or begin one with 'motbild pack new'."
        )
    found = {name: content for name, content in files.items() if content is not None}
    labels = {name: f"{directory.absolute().name}/{name}" for name in _PACK_FILES}
    reading = Reading()
    parts: dict[str, Any] = {}
    for name, form in (
        ("pack.toml", PACK),
        ("facts.toml", FACTS),
        ("documents.toml", DOCUMENTS),
    ):
        parts |= reading.toml(form, labels[name], found.get(name, b""))
    seeds = reading.seeds(labels["seeds.jsonl"], found.get("seeds.jsonl", b""))
    brought = _read(imported) if imported else None
    if imported and brought:
        found["imported"] = brought
        seeds += reading.seeds(imported.name, brought)
    reading.finish()
    return Pack(digest=_digest(found), seeds=tuple(seeds), **parts)


def find_packs(directory: Path) -> list[Path]:
    """Return the folders of packs right under a folder, in name order."""
    return sorted(path.parent for path in directory.glob("*/pack.toml"))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of looking for a pack's documents in a folder.

    Attributes:
        seeds: One for each passage that could be cut, in the pack's order.
        missing: Documents of the pack of which no file was found.
        misfits: One sentence for each passage that its document does not have.
    """

    seeds: tuple[Seed, ...]
    missing: tuple[SourceDocument, ...]
    misfits: tuple[str, ...]


def import_documents(pack: Pack, folder: Path) -> ImportReport:
    """Cut the passages of a pack out of the documents that lie in a folder.

    Documents are known by the digest of their bytes, whatever the files are
    called; folders within the folder are searched too.

    Raises:
        PackError: The folder is not there, or a file in it cannot be read.
    """
    if not folder.is_dir():
        raise PackError(f"There is no folder {folder}; name the one that holds the documents.")
    wanted = {document.digest for document in pack.documents}
    found = {
        digest: path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (digest := _file_digest(path)) in wanted
    }
    seeds: list[Seed] = []
    misfits: list[str] = []
    for number, document in enumerate(pack.documents, 1):
        if document.digest not in found:
            continue
        paragraphs = split_paragraphs(found[document.digest].read_bytes())
        for at, passage in enumerate(document.passages, 1):
            seed = cut_passage(document, passage, paragraphs)
            if seed is not None:
                seeds.append(seed)
            else:
                misfits.append(
                    f"documents.toml documents[{number}] passages[{at}]: paragraph "
                    f"{passage.paragraph} has no text from {passage.start} to {passage.end}; "
                    "correct the three numbers."
                )
    missing = tuple(d for d in pack.documents if d.digest not in found)
    return ImportReport(tuple(seeds), missing, tuple(misfits))


def save_imported(seeds: Iterable[Seed], path: Path) -> None:
    """Write imported seeds as JSONL, whole or not at all, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp gives mode 600; the same folder, because a rename cannot cross file systems.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(map(render_seed, seeds))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def new_pack(
    directory: Path,
    pack_id: str,
    title: str,
    claim: str,
    examples: Sequence[str],
    lang: str,
) -> Pack:
    """Begin a pack of one narrative from a few posts that assert it.

    Args:
        directory: The pack's own folder, which must not be there yet.
        pack_id: Id of the pack, lower-case with hyphens.
        title: Short title of the narrative, in `lang`; its id is made from it.
        claim: What is claimed, in `lang`.
        examples: Posts that assert the claim, each by another voice; eight or more
            make a usable classifier, fewer than four are refused.
        lang: ISO 639-1 code of everything given here.

    Returns:
        The pack as it was written and loaded again.

    Raises:
        PackError: Something given cannot be used, or the folder is there already.
    """
    if directory.exists():
        raise PackError(f"{directory} is there already; choose another folder for the new pack.")
    files = begin_pack(pack_id, title, claim, examples, lang)
    directory.mkdir(parents=True)
    for name, content in files.items():
        (directory / name).write_text(content, encoding="utf-8", newline="\n")
    return load_pack(directory)


def _read(path: Path) -> bytes | None:
    """Return a file's bytes, or None when it is not there."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PackError(f"{path} is larger than {_MOST_BYTES >> 20} MiB; no pack's file is.")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise PackError(f"{path} cannot be read: {error.strerror}; make it readable.") from error


def _file_digest(path: Path) -> str:
    # Streamed: the folder may hold films beside the documents.
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PackError(f"{path} cannot be read: {error.strerror}; make it readable.") from error


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        # The length keeps text from moving between two files unseen.
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
