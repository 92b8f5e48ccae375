"""What a desk does to a stem in the second half of a section, each by a depth from 0 (nothing) to 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import butter, sosfilt

from rebracket.core.errors import InputError

__all__ = ["GESTURES", "gesture"]

Array = np.ndarray
# (wave [T], course [T] from 0 to 1, depth, frames a beat, rate) -> middle and side, each [T]
_Gesture = Callable[[Array, Array, float, int, int], tuple[Array, Array]]


def gesture(
    name: str, wave: Array, *, depth: float, begins: int, ends: int, beat_frames: int, rate_hz: int
) -> tuple[Array, Array]:
    """Middle and side, float32 [T] each, of a mono stem [T]; before frame ``begins`` nothing is done.

    What is done grows until frame ``ends`` and then stays.

    Raises:
        InputError: where there is no such gesture, or the depth is not a share.
    """
    if name not in GESTURES or not 0 <= depth <= 1:
        raise InputError(f"found gesture {name!r} of depth {depth}, expected one of {', '.join(GESTURES)}")
    course = np.clip((np.arange(len(wave)) - begins) / max(1, ends - begins), 0, 1).astype(np.float32)
    middle, side = GESTURES[name](wave, course, depth, beat_frames, rate_hz)
    return middle.astype(np.float32), side.astype(np.float32)


def _dry(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    return wave, np.zeros_like(wave)


def _throw(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    """From one side to the other, once."""
    return wave, 0.9 * depth * np.sin(2 * np.pi * course) * wave


def _echo(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    """Three repeats, three quarters of a beat apart."""
    sent = wave * np.minimum(4 * course, 1)
    heard = sum(_later(sent, turn * 3 * beat // 4) * (0.6 * depth) ** turn for turn in (1, 2, 3))
    return wave + heard, np.zeros_like(wave)


def _swell(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    """Down by up to 18 dB at once, and slowly back."""
    away = np.where(course > 0, np.minimum(course * 12, 1) * (1 - course), 0)
    return wave * 10 ** (-0.9 * depth * away), np.zeros_like(wave)


def _close(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    dark = sosfilt(butter(2, 500, "lowpass", fs=rate_hz, output="sos"), wave)
    return wave + depth * np.minimum(2 * course, 1) * (dark - wave), np.zeros_like(wave)


def _wobble(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    """A capstan that slips: pitch goes up and down by up to half a semitone."""
    t = np.arange(len(wave))
    slip = 0.004 * rate_hz * depth * np.minimum(4 * course, 1) * (1 - np.cos(2 * np.pi * t / rate_hz))
    return np.interp(t - slip, t, wave), np.zeros_like(wave)


def _drop(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    """Gone for a part of every other beat."""
    place = np.arange(len(wave)) % (2 * beat) / beat
    gone = (course > 0) & (place > 1.5) & (place < 1.95)
    edge = max(1, round(0.01 * rate_hz))
    smooth = np.convolve(gone, np.ones(edge) / edge, mode="same")
    return wave * (1 - depth * smooth), np.zeros_like(wave)


def _widen(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    return wave, 0.8 * depth * np.minimum(2 * course, 1) * _later(wave, round(0.012 * rate_hz))


def _double(wave: Array, course: Array, depth: float, beat: int, rate_hz: int) -> tuple[Array, Array]:
    """A second take, a little behind and not quite in tune."""
    t = np.arange(len(wave))
    behind = rate_hz * (0.028 + 0.002 * np.sin(2 * np.pi * 0.7 * t / rate_hz))
    second = np.interp(t - behind, t, wave) * np.minimum(4 * course, 1)
    return wave + 0.8 * depth * second, np.zeros_like(wave)


def _later(wave: Array, frames: int) -> Array:
    late = np.zeros_like(wave)
    if frames < len(wave):
        late[frames:] = wave[: len(wave) - frames]
    return late


GESTURES: dict[str, _Gesture] = {
    "dry": _dry,
    "a throw across the room": _throw,
    "an echo": _echo,
    "a swell": _swell,
    "a filter closing": _close,
    "tape wobble": _wobble,
    "a dropout": _drop,
    "a widening": _widen,
    "a doubled voice": _double,
}
