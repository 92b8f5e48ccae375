"""Crossed classes can be told apart from albums, tied ones cannot, whatever albums are called."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.evaluation.identifiability import ALL, identifiability
from rebracket.evaluation.protocols import Labels

# (class, album) of each song
CATALOGUES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=2, max_size=20)


def labels_of(songs: list[tuple[int, int]], rows_a_song: int = 2) -> Labels:
    numbers, albums = np.repeat(np.array(songs), rows_a_song, axis=0).T
    names = np.repeat([f"s{n:02d}" for n in range(len(songs))], rows_a_song).astype(object)
    return Labels(("A", "B", "C", "D"), numbers, names, np.array([f"al{a}" for a in albums], dtype=object))


def _linked(songs: list[tuple[int, int]]) -> dict[int, set[int]]:
    """The classes that a chain of shared albums leads to, from each."""
    reach = {number: {number} for number, _ in songs}
    for _ in songs:
        for one, album in songs:
            for other, same in songs:
                if album == same:
                    reach[one] |= reach[other]
    return reach


@given(CATALOGUES)
def test_a_pair_is_told_apart_where_albums_link_it(songs: list[tuple[int, int]]) -> None:
    labels = labels_of(songs)
    (found,) = identifiability(labels, {"album": labels.albums})
    reach = _linked(songs)
    names = labels.classes
    expected = {(names[a], names[b]) for a in reach for b in reach[a] if a < b}
    assert set(found.told_apart) == expected
    assert len(found.told_apart) + len(found.tied) == len(reach) * (len(reach) - 1) // 2
    assert found.rank == found.of + 1 - len({frozenset(one) for one in reach.values()})


@given(CATALOGUES, st.permutations(range(5)))
def test_names_of_albums_and_rows_a_song_do_not_matter(songs: list, order: list[int]) -> None:
    labels, renamed = labels_of(songs), labels_of([(c, order[a]) for c, a in songs], rows_a_song=5)
    found, same = (identifiability(one, {"album": one.albums}) for one in (labels, renamed))
    assert found == same


@given(CATALOGUES, st.integers(0, 2**32 - 1))
def test_more_confounds_never_tell_more_apart(songs: list, seed: int) -> None:
    labels = labels_of(songs)
    batch = np.random.default_rng(seed).integers(0, 3, len(songs)).repeat(2)
    level_db = np.random.default_rng(seed).normal(size=2 * len(songs))
    confounds = {"album": labels.albums, "batch": batch, "level_db": level_db}
    *single, together = identifiability(labels, confounds)
    assert together.confound == ALL
    for one in single:
        assert set(together.told_apart) <= set(one.told_apart)
        assert together.rank <= one.rank


def test_tied_and_crossed_in_words() -> None:
    tied, crossed = (
        labels_of([(n, n) for n in range(4)] * 2),
        labels_of([(n, n % 2) for n in (0, 1, 2, 3)] * 2),
    )
    (found,) = identifiability(tied, {"album": tied.albums})
    assert (found.rank, found.of) == (0, 3)
    assert found.sentence("color").startswith("color cannot be told apart from album: no two classes")
    (found,) = identifiability(crossed, {"album": crossed.albums})
    assert found.sentence("color").endswith("between A and B, A and D, B and C, C and D")
    free = labels_of([(n, 0) for n in range(4)])
    (found,) = identifiability(free, {"album": free.albums})
    assert "can be told apart" in found.sentence("color")


def test_a_number_that_is_the_class_ties_it_and_noise_does_not() -> None:
    labels = labels_of([(n % 2, 0) for n in range(10)])
    exact, noise = identifiability(
        labels,
        {
            "level_db": 3.0 * labels.numbers,
            "noise_db": np.random.default_rng(0).normal(size=20),
        },
    )[:2]
    assert exact.tied == (("A", "B"),)
    assert noise.tied == ()


def test_a_label_that_varies_in_a_song_is_free_of_its_album() -> None:
    numbers = np.array([0, 1, 0, 1])
    songs, albums = np.array(["x", "x", "y", "y"], object), np.array(["1", "1", "2", "2"], object)
    (found,) = identifiability(Labels(("no", "yes"), numbers, songs, albums), {"album": albums})
    assert found.told_apart == (("no", "yes"),)
    assert found.n_songs == 2


@pytest.mark.parametrize("numbers", [[-1, -1], [0, 0], [0, -1]])
def test_where_there_are_no_two_classes_there_is_nothing_to_tell(numbers: list[int]) -> None:
    songs = np.array(["x", "y"], object)
    (found,) = identifiability(Labels(("no", "yes"), np.array(numbers), songs, songs), {"album": songs})
    assert (found.rank, found.of, found.tied) == (0, 0, ())
