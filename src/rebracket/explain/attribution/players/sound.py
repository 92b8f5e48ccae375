"""Sound as players: stretches of time, bands of frequency, and patches of both, taken out of all stems."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

from rebracket.catalogue.audio import decode_audio
from rebracket.explain.asking import Given
from rebracket.explain.attribution.attribution import Unit
from rebracket.explain.attribution.players.players import Players

__all__ = ["Equalizer", "bands", "equalizer", "patches", "seconds"]

_FADE_S, _FADE_HZ = 0.064, 32.0  # from one stretch, or band, to the next
_STEP_S = 1.0
_MOST_STEPS = 16
_N_BANDS = 8
_PATCH_STEPS, _PATCH_BANDS = 4, 6
_LOWEST_HZ = 60.0
Wave = npt.NDArray[np.float32]
Gains = npt.NDArray[np.float64]
Edges = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Equalizer:
    """Turns bands of a segment's stems up and down, in stretches of time.

    Args:
        given: the segment.
        times_s: [S + 1] edges of the stretches in seconds.
        edges_hz: [B + 1] edges of the bands in Hz.
        waves: [T, C] of each stem and its rate in Hz; None for a stem without sound.
    """

    given: Given
    times_s: Edges
    edges_hz: Edges
    waves: tuple[tuple[Wave, int] | None, ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        """The S * B patches, stretch by stretch; none where no stem has sound."""
        if not any(self.waves):
            return ()
        return tuple(
            Unit(_label(self, start, end, low, high), start_s=start, end_s=end, low_hz=low, high_hz=high)
            for start, end in zip(self.times_s, self.times_s[1:], strict=False)
            for low, high in zip(self.edges_hz, self.edges_hz[1:], strict=False)
        )

    def at(self, gains: npt.ArrayLike) -> Given:
        """The segment with each patch times its gain, [S, B] or in one row; nothing is clipped.

        Stems are float WAVs then; where nothing is left they are gone.
        """
        table = np.asarray(gains, dtype=np.float64).reshape(len(self.times_s) - 1, len(self.edges_hz) - 1)
        if (table == 1).all():
            return self.given
        own = zip(self.given.stems, self.waves, strict=True)
        if not table.any():
            return replace(self.given, stems=tuple(replace(stem, audio=None) for stem, _ in own))
        stems = (
            stem if sound is None else replace(stem, audio=_encoded(self._gained(*sound, table), sound[1]))
            for stem, sound in own
        )
        return replace(self.given, stems=tuple(stems))

    def _gained(self, wave: Wave, rate_hz: int, table: Gains) -> Wave:
        """[T, C] -> [T, C]: stretches of the same gains are filtered together and faded into others."""
        length = next_fast_len(len(wave) + round(_FADE_S * rate_hz), real=True)
        spectrum, freqs_hz = rfft(wave, length, axis=0), rfftfreq(length, 1 / rate_hz)
        seconds_, found = np.arange(len(wave)) / rate_hz, np.zeros_like(wave)
        for row in np.unique(table, axis=0):
            gain = _faded(freqs_hz, self.edges_hz, row, _FADE_HZ)
            there = _faded(seconds_, self.times_s, (table == row).all(axis=1), _FADE_S)
            if row.any():
                found += irfft(spectrum * gain[:, None], length, axis=0)[: len(wave)] * there[:, None]
        return found


def equalizer(given: Given, stretches: int = 1, n_bands: int = _N_BANDS) -> Equalizer:
    """The desk of a segment's stems: stretches of equal length, and bands of equal width in mel."""
    decoded = [None if not stem.audio else decode_audio(stem.audio) for stem in given.stems]
    waves = tuple(None if one is None else (one[0], one[1].sample_rate_hz) for one in decoded)
    highest_hz = next((sound[1] / 2 for sound in waves if sound), 0.0)
    times_s = tuple(np.linspace(0.0, given.end_s - given.start_s, stretches + 1).tolist())
    return Equalizer(given, times_s, _mel_edges(highest_hz, n_bands), waves)


def seconds(given: Given) -> Players:
    """Stretches of about a second, at most 16 in a segment."""
    stretches = max(1, min(_MOST_STEPS, round((given.end_s - given.start_s) / _STEP_S)))
    return _players("seconds", equalizer(given, stretches, 1))


def bands(given: Given) -> Players:
    """Eight bands of equal width in mel."""
    return _players("bands", equalizer(given))


def patches(given: Given) -> Players:
    """Four stretches of time times six bands."""
    return _players("patches", equalizer(given, _PATCH_STEPS, _PATCH_BANDS))


def _players(kind: str, desk: Equalizer) -> Players:
    return Players(kind, desk.units, desk.at)


def _faded(places: Gains, edges: Edges, values: npt.NDArray[Any], width: float) -> Wave:
    """[n] the value of the part that each place lies in, with ramps of a width over the inner edges."""
    inner = np.array(edges[1:-1])
    half = min([width, *np.diff(edges)]) / 2
    knots = np.column_stack([inner - half, inner + half]).ravel()
    heights = np.repeat(values, 2)[1:-1]
    found = np.interp(places, knots, heights) if len(knots) else np.full(len(places), values[0])
    return found.astype(np.float32)


def _encoded(wave: Wave, rate_hz: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, rate_hz, format="WAV", subtype="FLOAT")
    return file.getvalue()


def _mel_edges(highest_hz: float, n: int) -> tuple[float, ...]:
    """Edges even in mel (O'Shaughnessy, 1987) from 60 Hz up; the first band has what is below, too."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, max(highest_hz, 2 * _LOWEST_HZ)))
    inner = 700 * (10 ** (np.linspace(low, high, n + 1) / 2595) - 1)
    return (0.0, *inner[1:].tolist())


def _label(desk: Equalizer, start: float, end: float, low: float, high: float) -> str:
    time = f"{start:.1f}–{end:.1f} s" if len(desk.times_s) > 2 else ""
    band = f"{low:.0f}–{high:.0f} Hz" if len(desk.edges_hz) > 2 else ""
    return " ".join(part for part in (time, band) if part) or "all"
