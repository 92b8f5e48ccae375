"""Makes a passage ready for a type: what has one part is split by register, one line at its bracket."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from rebracket.augment.operations import OPERATIONS
from rebracket.augment.passage import Passage, Word

__all__ = ["ready_for"]

_VOICES = ("one", "two")


def ready_for(passage: Passage, type_: str) -> tuple[Passage, tuple[str, ...]]:
    """The passage with as many parts, lines and voices as the type needs, and what was done for it.

    What cannot be split stays as it is, and that is said too.
    """
    operation, remarks = OPERATIONS[type_], []
    if passage.notes and len(passage.playing) < operation.parts:
        passage, said = _by_register(passage)
        remarks.append(said)
    if passage.words and len(passage.lines) < operation.lines:
        passage, said = _in_two_lines(passage)
        remarks.append(said)
    if passage.words and len({word.voice for word in passage.words}) < operation.voices:
        passage, said = _for_two_voices(passage)
        remarks.append(said)
    return passage, tuple(remarks)


def _by_register(passage: Passage) -> tuple[Passage, str]:
    whole = passage.playing[0]
    middle = median(note.pitch for note in passage.notes)
    low, high = f"{whole}, low", f"{whole}, high"
    cut = [note.pitch > middle for note in passage.notes]
    if not any(cut):  # half of the notes and more are the highest there is
        cut = [note.pitch >= middle for note in passage.notes]
    if all(cut):
        return passage, f"one part of one pitch ({whole}): two are needed, and it cannot be split"
    notes = tuple(
        note._replace(part=high if up else low) for note, up in zip(passage.notes, cut, strict=True)
    )
    said = f"one part ({whole}): split by register into two, {sum(cut)} notes high, {len(cut) - sum(cut)} low"
    return replace(passage, notes=notes, parts=(high, low)), said


def _in_two_lines(passage: Passage) -> tuple[Passage, str]:
    brackets = sorted({word.bracket for word in passage.words})
    if len(brackets) < 2:
        return passage, "one line of one bracket: two lines are needed, and it cannot be split"
    second = brackets[(len(brackets) + 1) // 2]
    words = tuple(word._replace(line=int(word.bracket >= second)) for word in passage.words)
    return replace(passage, words=words), "one line: broken in two at a bracket"


def _for_two_voices(passage: Passage) -> tuple[Passage, str]:
    by_line = len(passage.lines) > 1
    units = sorted({_unit(word, by_line) for word in passage.words})
    if len(units) < 2:
        return passage, "one bracket: two voices are needed, and there is nothing to share out"
    words = tuple(
        word._replace(voice=_VOICES[units.index(_unit(word, by_line)) % 2]) for word in passage.words
    )
    return replace(passage, words=words), f"one voice: {'lines' if by_line else 'brackets'} go to two in turn"


def _unit(word: Word, by_line: bool) -> int:
    return word.line if by_line else word.bracket
