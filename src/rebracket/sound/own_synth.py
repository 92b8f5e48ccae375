"""Notes from our own wavetables and drums, and the choice between them and the soundfont."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from rebracket.core.errors import UsageError
from rebracket.sound.drums import KITS, hit
from rebracket.sound.renderer import NOTES_KEPT, Renderer, Sample, source_hash
from rebracket.sound.soundfont import SoundfontPlayer, soundfont_path
from rebracket.sound.synth import INSTRUMENTS, tone

__all__ = ["RENDERERS", "OwnSynth", "renderer_of"]


class OwnSynth:
    """Wavetables and shaped noise: needs nothing that is not ours."""

    name = "own"

    @property
    def hash(self) -> str:
        """Of the code that makes the notes."""
        return source_hash("synth.py", "drums.py", "renderer.py", "own_synth.py")

    def note(self, instrument: str, pitch: int, velocity: int, held_s: float, rate_hz: int) -> Sample:
        return _own_note(instrument, pitch, velocity, held_s, rate_hz)

    def drum(self, kit: str, pitch: int, velocity: int, rate_hz: int) -> Sample:
        return _own_drum(kit, pitch, velocity, rate_hz)


@lru_cache(maxsize=NOTES_KEPT)
def _own_note(instrument: str, pitch: int, velocity: int, held_s: float, rate_hz: int) -> Sample:
    wave = tone(INSTRUMENTS[instrument], pitch, held_s, rate_hz, force=velocity / 127)
    return Sample.of(wave[: round(held_s * rate_hz)] * np.float32((velocity / 127) ** 1.5))


@lru_cache(maxsize=NOTES_KEPT)
def _own_drum(kit: str, pitch: int, velocity: int, rate_hz: int) -> Sample:
    return Sample.of(hit(KITS[kit], pitch, rate_hz) * np.float32((velocity / 127) ** 1.6))


def renderer_of(name: str = "auto") -> Renderer:
    """The renderer of a name; ``auto`` is the soundfont where its packages are installed.

    Raises:
        UsageError: where there is no such renderer.
        MissingExtraError: where the soundfont was asked for and is not installed.
    """
    if name == "auto":
        name = "soundfont" if soundfont_path() else "own"
    known: dict[str, Callable[[], Renderer]] = {"own": OwnSynth, "soundfont": SoundfontPlayer}
    if name not in known:
        raise UsageError(f"found renderer {name!r}, expected one of {', '.join(RENDERERS)}")
    return known[name]()


RENDERERS = ("auto", "soundfont", "own")
