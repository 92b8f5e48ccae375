"""How the end of a section announces what the next one does: a figure of its own for each type."""

from __future__ import annotations

from collections.abc import Mapping

from rebracket.demo.groove import STEP_TICKS, note
from rebracket.demo.scene import Scene
from rebracket.sound import TimedNote

__all__ = ["PICKUPS", "announce"]

# sixteenths before the edge, and degrees from the root that comes
PICKUPS: dict[str, tuple[tuple[int, int], ...]] = {
    "spatial": ((4, -2), (2, -1)),
    "temporal": ((4, 2), (2, 1)),
    "causal": ((4, -3), (3, -2), (2, -1), (1, 0)),
    "perceptual": ((4, 3), (3, 2), (2, 1), (1, 0)),
    "memory": ((3, -1), (2, 0)),
    "ontological": ((3, 1), (1, -1)),
    "narrative": ((4, 0), (3, 0), (2, 0)),
    "identity": ((4, 4), (1, 4)),
}
_WHO = ("keys", "arp", "pad", "lead", "bass")
_OCTAVE = 4


def announce(scene: Scene, parts: Mapping[str, list[TimedNote]]) -> dict[str, list[TimedNote]]:
    """The same parts, with the pickup that the section shows in the first of those who can play it.

    Who plays it makes room: its own notes end before the figure begins.
    """
    kind, who = scene.shown.pickup, next((part for part in _WHO if part in parts), None)
    if kind is None or who is None:
        return dict(parts)
    figure, groove = PICKUPS[kind], scene.groove
    begins = scene.end_ticks - figure[0][0] * STEP_TICKS
    kept = [
        each._replace(length_ticks=min(each.length_ticks, begins - each.onset_ticks))
        for each in parts[who]
        if each.onset_ticks < begins
    ]
    bar, octave = scene.passage.first_bar + scene.passage.bars - 1, 2 if who == "bass" else _OCTAVE
    ends = [before for before, _ in figure[1:]] + [0]
    for (before, interval), end in zip(figure, ends, strict=True):
        pitch = scene.tonality.pitch(scene.next_root + interval, octave)
        kept.append(note(groove, bar, groove.steps - before, before - end, pitch, 94))
    return {**parts, who: kept}
