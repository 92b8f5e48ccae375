"""The unit of stamps is told by evidence: found where there is some, left open where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.catalogue.grid import beat_summary, chance_concentration, concentration
from rebracket.catalogue.units import DECIDED_ABOVE, Trace, UnitChoice, choose_unit, telling
from rebracket.core import Timecode, TimeUnit

MS, FRAMES, SUBFRAMES = TimeUnit


def stamps(*texts: str) -> tuple[Timecode, ...]:
    return tuple(Timecode.parse(text) for text in texts)


def written(times_s: list[float], unit: TimeUnit, fps: float = 25.0) -> tuple[Timecode, ...]:
    return tuple(Timecode.from_seconds(time_s, unit, fps) for time_s in times_s)


def random_times(rng: np.random.Generator, n: int) -> list[float]:
    return sorted(float(t) for t in rng.uniform(1, 300, n))


@pytest.mark.parametrize("unit", TimeUnit)
def test_the_digits_of_ten_random_times_tell_their_unit(unit: TimeUnit) -> None:
    rng = np.random.default_rng(1)
    choices = [choose_unit(Trace(written(random_times(rng, 10), unit))) for _ in range(200)]
    # seven of ten milliseconds lie below 250 with a last digit up to 7 once in a thousand files
    assert sum(choice.unit is unit and choice.decided for choice in choices) >= 197


@pytest.mark.parametrize("unit", TimeUnit)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 6])
def test_few_stamps_never_prove_a_wrong_unit(unit: TimeUnit, n: int) -> None:
    """Of 300 files, fewer than one is expected to be believed wrongly; not one of these is."""
    rng = np.random.default_rng(n)
    choices = [choose_unit(Trace(written(random_times(rng, n), unit))) for _ in range(300)]
    wrong = [choice for choice in choices if choice.unit is not unit]
    assert all(choice.confidence <= DECIDED_ABOVE and not choice.decided for choice in wrong)


def test_the_beat_tells_what_digits_leave_open() -> None:
    """Three fractions that milliseconds could have as well; read as subframes they lie on the beat."""
    beat_s = 60 / 118
    times = written([16 * beat_s, 33 * beat_s, 65 * beat_s], SUBFRAMES)
    assert not choose_unit(Trace(times)).decided
    on_beat = choose_unit(Trace(times, beat_s))
    assert (on_beat.unit, on_beat.decided) == (SUBFRAMES, True)


def test_the_length_of_the_audio_tells_too() -> None:
    few = stamps("00:20.144", "00:40.203")
    open_ = choose_unit(Trace(few, end=Timecode.parse("00:59.182")))
    known = choose_unit(Trace(few, end=Timecode.parse("00:59.182"), audio_s=59 + 18.25 / 25))
    assert known.posterior[SUBFRAMES] > open_.posterior[SUBFRAMES]
    against = choose_unit(Trace(few, end=Timecode.parse("00:59.182"), audio_s=59.182))
    assert against.posterior[SUBFRAMES] < open_.posterior[SUBFRAMES]


def test_onsets_of_singing_tell_too() -> None:
    rng = np.random.default_rng(4)
    onsets = random_times(rng, 40)
    lines = written(onsets[::8], SUBFRAMES)[:3]
    alone = choose_unit(Trace(lines))
    sung = choose_unit(Trace(lines, onsets_s=tuple(onsets)))
    assert sung.posterior[SUBFRAMES] > alone.posterior[SUBFRAMES]


def test_a_rate_of_30_shows_in_the_largest_fraction() -> None:
    rng = np.random.default_rng(2)
    choice = choose_unit(Trace(written(random_times(rng, 30), FRAMES, 30.0)))
    assert (choice.unit, choice.fps) == (FRAMES, 30.0)
    assert choice.largest_fraction in range(25, 30)


def test_a_rate_that_is_given_is_the_only_one() -> None:
    times = written([1.04, 2.48, 3.6, 4.4], FRAMES, 24.0)
    assert choose_unit(Trace(times, fps=24.0)).fps == 24.0
    assert choose_unit(Trace(times)).fps == 25.0


@pytest.mark.parametrize(
    ("texts", "n"),
    [
        (("00:01.000", "00:02.000", "01:00.000"), 0),
        (("00:01", "00:02.5", "00:03.999"), 0),
        (("00:01.012", "00:01.012"), 1),
        (("00:01.012", "00:02.012"), 2),
    ],
)
def test_whole_seconds_fillers_and_repetitions_say_nothing(texts: tuple[str, ...], n: int) -> None:
    assert len(telling(stamps(*texts))) == n
    choice = choose_unit(Trace(stamps(*texts)))
    assert (choice.unit, choice.decided, choice.n_telling) == (MS, False, n)


def test_a_slip_among_many_does_not_turn_the_decision() -> None:
    rng = np.random.default_rng(3)
    frames = list(written(random_times(rng, 20), FRAMES))
    slipped = choose_unit(Trace((*frames, Timecode.parse("02:00.731"))))
    assert (slipped.unit, slipped.decided) == (FRAMES, True)


def test_rounded_milliseconds_are_milliseconds() -> None:
    tenths = stamps("00:10.100", "00:20.700", "00:30.200", "00:41.900", "00:52.400")
    assert choose_unit(Trace(tenths)).unit is MS
    assert choose_unit(Trace(tenths)).decided


def test_hundredths_are_read_as_such() -> None:
    others = stamps("00:12.34", "00:15.08", "00:20.77", "00:24.91", "00:28.55")
    choice = choose_unit(Trace(others))
    assert (choice.unit, choice.decided) == (MS, True)


STAMPS = st.builds(
    Timecode,
    st.integers(0, 9999),
    st.integers(0, 59),
    st.integers(0, 3).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)),
)
BEATS = st.none() | st.floats(0.06, 3.75)


@settings(deadline=None)
@given(
    st.lists(STAMPS, max_size=12),
    BEATS,
    st.none() | STAMPS,
    st.none() | st.floats(0.01, 9000),
    st.lists(st.floats(0, 9000), max_size=5).map(sorted),
    st.none() | st.floats(1, 240),
)
def test_any_stamps_give_a_choice_that_adds_up(
    some: list[Timecode],
    beat_s: float | None,
    end: Timecode | None,
    audio_s: float | None,
    onsets_s: list[float],
    fps: float | None,
) -> None:
    choice = choose_unit(Trace(tuple(some), beat_s, end, audio_s, tuple(onsets_s), fps))
    assert sum(choice.posterior.values()) == pytest.approx(1)
    assert 0 <= choice.confidence <= 1
    assert choice.decided or (choice.unit is MS and choice.confidence <= DECIDED_ABOVE)
    assert not choice.decided or choice.confidence >= DECIDED_ABOVE
    assert choice == choose_unit(Trace(tuple(some), beat_s, end, audio_s, tuple(onsets_s), fps))


def test_what_the_manifest_says_is_sure() -> None:
    told = UnitChoice.told(FRAMES, 30.0)
    assert (told.unit, told.fps, told.decided, told.confidence, told.by) == (
        FRAMES,
        30.0,
        True,
        1.0,
        "manifest",
    )


def test_concentration_is_1_on_a_grid_wherever_it_starts_and_low_off_it() -> None:
    beats = [0.5 * n for n in range(16)]
    assert concentration(beats, 0.5) == pytest.approx(1)
    assert concentration([0.2 + t for t in beats], 0.5) == pytest.approx(1)
    assert concentration([0.25 * n for n in range(16)], 0.5) == pytest.approx(0, abs=1e-9)
    assert concentration([1.0], 0.5) is None


def test_random_times_concentrate_as_theory_says() -> None:
    """For n random phases the mean length is about sqrt(pi / 4n); the best of several is longer."""
    assert chance_concentration(8) == pytest.approx(np.sqrt(np.pi / 32), abs=0.02)
    assert chance_concentration(8) < chance_concentration(8, 4) < chance_concentration(8, 7) < 1
    assert chance_concentration(8, 4) == pytest.approx(0.49, abs=0.02)


def test_the_summary_is_a_mean_over_songs() -> None:
    summary = beat_summary([(8, 0.2, 0.9), (8, 0.4, 1.0)])
    assert summary is not None
    assert (summary.songs, summary.as_ms, summary.as_chosen) == (2, pytest.approx(0.3), pytest.approx(0.95))
    assert summary.chance == chance_concentration(8)
    assert beat_summary([]) is None


def test_bars_that_repeat_their_fractions_do_not_pile_up_as_evidence() -> None:
    """Bars of 2.4 s, whose sections in frames with subframes look like tenths of a second, and bars of 2 s
    from 12 ms on, which look like frames: the same few fractions again and again prove neither.
    """
    round_ones = stamps("00:12.000", "00:21.150", "00:30.150", "00:43.050", "00:55.050", "01:10.150")
    late_ones = stamps(*(f"00:{second:02d}.012" for second in range(2, 40, 4)))
    for trace in (Trace(round_ones), Trace(late_ones), Trace(late_ones, 0.5)):
        choice = choose_unit(trace)
        assert (choice.unit, choice.decided) == (MS, False)


def test_a_fraction_that_smpte_cannot_have_is_needed_for_milliseconds() -> None:
    tens = ("00:10.100", "00:20.120", "00:30.200", "00:41.140", "00:52.240")
    without, with_them = (
        choose_unit(Trace(stamps(*tens, *more))) for more in ((), ("01:02.380", "01:09.860"))
    )
    assert (without.unit, without.decided) != (MS, True)
    assert (with_them.unit, with_them.decided) == (MS, True)
