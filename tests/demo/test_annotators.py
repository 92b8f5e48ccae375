"""Annotators and listeners: wrong as often, and in the way, that they are said to be."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.demo.annotators import (
    ANNOTATORS,
    LISTENERS,
    Annotator,
    Listener,
    annotate,
    expected_alpha,
    listen,
)
from rebracket.demo.ceiling import draw_fresh, observe
from rebracket.demo.story import COLORS, STATES, Knobs, SongCauses

KNOBS = Knobs()


@pytest.fixture(scope="module")
def songs() -> tuple[SongCauses, ...]:
    return draw_fresh(KNOBS, 600)


def counted_alpha(units: list[list[str | None]]) -> float:
    """Krippendorff's nominal alpha by its coincidences."""
    pairs: Counter[tuple[str | None, str | None]] = Counter()
    for values in units:
        for one, other in permutations(values, 2):
            pairs[one, other] += 1 / (len(values) - 1)
    totals = Counter()
    for (one, _), weight in pairs.items():
        totals[one] += weight
    n = sum(totals.values())
    apart = sum(weight for (one, other), weight in pairs.items() if one != other)
    expected = (n**2 - sum(count**2 for count in totals.values())) / (n - 1)
    return 1 - apart / expected


@given(st.floats(0, 1), st.sampled_from(STATES), st.floats(0.1, 20))
def test_confusions_are_distributions_with_care_on_the_diagonal(
    care: float, state: str | None, weight: float
) -> None:
    confusion = Annotator("x", care=care, leaning=((state, weight),)).confusion
    np.testing.assert_allclose(confusion.sum(axis=1), 1)
    np.testing.assert_allclose(np.diag(confusion), care)


@pytest.mark.parametrize("annotator", ANNOTATORS, ids=lambda a: a.name)
def test_annotators_err_as_their_confusion_says(songs: tuple[SongCauses, ...], annotator: Annotator) -> None:
    pairs = [
        (STATES.index(segment.type), said, segment.intensity)
        for song in songs
        for segment, said in zip(song.segments, annotate(song, annotator, KNOBS), strict=True)
    ]
    assert np.mean([said is None for _, said, _ in pairs]) == pytest.approx(annotator.missed, abs=0.03)
    for state in range(len(STATES)):
        written = [STATES.index(said.type) for true, said, _ in pairs if true == state and said]
        shares = np.bincount(written, minlength=len(STATES)) / len(written)
        error = np.sqrt(annotator.confusion[state] * (1 - annotator.confusion[state]) / len(written))
        assert np.all(np.abs(shares - annotator.confusion[state]) < 4.5 * error + 0.01)
    inside = [
        said.intensity - intensity
        for true, said, intensity in pairs
        if true and said and said.type and 0.3 < intensity < 0.7
    ]
    assert np.mean(inside) == pytest.approx(annotator.bias, abs=0.02)
    assert np.std(inside) == pytest.approx(annotator.noise, abs=0.02)


def test_the_same_annotator_says_the_same_again(songs: tuple[SongCauses, ...]) -> None:
    assert annotate(songs[0], ANNOTATORS[1], KNOBS) == annotate(songs[0], ANNOTATORS[1], KNOBS)
    assert annotate(songs[0], ANNOTATORS[1], KNOBS) != annotate(songs[0], ANNOTATORS[2], KNOBS)


@pytest.mark.parametrize("who", [ANNOTATORS[:2], ANNOTATORS[1:], ANNOTATORS])
def test_alpha_is_what_was_expected(songs: tuple[SongCauses, ...], who: tuple[Annotator, ...]) -> None:
    units, states = [], []
    for song in songs:
        said = [annotate(song, annotator, KNOBS) for annotator in who]
        for segment, *values in zip(song.segments, *said, strict=True):
            states.append(STATES.index(segment.type))
            written = [value.type for value in values if value]
            if len(written) > 1:
                units.append(written)
    shares = np.bincount(states, minlength=len(STATES)) / len(states)
    assert counted_alpha(units) == pytest.approx(expected_alpha(who, shares), abs=0.03)


def test_alpha_at_its_ends() -> None:
    shares = np.full(len(STATES), 1 / len(STATES))
    assert expected_alpha([Annotator("a", care=1), Annotator("b", care=1)], shares) == pytest.approx(1)
    blind = Annotator("a", care=1 / len(STATES))
    assert expected_alpha([blind, Annotator("b", care=0.9)], shares) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("listener", LISTENERS, ids=lambda a: a.name)
def test_listeners_name_what_they_are_likely_to(songs: tuple[SongCauses, ...], listener: Listener) -> None:
    found = [listen(song, listener, KNOBS) for song in songs]
    chances = np.array([list(likely.values()) for _, likely in found])
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    named = np.bincount([COLORS.index(name) for name, _ in found], minlength=len(COLORS))
    assert np.all(np.abs(named - chances.sum(axis=0)) < 5 * np.sqrt(chances.sum(axis=0)))


def test_no_listener_hears_better_than_the_observer(songs: tuple[SongCauses, ...]) -> None:
    best = np.mean(
        [COLORS[observe(s, LISTENERS[0].channels, KNOBS).color.argmax()] == s.color for s in songs]
    )
    right = [np.mean([listen(song, who, KNOBS)[0] == song.color for song in songs]) for who in LISTENERS]
    assert max(right) <= best + 0.02
    assert right[0] > right[3]


def test_a_leaning_listener_names_that_color_more() -> None:
    even = np.full(len(COLORS), 1 / len(COLORS))
    leaning = Listener("x", leaning=((COLORS[2], 2.0),)).chances(even)
    assert leaning.argmax() == 2
    np.testing.assert_allclose(Listener("x").chances(even), even)
