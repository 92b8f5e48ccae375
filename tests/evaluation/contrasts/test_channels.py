"""Channels of a catalogue whose words and sound are known to say different things."""

from __future__ import annotations

import numpy as np
import pytest

from rebracket.evaluation.contrasts import channel_vectors, contrast_lines, contrasts_of
from rebracket.evaluation.material import Material
from rebracket.evaluation.protocols import Labels, OutOfFold
from rebracket.features import Bank
from rebracket.segments import Split

CLASSES = ("red", "green", "blue")
N_SONGS, ROWS_A_SONG = 36, 2
AXES: dict[str, dict[str, str | None]] = {"warmth": {"red": "warm", "green": "cold", "blue": "cold"}}


@pytest.fixture(scope="module")
def material() -> Material:
    """Words tell red from the rest, sound tells nothing; the last song has no text and no sound."""
    rng = np.random.default_rng(0)
    of_rows = np.repeat(np.arange(N_SONGS), ROWS_A_SONG)
    numbers = of_rows % 3
    labels = Labels(
        CLASSES, numbers, np.array([f"s{i:02d}" for i in of_rows]), (of_rows // 3 % 4).astype(str)
    )
    words = ["rose fire dawn", "stone river night", "stone river night"]
    texts = tuple(f"{words[i % 3]} w{rng.integers(90)}x w{rng.integers(90)}x" for i in range(N_SONGS))
    index = np.where(of_rows == N_SONGS - 1, -1, of_rows)
    sound = Bank(rng.normal(size=(N_SONGS, 8)).astype(np.float32), index, "spectral")
    return Material(
        "color",
        labels,
        np.arange(len(of_rows)),
        "person",
        ("lyrics",),
        Bank(texts, index, "tfidf"),
        {"spectral": sound},
        {},
        {},
    )


def guessed(labels: Labels) -> OutOfFold:
    """A model that says nothing, over five folds of whole songs."""
    n = len(labels.numbers)
    folds = (np.arange(n) // ROWS_A_SONG % 5)[None, :]
    return OutOfFold(labels, Split("songs", False, 5, folds), np.full((1, n, len(labels.classes)), 1 / 3))


def test_the_channel_that_tells_classes_apart_is_named(material: Material) -> None:
    units = ("song", material.segments)
    found = contrasts_of(material, {"model": guessed(material.labels)}, units, AXES, n=299)
    told = {
        (entry["name"], name)
        for entry in found["contrasts"]
        for name, channel in entry["channels"].items()
        if channel["told_apart"]
    }
    assert told == {("red / green", "tfidf"), ("red / blue", "tfidf"), ("warmth", "tfidf")}
    assert found["tests"] == 4 * 2
    lines = contrast_lines(found)
    assert lines[0].startswith("New songs of red and green (12 + 12 songs) can be told apart by the words (")
    assert lines[2].startswith("Nothing here tells green and blue apart (12 + 12 songs); closest are the ")
    assert lines[3].startswith(
        "New songs of the sides of warmth (24 + 12 songs) can be told apart by the words"
    )


def test_colors_that_are_albums_are_not_answered(material: Material) -> None:
    labels = material.labels
    one = Labels(CLASSES, labels.numbers, labels.songs, labels.numbers.astype(str))
    of_albums = Material(
        "color", one, material.segments, "person", (), material.texts, material.inputs, {}, {}
    )
    found = contrasts_of(of_albums, {"model": guessed(one)}, ("album", material.segments))
    assert found["tests"] == 0
    lines = contrast_lines(found)
    assert len(lines) == 1
    assert lines[0].startswith("Whether these can be told apart cannot be answered here (not testable: ")
    assert lines[0].endswith("): red and green; red and blue; green and blue.")


def test_without_tests_nothing_is_claimed(material: Material) -> None:
    found = contrasts_of(material, {"model": guessed(material.labels)}, ("song", material.segments), n=0)
    assert contrast_lines(found) == [
        "Whether these can be told apart cannot be answered here (no test was made): "
        "red and green; red and blue; green and blue."
    ]


def test_a_row_that_a_channel_does_not_have_is_absent_and_not_zero(material: Material) -> None:
    for vectors in channel_vectors(material).values():
        assert np.isnan(vectors[-ROWS_A_SONG:]).all()
        assert np.isfinite(vectors[:-ROWS_A_SONG]).all()


def test_a_material_without_words_has_no_words(material: Material) -> None:
    silent = Bank(("1 2", "? !"), np.array([0, 1] * N_SONGS), "tfidf")
    bare = Material("color", material.labels, material.segments, "person", (), silent, {}, {}, {})
    assert channel_vectors(bare) == {}
