from __future__ import annotations

import numpy as np
import pytest

from rebracket.evaluation.identity import alone_on, class_is_album, sealed_alone, seen_share
from rebracket.evaluation.protocols import Labels
from rebracket.segments import Split


def labels(numbers: list[int], songs: list[str], albums: list[str]) -> Labels:
    return Labels(("x", "y", "z"), np.array(numbers), np.array(songs), np.array(albums))


@pytest.mark.parametrize(
    ("numbers", "albums", "same"),
    [
        ([0, 0, 1, 1], ["a", "a", "b", "b"], True),
        ([0, 1, 0, 1], ["a", "a", "b", "b"], False),  # classes inside albums
        ([0, 1, 2, 2], ["a", "a", "b", "b"], False),  # each class on one album, two on the first
        ([0, 0, 0, 1], ["a", "a", "b", "c"], False),  # a class on two albums
        ([0, -1, 1, 1], ["a", "c", "b", "b"], True),  # masked rows do not count
    ],
)
def test_class_is_album(numbers: list[int], albums: list[str], same: bool) -> None:
    assert class_is_album(labels(numbers, list("stuv"), albums)) is same


@pytest.mark.parametrize(
    ("numbers", "albums", "classes", "units"),
    [
        ([0, 0, 1, 1], "aabb", 2, 2),
        ([0, 1, 0, 1], "aabb", 0, 0),
        ([0, 1, 2, 0], "aabb", 2, 2),  # the first class is on both
        ([0, 1, 2, -1], "aaab", 3, 1),  # masked rows do not count
    ],
)
def test_classes_of_one_album_are_counted(numbers: list[int], albums: str, classes: int, units: int) -> None:
    own = labels(numbers, list("stuv"), list(albums))
    assert alone_on(own, own.albums) == {"classes": classes, "units": units}


def test_classes_that_only_a_sealed_album_has_are_counted() -> None:
    tested = np.array([False, False, True, True])
    alone = [
        sealed_alone(labels(numbers, list("stuv"), list("aabb")), tested)["classes"] for numbers in _OF_FOUR
    ]
    assert alone == [1, 0, 1, 0]


_OF_FOUR = ([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 2], [0, 1, -1, 1])


def test_texts_are_seen_only_with_their_label() -> None:
    split = Split("rows", True, 2, np.array([[0, 1, 0, 1]]))
    same = labels([0, 0, 1, 1], list("sstt"), list("aabb"))
    assert seen_share(same, np.array([0, 0, 1, 1]), split) == 1.0
    assert seen_share(same, np.array([0, 1, 2, 3]), split) == 0.0
    assert seen_share(same, np.array([-1, -1, -1, -1]), split) == 0.0
    varied = labels([0, 1, 1, 1], list("sstt"), list("aabb"))
    assert seen_share(varied, np.array([0, 0, 1, 1]), split) == 0.5
