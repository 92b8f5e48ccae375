"""From plan to notes: drums, bass, chords, arpeggio, tune and voice, section by section."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rebracket.demo.groove import STEP_TICKS, beat, fill, note
from rebracket.demo.harmony import lead_voices
from rebracket.demo.melody import compose_lead, phrase_force
from rebracket.demo.moving import move_boundary
from rebracket.demo.pickups import announce
from rebracket.demo.plan import SongPlan
from rebracket.demo.playing import humanize
from rebracket.demo.scene import Scene, scenes
from rebracket.demo.vocal import compose_vocal
from rebracket.sound import DRUM_PITCHES, TimedNote

__all__ = ["COMPOSERS", "compose", "compose_scene", "write_scene"]

_BASS_LOW = 28  # the low E of a bass


def compose_drums(scene: Scene) -> list[TimedNote]:
    """A pattern, a variation of it every fourth bar, and a fill at the end."""
    groove, feel = scene.groove, scene.feel
    full = int(scene.passage.role == "chorus")
    luck = scene.song_stream("beat", full).random((3, groove.steps))
    every, rng = beat(groove, feel, full, luck), scene.stream("drums")
    other = beat(groove, feel, full, np.roll(luck, groove.pulse, axis=1))
    filling = fill(groove, feel.drive, rng.random(groove.steps))
    notes: list[TimedNote] = []
    for bar, inside, _ in scene.bars():
        hits = other if inside % 4 == 3 else every
        if inside == scene.passage.bars - 1 and scene.passage.bars > 1:
            hits = [hit for hit in hits if hit[0] < filling[0][0]] + filling
        notes += [note(groove, bar, step, 1, pitch, force) for step, pitch, force in hits]
        if inside == 0 and scene.passage.energy > 0.8:
            notes.append(note(groove, bar, 0, 2, DRUM_PITCHES["open hat"], 100))
    return notes


def compose_bass(scene: Scene) -> list[TimedNote]:
    """Roots on the bar line, a figure as dense as the section, and a step towards the next root."""
    groove, luck = scene.groove, scene.song_stream("bass").random((2, scene.groove.steps))
    low = _BASS_LOW + round(8 * scene.feel.register)
    figure = [(0, 0)]
    for step in range(2, groove.steps - 2, 2):
        chance = scene.feel.density * (0.95 if step % groove.pulse == 0 else 0.5)
        if luck[0, step] < chance:
            figure.append((step, (0, 0, 4, 7, 2)[int(5 * luck[1, step])]))
    notes: list[TimedNote] = []
    for bar, inside, root in scene.bars():
        played = figure if inside % 4 != 3 else figure[: max(1, len(figure) - 1)]
        after = scene.chords[inside + 1] if inside + 1 < scene.passage.bars else scene.next_root
        if scene.feel.density > 0.3 and after != root:
            played = [*played, (groove.steps - 2, after - root + (1 if after < root else -1))]
        ends = [*[step for step, _ in played[1:]], groove.steps]
        for (step, interval), end in zip(played, ends, strict=True):
            held = max(1, round((end - step) * (0.55 + 0.45 * scene.feel.softness)))
            force = (96 if step == 0 else 80) + phrase_force(scene, inside * groove.steps + step)
            lowest = scene.tonality.pitch(root, 0)
            octaves = -((lowest - low) // 12)  # the root in the octave above the lowest note
            pitch = scene.tonality.pitch(root + interval, octaves)
            notes.append(note(groove, bar, step, held, pitch, force))
    return notes


def _voicings(scene: Scene, center: int, size: int) -> list[tuple[int, ...]]:
    return lead_voices(scene.tonality, scene.chords, 50 + round(24 * scene.feel.register) + center, size)


def compose_keys(scene: Scene) -> list[TimedNote]:
    """Chords in a comping pattern, another where the role returns."""
    groove = scene.groove
    luck = scene.song_stream("comping", scene.passage.turn % 2).random(groove.steps)
    hits = [0] + [s for s in range(2, groove.steps, 2) if luck[s] < scene.feel.density * 0.6]
    voicings, notes = _voicings(scene, 0, 3), []
    for bar, inside, _ in scene.bars():
        for step, end in zip(hits, [*hits[1:], groove.steps], strict=True):
            held = max(1, round((end - step) * (0.4 + 0.6 * scene.feel.softness)))
            force = (80 if step == 0 else 66) + phrase_force(scene, inside * groove.steps + step)
            notes += [note(groove, bar, step, held, pitch, force) for pitch in voicings[inside]]
    return notes


def compose_pad(scene: Scene) -> list[TimedNote]:
    """Whole bars, each chord held into the next."""
    groove, voicings = scene.groove, _voicings(scene, 5, 3)
    return [
        note(groove, bar, 0, groove.steps, pitch, 68 + phrase_force(scene, inside * groove.steps))
        for bar, inside, _ in scene.bars()
        for pitch in voicings[inside]
    ]


def compose_arp(scene: Scene) -> list[TimedNote]:
    """Broken chords in eighths or sixteenths, in an order that the song keeps."""
    groove, voicings = scene.groove, _voicings(scene, 12, 3)
    stride = 1 if scene.feel.density > 0.72 else 2
    rng = scene.song_stream("arpeggio")
    order = [int(place) for place in rng.permutation(4)] if rng.random() < 0.5 else [0, 1, 2, 3]
    thinned = scene.stream("arpeggio").random((scene.passage.bars, groove.steps))
    notes: list[TimedNote] = []
    for bar, inside, _ in scene.bars():
        tones = (*voicings[inside], voicings[inside][0] + 12)
        for place, step in enumerate(range(0, groove.steps, stride)):
            if thinned[inside, step] < 0.15 * (1 - scene.feel.drive):
                continue
            force = (82 if step % groove.pulse == 0 else 64) + phrase_force(
                scene, inside * groove.steps + step
            )
            held = min(stride * (1 + (scene.feel.softness >= 0.6)), groove.steps - step)
            notes.append(note(groove, bar, step, held, tones[order[place % 4]], force))
    return notes


COMPOSERS: dict[str, Callable[[Scene], list[TimedNote]]] = {
    "drums": compose_drums,
    "bass": compose_bass,
    "keys": compose_keys,
    "pad": compose_pad,
    "arp": compose_arp,
    "lead": compose_lead,
    "vocal": compose_vocal,
}


def write_scene(scene: Scene) -> dict[str, list[TimedNote]]:
    """The notes of one section by part as they are thought, before a boundary moves or a hand plays."""
    return {part: COMPOSERS[part](scene) for part in scene.plan.parts if part in scene.passage.playing}


def compose_scene(scene: Scene) -> dict[str, tuple[TimedNote, ...]]:
    """The notes of one section by part, in order of time; none leaves the section."""
    moved, _ = move_boundary(scene, write_scene(scene))
    told = announce(scene, moved)
    return {part: _inside(scene, humanize(scene, part, notes)) for part, notes in told.items()}


def _inside(scene: Scene, notes: list[TimedNote]) -> tuple[TimedNote, ...]:
    """Notes that begin at their section's start at the earliest and end with it; no pitch twice at once: who
    strikes a key again lets go of it first, and a MIDI file could not say otherwise."""
    kept: dict[tuple[int, int], TimedNote] = {}
    for each in notes:
        onset = min(max(each.onset_ticks, scene.start_ticks), scene.end_ticks - STEP_TICKS // 4)
        length = max(1, min(each.length_ticks, scene.end_ticks - onset))
        kept.setdefault((onset, each.pitch), each._replace(onset_ticks=onset, length_ticks=length))
    struck: dict[int, int] = {}
    made = []
    for each in sorted(kept.values(), reverse=True):
        length = min(each.length_ticks, struck.get(each.pitch, scene.end_ticks) - each.onset_ticks)
        struck[each.pitch] = each.onset_ticks
        made.append(each._replace(length_ticks=length))
    return tuple(sorted(made))


def compose(plan: SongPlan) -> dict[str, tuple[TimedNote, ...]]:
    """The notes of each part of the cast, in order of time."""
    made = [compose_scene(scene) for scene in scenes(plan)]
    return {part: tuple(note for each in made for note in each.get(part, ())) for part in plan.parts}
