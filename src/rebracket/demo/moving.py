"""Where a section's rebracketing reaches its notes."""

from __future__ import annotations

from collections.abc import Mapping

from rebracket.augment import Carriers, Note, Passage, rebracket
from rebracket.demo.scene import Scene
from rebracket.sound import TimedNote

__all__ = ["move_boundary"]

# who takes part, the tune first. The drums keep the bar line, the voice its words and their stamps.
_WHO = ("lead", "arp", "keys", "bass", "pad")

Parts = Mapping[str, list[TimedNote]]


def move_boundary(scene: Scene, parts: Parts) -> tuple[dict[str, list[TimedNote]], Carriers | None]:
    """The parts of a section after the operation that it shows, and what carries it.

    Where it shows none: the same notes, and None. A part keeps its place where all its notes have left.
    """
    shown, who = scene.shown, [part for part in _WHO if part in parts]
    if shown.type is None or not who:
        return dict(parts), None
    notes = [
        Note(each.onset_ticks - scene.start_ticks, each.length_ticks, each.pitch, each.velocity, part)
        for part in who
        for each in parts[part]
    ]
    passage = Passage(
        tuple(notes), (), scene.passage.bars, scene.plan.meter, float(scene.plan.bpm), tuple(who)
    )
    moved, carriers = rebracket(
        passage, shown.type, shown.shift, shown.softness, scene.stream("rebracketing", shown.type)
    )
    after = dict(parts) | {part: [] for part in who}
    for note in moved.notes:
        onset = note.onset_ticks + scene.start_ticks
        after[note.part].append(TimedNote(onset, note.length_ticks, note.pitch, note.velocity))
    return after, carriers
