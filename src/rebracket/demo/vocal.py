"""The voice: one note a syllable, each line beginning where its stamp says and a known offset later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rebracket.demo.groove import STEP_TICKS
from rebracket.demo.melody import Tone, chord_at, is_strong, phrase_force, tune
from rebracket.demo.scene import Scene
from rebracket.sound import TICKS_PER_QUARTER, TimedNote

__all__ = ["compose_vocal", "count_syllables", "offset_ticks"]

_SLOTS = (480, 360, 240, 180, 120, 90, 60, 40, 30)  # ticks a syllable, as slow as the line allows
_BREATH_TICKS = 120
_SOUNDED_ED = re.compile(r"[dt]ed$")
# vowels side by side that are sung apart, and some that only look like it
_APART = re.compile(r"(?:i[ao]|eo(?!p)|ua|uo|[lr]iet|uiet|sci|oe[mt]|eing|crea|[aeiou].*ea$|rea[ls]?$)(?!u)")
_TOGETHER = re.compile(r"[ctsg]i[oa]|quo|qua|gua")
_VOWELS = re.compile(r"[aeiouy]+")


def count_syllables(text: str) -> int:
    """Syllables of an English text, by its vowels; at least one a word, none without words."""
    return sum(_of_word(word) for word in re.findall(r"[a-z']+", text.lower()) if word.strip("'"))


def _of_word(word: str) -> int:
    word = word.split("'")[0] or word.strip("'")  # what stands after an apostrophe adds none
    count = len(_VOWELS.findall(word))
    count += len(_APART.findall(word)) - len(_TOGETHER.findall(word))
    if word.endswith("e") and not re.search(r"[^aeiouy]le$", word) and not word.endswith("ee"):
        count -= 1
    if word.endswith("ed") and not _SOUNDED_ED.search(word):
        count -= 1
    if word.endswith("es") and not re.search(r"(s|x|z|ch|sh|[cg]|[^aeiouy]l)es$", word):
        count -= 1
    return max(1, count)


def offset_ticks(scene: Scene) -> int:
    """How long after its stamp a line begins."""
    return round(scene.plan.vocal_offset_s * scene.plan.bpm / 60 * TICKS_PER_QUARTER)


def _lines(scene: Scene) -> Iterator[tuple[str, int, int]]:
    """(text, first tick, tick of the line after or of the section's end) of what is sung here."""
    bar_ticks, lines = scene.groove.steps * STEP_TICKS, scene.plan.lines
    for place, (bar, text) in enumerate(lines):
        start = bar * bar_ticks
        if text and scene.start_ticks <= start < scene.end_ticks:
            after = lines[place + 1][0] * bar_ticks if place + 1 < len(lines) else scene.end_ticks
            yield text, start, min(after, scene.end_ticks)


def compose_vocal(scene: Scene) -> list[TimedNote]:
    """The lines on the tones of the tune; faster where a line has many syllables."""
    if "vocal" not in scene.passage.playing:
        return []
    melody, offset, notes = tune(scene), offset_ticks(scene), []
    octave = 4 if scene.feel.register < 0.7 else 5
    for text, start, end in _lines(scene):
        syllables = count_syllables(text)
        room = end - start - offset - _BREATH_TICKS
        slot = next((slot for slot in _SLOTS if slot * syllables <= room), max(1, room // max(1, syllables)))
        for place in range(syllables):
            onset = start + offset + place * slot
            step = (onset - scene.start_ticks) // STEP_TICKS
            pitch = scene.tonality.pitch(_heard(scene, melody, step), octave)
            held = slot if place < syllables - 1 else min(3 * slot, end - onset - 1)
            force = (88 if place == 0 else 80) + phrase_force(scene, step) + scene.groove.force // 2
            notes.append(TimedNote(onset, max(1, held * 9 // 10), pitch, min(120, force)))
    return notes


def _heard(scene: Scene, melody: tuple[Tone, ...], step: int) -> int:
    """The degree the tune is on at a sixteenth; a chord tone on strong beats."""
    degree = max((tone for tone in melody if tone.step <= step), default=melody[0]).degree
    return scene.tonality.degree_near(degree, chord_at(scene, step)) if is_strong(scene, step) else degree
