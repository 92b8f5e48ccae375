"""Stamps as people write them in a file, and what is said of their unit."""

from __future__ import annotations

import pytest

from rebracket.catalogue.found import Found, Place
from rebracket.catalogue.stamps import parse_stamp, read_stamp, tell_unit
from rebracket.catalogue.units import Trace, UnitChoice, choose_unit
from rebracket.core import Timecode, TimeUnit
from rebracket.core.errors import InputError

FRAMES = tuple(Timecode(0, second, f"{frame:03d}") for second, frame in enumerate((3, 24, 11, 7, 19, 14)))


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("[00:12.345]", Timecode(0, 12, "345")),
        ("01:00:12.345", Timecode(60, 12, "345")),
        ("[01:02:03:04]", Timecode(62, 3, "04")),
        ("01:02:03;04", Timecode(62, 3, "04")),
        ("00:00:12:21.39", Timecode(0, 12, "213")),
        ("125:00.5", Timecode(125, 0, "5")),
    ],
)
def test_stamps_are_read_with_hours_and_subframes(text: str, stamp: Timecode) -> None:
    assert parse_stamp(text) == stamp


@pytest.mark.parametrize("text", ["24:00:00.000", "1440:00", "00:00:12:21.3", "00:12:21.39.1", "1:2:3:4:5"])
def test_what_is_no_stamp_of_a_day_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected"):
        parse_stamp(text)


def test_a_space_inside_is_named_and_read_over() -> None:
    found = Found("a.lrc")
    assert read_stamp("[00:12. 345]", found, Place(3, 1), code="lrc-stamp") == Timecode(0, 12, "345")
    assert [(p.code, p.line) for p in found.problems] == [("stamp-space", 3)]


@pytest.mark.parametrize(
    ("choice", "codes"),
    [
        (choose_unit(Trace(FRAMES)), ["time-unit-decided"]),
        (choose_unit(Trace(FRAMES[:2])), ["time-unit-undecided"]),
        (choose_unit(Trace(())), []),
        (choose_unit(Trace((Timecode(0, 1, "731"), Timecode(0, 5, "862")))), []),
        (UnitChoice.told(TimeUnit.FRAMES, 25.0), []),
    ],
)
def test_what_is_said_of_a_unit(choice: UnitChoice, codes: list[str]) -> None:
    found = Found("a.lrc")
    tell_unit(choice, "lrc_time_unit", found, None)
    assert [problem.code for problem in found.problems] == codes
    assert all("lrc_time_unit" in problem.fix for problem in found.problems)
