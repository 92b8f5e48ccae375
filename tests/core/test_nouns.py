"""Songs, segments, problems and numbers cannot be built wrong, and errors say how they end."""

from __future__ import annotations

import json
import math
import pickle
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket import core
from rebracket.core import (
    Groups,
    Interval,
    LyricLine,
    Meter,
    Prediction,
    Problem,
    Section,
    Segment,
    SegmentKind,
    Severity,
    Song,
    Span,
    Stem,
    errors,
)
from rebracket.core.errors import InputError, MissingExtraError, RebracketError, SpanError, UsageError

SONG = Song("07_03", "07", Path("songs/07_03"), "A title", "x", 60.0)
SEGMENT = Segment("07_03", "07", 4, Span(12.3456, 15.0), SegmentKind.LINE, "la", 12.3, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"song_id": ""}, "needs an id"),
        ({"album_id": ""}, "needs an id"),
        ({"running_s": 0.0}, "running time of 0.0 s"),
        ({"running_s": math.nan}, "running time of nan s"),
        ({"running_s": math.inf}, "running time of inf s"),
        ({"bpm": 0.0}, "positive tempo"),
        ({"bpm": math.nan}, "positive tempo"),
        ({"stems": (Stem(1, "a"), Stem(1, "b"))}, "each track id once"),
        ({"lines": (LyricLine(2.0, "b"), LyricLine(1.0, "a"))}, "in order of time"),
        ({"sections": (Section("b", Span(2, 3)), Section("a", Span(0, 1)))}, "in order of time"),
    ],
)
def test_a_wrong_song_cannot_be_built(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(SONG, **changes)  # type: ignore[arg-type]


def test_lines_with_equal_stamps_and_sections_that_overlap_are_a_song() -> None:
    lines = (LyricLine(1.0, "a"), LyricLine(1.0, "b"), LyricLine(99.0, ""))
    sections = (Section("a", Span(0, 10)), Section("b", Span(5, 70)))
    song = replace(SONG, lines=lines, sections=sections)
    assert (song.lines, song.sections) == (lines, sections)


def test_a_song_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        SONG.title = "Another"  # type: ignore[misc]


@pytest.mark.parametrize("start_s", [-0.1, math.nan, math.inf])
def test_a_line_starts_at_a_time(start_s: float) -> None:
    with pytest.raises(InputError, match="expected at least 0 s"):
        LyricLine(start_s, "la")


@pytest.mark.parametrize(("beats", "unit"), [(0, 4), (65, 4), (4, 3), (4, 0), (-3, 8)])
def test_a_wrong_meter_cannot_be_built(beats: int, unit: int) -> None:
    with pytest.raises(InputError, match=f"found {beats}/{unit}, expected a time signature"):
        Meter(beats, unit)


def test_a_meter_is_written_as_musicians_do() -> None:
    assert str(Meter(18, 32)) == "18/32"


def test_ids_of_a_segment_name_song_and_milliseconds() -> None:
    assert SEGMENT.segment_id == "07_03-12346-15000"
    assert SEGMENT.section_id == "07_03-s01"
    assert SEGMENT.groups == Groups("07", "07_03", "07_03-s01", "07_03-12346-15000")
    assert replace(SEGMENT, section=None).section_id is None


def test_a_problem_says_place_found_expected_and_what_to_do() -> None:
    problem = Problem(
        "lrc-stamp", Severity.ERROR, "01_02/01_02.lrc", "'[1:7x]'", "[mm:ss.fff]", "mend it", "01_02", 14, 3
    )
    assert str(problem) == (
        "01_02/01_02.lrc:14:3: error: lrc-stamp: found '[1:7x]', expected [mm:ss.fff]; mend it"
    )
    assert json.loads(json.dumps(problem.as_dict())) == {
        "code": "lrc-stamp", "severity": "error", "path": "01_02/01_02.lrc", "found": "'[1:7x]'",
        "expected": "[mm:ss.fff]", "fix": "mend it", "song": "01_02", "line": 14, "column": 3,
    }  # fmt: skip


def test_problems_without_a_place_can_be_sorted_beside_others() -> None:
    vague = Problem("a", Severity.NOTE, "x.yml", "this", "that", "do so")
    placed = replace(vague, song="01_01", line=2)
    assert sorted([placed, vague], key=Problem.sort_key) == [vague, placed]
    assert str(vague).startswith("x.yml: note: a: ")


@pytest.mark.parametrize(
    ("low", "value", "high"), [(0.5, 0.4, 0.6), (0.1, 0.7, 0.6), (0.1, math.nan, 0.9), (-math.inf, 0.0, 1.0)]
)
def test_a_value_lies_in_its_interval(low: float, value: float, high: float) -> None:
    with pytest.raises(InputError, match="need low <= value <= high"):
        Interval(value, low, high)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, math.nan])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(InputError, match="need a level between 0 and 1"):
        Interval(0.5, 0.4, 0.6, level)


def test_an_interval_reads_as_one() -> None:
    assert str(Interval(0.5, 0.4, 0.625)) == "0.50 [0.40, 0.62]"


@pytest.mark.parametrize(
    "wrong", [{}, {"a": 0.4, "b": 0.4}, {"a": 1.2, "b": -0.2}, {"a": math.nan, "b": 1.0}]
)
def test_probabilities_sum_to_one(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="probabilities must sum to 1"):
        Prediction("row", "color", wrong)


@given(st.permutations(["a", "b", "c"]))
def test_the_choice_does_not_hang_on_the_order_of_classes(names: list[str]) -> None:
    shares = {"a": 0.2, "b": 0.4, "c": 0.4}
    assert Prediction("row", "color", {name: shares[name] for name in names}).choice == "b"


@pytest.mark.parametrize(
    ("error", "code"),
    [(InputError("x"), 1), (SpanError("x"), 1), (errors.RefusedError("x"), 1), (UsageError("x"), 2),
     (MissingExtraError("torch", "train"), 2)],
)  # fmt: skip
def test_every_error_has_its_exit_status_and_crosses_processes(error: RebracketError, code: int) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - as between a worker and its parent
    assert (type(again), str(again), again.exit_code) == (type(error), str(error), code)


def test_a_missing_extra_names_the_install_command() -> None:
    error = MissingExtraError("torch", "train")
    assert str(error).endswith("python3 -m pip install 'rebracket[train]'")
    assert (error.package, error.extra) == ("torch", "train")


def test_the_error_tree_is_the_documented_one() -> None:
    named = [getattr(errors, name) for name in errors.__all__]
    assert all(issubclass(error, RebracketError) and error.__name__ in str(errors.__doc__) for error in named)


def test_public_nouns_exist() -> None:
    assert all(hasattr(core, name) for name in core.__all__)
