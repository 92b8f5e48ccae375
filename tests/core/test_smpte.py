"""Laws of SMPTE codes: every valid code is itself again, and no time is off by more than half a unit."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rebracket.core import FrameRate, Smpte
from rebracket.core.errors import InputError
from rebracket.core.smpte import SUBFRAMES

LAW = settings(deadline=None, max_examples=300)
RATES = st.sampled_from(list(FrameRate))
DROP = FrameRate.FPS_29_97_DROP
# Times near the minutes, where numbers are dropped, and anywhere else.
TIMES = st.one_of(
    st.fractions(0, 86_000),
    st.builds(lambda m, f: Fraction(60 * m) + Fraction(f, 300), st.integers(1, 1400), st.integers(-20, 20)),
)


def is_dropped(minutes: int, seconds: int, frames: int) -> bool:
    return frames < 2 and seconds == 0 and minutes % 10 != 0


@st.composite
def codes(draw: st.DrawFn) -> Smpte:
    rate = draw(RATES)
    minutes, seconds = draw(st.integers(0, 59)), draw(st.sampled_from([0, 59]) | st.integers(0, 59))
    frames = draw(st.sampled_from([0, 1, 2]) | st.integers(0, rate.counted - 1))
    assume(not (rate is DROP and is_dropped(minutes, seconds, frames)))
    sub = draw(st.just(0) | st.integers(0, SUBFRAMES - 1))
    return Smpte(draw(st.integers(0, 23)), minutes, seconds, frames, rate, sub)


@LAW
@given(codes())
def test_a_code_becomes_seconds_and_itself_again(code: Smpte) -> None:
    assert Smpte.from_seconds(code.seconds(), code.rate, subframes=True) == code
    assert Smpte.from_seconds(float(code.seconds()), code.rate, subframes=True) == code


@LAW
@given(codes())
def test_a_code_becomes_text_and_itself_again(code: Smpte) -> None:
    assert Smpte.parse(str(code), code.rate) == code


@LAW
@given(TIMES, RATES, st.booleans())
def test_a_time_is_off_by_at_most_half_a_frame_or_half_a_subframe(
    time_s: Fraction, rate: FrameRate, subframes: bool
) -> None:
    unit_s = 1 / rate.per_s / (SUBFRAMES if subframes else 1)
    assert abs(Smpte.from_seconds(time_s, rate, subframes=subframes).seconds() - time_s) <= unit_s / 2


@pytest.mark.parametrize("rate", FrameRate)
def test_frames_are_numbered_one_after_the_other(rate: FrameRate) -> None:
    """Over ten minutes and a little more, every code that exists is met once, in order."""
    told = [Smpte.from_seconds(frame / rate.per_s, rate) for frame in range(601 * rate.counted)]
    numbers = [(c.minutes, c.seconds_of_minute, c.frames) for c in told]
    every = [
        (minutes, seconds, frames)
        for minutes in range(11)
        for seconds in range(60)
        for frames in range(rate.counted)
        if not (rate.dropped and is_dropped(minutes, seconds, frames))
    ]
    assert numbers == every[: len(numbers)]


@pytest.mark.parametrize(
    ("text", "rate", "seconds"),
    [
        ("00:00:00:00", FrameRate.FPS_24, Fraction(0)),
        ("01:00:00:12", FrameRate.FPS_24, Fraction(3600) + Fraction(1, 2)),
        ("00:00:09:21.30", FrameRate.FPS_25, 9 + Fraction(21 * 80 + 30, 2000)),
        ("00:01:00;02", DROP, Fraction(1800 * 1001, 30_000)),
        ("00:10:00;00", DROP, Fraction(17_982 * 1001, 30_000)),
        ("01:00:00;00", DROP, Fraction(107_892 * 1001, 30_000)),
        ("01:00:00:00", FrameRate.FPS_29_97, Fraction(36_036, 10)),
        ("00:00:01:15", FrameRate.FPS_30, Fraction(3, 2)),
    ],
)
def test_known_codes(text: str, rate: FrameRate, seconds: Fraction) -> None:
    assert Smpte.parse(text, rate).seconds() == seconds


def test_the_sign_tells_whether_frames_drop() -> None:
    assert Smpte.parse("00:01:00;02", FrameRate.FPS_29_97).rate is DROP
    assert Smpte.parse("00:01:00:00", DROP).rate is FrameRate.FPS_29_97


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("00:00:00:25", FrameRate.FPS_25),
        ("00:00:60:00", FrameRate.FPS_25),
        ("00:60:00:00", FrameRate.FPS_25),
        ("24:00:00:00", FrameRate.FPS_25),
        ("00:00:00:00.80", FrameRate.FPS_25),
        ("00:00:00:00.8", FrameRate.FPS_25),
        ("00:00:00;00", FrameRate.FPS_25),
        ("00:00:00;00", FrameRate.FPS_24),
        ("00:01:00;00", DROP),
        ("00:09:00;01", FrameRate.FPS_29_97),
        ("00:00:00", FrameRate.FPS_25),
        ("٠٠:00:00:00", FrameRate.FPS_25),
        ("-1:00:00:00", FrameRate.FPS_25),
    ],
)
def test_what_is_no_code_is_refused(text: str, rate: FrameRate) -> None:
    with pytest.raises(InputError, match="expected"):
        Smpte.parse(text, rate)


@pytest.mark.parametrize("time_s", [-0.1, 86_400.0, math.nan, math.inf, -math.inf, Fraction(-1)])
def test_what_is_no_time_of_a_day_is_refused(time_s: float) -> None:
    with pytest.raises(InputError, match=r"expected a (finite )?time"):
        Smpte.from_seconds(time_s, FrameRate.FPS_25)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("24", FrameRate.FPS_24),
        ("25.0", FrameRate.FPS_25),
        ("25 fps", FrameRate.FPS_25),
        ("29.97", FrameRate.FPS_29_97),
        ("29.97 ndf", FrameRate.FPS_29_97),
        ("29.97df", DROP),
        ("29.97 drop", DROP),
        ("29.97-Drop-Frame", DROP),
        ("30", FrameRate.FPS_30),
    ],
)
def test_rates_as_people_write_them(text: str, rate: FrameRate) -> None:
    assert FrameRate.parse(text) is rate


@LAW
@given(st.text(max_size=12) | st.text("0123456789. dropnf", max_size=10))
def test_any_text_is_a_rate_a_code_or_an_input_error(text: str) -> None:
    for parse in (FrameRate.parse, lambda t: Smpte.parse(t, FrameRate.FPS_25)):
        try:
            parse(text)
        except InputError as error:
            assert "expected" in str(error)  # noqa: PT017 - either way is right
