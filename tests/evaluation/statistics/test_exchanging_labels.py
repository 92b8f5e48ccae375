"""Where labels were assigned, and in how many ways they could have been."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.core.errors import RefusedError
from rebracket.evaluation.protocols import Labels
from rebracket.evaluation.statistics import distinct_relabelings, label_level
from rebracket.evaluation.statistics.exchange import LEVELS, exchange_of

ROWS_A_SEGMENT = 2


def labels_of(albums: list[list[list[int]]]) -> tuple[Labels, np.ndarray]:
    """Labels from album > song > segment > class, two rows a segment, and the segments."""
    rows = [
        (f"a{a}", f"a{a}s{s}", g, number)
        for a, album in enumerate(albums)
        for s, song in enumerate(album)
        for g, number in enumerate(song)
        for _ in range(ROWS_A_SEGMENT)
    ]
    album_ids, songs, segments, numbers = (np.array(column) for column in zip(*rows, strict=True))
    names = tuple(f"c{n}" for n in range(int(numbers.max()) + 1))
    return Labels(names, numbers, songs, album_ids), segments


def catalogues(level: str) -> st.SearchStrategy[list[list[list[int]]]]:
    """Small ones whose labels are constant within units of this level."""
    one = st.integers(0, 2)
    if level == "album":
        return st.lists(one.map(lambda n: [[n, n], [n]]), min_size=2, max_size=6)
    if level == "song":
        return st.lists(st.lists(one.map(lambda n: [n, n]), min_size=1, max_size=3), min_size=1, max_size=2)
    song = st.lists(one, min_size=1, max_size=4)
    return st.lists(st.lists(song, min_size=1, max_size=2), min_size=1, max_size=2)


def partition(codes: np.ndarray) -> tuple[int, ...]:
    """What is left of labels once their names are forgotten."""
    first: dict[int, int] = {}
    return tuple(first.setdefault(code, len(first)) for code in codes.tolist())


@pytest.mark.parametrize("level", LEVELS)
@given(st.data())
def test_every_labeling_is_counted_once(level: str, data: st.DataObject) -> None:
    labels, segments = labels_of(data.draw(catalogues(level)))
    exchange = exchange_of(labels, level, segments)
    found = list(exchange.everyone())
    assert len(found) == exchange.distinct == distinct_relabelings(labels, level, segments)
    assert len({tuple(codes.tolist()) for codes in found}) == len(found)
    assert len(list(exchange.others())) == len(found) - 1
    assert partition(exchange.codes) not in {partition(codes) for codes in exchange.others()} or (
        len({partition(codes) for codes in found}) < len(found)  # classes that are told apart by their counts
    )


@pytest.mark.parametrize("level", LEVELS)
@given(st.data())
def test_drawn_labelings_are_among_all_and_keep_every_block(level: str, data: st.DataObject) -> None:
    labels, segments = labels_of(data.draw(catalogues(level)))
    exchange = exchange_of(labels, level, segments)
    every = {partition(codes) for codes in exchange.everyone()}
    for codes in exchange.draw(5, np.random.default_rng(0)):
        assert partition(codes) in every
        for block in np.unique(exchange.blocks):
            own = exchange.blocks == block
            assert sorted(codes[own]) == sorted(exchange.codes[own])
        relabeled = exchange.relabeled(labels, codes)
        again = exchange_of(relabeled, level, segments)
        assert np.array_equal(again.codes, codes)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=4))
def test_the_count_is_the_multinomial_over_names_that_can_trade(counts: list[int]) -> None:
    labels, segments = labels_of([[[number]] for number, count in enumerate(counts) for _ in range(count)])
    ways = math.factorial(sum(counts)) // math.prod(math.factorial(count) for count in counts)
    names = math.prod(math.factorial(counts.count(size)) for size in set(counts))
    assert distinct_relabelings(labels, "song", segments) == ways // names


@pytest.mark.parametrize(
    ("classes_of_albums", "distinct"),
    [([0, 1, 2, 3, 4, 5, 6, 7], 1), ([0, 0, 1, 1, 2, 2], 15), ([0, 0, 1, 1], 3), ([0, 0, 0, 1], 4)],
)
def test_albums_that_carry_the_labels(classes_of_albums: list[int], distinct: int) -> None:
    labels, segments = labels_of([[[number] * 3] * 5 for number in classes_of_albums])
    assert label_level(labels, segments) == "album"
    assert distinct_relabelings(labels, "album", segments) == distinct


def test_the_level_is_the_widest_group_of_one_label() -> None:
    assert label_level(*labels_of([[[0, 0], [0]], [[1], [1, 1]]])) == "album"
    assert label_level(*labels_of([[[0, 0], [1]], [[1], [1, 1]]])) == "song"
    assert label_level(*labels_of([[[0, 1], [0]], [[1], [1, 1]]])) == "segment"


def test_masked_rows_have_no_say_and_stay_masked() -> None:
    labels, segments = labels_of([[[0, 1], [0, 0]], [[1, 1], [1, 1]]])
    masked = Labels(labels.classes, labels.numbers.copy(), labels.songs, labels.albums)
    masked.numbers[2:4] = -1  # the one segment that differed from its album
    assert label_level(masked, segments) == "album"
    exchange = exchange_of(masked, "song", segments)
    assert (exchange.relabeled(masked, exchange.codes[::-1]).numbers[2:4] == -1).all()


def test_labels_that_vary_within_what_was_named_are_refused() -> None:
    labels, segments = labels_of([[[0, 1], [1, 1]]])
    with pytest.raises(RefusedError, match="labels vary within a song"):
        exchange_of(labels, "song", segments)
    with pytest.raises(RefusedError, match="vary within the segments"):
        label_level(labels, np.zeros_like(segments))


def test_sets_of_labels_move_together() -> None:
    labels, segments = labels_of([[[0]], [[0]], [[0]]])
    indicators = np.repeat(np.array([[True, True], [True, False], [True, False]]), ROWS_A_SEGMENT, axis=0)
    several = Labels(("a", "b"), labels.numbers, labels.songs, labels.albums, indicators)
    exchange = exchange_of(several, "song", segments)
    assert exchange.distinct == 3
    seen = {exchange.relabeled(several, codes).indicators.tobytes() for codes in exchange.everyone()}  # type: ignore[union-attr]
    assert len(seen) == 3
