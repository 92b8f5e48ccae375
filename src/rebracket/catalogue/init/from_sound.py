"""What the sound of a song says of its tempo, key and form; librosa does the listening."""

from __future__ import annotations

import atexit
import math
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import median_filter

from rebracket.catalogue.audio import read_opening
from rebracket.catalogue.init.found import Estimate
from rebracket.catalogue.init.key import estimate_key
from rebracket.core.errors import InputError, MissingExtraError

__all__ = ["LISTENED_S", "Heard", "hear", "level", "load_mono", "require_librosa"]

RATE_HZ = 22_050
LISTENED_S = 240.0  # of a longer song the opening tells tempo and key as well
_HOP = 512
_CACHE = "rebracket-numba-"
_LEAST_S = 3.0  # shorter audio says nothing of tempo or key
_SILENCE = 1e-4
_FINE_TUNING = np.linspace(0.95, 1.05, 101)  # librosa's own tempi are 5 % apart
_PERIODS = np.arange(1, 17)
_PITCHES = {"bins_per_octave": 36}
_PITCH_BINS, _WIDTH, _MARGIN = 252, 15, 2.0  # seven octaves from C1
_CENTER_BPM, _OCTAVES = 110.0, 1.0
_SHORTEST_PART_S, _PART_S, _MOST_PARTS = 8.0, 20.0, 16


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard; None where there was too little. Edges of parts are in seconds, 0 and the end apart."""

    bpm: Estimate | None = None
    key: Estimate | None = None
    edges_s: tuple[float, ...] = ()
    edge_confidence: float = 0.1


def require_librosa() -> Any:
    """The package librosa.

    Raises:
        MissingExtraError: where it is not installed.
    """
    _private_numba_cache()
    try:
        import librosa
    except ImportError as error:
        raise MissingExtraError("librosa", "init") from error
    return librosa


def _private_numba_cache() -> None:
    """Keeps numba's compiled functions in a folder of this process.

    librosa has numba store them beside its own files. Two processes that do so at once can leave
    machine code there that ends every later process with a segmentation fault. A worker inherits the
    name of its parent's folder, and has one of its own inside, which goes with the parent's.
    """
    own, given = f"{_CACHE}{os.getpid()}-", os.environ.get("NUMBA_CACHE_DIR")
    if "numba" in sys.modules or (given and not Path(given).name.startswith(_CACHE)):
        return  # too late, or as the user wants it
    if given is None or not Path(given).is_dir():
        folder = tempfile.mkdtemp(prefix=own)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["NUMBA_CACHE_DIR"] = folder
    elif not Path(given).name.startswith(own):
        os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix=own, dir=given)


def load_mono(path: Path, longest_s: float = LISTENED_S) -> np.ndarray:
    """The opening of a file as float32 [T] at 22.05 kHz.

    Channels are averaged; where they cancel each other, the first is taken.

    Raises:
        InputError: where the file cannot be decoded.
    """
    librosa = require_librosa()
    wave, info = read_opening(path, longest_s)
    mono = wave.mean(axis=1)
    if _rms(mono) < 0.1 * _rms(wave):
        mono = wave[:, 0]
    if info.sample_rate_hz != RATE_HZ:
        mono = librosa.resample(mono, orig_sr=info.sample_rate_hz, target_sr=RATE_HZ, res_type="soxr_hq")
    return np.asarray(mono, dtype=np.float32)


def level(path: Path, longest_s: float = 60.0) -> float:
    """The RMS of the opening of a file; 0 where it cannot be decoded."""
    try:
        return _rms(read_opening(path, longest_s)[0])
    except InputError:
        return 0.0


def _rms(wave: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(wave, dtype=np.float64)))) if wave.size else 0.0


def hear(wave: np.ndarray, bpm: float | None = None) -> Heard:
    """Estimates tempo, key and the edges of parts.

    Args:
        wave: mono [T] at 22.05 kHz.
        bpm: the tempo, where it is known better than can be heard; beats are laid with it.
    """
    if len(wave) < _LEAST_S * RATE_HZ or _rms(wave) < _SILENCE:
        return Heard()
    librosa = require_librosa()
    onsets = librosa.onset.onset_strength(y=wave, sr=RATE_HZ, hop_length=_HOP)
    tempo = _tempo(librosa, onsets)
    chroma = _chroma(librosa, wave)
    known = bpm or (float(tempo.value) if tempo else None)
    edges, confidence = _edges(librosa, wave, onsets, chroma, known)
    return Heard(tempo, estimate_key(chroma.mean(axis=1), "audio"), edges, confidence)


def _chroma(librosa: Any, wave: np.ndarray) -> np.ndarray:
    """Pitch classes over time [12, T] of what is held rather than struck.

    Median filters along time and along pitch tell one from the other (FitzGerald, 2010), here on the
    constant-Q transform, at a fraction of the cost of doing so on an STFT first.
    """
    pitches = np.abs(
        librosa.cqt(wave, sr=RATE_HZ, hop_length=2 * _HOP, tuning=None, **_PITCHES, n_bins=_PITCH_BINS)
    )
    held, struck = median_filter(pitches, size=(1, _WIDTH)), median_filter(pitches, size=(_WIDTH, 1))
    mask = held**2 / (held**2 + (_MARGIN * struck) ** 2 + 1e-12)
    return np.asarray(librosa.feature.chroma_cqt(C=pitches * mask, sr=RATE_HZ, **_PITCHES))


def _tempo(librosa: Any, onsets: np.ndarray) -> Estimate | None:
    """The tempo by librosa's tempogram, then tuned by how well onsets repeat after 1 to 16 beats.

    The confidence is low where half or double that tempo repeats nearly as well.
    """
    if not float(onsets.max(initial=0.0)) > 0:
        return None
    rough = float(librosa.feature.tempo(onset_envelope=onsets, sr=RATE_HZ, hop_length=_HOP)[0])
    if not (math.isfinite(rough) and rough > 0):
        return None
    tries = rough * _FINE_TUNING
    repeats = _repeats(librosa, onsets, tries)
    bpm = float(tries[np.argmax(repeats)])
    others = [bpm / 2, 2 * bpm, bpm * 2 / 3, bpm * 3 / 2]
    at_others = _repeats(librosa, onsets, np.array(others)) * _prior(np.array(others))
    own = float(repeats.max() * _prior(np.array([bpm]))[0])
    rival = float(max(at_others.max(), 0.0))
    confidence = 0.0 if own <= 0 else float(np.clip(own / (own + rival), 0.2, 0.9))
    order = np.argsort(-at_others, kind="stable")[:2]
    return Estimate(
        round(bpm, 1), max(confidence, 0.1), "audio", tuple(f"{others[place]:.1f}" for place in order)
    )


def _repeats(librosa: Any, onsets: np.ndarray, bpm: np.ndarray) -> np.ndarray:
    """How well onsets repeat at each tempo: their autocorrelation at multiples of the beat, in [-1, 1]."""
    centered = onsets - onsets.mean()
    correlation = librosa.autocorrelate(centered)
    correlation = correlation / max(float(correlation[0]), 1e-12)
    lags = 60 * RATE_HZ / _HOP / bpm[:, None] * _PERIODS
    found = np.interp(lags, np.arange(len(correlation)), correlation, right=0.0)
    return np.asarray(found.mean(axis=1))


def _prior(bpm: np.ndarray) -> np.ndarray:
    """How usual a tempo is: log-normal around 110 beats a minute."""
    return np.asarray(np.exp(-0.5 * (np.log2(bpm / _CENTER_BPM) / _OCTAVES) ** 2))


def _edges(
    librosa: Any, wave: np.ndarray, onsets: np.ndarray, chroma: np.ndarray, bpm: float | None
) -> tuple[tuple[float, ...], float]:
    """Where parts of at least 8 s begin, on beats, by clustering neighbors (McFee and Ellis, 2014)."""
    length_s = len(wave) / RATE_HZ
    count = min(_MOST_PARTS, round(length_s / _PART_S))
    if count < 2 or bpm is None:
        return (), 0.1
    _, beats = librosa.beat.beat_track(onset_envelope=onsets, sr=RATE_HZ, hop_length=_HOP, bpm=bpm)
    if len(beats) <= 2 * count:
        return (), 0.1
    mfcc = librosa.feature.mfcc(y=wave, sr=RATE_HZ, hop_length=_HOP, n_mfcc=13)
    notes = np.repeat(chroma, 2, axis=1)[:, : mfcc.shape[1]]
    frames = min(mfcc.shape[1], notes.shape[1])
    stacked = np.vstack([_standard(mfcc[:, :frames]), _standard(notes[:, :frames])])
    beats = beats[beats < frames]
    of_beats = librosa.util.sync(stacked, beats)
    starts = np.concatenate([[0], beats])[librosa.segment.agglomerative(of_beats, count)]
    edges = _spaced([float(frame) * _HOP / RATE_HZ for frame in starts], length_s)
    return edges, 0.4 if edges else 0.2


def _standard(features: np.ndarray) -> np.ndarray:
    spread = features.std(axis=1, keepdims=True)
    return (features - features.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-9)


def _spaced(starts_s: list[float], length_s: float) -> tuple[float, ...]:
    """The starts that leave every part at least 8 s, the first of two too close."""
    kept: list[float] = []
    for start_s in sorted(starts_s):
        if start_s - (kept[-1] if kept else 0.0) >= _SHORTEST_PART_S:
            kept.append(start_s)
    return tuple(start_s for start_s in kept if length_s - start_s >= _SHORTEST_PART_S)
