"""Sound as players: stretches of time, bands of frequency, and patches of both, taken out of all stems."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

from rebracket.catalogue.audio import decode_audio
from rebracket.explain.asking import Given
from rebracket.explain.attribution.attribution import Unit
from rebracket.explain.attribution.players.players import Keep, Players

__all__ = ["bands", "patches", "seconds", "with_gain"]

_WINDOW_S = 0.064
_STEP_S = 1.0
_MOST_STEPS = 16
_N_BANDS = 8
_PATCH_STEPS, _PATCH_BANDS = 4, 6
_LOWEST_HZ = 60.0
Wave = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Edges of the units in seconds and in Hz, [K + 1] each."""

    times_s: tuple[float, ...]
    edges_hz: tuple[float, ...]

    def units(self) -> tuple[Unit, ...]:
        return tuple(
            Unit(_label(self, start, end, low, high), start_s=start, end_s=end, low_hz=low, high_hz=high)
            for start, end in zip(self.times_s, self.times_s[1:], strict=False)
            for low, high in zip(self.edges_hz, self.edges_hz[1:], strict=False)
        )


def seconds(given: Given) -> Players:
    """Stretches of about a second, at most 16 in a segment."""
    length_s = given.end_s - given.start_s
    n = max(1, min(_MOST_STEPS, round(length_s / _STEP_S)))
    return _players("seconds", given, _Grid(_even(0.0, length_s, n), (0.0, _highest_hz(given))))


def bands(given: Given, edges_hz: Sequence[float] | None = None) -> Players:
    """Eight bands of equal width in mel, or those between the edges given in Hz."""
    edges = _mel_edges(_highest_hz(given), _N_BANDS) if edges_hz is None else tuple(edges_hz)
    return _players("bands", given, _Grid((0.0, given.end_s - given.start_s), edges))


def patches(given: Given) -> Players:
    """Four stretches of time times six bands."""
    times = _even(0.0, given.end_s - given.start_s, _PATCH_STEPS)
    return _players("patches", given, _Grid(times, _mel_edges(_highest_hz(given), _PATCH_BANDS)))


def with_gain(audio: bytes, gain_db: float, low_hz: float, high_hz: float) -> bytes:
    """An encoded stem with one band of it louder or softer, as a float WAV; nothing is clipped."""
    wave, info = decode_audio(audio)
    return _encoded(_equalized(wave, info.sample_rate_hz, gain_db, low_hz, high_hz), info.sample_rate_hz)


def _players(kind: str, given: Given, grid: _Grid) -> Players:
    if not any(stem.audio for stem in given.stems):
        return Players(kind, (), lambda keep: given)
    decoded = [None if stem.audio is None else decode_audio(stem.audio) for stem in given.stems]
    waves = [None if one is None else (one[0], one[1].sample_rate_hz) for one in decoded]
    return Players(kind, grid.units(), partial(_kept, given, waves, grid))


def _kept(given: Given, waves: list[tuple[Wave, int] | None], grid: _Grid, keep: Keep) -> Given:
    if keep.all():
        return given
    if not keep.any():
        return replace(given, stems=tuple(replace(stem, audio=None) for stem in given.stems))
    own = [
        stem if wave is None else replace(stem, audio=_encoded(_masked(*wave, grid, keep), wave[1]))
        for stem, wave in zip(given.stems, waves, strict=True)
    ]
    return replace(given, stems=tuple(own))


def _masked(wave: Wave, rate_hz: int, grid: _Grid, keep: Keep) -> Wave:
    """The wave [T, C] without the units that are gone, by a short-time Fourier transform and back."""
    transform = _transform(rate_hz, len(wave))
    spectrum = transform.stft(wave, axis=0)  # [F, C, P]
    times, freqs = transform.t(len(wave)), transform.f
    stays = keep.reshape(len(grid.times_s) - 1, len(grid.edges_hz) - 1)
    column = np.clip(np.searchsorted(grid.times_s, times, side="right") - 1, 0, len(stays) - 1)
    row = np.clip(np.searchsorted(grid.edges_hz, freqs, side="right") - 1, 0, stays.shape[1] - 1)
    mask = stays[column[None, :], row[:, None]]  # [F, P]
    return _back(transform, spectrum * mask[:, None, :], len(wave))


def _equalized(wave: Wave, rate_hz: int, gain_db: float, low_hz: float, high_hz: float) -> Wave:
    transform = _transform(rate_hz, len(wave))
    inside = (transform.f >= low_hz) & (transform.f < high_hz)
    gain = np.where(inside, 10 ** (gain_db / 20), 1.0)
    return _back(transform, transform.stft(wave, axis=0) * gain[:, None, None], len(wave))


def _transform(rate_hz: int, length: int) -> ShortTimeFFT:
    size = max(16, 2 * (min(round(_WINDOW_S * rate_hz), max(length, 16)) // 2))
    return ShortTimeFFT(hann(size, sym=False), size // 2, rate_hz)


def _back(transform: ShortTimeFFT, spectrum: npt.NDArray[np.complexfloating], length: int) -> Wave:
    return np.asarray(transform.istft(spectrum, 0, length, f_axis=0, t_axis=-1), dtype=np.float32)


def _encoded(wave: Wave, rate_hz: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, rate_hz, format="WAV", subtype="FLOAT")
    return file.getvalue()


def _highest_hz(given: Given) -> float:
    rates = [decode_audio(stem.audio)[1].sample_rate_hz for stem in given.stems[:1] if stem.audio]
    rates = rates or [decode_audio(s.audio)[1].sample_rate_hz for s in given.stems if s.audio][:1]
    return rates[0] / 2 if rates else 0.0


def _mel_edges(highest_hz: float, n: int) -> tuple[float, ...]:
    """Edges even in mel (O'Shaughnessy, 1987) from 60 Hz up; the first band has what is below, too."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, max(highest_hz, 2 * _LOWEST_HZ)))
    inner = 700 * (10 ** (np.linspace(low, high, n + 1) / 2595) - 1)
    return (0.0, *inner[1:].tolist())


def _even(start: float, end: float, n: int) -> tuple[float, ...]:
    return tuple(np.linspace(start, end, n + 1).tolist())


def _label(grid: _Grid, start: float, end: float, low: float, high: float) -> str:
    time = f"{start:.1f}–{end:.1f} s" if len(grid.times_s) > 2 else ""
    band = f"{low:.0f}–{high:.0f} Hz" if len(grid.edges_hz) > 2 else ""
    return " ".join(part for part in (time, band) if part) or "all"
