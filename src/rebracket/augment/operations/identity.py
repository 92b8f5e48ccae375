"""Identity: two parts, or two voices, exchange lines inside the phrase."""

from __future__ import annotations

from collections.abc import Collection

from rebracket.augment.operations.operation import Operation
from rebracket.augment.operations.windows import line_ends, phrase_ends
from rebracket.augment.passage import Note, Passage, Word
from rebracket.augment.proposal import Proposal, nothing

__all__ = ["OPERATION"]


def on_notes(passage: Passage, shift: float) -> Proposal[Note]:
    """At the end of each phrase the first two parts play each other's lines."""
    if len(passage.playing) < 2:
        return nothing()
    first, second = passage.playing[:2]
    ends = list(phrase_ends(passage, shift, [first, second], f"{first} and {second}"))

    def places(chosen: Collection[int]) -> dict[int, Note]:
        made = {}
        for index in chosen:
            note = passage.notes[index]
            made[index] = note._replace(part=second if note.part == first else first)
        return made

    nearness = {index: near for end in ends for index, near in end.nearness.items()}
    return Proposal(tuple(end.boundary for end in ends), nearness, places)


def on_words(passage: Passage, shift: float) -> Proposal[Word]:
    """At the end of each line the first two voices say each other's words."""
    voices = list(dict.fromkeys(word.voice for word in sorted(passage.words, key=lambda word: word.at)))[:2]
    if len(voices) < 2:
        return nothing()
    other = dict(zip(voices, reversed(voices), strict=True))
    ends = list(line_ends(passage, shift, f"{voices[0]} and {voices[1]}"))

    def places(chosen: Collection[int]) -> dict[int, Word]:
        return {
            index: passage.words[index]._replace(voice=other[passage.words[index].voice]) for index in chosen
        }

    nearness = {
        index: near
        for end in ends
        for index, near in end.nearness.items()
        if passage.words[index].voice in other
    }
    return Proposal(tuple(end.boundary for end in ends), nearness, places)


OPERATION = Operation(
    "two parts exchange lines inside the phrase",
    "two voices exchange words inside the line",
    on_notes,
    on_words,
    parts=2,
    voices=2,
)
