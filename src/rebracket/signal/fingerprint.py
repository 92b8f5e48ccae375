"""Audio as landmarks: pairs of spectral peaks that stay where they are through gain, resampling, MP3."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy.ndimage import maximum_filter, uniform_filter1d

from rebracket.core.errors import InputError

__all__ = ["FINGERPRINT_REVISION", "FRAME_S", "landmarks"]

FINGERPRINT_REVISION = 1
"""Raised by hand whenever the landmarks of the same wave change: caches are keyed by it."""

FRAME_S = 0.016
_WINDOW_S = 0.064  # its inverse is the width of a bin, 15.6 Hz, whatever the rate
_BINS = 384  # up to 6 kHz
_LOWEST_BIN = 4
_AROUND = (9, 21)  # frames and bins in which a peak is the highest
_LEVELED_S = 1.0  # what stands still for so long is no event
_RISE_DB = 4.0  # above that mean
_BELOW_LOUDEST_DB = 45.0
_FLOOR = 1e-10  # power of a sine at -97 dBFS: no landmark in what is digitally still
_FAN, _NEAREST, _FURTHEST = 3, 2, 64  # pairs a peak; frames from the first of a pair to the second
_BLOCK = 1024  # frames transformed at a time

Landmarks = tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]


def landmarks(wave: npt.NDArray[np.floating], rate_hz: int) -> Landmarks:
    """`wave` [T, C] (or [T]) -> ([H] hashes, [H] the frame of each), in order of time; frames of `FRAME_S`.

    A hash is two peaks of the spectrogram that follow each other: where both lie and how far apart they
    are (Wang, 2003). Peaks are those of the level above its own mean over a second, so that a tone which
    is held has one where it begins and nothing where noise happens to be highest. They are counted in
    seconds and Hz, so that a rate does not matter; channels are averaged in power, so polarity neither.

    Raises `InputError` where the rate is below 1 kHz.
    """
    if rate_hz < 1000:
        raise InputError(f"found a sample rate of {rate_hz} Hz, expected at least 1000 Hz")
    samples = np.asarray(wave[:, None] if wave.ndim == 1 else wave, dtype=np.float32)
    level_db = _levels(samples, rate_hz)
    frames, bins = _peaks(level_db)
    return _pairs(frames, bins)


def _levels(samples: npt.NDArray[np.float32], rate_hz: int) -> npt.NDArray[np.float32]:
    """[frames, bins] dB; frame k is centered on k * `FRAME_S`."""
    length = round(_WINDOW_S * rate_hz)
    n_frames = int(np.ceil(len(samples) / (FRAME_S * rate_hz) - 1e-9))
    starts = np.round(np.arange(n_frames) * FRAME_S * rate_hz).astype(np.intp)
    padded = np.pad(samples, ((length // 2, length), (0, 0)))
    window = np.hanning(length).astype(np.float32) * np.float32(4 / length)
    bins = min(_BINS, length // 2 + 1)
    power = np.zeros((n_frames, bins), dtype=np.float32)
    for channel in padded.T:
        cut = np.lib.stride_tricks.sliding_window_view(channel, length)
        for first in range(0, n_frames, _BLOCK):
            spectrum = scipy.fft.rfft(cut[starts[first : first + _BLOCK]] * window, axis=-1)[:, :bins]
            power[first : first + _BLOCK] += spectrum.real**2 + spectrum.imag**2
    return np.asarray(10 * np.log10(power / max(1, samples.shape[1]) + _FLOOR), dtype=np.float32)


def _peaks(level_db: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Frame and bin of each peak, in order of time."""
    if not level_db.size:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    lowest = max(float(level_db.max()) - _BELOW_LOUDEST_DB, 10 * np.log10(_FLOOR) + 10)
    heard = np.maximum(level_db, lowest)
    rise = heard - uniform_filter1d(heard, round(_LEVELED_S / FRAME_S), axis=0, mode="nearest")
    highest = (rise == maximum_filter(rise, _AROUND)) & (rise >= _RISE_DB) & (level_db > lowest)
    highest[:, :_LOWEST_BIN] = False
    frames, bins = np.nonzero(highest)
    return frames, bins


def _pairs(frames: npt.NDArray[np.intp], bins: npt.NDArray[np.intp]) -> Landmarks:
    """Each peak with the next few of those that come after it."""
    first_of, second_of = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
    beyond = np.searchsorted(frames, frames + _NEAREST)
    for step in range(_FAN):
        second = beyond + step
        first = np.flatnonzero(second < len(frames))
        first = first[frames[second[first]] - frames[first] <= _FURTHEST]
        first_of.append(first)
        second_of.append(second[first])
    first, second = np.concatenate(first_of), np.concatenate(second_of)
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    apart = frames[second] - frames[first]
    hashes = (bins[first] << 16) | (bins[second] << 7) | apart
    return hashes.astype(np.uint32), frames[first].astype(np.uint32)
