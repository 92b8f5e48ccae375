"""Sections that contradict themselves cannot be built; dots keep their proportions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core import Interval
from rebracket.core.errors import InputError
from rebracket.page import (
    ClassKey,
    Confusion,
    Dot,
    MapSection,
    Moment,
    Page,
    Protocol,
    ScoreRow,
    ScoreTable,
)
from rebracket.page.places import BOX, placed

KEY = ClassKey("one", "One", "#010203")
FINITE = st.floats(-1e6, 1e6)


def dot(
    x: float = 0.0, y: float = 0.0, *, class_id: str | None = "one", neighbors: tuple[int, ...] = ()
) -> Dot:
    return Dot(Moment("id", class_id, "title", 0.0, 1.0), x, y, neighbors)


@pytest.mark.parametrize("hex_", ["#12345", "red;x", "#GGGGGG", '#123456"', "", "#1234567"])
def test_a_color_that_is_none_is_refused(hex_: str) -> None:
    with pytest.raises(InputError, match="#RRGGBB"):
        ClassKey("one", "One", hex_)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (dot(class_id="unknown"), "found the class 'unknown'"),
        (dot(neighbors=(1,)), "found neighbors"),
        (dot(neighbors=(-1,)), "found neighbors"),
        (dot(x=float("nan")), "finite"),
        (dot(y=float("inf")), "finite"),
    ],
)
def test_a_dot_that_cannot_be_drawn_is_refused(bad: Dot, message: str) -> None:
    with pytest.raises(InputError, match=message):
        MapSection("map", "lead", (KEY,), (bad,))


def test_the_chosen_dot_must_exist() -> None:
    with pytest.raises(InputError, match="found dot 1 chosen"):
        MapSection("map", "lead", (KEY,), (dot(),), chosen=1)


def test_scores_must_match_the_protocols() -> None:
    row = ScoreRow("model", (Interval(0.5, 0.4, 0.6), None))
    with pytest.raises(InputError, match="2 scores for 1 protocols"):
        ScoreTable("accuracy", (Protocol("songs", ""),), (row,))


@pytest.mark.parametrize("counts", [((1, 2),), ((1,), (2,)), ((1, -1), (0, 0))])
def test_a_confusion_is_square_and_counts(counts: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(InputError, match="not 2 by 2 counts"):
        Confusion("table", ("a", "b"), counts)


def test_a_page_has_at_most_one_map() -> None:
    section = MapSection("map", "lead", (KEY,), (dot(),))
    with pytest.raises(InputError, match="found 2 maps"):
        Page("title", "", (section, section))


@given(points=st.lists(st.tuples(FINITE, FINITE), max_size=20))
def test_every_dot_lies_in_the_picture(points: list[tuple[float, float]]) -> None:
    places = placed(MapSection("map", "", (KEY,), tuple(dot(x, y) for x, y in points)))
    for place in places:
        assert BOX.margin - 0.1 <= place.x <= BOX.width - BOX.margin + 0.1
        assert BOX.margin - 0.1 <= place.y <= BOX.height - BOX.margin + 0.1


def test_distances_keep_their_proportions_and_up_is_up() -> None:
    corners = tuple(dot(x, y) for x, y in ((0, 0), (1, 0), (0, 1), (4, 0)))
    origin, right, up, far = placed(MapSection("map", "", (KEY,), corners))
    assert right.x - origin.x == pytest.approx(origin.y - up.y, abs=0.2)
    assert far.x - origin.x == pytest.approx(4 * (right.x - origin.x), abs=0.5)


def test_a_dot_without_class_is_drawn_all_the_same() -> None:
    (place,) = placed(MapSection("map", "", (KEY,), (dot(class_id=None),)))
    assert place.class_name == "no class"
