"""How fast sound and notes become features on one core, and how fast those of 20,000 rows are read again."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from symusic.core import NoteTick, ScoreTick, TempoTick, TrackTick

from benchmarks.one_thread import in_one_thread
from benchmarks.record import write_record
from rebracket.catalogue import decode_audio, encode_flac
from rebracket.catalogue.midi import midi_bytes
from rebracket.features.cache import cached_sequences, cached_vectors, content_key
from rebracket.features.encoder import Content, Kind, Modality, Vectors
from rebracket.features.encoders import AUDIO, MIDI, make_encoder
from rebracket.signal import piano_roll, spectral_statistics
from rebracket.signal.log_mel import N_MELS, log_mel

ROWS, WIDTH, FRAMES = 20_000, 384, 250
_RATE_HZ, _SECONDS, _SEGMENTS, _NOTES, _TIMES = 44_100, 20.0, 4, 100, 15
_FRAME_S = 0.05
_HERE = "benchmarks.signal_speed"


def main() -> None:
    """Writes ``docs/records/signal_speed.json``; all in new processes with one thread."""
    with tempfile.TemporaryDirectory() as folder:
        _keep(Path(folder))
        value = {
            "x_real_time": in_one_thread(_HERE, "of_sound"),
            "cpu_ms_a_segment": in_one_thread(_HERE, "of_notes"),
            "seconds_to_load": in_one_thread(_HERE, "of_cache", folder),
        }
    write_record(
        "signal_speed",
        {
            "figure": "times real time of CPU of one core, CPU ms a segment, and seconds to load a cache",
            "value": value,
            "n": _TIMES,
            "unit": "least of the repetitions, on one thread: others use the processor and its cache too",
            "sound": f"{_SEGMENTS} segments of {_SECONDS:g} s, {_RATE_HZ} Hz, two channels of plucked chords "
            "in noise at -50 dBFS; signals from memory, encoders from FLAC of 16 bits",
            "notes": f"{_NOTES} notes in {_SECONDS:g} s, a roll of 128 x {_SECONDS / _FRAME_S:.0f}; encoders "
            "from MIDI",
            "cache": f"{ROWS} vectors of {WIDTH} float32; {ROWS} sequences of {FRAMES} x {N_MELS} float16; "
            "in the page cache of the system, checked for numbers that are not finite",
            "cores": os.cpu_count(),
        },
    )


def of_sound() -> dict[str, float]:
    """Times real time of each way to read sound."""
    waves = [_wave(seed) for seed in range(_SEGMENTS)]
    files: list[bytes] = [encode_flac(wave, _RATE_HZ, "PCM_16") for wave in waves]
    work: dict[str, Callable[[], Any]] = {
        "log_mel": lambda: _each(lambda wave: log_mel(wave, _RATE_HZ), waves),
        "spectral_statistics": lambda: _each(lambda wave: spectral_statistics(wave, _RATE_HZ), waves),
        "decode_flac": lambda: _each(decode_audio, files),
        "encoder_cnn": lambda: _encoded("cnn", files),
        "encoder_spectral": lambda: _encoded("spectral", files),
    }
    return {name: _SEGMENTS * _SECONDS / _cpu_s(one) for name, one in work.items()}


def of_notes() -> dict[str, float]:
    """CPU ms of each way to read the notes of a segment."""
    tables = [_table(seed) for seed in range(100)]
    files: list[bytes] = [_midi(table) for table in tables]
    frames = round(_SECONDS / _FRAME_S)
    work: dict[str, Callable[[], Any]] = {
        "piano_roll": lambda: _each(
            lambda table: piano_roll(table, frame_s=_FRAME_S, n_frames=frames), tables
        ),
        **{f"encoder_{name}": lambda name=name: _encoded(name, files) for name in MIDI},  # type: ignore[misc]
    }
    return {name: 1e3 * _cpu_s(one) / len(tables) for name, one in work.items()}


def of_cache(folder: str) -> dict[str, float]:
    """Seconds to load what `_keep` has written."""
    keys = _keys()
    work: dict[str, Callable[[], Any]] = {
        "vectors": lambda: cached_vectors(Path(folder), _Vectors(), keys, _contents),
        "sequences": lambda: cached_sequences(Path(folder), _Frames(), keys, _contents),
    }
    return {name: _timed(one, time.perf_counter) for name, one in work.items()}


def _keep(folder: Path) -> None:
    cached_vectors(folder, _Vectors(), _keys(), _contents)
    cached_sequences(folder, _Frames(), _keys(), _contents)


def _each(make: Callable[[Any], Any], things: Sequence[Any]) -> None:
    for thing in things:
        make(thing)


def _cpu_s(work: Callable[[], Any]) -> float:
    work()
    return _timed(work, time.process_time)


def _timed(work: Callable[[], Any], clock: Callable[[], float]) -> float:
    found = []
    for _ in range(_TIMES):
        began = clock()
        work()
        found.append(clock() - began)
    return min(found)


def _encoded(name: str, files: Sequence[bytes]) -> Any:
    encoder = make_encoder(name, AUDIO | MIDI)
    return encoder.encode(files) if hasattr(encoder, "encode") else encoder.encode_sequences(files)


def _wave(seed: int) -> npt.NDArray[np.float32]:
    """[T, 2]: three tones with partials every half second, panned and dying away, and noise."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(round(_SECONDS * _RATE_HZ)) / _RATE_HZ
    wave = rng.normal(0, 10 ** (-50 / 20), (len(times_s), 2))
    for start_s in np.arange(0, _SECONDS, 0.5):
        here = slice(round(start_s * _RATE_HZ), round((start_s + 0.5) * _RATE_HZ))
        since_s = times_s[here] - start_s
        for pitch in rng.integers(40, 80, 3):
            hz = 440 * 2 ** ((pitch - 69) / 12)
            partials = sum(np.sin(2 * np.pi * k * hz * since_s) / k for k in range(1, 9))
            wave[here] += np.outer(partials * np.exp(-3 * since_s), rng.dirichlet([2, 2]) / 5)
    return np.clip(wave, -1, 1).astype(np.float32)


def _table(seed: int) -> npt.NDArray[np.float64]:
    """[N, 4]: onset and end in seconds, pitch, velocity."""
    rng = np.random.default_rng(seed)
    onset = np.sort(rng.uniform(0, _SECONDS - 1, _NOTES))
    columns = (onset, onset + rng.uniform(0.1, 1, _NOTES), rng.integers(36, 96, _NOTES))
    return np.column_stack([*columns, rng.integers(30, 120, _NOTES)])


def _midi(table: npt.NDArray[np.float64]) -> bytes:
    score, track = ScoreTick(480), TrackTick("part")
    score.tempos.append(TempoTick(0, 120.0))
    for onset_s, end_s, pitch, velocity in table.tolist():
        ticks = round(960 * onset_s), round(960 * (end_s - onset_s))
        track.notes.append(NoteTick(*ticks, int(pitch), int(velocity)))
    score.tracks.append(track)
    return midi_bytes(score)


class _Kept:
    modality: Modality = "audio"
    version = "0" * 64
    licence, provenance = "Apache-2.0", "noise"


class _Vectors(_Kept):
    name, width = "vectors", WIDTH

    def encode(self, contents: Sequence[Content]) -> Vectors:
        return np.random.default_rng(0).normal(size=(len(contents), WIDTH)).astype(np.float32)


class _Frames(_Kept):
    name, width, dtype = "frames", N_MELS, "float16"
    kind: Kind = "frames"
    sizes: ClassVar[tuple[int, ...]] = ()

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        frames = np.random.default_rng(0).normal(-40, 20, (FRAMES, N_MELS)).astype(np.float16)
        return [frames for _ in contents]


def _keys() -> list[str]:
    return [content_key(str(number)) for number in range(ROWS)]


def _contents(missing: Collection[str]) -> Iterator[tuple[str, Content]]:
    return ((key, "") for key in _keys() if key in missing)
