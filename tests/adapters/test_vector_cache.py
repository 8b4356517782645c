"""Vectors in the warehouse: encoded once, whatever is asked again."""

import numpy as np

from motbild.adapters.warehouse import Warehouse
from motbild.adapters.warehouse.vector_cache import VectorCache
from tests.stages.fakes import CountingEncoder


def test_nothing_is_encoded_twice(warehouse: Warehouse) -> None:
    """What is in the warehouse, or twice in one call, costs nothing."""
    encoder = CountingEncoder()
    cache = VectorCache(warehouse, encoder)
    first = cache.encode(["ett", "två", "ett"])
    again = VectorCache(warehouse, encoder).encode(["två", "tre", "ett"])
    assert encoder.encoded == ["ett", "två", "tre"]
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(first[0], again[2])
    np.testing.assert_array_equal(first[1], again[0])


def test_another_encoder_has_vectors_of_its_own(warehouse: Warehouse) -> None:
    """Vectors of one encoder are never given out for another."""
    VectorCache(warehouse, CountingEncoder()).encode(["ett"])
    other = CountingEncoder()
    other.encoder_id = "other@111111111111"
    VectorCache(warehouse, other).encode(["ett"])
    assert other.encoded == ["ett"]


def test_no_text_gives_no_vector(warehouse: Warehouse) -> None:
    """An empty request has the encoder's width."""
    assert VectorCache(warehouse, CountingEncoder()).encode([]).shape == (0, 4)
