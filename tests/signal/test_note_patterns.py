"""Patterns of notes: the same in every key and tempo, different for another tune."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rebracket.signal import note_patterns

TUNES = st.lists(st.tuples(st.integers(1, 8), st.integers(40, 80)), min_size=8, max_size=40)


def _notes(tune: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Onsets in seconds, eighths at 120 bpm, and pitches."""
    lengths, pitch = np.array(tune).T
    return 0.25 * np.cumsum(lengths), pitch


@given(TUNES, st.integers(-12, 12), st.sampled_from([0.5, 0.8, 1.0, 1.25, 2.0]), st.floats(0, 60))
def test_key_tempo_and_place_do_not_matter(
    tune: list, semitones: int, stretch: float, later_s: float
) -> None:
    onset_s, pitch = _notes(tune)
    hashes, onsets = note_patterns(onset_s, pitch)
    moved, same_onsets = note_patterns(stretch * onset_s + later_s, pitch + semitones)
    assert np.array_equal(hashes, moved)
    assert np.array_equal(onsets, same_onsets)


@given(TUNES, st.randoms(use_true_random=False))
def test_neither_order_nor_lower_notes_matter(tune: list, random: Random) -> None:
    onset_s, pitch = _notes(tune)
    both_s, both = np.concatenate([onset_s, onset_s]), np.concatenate([pitch, pitch - 12])
    order = list(range(len(both)))
    random.shuffle(order)
    assert np.array_equal(note_patterns(both_s[order], both[order])[0], note_patterns(onset_s, pitch)[0])


@given(TUNES)
def test_a_part_has_some_of_the_patterns_of_the_whole(tune: list) -> None:
    onset_s, pitch = _notes(tune)
    whole = set(note_patterns(onset_s, pitch)[0].tolist())
    assert set(note_patterns(onset_s[3:], pitch[3:])[0].tolist()) <= whole


def test_one_changed_note_leaves_what_does_not_touch_it() -> None:
    rng = np.random.default_rng(0)
    onset_s, pitch = 0.25 * np.arange(40.0), rng.integers(50, 70, 40)
    changed = pitch.copy()
    changed[20] += 1
    one, other = (note_patterns(onset_s, p)[0] for p in (pitch, changed))
    assert np.count_nonzero(one != other) == 7


def test_what_anybody_plays_is_no_pattern() -> None:
    onset_s = 0.25 * np.arange(20.0)
    for pitch in (np.full(20, 60), 60 + np.arange(20), 60 + np.arange(20) % 2):
        assert len(note_patterns(onset_s, pitch)[0]) == 0
    assert len(note_patterns(np.zeros(0), np.zeros(0, dtype=int))[0]) == 0
    assert len(note_patterns(np.zeros(9), np.arange(9))[0]) == 0
