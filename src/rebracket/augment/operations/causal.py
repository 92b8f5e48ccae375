"""Causal: where the call ends and the answer begins."""

from __future__ import annotations

from collections.abc import Collection

from rebracket.augment.carriers import Boundary
from rebracket.augment.operations.operation import Operation
from rebracket.augment.operations.turning import circular, turned
from rebracket.augment.passage import STEP_TICKS, Note, Passage, Word
from rebracket.augment.proposal import Proposal, nothing, snapped

__all__ = ["OPERATION"]


def on_notes(passage: Passage, shift: float) -> Proposal[Note]:
    """The second part answers earlier in each phrase, up to coming with the call itself."""
    if len(passage.playing) < 2:
        return nothing()
    caller, answerer = passage.playing[:2]
    boundaries, nearness, turns = [], {}, {}
    for start, end in passage.phrases:
        answer = [
            index
            for index, note in enumerate(passage.notes)
            if note.part == answerer and start <= note.onset_ticks < end
        ]
        if not answer:
            continue
        middle, earlier = (start + end) // 2, snapped(shift, (end - start) // 2, STEP_TICKS)
        what = f"{answerer} after {caller}"
        boundaries.append(Boundary(what, middle, middle - earlier, (end - start) // 2, "ticks"))
        for index in answer:
            turns[index] = (start, end, -earlier)
            nearness[index] = circular(passage.notes[index].onset_ticks - middle, end - start)
    return Proposal(tuple(boundaries), nearness, lambda chosen: turned(passage, chosen, turns))


def on_words(passage: Passage, shift: float) -> Proposal[Word]:
    """The last words of each call are said by the voice that answers."""
    order = sorted(range(len(passage.words)), key=lambda index: passage.words[index].at)
    runs: list[list[int]] = []
    for index in order:
        same = runs and passage.words[runs[-1][-1]].voice == passage.words[index].voice
        runs[-1:] = [[*runs[-1], index]] if same else [*runs[-1:], [index]]
    boundaries, nearness, sayers = [], {}, {}
    for call, answer in zip(runs[::2], runs[1::2], strict=False):
        count, voice = snapped(shift, len(call)), passage.words[answer[0]].voice
        first = passage.words[answer[0]].at
        boundaries.append(Boundary("answer", first, first - count, len(call), "words"))
        for place, index in enumerate(call):
            nearness[index] = (place - (len(call) - count) + 0.5) / (len(call) / 2)
            sayers[index] = voice

    def places(chosen: Collection[int]) -> dict[int, Word]:
        return {index: passage.words[index]._replace(voice=sayers[index]) for index in chosen}

    return Proposal(tuple(boundaries), nearness, places)


OPERATION = Operation(
    "where the call ends and the answer begins",
    "which words are the call's and which the answer's",
    on_notes,
    on_words,
    parts=2,
    voices=2,
)
