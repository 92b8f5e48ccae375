"""Histograms of notes: shares that sum to one, and what transposing does to them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core.errors import InputError
from rebracket.signal import HISTOGRAM_NAMES, midi_histogram

NOTES = st.lists(
    st.tuples(st.floats(0, 60), st.floats(0, 10), st.integers(0, 127), st.integers(1, 127)), max_size=40
)


def _arrays(notes: list[tuple[float, float, int, int]]) -> tuple[np.ndarray, ...]:
    table = np.array(notes, dtype=np.float64).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2].astype(int), table[:, 3].astype(int)


def _named(notes: list[tuple[float, float, int, int]], total_s: float) -> dict[str, float]:
    return dict(zip(HISTOGRAM_NAMES, midi_histogram(*_arrays(notes), total_s).tolist(), strict=True))


def test_a_triad_one_note_after_the_other() -> None:
    found = _named([(0, 0.5, 60, 90), (0.5, 0.5, 64, 90), (1.0, 1.0, 67, 60)], 2.0)
    assert found["pitch_class_00_share"] == pytest.approx(0.25)
    assert found["pitch_class_07_share"] == pytest.approx(0.5)
    assert found["interval_+04_semitones_share"] == found["interval_+03_semitones_share"] == 0.5
    assert found["notes_per_s"] == pytest.approx(1.5)
    assert found["polyphony_max_notes"] == 1
    assert found["velocity_mean_midi"] == pytest.approx(80)


def test_a_chord_is_no_melody() -> None:
    found = _named([(0, 1, 60, 90), (0, 1, 64, 90), (0.005, 1, 67, 90), (2, 1, 72, 90)], 4.0)
    assert found["polyphony_max_notes"] == 3
    assert found["interval_+05_semitones_share"] == 1.0


@given(NOTES)
@settings(deadline=None)
def test_finite_and_every_group_of_shares_sums_to_one_or_nothing(
    notes: list[tuple[float, float, int, int]],
) -> None:
    found = _named(notes, 70.0)
    assert np.isfinite(list(found.values())).all()
    for start in ("pitch_class", "interval", "duration"):
        total = sum(value for name, value in found.items() if name.startswith(start))
        assert total == pytest.approx(1.0, abs=1e-5) or total == 0.0


@given(NOTES.filter(bool), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_notes_does_not_matter(
    notes: list[tuple[float, float, int, int]], random: object
) -> None:
    shuffled = list(notes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert list(_named(notes, 70.0).values()) == pytest.approx(
        list(_named(shuffled, 70.0).values()), abs=1e-4
    )


def test_an_octave_up_changes_only_the_register() -> None:
    notes = [(0.0, 0.5, 60, 90), (0.5, 0.5, 63, 80), (1.0, 0.25, 58, 70)]
    low, high = _named(notes, 2.0), _named([(s, d, p + 12, v) for s, d, p, v in notes], 2.0)
    assert {name for name in low if low[name] != high[name]} == {"register_mean_semitones"}


def test_what_cannot_be_is_refused() -> None:
    onsets, durations, pitches, velocities = _arrays([(0, 1, 60, 90)])
    with pytest.raises(InputError, match="equal lengths"):
        midi_histogram(onsets, durations[:0], pitches, velocities, 1.0)
    with pytest.raises(InputError, match="more than 0 s"):
        midi_histogram(onsets, durations, pitches, velocities, 0.0)
    with pytest.raises(InputError, match="not finite"):
        midi_histogram(onsets * np.nan, durations, pitches, velocities, 1.0)
