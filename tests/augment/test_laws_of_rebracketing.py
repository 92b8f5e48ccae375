"""One contract for all eight operations: nothing is lost, nothing is new, and all of it can be undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augment.passages import passages
from conftest import examples
from rebracket.augment import OPERATIONS, Passage, rebracket, undo
from rebracket.core import Meter
from rebracket.core.errors import InputError
from rebracket.core.rebracketing import SCALARS
from rebracket.ontology import rainbow_table

EVERY = pytest.mark.parametrize("type_", OPERATIONS)
SHARES = st.floats(0, 1)


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_there_is_an_operation_for_each_type_of_the_taxonomy() -> None:
    assert list(OPERATIONS) == list(rainbow_table().types)


@EVERY
@examples(30)
@given(passage=passages(), shift=SHARES, softness=SHARES, seed=st.integers(0, 9))
def test_undo_gives_back_exactly_what_was_there(
    type_: str, passage: Passage, shift: float, softness: float, seed: int
) -> None:
    after, carriers = rebracket(passage, type_, shift, softness, chance(seed))
    assert undo(after, carriers) == passage


@EVERY
@examples(30)
@given(passage=passages(), softness=SHARES)
def test_a_shift_of_nothing_is_the_identity(type_: str, passage: Passage, softness: float) -> None:
    after, carriers = rebracket(passage, type_, 0.0, softness, chance())
    assert after == passage
    assert (carriers.notes, carriers.words, carriers.boundaries) == ((), (), ())
    assert carriers.measured.is_there is False


@EVERY
@examples(30)
@given(passage=passages(), shift=SHARES, softness=SHARES)
def test_elements_stay_what_they_are_and_keep_their_index(
    type_: str, passage: Passage, shift: float, softness: float
) -> None:
    after, _ = rebracket(passage, type_, shift, softness, chance())
    assert [note.pitch for note in after.notes] == [note.pitch for note in passage.notes]
    assert [word.text for word in after.words] == [word.text for word in passage.words]
    assert Counter(word.at for word in after.words) == Counter(word.at for word in passage.words)


@EVERY
@examples(30)
@given(passage=passages(), shift=SHARES, softness=SHARES)
def test_notes_stay_inside_and_with_those_who_play(
    type_: str, passage: Passage, shift: float, softness: float
) -> None:
    """Only what rang beyond the end already may still do so."""
    after, carriers = rebracket(passage, type_, shift, softness, chance())
    assert all(0 <= note.onset_ticks < after.end_ticks for note in after.notes)
    assert set(after.playing) <= set(passage.playing)
    longest = max([after.end_ticks, *(note.onset_ticks + note.length_ticks for note in passage.notes)])
    if type_ != "memory":
        for moved in carriers.notes:
            was, is_ = (note.onset_ticks + note.length_ticks for note in (moved.before, moved.after))
            assert is_ <= after.end_ticks or was > after.end_ticks
    else:  # a note takes the place, and so the length, of another
        assert all(note.onset_ticks + note.length_ticks <= longest for note in after.notes)


@EVERY
@examples(30)
@given(passage=passages(), shift=SHARES, softness=SHARES)
def test_carriers_name_each_element_that_differs_and_no_other(
    type_: str, passage: Passage, shift: float, softness: float
) -> None:
    after, carriers = rebracket(passage, type_, shift, softness, chance())
    for told, was, is_ in (
        (carriers.notes, passage.notes, after.notes),
        (carriers.words, passage.words, after.words),
    ):
        assert [moved.index for moved in told] == [n for n in range(len(was)) if was[n] != is_[n]]
        assert [(moved.before, moved.after) for moved in told] == [
            (was[moved.index], is_[moved.index]) for moved in told
        ]


@EVERY
@examples(30)
@given(passage=passages(), shift=SHARES, softness=SHARES)
def test_scalars_are_shares_and_say_whether_anything_moved(
    type_: str, passage: Passage, shift: float, softness: float
) -> None:
    after, carriers = rebracket(passage, type_, shift, softness, chance())
    measured = carriers.measured
    assert all(0 <= getattr(measured, name) <= 1 for name in SCALARS)
    moved = len(carriers.notes) + len(carriers.words)
    assert measured.is_there is (moved > 0) is (after != passage)
    if moved:
        assert measured.coverage == moved / (len(passage.notes) + len(passage.words))
        assert measured.fluidity == softness
        assert measured.intensity is not None
        assert measured.intensity > 0


@EVERY
@examples(30)
@given(passage=passages(), shift=st.floats(0.01, 1))
def test_a_hard_boundary_takes_no_chance(type_: str, passage: Passage, shift: float) -> None:
    once, carriers = rebracket(passage, type_, shift, 0.0, chance(1))
    assert once == rebracket(passage, type_, shift, 0.0, chance(2))[0]
    assert carriers.measured.uncertainty == 0.0


@EVERY
@examples(30)
@given(passage=passages(), softness=SHARES, seed=st.integers(0, 9))
def test_as_many_chances_are_taken_whatever_is_asked(
    type_: str, passage: Passage, softness: float, seed: int
) -> None:
    """So that what is drawn next does not depend on this boundary's place."""
    left = []
    for shift in (0.0, 0.3, 1.0):
        rng = chance(seed)
        rebracket(passage, type_, shift, softness, rng)
        left.append(rng.random())
    assert len(set(left)) == 1


@EVERY
def test_a_passage_without_elements_stays_one(type_: str) -> None:
    after, carriers = rebracket(Passage(), type_, 1.0, 0.5, chance())
    assert after == Passage()
    assert carriers.measured.types == ()


@pytest.mark.parametrize(("shift", "softness"), [(-0.1, 0.0), (1.1, 0.0), (0.5, -1.0), (float("nan"), 0.0)])
def test_shares_outside_their_range_are_refused(shift: float, softness: float) -> None:
    with pytest.raises(InputError, match="expected numbers from 0 to 1"):
        rebracket(Passage(), "temporal", shift, softness, chance())


def test_an_unknown_type_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="found the type 'tidal', expected one of spatial, temporal"):
        rebracket(Passage(), "tidal", 0.5, 0.0, chance())


@examples(30)
@given(passage=passages(), shift=st.floats(0.1, 1))
def test_undo_refuses_another_passage(passage: Passage, shift: float) -> None:
    after, carriers = rebracket(passage, "perceptual", shift, 0.0, chance())
    if carriers.words:
        with pytest.raises(InputError, match="expected the passage that was rebracketed"):
            undo(passage, carriers)
    if carriers.notes:
        with pytest.raises(InputError, match="found too short a passage"):
            undo(replace(after, notes=()), replace(carriers, words=()))


@pytest.mark.parametrize("bad", [{"bars": 0}, {"bpm": 0.0}, {"phrase_bars": 0}])
def test_a_passage_has_a_length_and_a_tempo(bad: dict[str, float]) -> None:
    with pytest.raises(InputError, match="expected at least one, and a tempo"):
        replace(Passage(meter=Meter(3, 4)), **bad)
