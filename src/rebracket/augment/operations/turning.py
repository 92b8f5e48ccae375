"""Notes that go round: what leaves a window at one side comes in at the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rebracket.augment.passage import Note, Passage

__all__ = ["circular", "turned"]


def turned(
    passage: Passage, chosen: Collection[int], turns: Mapping[int, tuple[int, int, int]]
) -> dict[int, Note]:
    """Each chosen note later by so many ticks inside its window (start, end, ticks), by index.

    A note that would ring beyond the passage ends with it, unless it did so before.
    """
    made = {}
    for index in chosen:
        note = passage.notes[index]
        start, end, by_ticks = turns[index]
        onset = start + (note.onset_ticks - start + by_ticks) % (end - start)
        ended = note.onset_ticks + note.length_ticks <= passage.end_ticks
        length = min(note.length_ticks, passage.end_ticks - onset) if ended else note.length_ticks
        made[index] = note._replace(onset_ticks=onset, length_ticks=length)
    return made


def circular(distance: int, around: int) -> float:
    """The distance on a circle as a share of the furthest there is, in [0, 1]."""
    inside = distance % around
    return min(inside, around - inside) / (around / 2)
