"""Arrays in a skops archive: as they were, readable by skops, and nothing but arrays."""

import zipfile
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import skops.io
from numpy.typing import NDArray

from motbild.adapters.artifacts.arrays import dump_arrays, join_words, load_arrays, part_words

ARRAYS: dict[str, NDArray[Any]] = {
    "weights": np.arange(6, dtype=np.float32).reshape(2, 3),
    "columns": np.array([3, 1], dtype=np.int32),
    "none": np.zeros((0, 4), dtype=np.float16),
}


def test_arrays_come_back_as_they_went_in() -> None:
    """Shape and type too; and skops itself reads the same."""
    content = dump_arrays(ARRAYS)
    for read in (load_arrays(content), skops.io.loads(content, trusted=[])):
        assert read.keys() == ARRAYS.keys()
        for name, array in ARRAYS.items():
            assert read[name].dtype == array.dtype
            np.testing.assert_array_equal(read[name], array)


def test_words_come_back_in_their_order() -> None:
    """With letters of any script, and where there is but one."""
    words = ["å", "två ord", "اطفال"]
    assert part_words(join_words(words)) == words
    assert part_words(join_words(["å"])) == ["å"]
    with pytest.raises(ValueError, match="line break"):
        join_words(["a\nb", "c"])


@pytest.mark.parametrize("value", [[1, 2], "text", {"a": np.zeros(2)}, np.float32, np.array([{}])])
def test_whatever_else_an_archive_holds_is_refused(value: object) -> None:
    """Also what skops itself would trust, and objects in an array."""
    with pytest.raises((ValueError, LookupError)):
        load_arrays(skops.io.dumps({"weights": value}))


def test_an_array_whose_size_lies_is_refused() -> None:
    """Its head tells of more than is there."""
    content = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(dump_arrays({"a": np.zeros(2)}))) as old,
        zipfile.ZipFile(content, "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"(2,)", b"(9,)"))
    with pytest.raises(ValueError, match=r"read|reshape|bytes"):
        load_arrays(content.getvalue())
