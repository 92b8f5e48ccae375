"""What each operation changes, and what it leaves: in music by example, in words to the letter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augment.passages import musical
from rebracket.augment import OPERATIONS, Note, Passage, rebracket
from rebracket.augment.lines import bracketed, plain_lines, words_of
from rebracket.augment.scalars import edit_distance, entropy_of_readings, memory_discrepancy

# Fields of a note that each type may change.
CHANGES = {
    "spatial": {"part"},
    "temporal": {"onset_ticks", "length_ticks"},
    "causal": {"onset_ticks", "length_ticks"},
    "perceptual": {"velocity"},
    "memory": {"onset_ticks", "length_ticks"},
    "ontological": {"part"},
    "narrative": {"onset_ticks", "length_ticks"},
    "identity": {"part"},
}
COUPLET = ["[we met] [at the edge]", "[of a town] [with no name]"]


def duet(bars: int = 4) -> Passage:
    """A tune in quarters over halves below it."""
    tune = [Note(480 * n, 400, 60 + n % 5, 100, "lead") for n in range(4 * bars)]
    ground = [Note(960 * n, 900, 40 + n % 3, 60, "keys") for n in range(2 * bars)]
    return Passage((*tune, *ground), (), bars, parts=("lead", "keys"))


def moved(passage: Passage, type_: str, shift: float, softness: float = 0.0) -> Passage:
    return rebracket(passage, type_, shift, softness, np.random.default_rng(0))[0]


def spoken(type_: str, shift: float, lines: list[str], voices: tuple[str, ...] = ("",)) -> list[str]:
    after = moved(Passage(words=words_of(lines, voices)), type_, shift)
    return bracketed(after.words, voices=len(voices) > 1)


@pytest.mark.parametrize("type_", OPERATIONS)
def test_each_type_moves_a_duet_and_only_in_its_own_way(type_: str) -> None:
    passage = duet()
    after, carriers = rebracket(passage, type_, 0.5, 0.0, np.random.default_rng(0))
    pairs = zip(passage.notes, after.notes, strict=True)
    changed = {
        name for was, is_ in pairs for name in Note._fields if getattr(was, name) != getattr(is_, name)
    }
    assert changed
    assert changed <= CHANGES[type_]
    assert carriers.measured.intensity == pytest.approx(0.5, abs=0.13)


@given(passage=musical(), shift=st.floats(0.01, 1))
def test_the_bar_line_moves_against_all_notes_of_a_phrase_alike(passage: Passage, shift: float) -> None:
    """Temporal: distances between notes stay, round the phrase."""
    after = moved(passage, "temporal", shift)
    for start, end in passage.phrases:
        by = {
            (is_.onset_ticks - was.onset_ticks) % (end - start)
            for was, is_ in zip(passage.notes, after.notes, strict=True)
            if start <= was.onset_ticks < end
        }
        assert len(by) <= 1


def test_the_answer_comes_earlier_and_the_call_stays() -> None:
    passage = duet()
    after, carriers = rebracket(passage, "causal", 0.5, 0.0, np.random.default_rng(0))
    assert [note for note in after.notes if note.part == "lead"] == list(passage.notes[:16])
    assert [(b.before, b.after, b.reach) for b in carriers.boundaries] == [
        (1920, 960, 1920),
        (5760, 4800, 1920),
    ]
    assert carriers.parts == ("keys",)


def test_the_highest_of_the_lower_part_go_up() -> None:
    after = moved(duet(), "spatial", 0.5)
    assert sorted(note.pitch for note in after.notes if note.part == "keys") == [40, 40, 40, 41]


def test_figure_and_ground_change_their_levels() -> None:
    passage = duet()
    after = moved(passage, "perceptual", 1.0)
    assert {note.velocity for note in after.notes if note.part == "lead"} == {60}
    assert {note.velocity for note in after.notes if note.part == "keys"} == {100}


def test_only_what_returns_is_remembered_otherwise() -> None:
    passage = duet()
    after, carriers = rebracket(passage, "memory", 0.5, 0.0, np.random.default_rng(0))
    tune = sorted(note for note in after.notes if note.part == "lead")
    assert [note.pitch for note in tune[:8]] == [60, 61, 62, 63, 64, 60, 61, 62]
    assert [note.pitch for note in tune[8:]] == [60, 61, 62, 63, 64, 60, 63, 64]
    assert carriers.measured.memory_discrepancy == memory_discrepancy(passage, after) > 0


def test_the_last_bar_opens_the_section() -> None:
    after = moved(duet(), "narrative", 0.5)
    first = sorted(note for note in after.notes if note.onset_ticks < 1920 and note.part == "lead")
    assert [note.pitch for note in first] == [62, 63, 64, 60]


@pytest.mark.parametrize(
    ("type_", "shift", "expected"),
    [
        ("temporal", 0.34, ["[we met at] [the edge]", "[of a town with] [no name]"]),
        ("spatial", 0.34, ["[we met] [at the edge of a]", "[town] [with no name]"]),
        ("perceptual", 0.4, ["[we met] [at] (the edge)", "[of a town] [with] (no name)"]),
        ("memory", 0.34, ["[we met] [at the edge]", "[a town with] [no name of]"]),
        ("narrative", 1.0, ["[of a town] [with no name]", "[we met] [at the edge]"]),
    ],
)
def test_words_move_across_their_boundary(type_: str, shift: float, expected: list[str]) -> None:
    assert spoken(type_, shift, COUPLET) == expected


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("causal", ["one: [we met] [at] two: [the edge]", "[of a town] [with no name]"]),
        ("ontological", ["one: [we met] [at] two: [the edge]", "[of a town] [with] one: [no name]"]),
        ("identity", ["one: [we met] [at] two: [the edge]", "[of a town] [with] one: [no name]"]),
    ],
)
def test_words_change_their_voice(type_: str, expected: list[str]) -> None:
    assert spoken(type_, 0.4, COUPLET, ("one", "two")) == expected


def test_a_single_line_turns_by_its_brackets() -> None:
    assert spoken("narrative", 1.0, ["we met at the edge"]) == ["[at the edge] [we met]"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("we met at the edge", "[we met] [at the edge]"),
        ("one two three four", "[one two] [three four]"),
        ("alone", "[alone]"),
        ("[an] orange (or not)", "[an] [orange] (or not)"),
        ("  ", None),
    ],
)
def test_brackets_are_read_where_nobody_set_them(line: str, expected: str | None) -> None:
    assert bracketed(words_of([line])) == ([] if expected is None else [expected])


@given(st.lists(st.text("ab ,", min_size=1, max_size=30), max_size=4))
def test_no_word_is_lost_between_text_and_brackets(lines: list[str]) -> None:
    passage = Passage(words=words_of(lines))
    assert " ".join(plain_lines(passage)).split() == " ".join(lines).split()
    assert words_of(bracketed(passage.words)) == tuple(
        word._replace(line=place)
        for place, line in enumerate(passage.lines)
        for word in (passage.words[index] for index in line)
    )


@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 3), max_size=12))
def test_edit_distance_is_a_distance(one: list[int], two: list[int]) -> None:
    assert edit_distance(one, two) == edit_distance(two, one)
    assert (edit_distance(one, two) == 0) is (one == two)
    assert abs(len(one) - len(two)) / max(len(one), len(two), 1) <= edit_distance(one, two) <= 1


def test_an_edit_is_counted_once() -> None:
    assert edit_distance("anorange", "norange") == pytest.approx(1 / 8)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_readings_are_as_open_as_their_chances_are_spread(chances: list[float]) -> None:
    assert 0 <= entropy_of_readings(chances) <= 1
    even = [place / 10 for place in range(1, 10)]
    assert entropy_of_readings(even) == pytest.approx(1.0)
    assert entropy_of_readings([0.0, 0.0, 1.0]) == 0.0


def test_a_softer_boundary_is_less_certain() -> None:
    passage = replace(duet(), words=words_of(COUPLET))
    open_ = [
        rebracket(passage, "identity", 0.5, softness, np.random.default_rng(0))[1].measured.uncertainty
        for softness in (0.0, 0.3, 1.0)
    ]
    assert open_ == sorted(open_)
    assert open_[-1] > open_[0] == 0.0
