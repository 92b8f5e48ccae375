"""Notes from the General MIDI soundfont of an installed package; nothing of it is copied."""

from __future__ import annotations

import io
import wave
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from math import gcd
from pathlib import Path

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt
from symusic.core import ControlChangeTick, NoteTick, ScoreTick, TempoTick, TrackTick

from rebracket.core.errors import MissingExtraError
from rebracket.sound.renderer import NOTES_KEPT, Sample, source_hash
from rebracket.sound.score import TICKS_PER_QUARTER
from rebracket.sound.synth import INSTRUMENTS

__all__ = ["SoundfontPlayer", "soundfont_path"]

_FILE = "TimGM6mb.sf2"  # GPL-2, inside the wheel of pretty_midi: read where it is installed
_BPM = 120.0
_DRUM_S = 1.2
# volume and expression full, reverb and chorus off: rooms are the desk's
_CONTROLS = ((7, 127), (11, 127), (91, 0), (93, 0))
_PROGRAMS = {"room kit": 8, "drum machine": 25, "brushes": 40, "boxes and bottles": 0}
# what stands on the table instead of a kit: congas, wood blocks, claves, a cabasa
_FOUND = {36: 64, 37: 75, 38: 76, 39: 77, 42: 69, 45: 63, 46: 54}


@lru_cache(maxsize=1)
def soundfont_path() -> Path | None:
    """Where the soundfont is installed, or None where it or its renderer is not."""
    package = find_spec("pretty_midi")
    if package is None or package.origin is None or find_spec("midirenderer") is None:
        return None
    path = Path(package.origin).parent / _FILE
    return path if path.is_file() else None


@lru_cache(maxsize=1)
def _soundfont() -> bytes:
    path = soundfont_path()
    if path is None:
        raise MissingExtraError("midirenderer", "soundfont")
    return path.read_bytes()


class SoundfontPlayer:
    """General MIDI sounds.

    Raises:
        MissingExtraError: where the packages are not installed.
    """

    name = "soundfont"

    def __init__(self) -> None:
        _soundfont()

    @property
    def hash(self) -> str:
        """Of the soundfont, its renderer's version, and our code around them."""
        return _hash()

    def note(self, instrument: str, pitch: int, velocity: int, held_s: float, rate_hz: int) -> Sample:
        return _note(INSTRUMENTS[instrument].program, False, pitch, velocity, held_s, rate_hz)

    def drum(self, kit: str, pitch: int, velocity: int, rate_hz: int) -> Sample:
        sound = _FOUND.get(pitch, pitch) if kit == "boxes and bottles" else pitch
        return _note(_PROGRAMS[kit], True, sound, velocity, _DRUM_S, rate_hz)


@lru_cache(maxsize=1)
def _hash() -> str:
    more = version("midirenderer").encode() + _soundfont()
    return source_hash("soundfont.py", "renderer.py", more=more)


@lru_cache(maxsize=NOTES_KEPT)
def _note(program: int, is_drum: bool, pitch: int, velocity: int, held_s: float, rate_hz: int) -> Sample:
    """One note held for ``held_s``, in mono; each in a file of its own, so that none hears another."""
    from midirenderer import render_wave_from

    rendered = io.BytesIO(render_wave_from(_soundfont(), _midi(program, is_drum, pitch, velocity, held_s)))
    with wave.open(rendered) as file:
        rate, content = file.getframerate(), file.readframes(file.getnframes())
    mono = np.frombuffer(content, "<i2").reshape(-1, 2).mean(axis=1) / 32768
    common = gcd(rate_hz, rate)
    heard = resample_poly(mono, rate_hz // common, rate // common)
    # a few of the soundfont's cycles lean to one side
    steady = sosfilt(butter(1, 15, "highpass", fs=rate_hz, output="sos"), heard)
    return Sample.of(steady[: round(held_s * rate_hz)])


def _midi(program: int, is_drum: bool, pitch: int, velocity: int, held_s: float) -> bytes:
    score = ScoreTick(TICKS_PER_QUARTER)
    score.tempos.append(TempoTick(0, _BPM))
    track = TrackTick("note", program, is_drum)
    for number, value in _CONTROLS:
        track.controls.append(ControlChangeTick(0, number, value))
    track.notes.append(NoteTick(0, round(held_s * TICKS_PER_QUARTER * _BPM / 60), pitch, velocity))
    score.tracks.append(track)
    return score.dumps_midi()
