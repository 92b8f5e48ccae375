"""Contents made while one asks: each encoded once, in their order, and no more kept than has room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rebracket.features.encoder import Content, Modality, Vectors
from rebracket.features.remembering import Remembering


class Lengths:
    """A text by its length; counts what it was asked for."""

    name, version, width = "lengths", "0" * 64, 2
    licence, provenance = "Apache-2.0", "computed"

    def __init__(self, modality: Modality) -> None:
        self.modality = modality
        self.asked: list[Content] = []

    def encode(self, contents: Sequence[Content]) -> Vectors:
        self.asked += contents
        return np.array([[len(one), 1.0] for one in contents], dtype=np.float32).reshape(-1, 2)


@pytest.mark.parametrize("modality", ["text", "audio"])
def test_each_content_is_encoded_once_and_stands_where_it_was(modality: Modality) -> None:
    encoder = Lengths(modality)
    known = Remembering(encoder)
    contents = [None, *("x" * n for n in range(1, 150)), "", "x"]
    for _ in range(2):
        bank = known.bank(contents)
        assert bank.index[0] == bank.index[150] == -1
        assert bank.index[1] == bank.index[151]
        np.testing.assert_array_equal(bank.values[bank.index[1:150], 0], np.arange(1, 150))
    assert sorted(map(len, encoder.asked)) == list(range(1, 150))


def test_what_was_not_asked_for_longest_goes_first() -> None:
    encoder = Lengths("audio")
    known = Remembering(encoder, most_bytes=16)  # two vectors
    for content in ("a", "bb", "a", "ccc", "a", "bb"):
        known.bank([content])
    assert encoder.asked == ["a", "bb", "ccc", "bb"]
