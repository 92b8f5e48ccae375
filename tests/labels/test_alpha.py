"""Krippendorff's alpha: the published examples, and what must hold of any agreement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rebracket.core.errors import UsageError
from rebracket.labels import MEASURES, alpha, alpha_by_song, jaccard_distance, masi_distance
from rebracket.labels.alpha import Measure

# Krippendorff (2011), section D: four observers, twelve units, the last with one value
FOUR_OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
BINARY = ((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0))
NOMINAL = ("aabbdcccedda", "babbbccceddd")


def units(observers: Any) -> list[tuple[Any, ...]]:
    return list(zip(*observers, strict=True))


@pytest.mark.parametrize(
    ("observers", "measure", "published"),
    [
        (BINARY, "nominal", 0.095),
        (NOMINAL, "nominal", 0.692),
        (FOUR_OBSERVERS, "nominal", 0.743),
        (FOUR_OBSERVERS, "ordinal", 0.815),
        (FOUR_OBSERVERS, "interval", 0.849),
    ],
)
def test_published_examples(observers: Any, measure: Measure, published: float) -> None:
    assert alpha(units(observers), measure) == pytest.approx(published, abs=0.0005)


SETS = st.frozensets(st.sampled_from("abc"), max_size=3)
VALUES = {
    "nominal": st.sampled_from("abcd"),
    "ordinal": st.integers(1, 5),
    "interval": st.integers(0, 20).map(lambda n: n / 20),
    "masi": SETS,
    "jaccard": SETS,
}


@st.composite
def observed(draw: st.DrawFn) -> tuple[Measure, list[list[Any]]]:
    """A measure, and two to four observers' words on some units, some of them missing."""
    measure = draw(st.sampled_from(MEASURES))
    people = draw(st.integers(2, 4))
    unit = st.lists(st.none() | VALUES[measure], min_size=people, max_size=people)
    return measure, draw(st.lists(unit, min_size=1, max_size=12))


@given(observed(), st.randoms(use_true_random=False))
def test_neither_the_order_of_people_nor_of_units_nor_single_voices_matter(
    case: tuple[Measure, list[list[Any]]], rng: Any
) -> None:
    measure, said = case
    value = alpha(said, measure)
    other = [rng.sample(unit, len(unit)) for unit in rng.sample(said, len(said))]
    assert alpha(other, measure) == (None if value is None else pytest.approx(value))
    alone: list[Any] = [next((v for unit in said for v in unit if v is not None), None), None]
    assert alpha([*said, alone], measure) == value


@given(observed())
def test_alpha_is_one_where_all_say_the_same_and_never_more(case: tuple[Measure, list[list[Any]]]) -> None:
    measure, said = case
    value = alpha(said, measure)
    assert value is None or value <= 1
    same = [[unit[0]] * 3 for unit in said if unit[0] is not None]
    assume(len({unit[0] for unit in same}) > 1)
    assert alpha(same, measure) == pytest.approx(1)


@given(st.lists(st.lists(st.none() | st.integers(0, 9), min_size=3, max_size=3), max_size=9))
def test_numbers_may_be_moved_and_stretched_and_ranks_bent(said: list[list[int | None]]) -> None:
    value = alpha(said, "interval")
    moved = [[None if v is None else 7 - 2.5 * v for v in unit] for unit in said]
    assert alpha(moved, "interval") == (None if value is None else pytest.approx(value))
    ranks = alpha(said, "ordinal")
    bent = [[None if v is None else 2.0**v for v in unit] for unit in said]
    assert alpha(bent, "ordinal") == (None if ranks is None else pytest.approx(ranks))


@pytest.mark.parametrize("measure", MEASURES)
def test_people_who_guess_do_not_agree(measure: Measure) -> None:
    rng = np.random.default_rng(5)
    sets = [frozenset(), frozenset("a"), frozenset("ab"), frozenset("c")]
    known = sets if measure in ("masi", "jaccard") else list(range(4))
    said = [[known[int(n)] for n in rng.integers(0, 4, 3)] for _ in range(1500)]
    value = alpha(said, measure)
    assert value is not None
    assert abs(value) < 0.08  # four deviations


@pytest.mark.parametrize("said", [[], [[1, None]], [[None, None]], [[2, 2], [2, 2]]])
@pytest.mark.parametrize("measure", ["nominal", "ordinal", "interval"])
def test_what_cannot_differ_has_no_alpha(said: list[list[int | None]], measure: Measure) -> None:
    assert alpha(said, measure) is None
    if measure != "ordinal":
        assert alpha_by_song([said, said], measure) == (None, None)


def test_a_measure_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match="found the measure 'ratio', expected one of nominal"):
        alpha([], "ratio")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="found the measure 'ordinal'"):
        alpha_by_song([], "ordinal")


def test_the_distance_of_sets() -> None:
    a, ab, bc, none = frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset[str]()
    assert [masi_distance(a, a), masi_distance(none, none), jaccard_distance(none, none)] == [0, 0, 0]
    assert masi_distance(a, ab) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi_distance(ab, bc) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi_distance(a, bc) == masi_distance(a, none) == jaccard_distance(a, none) == 1


@given(SETS, SETS)
def test_sets_are_as_far_from_each_other_as_back(a: frozenset[str], b: frozenset[str]) -> None:
    assert masi_distance(a, b) == masi_distance(b, a)
    assert (masi_distance(a, b) == 0) == (a == b)
    assert 0 <= jaccard_distance(a, b) <= masi_distance(a, b) <= 1


def songs_of(rng: np.random.Generator, count: int, segments: int) -> list[list[list[int]]]:
    """Two people who agree in some songs and not in others; within a song it is one decision."""
    made = []
    for _ in range(count):
        first = int(rng.integers(0, 3))
        second = first if rng.random() < 0.7 else int(rng.integers(0, 3))
        made.append([[first, second]] * segments)
    return made


def test_the_interval_holds_the_value_and_depends_on_songs_not_on_segments() -> None:
    rng = np.random.default_rng(2)
    songs = songs_of(rng, 30, 2)
    value, interval = alpha_by_song(songs, "nominal")
    assert interval is not None
    assert value == interval.value == alpha([unit for song in songs for unit in song], "nominal")
    assert 0.05 < interval.high - interval.low < 0.8
    longer = [song * 20 for song in songs]  # the same songs, cut finer: no more evidence
    _, finer = alpha_by_song(longer, "nominal")
    assert finer is not None
    assert finer.high - finer.low == pytest.approx(interval.high - interval.low, abs=0.03)
    _, many = alpha_by_song(songs_of(rng, 300, 2), "nominal")
    assert many is not None
    assert many.high - many.low < 0.6 * (interval.high - interval.low)


def test_few_songs_give_no_interval_and_the_same_seed_the_same() -> None:
    song = units(FOUR_OBSERVERS)
    value, interval = alpha_by_song([song, *[[(1, None)]] * 9], "interval")
    assert value == pytest.approx(0.849, abs=0.0005)
    assert interval is None
    songs = [song[place:] for place in range(8)]
    assert alpha_by_song(songs, "interval", seed=3) == alpha_by_song(songs, "interval", seed=3)
    assert alpha_by_song(songs, "interval", seed=3) != alpha_by_song(songs, "interval", seed=4)
