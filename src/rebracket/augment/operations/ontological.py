"""Ontological: the change of instrument, or of voice, falls inside the phrase."""

from __future__ import annotations

from collections.abc import Collection

from rebracket.augment.operations.operation import Operation
from rebracket.augment.operations.windows import line_ends, phrase_ends
from rebracket.augment.passage import Note, Passage, Word
from rebracket.augment.proposal import Proposal, nothing

__all__ = ["OPERATION", "OTHER_VOICE"]

OTHER_VOICE = "another"  # says what is taken from the only voice there is


def on_notes(passage: Passage, shift: float) -> Proposal[Note]:
    """The end of each phrase of the tune is played by the second part."""
    if len(passage.playing) < 2:
        return nothing()
    tune, other = passage.playing[:2]
    ends = list(phrase_ends(passage, shift, [tune], f"{tune} to {other}"))

    def places(chosen: Collection[int]) -> dict[int, Note]:
        return {index: passage.notes[index]._replace(part=other) for index in chosen}

    nearness = {index: near for end in ends for index, near in end.nearness.items()}
    return Proposal(tuple(end.boundary for end in ends), nearness, places)


def on_words(passage: Passage, shift: float) -> Proposal[Word]:
    """The end of each line is said by another voice."""
    voices = list(dict.fromkeys(word.voice for word in sorted(passage.words, key=lambda word: word.at)))
    ends = list(line_ends(passage, shift, "voice"))

    def places(chosen: Collection[int]) -> dict[int, Word]:
        made = {}
        for index in chosen:
            word = passage.words[index]
            others = [voice for voice in voices if voice != word.voice]
            made[index] = word._replace(voice=others[0] if others else OTHER_VOICE)
        return made

    nearness = {index: near for end in ends for index, near in end.nearness.items()}
    return Proposal(tuple(end.boundary for end in ends), nearness, places)


OPERATION = Operation(
    "the change of instrument falls inside the phrase",
    "the change of voice falls inside the line",
    on_notes,
    on_words,
    parts=2,
)
