"""Laws of tempo maps: seconds and ticks are each other's inverse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core import TempoMap
from rebracket.core.errors import InputError

LAW = settings(deadline=None, max_examples=200)
tempi = st.floats(5, 500)


@st.composite
def maps(draw: st.DrawFn) -> TempoMap:
    starts = sorted(draw(st.sets(st.integers(1, 100_000), max_size=5)))
    chosen = draw(st.lists(tempi, min_size=len(starts) + 1, max_size=len(starts) + 1))
    return TempoMap(draw(st.sampled_from([24, 96, 480, 960])), (0, *starts), tuple(chosen))


ticks = st.lists(st.integers(-10_000, 200_000), min_size=1, max_size=20).map(np.array)


@LAW
@given(maps(), ticks)
def test_ticks_of_seconds_of_ticks_are_the_ticks(tempo: TempoMap, at: np.ndarray) -> None:
    assert tempo.ticks_at(tempo.seconds_at(at)) == pytest.approx(at, abs=1e-4)


@LAW
@given(maps(), st.lists(st.floats(-10, 1000), min_size=1, max_size=20).map(np.array))
def test_seconds_of_ticks_of_seconds_are_the_seconds(tempo: TempoMap, at_s: np.ndarray) -> None:
    assert tempo.seconds_at(tempo.ticks_at(at_s)) == pytest.approx(at_s, abs=1e-6)


@LAW
@given(maps(), ticks)
def test_time_goes_forward(tempo: TempoMap, at: np.ndarray) -> None:
    seconds = tempo.seconds_at(np.unique(at))
    assert np.all(np.diff(seconds) > 0)


@LAW
@given(maps())
def test_each_tempo_holds_until_the_next(tempo: TempoMap) -> None:
    for start, bpm in zip(tempo.starts_ticks, tempo.quarters_per_minute, strict=True):
        step_s = tempo.seconds_at(start + 1) - tempo.seconds_at(start)
        assert step_s == pytest.approx(60 / bpm / tempo.ticks_per_quarter, rel=1e-6)


@LAW
@given(tempi, st.floats(0, 1000))
def test_a_constant_tempo_is_a_proportion(bpm: float, quarters: float) -> None:
    assert TempoMap.constant(bpm).seconds_at(480 * quarters) == pytest.approx(60 * quarters / bpm)


def test_before_the_first_tick_the_first_tempo_holds() -> None:
    tempo = TempoMap(480, (0, 480), (60.0, 240.0))
    assert tempo.seconds_at(-480) == pytest.approx(-1.0)
    assert tempo.ticks_at(-1.0) == pytest.approx(-480)


def test_the_shape_is_kept() -> None:
    tempo = TempoMap(480, (0, 960), (120.0, 60.0))
    assert tempo.seconds_at(0).shape == ()
    assert tempo.seconds_at(np.zeros((2, 3))).shape == tempo.ticks_at(np.zeros((2, 3))).shape == (2, 3)
    assert tempo.seconds_at([0, 480, 960, 1440]).tolist() == [0.0, 0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("resolution", "starts", "bpm", "message"),
    [
        (480, (), (), "a start at 0"),
        (480, (1,), (120.0,), "a start at 0"),
        (480, (0, 10), (120.0,), "one tempo a start"),
        (0, (0,), (120.0,), "a start at 0"),
        (480, (0, 10, 10), (120.0, 90.0, 80.0), "ascending starts"),
        (480, (0, 20, 10), (120.0, 90.0, 80.0), "ascending starts"),
        (480, (0,), (0.0,), "positive tempi"),
        (480, (0, 10), (120.0, -1.0), "positive tempi"),
        (480, (0, 10), (120.0, math.nan), "positive tempi"),
        (480, (0,), (math.inf,), "positive tempi"),
    ],
)
def test_a_wrong_map_cannot_be_built(
    resolution: int, starts: tuple[int, ...], bpm: tuple[float, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        TempoMap(resolution, starts, bpm)
