"""Vectors: unit rows and nearest neighbours."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from motbild.core.vectors import nearest, unit_rows
from tests.encoders import HashingEncoder

MATRICES = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(-100, 100, width=32),
)


@given(MATRICES)
@example(np.full((1, 2), 1e-45, dtype=np.float32))
def test_rows_get_length_one_or_stay_zero(matrix: np.ndarray) -> None:
    """Every row that is not zero gets length one."""
    lengths = np.linalg.norm(unit_rows(matrix), axis=1)
    zero = ~matrix.any(axis=1)
    np.testing.assert_allclose(lengths[~zero], 1.0, rtol=1e-3)
    assert not lengths[zero].any()


def test_nearest_lists_the_greatest_cosine_first() -> None:
    """Neighbours come nearest first, and never more than there are rows."""
    rows = unit_rows(np.array([[1, 0], [0, 1], [1, 1]]))
    positions, cosines = nearest(rows[:1], rows, 5)
    assert positions.tolist() == [[0, 2, 1]]
    np.testing.assert_allclose(cosines, [[1, 0.5**0.5, 0]], atol=1e-6)


def test_test_encoder_is_deterministic_and_knows_likeness() -> None:
    """The encoder of the tests gives like texts near vectors, and the same each time."""
    encoder = HashingEncoder()
    texts = ["barnen togs i natt", "barnet togs i går natt", "bussen var sen"]
    first, again = encoder.encode(texts), encoder.encode(texts)
    assert (first == again).all()
    assert first[0] @ first[1] > first[0] @ first[2]
    assert encoder.encode([]).shape == (0, encoder.dimension)
