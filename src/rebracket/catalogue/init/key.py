"""The key of a histogram of pitch classes, by correlation with key profiles.

The profiles are the probe-tone ratings of Krumhansl and Kessler (1982), the method Krumhansl's (1990).
"""

from __future__ import annotations

import math

import numpy as np

from rebracket.catalogue.init.found import Estimate
from rebracket.core.errors import InputError
from rebracket.core.key import Key

__all__ = ["KEYS", "estimate_key", "parse_key"]

_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_MAJOR_NAMES = "C Db D Eb E F F# G Ab A Bb B"
_MINOR_NAMES = "C C# D Eb E F F# G G# A Bb B"
_NAMES = ((_MAJOR_NAMES, "major"), (_MINOR_NAMES, "minor"))
KEYS = tuple(Key(tonic, mode) for tonics, mode in _NAMES for tonic in tonics.split())
_PROFILES = np.array([np.roll(profile, tonic) for profile in (_MAJOR, _MINOR) for tonic in range(12)])
_MIN_CLASSES = 3  # fewer say nothing of a key
_SIGNATURE_BONUS = 0.1  # in correlation; what a key signature in a file is worth against the notes
# Confidence by the lead over the next key. Set by hand; docs/records/init_estimates.json says how it fares.
_SURE_AT, _STEEPNESS, _FLOOR, _CEILING = 0.05, 30.0, 0.3, 0.9


def estimate_key(
    pitch_classes: np.ndarray, source: str, signature: tuple[int, bool] | None = None
) -> Estimate | None:
    """The key of a histogram [12] from C up; None where fewer than three pitch classes sound.

    Args:
        source: what the histogram comes from.
        signature: sharps (flats below 0) and whether minor, where a MIDI file has one. None of both in
            major is what every sequencer writes by default, and counts for nothing.
    """
    histogram = np.asarray(pitch_classes, dtype=np.float64)
    if (
        not np.isfinite(histogram).all()
        or np.count_nonzero(histogram > 0.01 * histogram.sum()) < _MIN_CLASSES
    ):
        return None
    scores = np.array([np.corrcoef(histogram, profile)[0, 1] for profile in _PROFILES])
    if signature is not None and signature != (0, False):
        scores += _SIGNATURE_BONUS * _agreeing(*signature)
    best, second, third = np.argsort(-scores, kind="stable")[:3]
    lead = float(scores[best] - scores[second])
    confidence = _FLOOR + (_CEILING - _FLOOR) / (1 + math.exp(-_STEEPNESS * (lead - _SURE_AT)))
    return Estimate(KEYS[best], confidence, source, (str(KEYS[second]), str(KEYS[third])))


def _agreeing(sharps: int, is_minor: bool) -> np.ndarray:
    """[24] 1 for the two keys of a signature, 2 for the one whose mode is named."""
    major = 7 * sharps % 12
    points = np.zeros(24)
    points[major] = 1 if is_minor else 2
    points[12 + (major + 9) % 12] = 2 if is_minor else 1
    return points


def parse_key(text: str) -> Key | None:
    """A key as tags give it, such as ``F#m``, or a note alone, which is major; None where it is none."""
    for spelling in (text, f"{text} major"):
        try:
            return Key.parse(spelling)
        except InputError:
            continue
    return None
