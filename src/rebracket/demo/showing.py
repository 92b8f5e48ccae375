"""From a story's carriers to what the composer and the desk are told of each section."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.feel import Feel, Shown
from rebracket.demo.story import FEELS, STATES, WAYS, SegmentCauses, SongCauses, feels, shift
from rebracket.demo.story.constants import NONE

__all__ = ["mean_feel", "mean_tempo", "motif_degrees", "shown_of", "unmoved"]

_MOTIF = 12  # degrees; the tune goes round them
_LOW, _HIGH = -3, 9
_NOWHERE = -40.0  # the push of a boundary that stays: a shift of 0


def unmoved(causes: SongCauses) -> SongCauses:
    """The song before any of its boundaries moved; its elements, words as well as tunes, stay."""
    return replace(causes, segments=tuple(_unmoved(segment) for segment in causes.segments))


def _unmoved(segment: SegmentCauses) -> SegmentCauses:
    none: dict[str, Any] = {"type": None, "intensity": 0.0, "announces": None}
    none |= {"label_type": None, "label_intensity": 0.0}
    carriers = {
        # the way of saying is an element of the words, not their boundary
        channel: replace(shown, push=_NOWHERE, way=shown.way if channel == "words" else NONE)
        for channel, shown in segment.carriers.items()
    }
    return replace(segment, carriers=carriers, **none)


def shown_of(causes: SongCauses) -> tuple[Shown, ...]:
    """What each section shows."""
    return tuple(_shown(segment) for segment in causes.segments)


def _shown(segment: SegmentCauses) -> Shown:
    midi, audio = segment.carriers["midi"], segment.carriers["audio"]
    return Shown(
        _feel(segment),
        type=STATES[midi.way],
        shift=shift(midi.push),
        softness=segment.softness,
        gesture=WAYS["audio"][audio.way],
        depth=shift(audio.push),
        pickup=segment.announces,
        motif=motif_degrees(midi.content),
    )


def _values(segment: SegmentCauses) -> dict[str, float]:
    """Every value of midi and audio by its name, as a share."""
    return {
        name: value
        for channel, names in FEELS.items()
        for name, value in zip(names, feels(segment.carriers[channel].style), strict=True)
    }


def _feel(segment: SegmentCauses) -> Feel:
    return Feel(**{name: value for name, value in _values(segment).items() if name != "tempo"})


def mean_feel(causes: SongCauses) -> Feel:
    """The song as a whole, for what is decided once."""
    each = [_feel(segment) for segment in causes.segments]
    return Feel(**{f.name: float(np.mean([getattr(feel, f.name) for feel in each])) for f in fields(Feel)})


def mean_tempo(causes: SongCauses) -> float:
    """Where between slow and fast the song is, in [0, 1]: a song has one tempo, its sections' mean."""
    return float(np.mean([_values(segment)["tempo"] for segment in causes.segments]))


def motif_degrees(number: int) -> tuple[int, ...]:
    """The degrees of a motif of the story, a walk with a few leaps; the same in every catalogue."""
    rng = stream(0, "motif", number)
    degrees = [int(rng.integers(0, 3))]
    for _ in range(_MOTIF - 1):
        leap = rng.random() >= 0.85
        step = rng.choice((-1, 1)) * rng.integers(2, 6) if leap else rng.choice((-2, -1, -1, 0, 1, 1, 2))
        degrees.append(int(np.clip(degrees[-1] + step, _LOW, _HIGH)))
    return tuple(degrees)
