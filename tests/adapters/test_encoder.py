"""Encoders from disk: found by name, identified without torch, refused clearly."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from motbild.adapters.encoder import file_digest, load_encoder, read_dimension
from motbild.errors import InputError, ModelError
from tests.conftest import ROOT

REGISTRY = ROOT / "models" / "encoders.toml"
MODULES = '[{"path": "", "type": "Transformer"}, {"path": "1_Pooling", "type": "Pooling"}]'


def write_model(folder: Path, weights: bytes = b"weights") -> Path:
    """Write the files by which a model is known, and none that can be loaded."""
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text(MODULES, encoding="utf-8")
    (folder / "config.json").write_text('{"hidden_size": 12}', encoding="utf-8")
    (folder / "1_Pooling" / "config.json").write_text('{"word_embedding_dimension": 12}')
    (folder / "model.safetensors").write_bytes(weights)
    return folder


def write_registry(folder: Path, entry: str) -> Path:
    """Write a registry with one encoder called ``mine``."""
    registry = folder / "encoders.toml"
    registry.write_text(f'default = "mine"\n[encoders.mine]\n{entry}\n', encoding="utf-8")
    return registry


def _run(code: str) -> str:
    """Run a program in a process of its own and return what it prints."""
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=ROOT, env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    return told.stdout.strip()


def test_the_default_encoder_is_identified_without_torch() -> None:
    """Its id and size are known before anything heavy is imported."""
    code = (
        "import sys; from pathlib import Path; "
        "from motbild.adapters.encoder import load_encoder; "
        f"e = load_encoder('default', Path({str(REGISTRY)!r})); "
        "print(e.encoder_id, e.dimension, 'torch' in sys.modules)"
    )
    encoder_id, dimension, is_imported = _run(code).split()
    assert encoder_id.startswith("motbild-encoder@")
    assert len(encoder_id.split("@")[1]) == 12
    assert (dimension, is_imported) == ("384", "False")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_default_encoder_gives_unit_rows_in_the_order_given() -> None:
    """Sorting by length inside changes neither order nor vectors."""
    encoder = load_encoder("default", REGISTRY)
    texts = ["a child was taken by the state in the middle of the night", "bus", "a kid was taken"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (3, encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1]
    np.testing.assert_allclose(encoder.encode(texts[1:2])[0], vectors[1], atol=1e-5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_table_is_read_as_the_library_reads_it() -> None:
    """The default encoder is encoded without torch, and to the vectors that torch gives."""
    from sentence_transformers import SentenceTransformer

    texts = ["Socialtjänsten utreder i fyra månader.", "إلى كل الآباء", "å", "x" * 9_000]
    theirs = SentenceTransformer(str(ROOT / "models" / "encoder"), local_files_only=True)
    ours = load_encoder("default", REGISTRY).encode(texts)
    np.testing.assert_allclose(ours, theirs.encode(texts), atol=2e-3)


def test_a_text_without_a_piece_has_the_zero_vector() -> None:
    """Nothing to take a mean of is nothing, and not a number that poisons what follows."""
    vectors = load_encoder("default", REGISTRY).encode(["", "hej"])
    assert not vectors[0].any()
    assert np.linalg.norm(vectors[1]) == pytest.approx(1.0)


def test_a_night_of_the_default_encoder_needs_no_torch() -> None:
    """Encoding imports none of the libraries that take seconds to import."""
    code = (
        "import sys; from pathlib import Path; "
        "from motbild.adapters.encoder import load_encoder; "
        f"load_encoder('default', Path({str(REGISTRY)!r})).encode(['hej']); "
        "print({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    assert _run(code) == "set()"


def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A broken tokenizer, or one of another table, is told in a sentence."""
    folder = tmp_path / "broken"
    shutil.copytree(ROOT / "models" / "encoder", folder)
    (folder / "card.json").unlink()
    tokenizer = folder / "tokenizer.json"
    save_file({"embedding.weight": np.zeros((3, 4), np.float16)}, folder / "model.safetensors")
    with pytest.raises(ModelError, match="fewer vectors than word pieces"):
        load_encoder(str(folder), REGISTRY).encode(["hej"])
    tokenizer.write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="install it again"):
        load_encoder(str(folder), REGISTRY).encode(["hej"])


@pytest.mark.parametrize("name", ["tokenizer.json", "modules.json", "card.json"])
def test_a_file_that_is_not_the_one_the_card_tells_of_is_refused(tmp_path: Path, name: str) -> None:
    """Some other bytes in a tokenizer that can still be read would make other vectors."""
    folder = tmp_path / "damaged"
    shutil.copytree(ROOT / "models" / "encoder", folder)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content.replace(b'"', b"'", 2) + b" ")
    with pytest.raises(ModelError, match=f"{name}.*install the encoder again"):
        assert load_encoder(str(folder), REGISTRY).encoder_id


def test_a_folder_is_known_by_its_weights(tmp_path: Path) -> None:
    """Another set of weights is another encoder; a path relative to the registry works."""
    write_model(tmp_path / "one", b"1")
    write_model(tmp_path / "two", b"2")
    registry = write_registry(tmp_path, 'kind = "folder"\npath = "one"')
    one = load_encoder("mine", registry)
    assert one.encoder_id == f"mine@{file_digest(tmp_path / 'one/model.safetensors')[:12]}"
    assert one.dimension == 12
    two = load_encoder(str(tmp_path / "two"), registry)
    assert two.encoder_id.startswith("two@")
    assert two.encoder_id.split("@")[1] != one.encoder_id.split("@")[1]
    assert one.encode([]).shape == (0, 12)


def test_a_hub_model_that_is_not_here_is_told_how_to_be_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is downloaded; the message names model, revision and command."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    registry = write_registry(tmp_path, 'kind = "hub"\nrevision = "0123456789abcdef"')
    with pytest.raises(ModelError, match="hf download mine --revision 0123456789abcdef"):
        load_encoder("default", registry)


@pytest.mark.parametrize(
    ("entry", "error", "told"),
    [
        ('kind = "package"\nmodule = "no_such_module"', ModelError, "no_such_module"),
        ('kind = "folder"\npath = "nowhere"', ModelError, "nowhere"),
        ('kind = "cloud"', InputError, "cloud"),
        (f'kind = "folder"\npath = "{"9" * 5_000}"', InputError, "correct its entry"),
        ('kind = "folder"\npath = "x"\ncolour = 1', InputError, "colour"),
        ("kind = ", InputError, "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    tmp_path: Path, entry: str, error: type[Exception], told: str
) -> None:
    """A wrong entry says what is wrong with it."""
    with pytest.raises(error, match=told) as caught:
        load_encoder("mine", write_registry(tmp_path, entry))
    assert "\n" not in str(caught.value)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    """Whoever mistypes a name sees the names there are."""
    registry = write_registry(tmp_path, 'kind = "folder"\npath = "x"')
    with pytest.raises(InputError, match="choose one of mine"):
        load_encoder("mien", registry)


def test_an_incomplete_model_is_refused(tmp_path: Path) -> None:
    """Files that do not tell the size, or are not there, are refused."""
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match="does not tell its size"):
        read_dimension(tmp_path)
    with pytest.raises(ModelError, match="cannot be read"):
        file_digest(tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match="incomplete"):
        read_dimension(tmp_path / "nowhere")
