"""Laws of stamps: what is written is read back, in the unit of its file."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.core import Timecode, TimeUnit
from rebracket.core.errors import InputError

LAW = settings(deadline=None, max_examples=300)
times = st.floats(0, 599_999, allow_nan=False)
written = st.builds(
    Timecode,
    st.integers(0, 9999),
    st.integers(0, 59),
    st.integers(0, 3).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)),
)


@LAW
@given(times)
def test_a_time_survives_writing_and_reading_within_half_a_millisecond(time_s: float) -> None:
    read = Timecode.parse(str(Timecode.from_seconds(time_s)))
    assert read.seconds() == pytest.approx(time_s, abs=0.0005 + 1e-9)
    assert len(read.fraction) == 3


@LAW
@given(written)
def test_a_stamp_survives_writing_and_reading_with_its_digits(stamp: Timecode) -> None:
    assert Timecode.parse(str(stamp)) == stamp
    assert Timecode.parse(str(stamp).strip("[]")) == stamp


@LAW
@given(st.integers(0, 600_000_000 - 1))
def test_a_whole_millisecond_is_read_exactly(time_ms: int) -> None:
    assert round(1000 * Timecode.from_seconds(time_ms / 1000).seconds()) == time_ms


@LAW
@given(st.integers(0, 500), st.integers(0, 24), st.integers(0, 7))
def test_frames_and_tens_of_subframes_count_at_25_a_second(whole_s: int, frame: int, tens: int) -> None:
    minutes, seconds = divmod(whole_s, 60)
    frames = Timecode(minutes, seconds, f"{frame:03d}").seconds(TimeUnit.FRAMES)
    finer = Timecode(minutes, seconds, f"{frame:02d}{tens}").seconds(TimeUnit.FRAMES_SUBFRAMES)
    assert frames == pytest.approx(whole_s + frame / 25)
    assert finer == pytest.approx(whole_s + frame / 25 + 10 * tens / 80 / 25)
    assert frames <= finer < frames + 1 / 25


def test_the_documented_example_of_subframes() -> None:
    # ".213" is frame 21 and subframes 30 to 39: 0.855 to 0.859 s.
    assert Timecode.parse("[00:00.213]").seconds(TimeUnit.FRAMES_SUBFRAMES) == pytest.approx(0.855)


def test_frame_25_is_the_next_second() -> None:
    # Written without a carry as "previous end + 1".
    assert Timecode.parse("[01:09.025]").seconds(TimeUnit.FRAMES) == 70.0


def test_another_frame_rate_can_be_given() -> None:
    assert Timecode.parse("00:01.015").seconds(TimeUnit.FRAMES, fps=30.0) == 1.5


@pytest.mark.parametrize(("fraction", "ms_s"), [("", 0.0), ("5", 0.5), ("25", 0.25), ("025", 0.025)])
def test_milliseconds_are_decimals(fraction: str, ms_s: float) -> None:
    assert Timecode(0, 0, fraction).seconds() == ms_s


@pytest.mark.parametrize("unit", [TimeUnit.FRAMES, TimeUnit.FRAMES_SUBFRAMES])
@pytest.mark.parametrize("fraction", ["5", "05"])
def test_one_or_two_digits_are_frames_without_subframes(fraction: str, unit: TimeUnit) -> None:
    assert Timecode(0, 0, fraction).seconds(unit) == pytest.approx(5 / 25)


@pytest.mark.parametrize(
    "text", ["[1:2]", " [01:02] ", "[ 01 : 02 ]", "01:02", "[01:02. 000]", "[01:02:000]"]
)
def test_spaces_and_other_signs_are_read(text: str) -> None:
    assert Timecode.parse(text).seconds() == 62.0


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", "[01:60.000]", "[1:7x]", "[01:02.0000]", "[01:02", "01:02]", "[-1:02]", "[١:٠٢]",
     "[00001:02]", "[01:02.000] text", "[01:02]\n[01:03]", "01:02."],
)  # fmt: skip
def test_what_is_no_stamp_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError, match=r"expected \[mm:ss\.fff\]"):
        Timecode.parse(text)


@LAW
@given(st.text(max_size=20) | st.text("[]0123456789:. ", max_size=14))
def test_any_text_is_a_stamp_or_an_input_error(text: str) -> None:
    try:
        stamp = Timecode.parse(text)
    except InputError as error:
        assert "expected [mm:ss.fff]" in str(error)  # noqa: PT017 - either way is right
    else:
        assert math.isfinite(stamp.seconds())


@pytest.mark.parametrize("time_s", [-0.001, math.nan, math.inf, -math.inf])
def test_a_time_that_is_none_cannot_be_written(time_s: float) -> None:
    with pytest.raises(InputError, match="expected a finite time of at least 0 s"):
        Timecode.from_seconds(time_s)


@pytest.mark.parametrize(
    "wrong", [(-1, 0, ""), (0, 60, ""), (0, -1, ""), (0, 0, "1234"), (0, 0, "1x"), (0, 0, "-1")]
)
def test_a_wrong_stamp_cannot_be_built(wrong: tuple[int, int, str]) -> None:
    with pytest.raises(InputError, match="found a stamp"):
        Timecode(*wrong)


UNITS = st.sampled_from(list(TimeUnit))
RATES = st.sampled_from([24.0, 25.0, 29.97, 30.0])


def step_s(unit: TimeUnit, fps: float) -> float:
    return {TimeUnit.MS: 0.001, TimeUnit.FRAMES: 1 / fps, TimeUnit.FRAMES_SUBFRAMES: 1 / fps / 8}[unit]


@LAW
@given(times, UNITS, RATES)
def test_a_time_survives_in_every_unit_within_half_of_it(time_s: float, unit: TimeUnit, fps: float) -> None:
    stamp = Timecode.from_seconds(time_s, unit, fps)
    assert Timecode.parse(str(stamp)) == stamp
    assert stamp.seconds(unit, fps) == pytest.approx(time_s, abs=step_s(unit, fps) / 2 + 1e-9)


@LAW
@given(times, UNITS, RATES)
def test_a_stamp_that_was_written_is_written_again(time_s: float, unit: TimeUnit, fps: float) -> None:
    stamp = Timecode.from_seconds(time_s, unit, fps)
    assert Timecode.from_seconds(stamp.seconds(unit, fps), unit, fps) == stamp


@pytest.mark.parametrize(
    ("stamp", "after"),
    [
        ("[01:09.024]", "[01:09.025]"),
        ("[00:42.653]", "[00:42.654]"),
        ("[00:59.999]", "[01:00.000]"),
        ("[00:01]", "[00:01.1]"),
        ("[00:01.9]", "[00:02.0]"),
    ],
)
def test_one_unit_later_has_no_carry_but_from_full_digits(stamp: str, after: str) -> None:
    assert str(Timecode.parse(stamp).after()) == after
