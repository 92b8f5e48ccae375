"""Encoders over real bytes: independent of neighbors, and nothing but InputError for bad ones."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.features.encoders.histogram import Histogram
from rebracket.features.encoders.minilm import MiniLM
from rebracket.features.encoders.spectral import Spectral
from rebracket.signal import HISTOGRAM_NAMES
from rows_dataset import flac_tone, midi_line

CASES = [
    (Spectral(), [flac_tone(220), flac_tone(880), flac_tone(440, 0.05)]),
    (Histogram(), [midi_line(60, 62), midi_line(40), midi_line(70, 70, 58)]),
    (MiniLM(), ["the orange orchard", "a norange", "where the river bends"]),
]


@pytest.mark.parametrize(("encoder", "contents"), CASES, ids=lambda value: getattr(value, "name", ""))
def test_a_content_does_not_depend_on_the_others(encoder, contents: list) -> None:
    together = encoder.encode(contents)
    assert together.shape == (3, encoder.width)
    assert together.dtype == np.float32
    alone = np.concatenate([encoder.encode([content]) for content in reversed(contents)])[::-1]
    assert np.array_equal(together, alone)
    assert len(np.unique(together, axis=0)) == 3


@pytest.mark.parametrize(
    ("encoder", "wrong"), [(Spectral(), "text"), (Histogram(), "text"), (MiniLM(), b"bytes")]
)
def test_content_of_another_kind_is_refused(encoder, wrong) -> None:
    with pytest.raises(InputError, match="expected"):
        encoder.encode([wrong])


@given(st.binary(max_size=200) | st.integers(0, 100).map(lambda n: midi_line(60, 61)[:n]))
@settings(deadline=None, max_examples=50)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for encoder in (Spectral(), Histogram()):
        with suppress(InputError):
            assert np.isfinite(encoder.encode([data])).all()


def test_midi_is_read_in_seconds() -> None:
    found = dict(zip(HISTOGRAM_NAMES, Histogram().encode([midi_line(60, 64)])[0].tolist(), strict=True))
    assert found["notes_per_s"] == pytest.approx(2.0)
    assert found["interval_+04_semitones_share"] == 1.0
