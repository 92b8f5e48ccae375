"""The one operation: the same elements, a moved boundary; and its inverse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np

from rebracket.augment.carriers import Boundary, Carriers, Element, Moved
from rebracket.augment.operations import OPERATIONS
from rebracket.augment.passage import Passage
from rebracket.augment.proposal import Proposal, chances, nothing
from rebracket.augment.scalars import entropy_of_readings, memory_discrepancy
from rebracket.core import Rebracketing
from rebracket.core.errors import InputError

__all__ = ["rebracket", "undo"]


def rebracket(
    passage: Passage, type_: str, shift: float, softness: float, rng: np.random.Generator
) -> tuple[Passage, Carriers]:
    """Moves the boundary of this type; pitches and words stay what they are and keep their index.

    Args:
        passage: notes, words or both; each is moved by itself.
        type_: one of ``OPERATIONS``.
        shift: how far the boundary moves, in [0, 1] of how far it can; 0 changes nothing, and anything
            more moves at least one element where there is a boundary of this kind.
        softness: in [0, 1]; around a soft boundary, chance decides which elements move.
        rng: one number is drawn for each word and then for each note, whatever the other arguments.

    Returns:
        The passage after, and what carries the change; ``undo`` takes both.

    Raises:
        InputError: where there is no such type, or shift or softness lies outside [0, 1].
    """
    if type_ not in OPERATIONS:
        raise InputError(f"found the type {type_!r}, expected one of {', '.join(OPERATIONS)}")
    if not (0 <= shift <= 1 and 0 <= softness <= 1):
        raise InputError(f"found shift {shift} and softness {softness}, expected numbers from 0 to 1")
    luck = [rng.random(len(elements)).tolist() for elements in (passage.words, passage.notes)]
    operation, still = OPERATIONS[type_], shift == 0
    for_words = nothing() if still else operation.on_words(passage, shift)
    for_notes = nothing() if still else operation.on_notes(passage, shift)
    words, said = _moved(passage.words, for_words, softness, luck[0])
    notes, heard = _moved(passage.notes, for_notes, softness, luck[1])
    after = replace(
        passage,
        words=_with(passage.words, [(move.index, move.after) for move in words]),
        notes=_with(passage.notes, [(move.index, move.after) for move in notes]),
    )
    boundaries = (*(for_words.boundaries if words else ()), *(for_notes.boundaries if notes else ()))
    measured = _measured(passage, after, type_, softness, boundaries, len(words) + len(notes), said + heard)
    return after, Carriers(type_, shift, softness, notes, words, boundaries, measured)


def undo(passage: Passage, carriers: Carriers) -> Passage:
    """The passage as it was before ``rebracket`` gave this one and these carriers.

    Raises:
        InputError: where the passage is not the one these carriers speak of.
    """
    try:
        strange = [moved for moved in carriers.words if passage.words[moved.index] != moved.after]
        odd = [moved for moved in carriers.notes if passage.notes[moved.index] != moved.after]
    except IndexError as error:
        raise InputError("found too short a passage, expected the one that was rebracketed") from error
    if strange or odd:
        found = f"{len(strange)} words and {len(odd)} notes that are elsewhere"
        raise InputError(f"found {found}, expected the passage that was rebracketed, unchanged")
    return replace(
        passage,
        words=_with(passage.words, [(moved.index, moved.before) for moved in carriers.words]),
        notes=_with(passage.notes, [(moved.index, moved.before) for moved in carriers.notes]),
    )


def _moved(
    elements: Sequence[Element], proposal: Proposal[Element], softness: float, luck: Sequence[float]
) -> tuple[tuple[Moved[Element], ...], list[float]]:
    """What moves, in order of index, and the chance of each element around a boundary."""
    every = chances(proposal.nearness, softness, len(elements))
    chosen = {index for index, chance in enumerate(every) if luck[index] < chance}
    places = proposal.places(chosen)
    if proposal.boundaries and all(elements[index] == place for index, place in places.items()):
        likely = sorted(
            proposal.nearness, key=lambda index: (-every[index], -proposal.nearness[index], index)
        )
        for most in range(1, len(likely) + 1):  # chance, or one who has nowhere to go, does not undo a shift
            places = proposal.places(set(likely[:most]))
            if any(elements[index] != place for index, place in places.items()):
                break
    moved = [
        Moved(index, elements[index], place)
        for index, place in sorted(places.items())
        if elements[index] != place
    ]
    return tuple(moved), [every[index] for index in sorted(proposal.nearness)]


def _with(elements: Sequence[Element], places: Sequence[tuple[int, Element]]) -> tuple[Element, ...]:
    made = list(elements)
    for index, place in places:
        made[index] = place
    return tuple(made)


def _measured(
    before: Passage,
    after: Passage,
    type_: str,
    softness: float,
    boundaries: Sequence[Boundary],
    moved: int,
    likely: Sequence[float],
) -> Rebracketing:
    if not moved:
        return Rebracketing((), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return Rebracketing(
        types=(type_,),
        intensity=fmean(boundary.share for boundary in boundaries),
        coverage=moved / (len(before.notes) + len(before.words)),
        uncertainty=entropy_of_readings(likely),
        fluidity=softness,
        complexity=len(boundaries) / (len(boundaries) + 1),
        memory_discrepancy=memory_discrepancy(before, after),
    )
