"""What is played of a segment: all its stems, whatever their rates."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.explain.asking import Given, GivenStem
from rebracket.explain.of_run.heard import summed
from rows_dataset import flac_tone


def _segment(*sounds: bytes | None) -> Given:
    stems = [GivenStem(f"row-{n}", n, "stem", None, sound, None) for n, sound in enumerate(sounds, start=2)]
    return Given("song-0-1000", "song", 0.0, 1.0, "", tuple(stems))


def test_stems_of_two_rates_sound_together() -> None:
    low, high = flac_tone(440), flac_tone(440, rate_hz=32_000)
    together, rate_hz = summed(_segment(low, high)) or pytest.fail("nothing sounds")
    alone, own_hz = summed(_segment(low)) or pytest.fail("nothing sounds")
    assert rate_hz == own_hz
    assert np.sqrt(np.mean(together**2)) == pytest.approx(2 * np.sqrt(np.mean(alone**2)), rel=0.02)
    assert summed(_segment(None)) is None
