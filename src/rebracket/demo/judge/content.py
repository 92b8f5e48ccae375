"""Whose tune a passage plays: a likelihood over tunes that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from scipy.special import softmax

from rebracket.sound import TimedNote

__all__ = ["content_of_notes", "steps_of"]

Array = np.ndarray
_UNKNOWN = 0.1  # of the steps are not the tune's: ornaments, mistakes, the composer's freedom
_STEPS = 25 * 25  # pairs of intervals within an octave either way
_INDEPENDENT = 0.5  # pairs overlap, so two say about as much as one


def steps_of(notes: Sequence[TimedNote]) -> Counter[tuple[int, int]]:
    """How often each pair of successive intervals occurs in the top line; transposition changes nothing."""
    tops: dict[int, int] = {}
    for note in notes:
        tops[note[0]] = max(tops.get(note[0], 0), note[2])
    pitches = [tops[onset] for onset in sorted(tops)]
    intervals = np.clip(np.diff(pitches), -12, 12).astype(int).tolist()
    return Counter(pairwise(intervals))


def content_of_notes(
    notes: Sequence[TimedNote], tunes: Mapping[str, Sequence[TimedNote]]
) -> dict[str, float]:
    """Posterior over tunes, alike beforehand, of whoever hears the pairs of intervals of a passage.

    A tune gives a pair with its own share of it, and any pair at all with a small one.
    """
    heard = steps_of(notes)
    logs = np.zeros(len(tunes))
    for place, tune in enumerate(tunes.values()):
        own = steps_of(tune)
        total = max(1, sum(own.values()))
        for pair, count in heard.items():
            share = (1 - _UNKNOWN) * own.get(pair, 0) / total + _UNKNOWN / _STEPS
            logs[place] += count * np.log(share)
    return dict(zip(tunes, softmax(_INDEPENDENT * logs).tolist(), strict=True))
