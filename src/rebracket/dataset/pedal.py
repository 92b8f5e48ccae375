"""How long a sustain pedal is held."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from symusic.core import ScoreTick, TrackTick

from rebracket.catalogue.midi import tempo_map

__all__ = ["sustain_share"]

_PEDAL, _DOWN = 64, 64  # the controller's number, and the least value that counts as down (MIDI 1.0)


def sustain_share(score: ScoreTick, duration_s: float) -> float:
    """Share of a slice of ``duration_s`` in which any of its pedals is down, 0 to 1."""
    end = float(tempo_map(score).ticks_at(duration_s))
    held = [stretch for track in score.tracks for stretch in _held(track, end)]
    if not held:
        return 0.0
    clock, total_s, reached = tempo_map(score), 0.0, 0.0
    for start, stop in sorted(held):
        first = max(start, reached)
        if stop > first:
            total_s += float(clock.seconds_at(stop) - clock.seconds_at(first))
            reached = stop
    return min(1.0, total_s / duration_s)


def _held(track: TrackTick, end: float) -> list[tuple[float, float]]:
    """From which tick to which the pedal of a track is down."""
    if not len(track.controls):
        return []
    controls: dict[str, npt.NDArray[np.integer]] = track.controls.numpy()
    pedal = controls["number"] == _PEDAL
    order = np.argsort(controls["time"][pedal], kind="stable")
    ticks, down = controls["time"][pedal][order], controls["value"][pedal][order] >= _DOWN
    until = [*ticks[1:].tolist(), end]
    return [
        (float(tick), min(float(stop), end))
        for tick, stop, is_down in zip(ticks.tolist(), until, down.tolist(), strict=False)
        if is_down
    ]
