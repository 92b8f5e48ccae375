"""Inputs of which some rows lack a modality."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.features import Bank
from rebracket.training import Inputs


def _inputs() -> Inputs:
    values = np.arange(6, dtype=np.float32).reshape(3, 2)
    text = Bank(values, np.array([0, 1, -1, 2]), "text-1")
    return Inputs({"text": text, "audio": Bank(values, np.array([2, -1, 1, 0]), "audio-1")})


def test_only_the_rows_and_modalities_that_are_named_lack_anything() -> None:
    inputs = _inputs()
    found = inputs.without({"text": np.array([True, False, True, False])})
    assert found.banks["text"].index.tolist() == [-1, 1, -1, 2]
    assert found.banks["text"].version == "text-1"
    assert found.banks["audio"] is inputs.banks["audio"]
    assert inputs.banks["text"].index.tolist() == [0, 1, -1, 2]
    both = np.array([False, False, True, True])
    assert inputs.without({"text": both, "audio": both}).present.tolist() == [True, True, False, False]


@pytest.mark.parametrize("lacking", [{"midi": np.zeros(4, bool)}, {"text": np.zeros(3, bool)}])
def test_what_is_not_there_cannot_be_taken_away(lacking: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match=r"need \[4\] rows of one of"):
        _inputs().without(lacking)
