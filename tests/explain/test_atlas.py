"""The laws of the map: other songs only, order without effect, copies nearest, ends that differ."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.explain import Atlas, atlas


def catalogue(seed: int = 0, n_songs: int = 8, a_song: int = 5, width: int = 6) -> tuple:
    """Features leaning towards one of two classes, songs, classes, ids; ids not in the order of rows."""
    rng = np.random.default_rng(seed)
    songs = [f"song{index // a_song}" for index in range(n_songs * a_song)]
    classes = ["left" if int(song[4:]) % 2 else "right" for song in songs]
    features = rng.normal(size=(len(songs), width))
    features[:, 0] += [3.0 if name == "left" else -3.0 for name in classes]
    ids = [f"s{number:03d}" for number in rng.permutation(len(songs))]
    return features, songs, classes, ids


def permuted(found: Atlas, order: np.ndarray) -> dict[str, object]:
    """What a map of the rows in another order must be."""
    place = np.argsort(order)
    neighbours = found.neighbours[order]
    return {
        "xy": found.xy[order],
        "neighbours": np.where(neighbours < 0, -1, place[neighbours]),
        "typical": {name: place[index] for name, index in found.typical.items()},
        "astray": {name: place[index] for name, index in found.astray.items()},
    }


def test_no_neighbor_is_of_the_same_song() -> None:
    features, songs, classes, ids = catalogue()
    found = atlas(features, songs, classes, ids)
    assert (found.neighbours >= 0).all()
    for index, near in enumerate(found.neighbours):
        assert all(songs[other] != songs[index] for other in near)
        assert len(set(near)) == 5


def test_the_order_of_rows_changes_only_the_order_of_the_answer() -> None:
    features, songs, classes, ids = catalogue()
    found = atlas(features, songs, classes, ids)
    order = np.random.default_rng(1).permutation(len(ids))
    moved = atlas(
        features[order], [songs[i] for i in order], [classes[i] for i in order], [ids[i] for i in order]
    )
    expected = permuted(found, order)
    assert np.array_equal(moved.xy, expected["xy"])
    assert np.array_equal(moved.neighbours, expected["neighbours"])
    assert moved.typical == expected["typical"]
    assert moved.astray == expected["astray"]


def test_the_same_input_gives_the_same_map() -> None:
    first, again = atlas(*catalogue()), atlas(*catalogue())
    assert first.method == "t-SNE"
    assert first.xy.tobytes() == again.xy.tobytes()


def test_a_copy_in_another_song_is_nearest() -> None:
    features, songs, classes, ids = catalogue()
    features[37] = features[3]
    found = atlas(features, songs, classes, ids)
    assert found.neighbours[3, 0] == 37
    assert found.neighbours[37, 0] == 3


def test_neighbors_are_the_most_similar_ones() -> None:
    features, songs, classes, ids = catalogue(seed=4)
    found = atlas(features, songs, classes, ids)
    centered = features - features.mean(axis=0)
    units = centered / np.linalg.norm(centered, axis=1, keepdims=True)
    for index in range(len(ids)):
        similar = units @ units[index]
        others = [i for i in range(len(ids)) if songs[i] != songs[index]]
        best = sorted(others, key=lambda i, similar=similar: -similar[i])[:5]
        assert list(found.neighbours[index]) == best


def test_typicality_is_own_class_less_the_others_over_other_songs() -> None:
    features, songs, classes, ids = catalogue(seed=2)
    found = atlas(features, songs, classes, ids)
    centered = features - features.mean(axis=0)
    units = centered / np.linalg.norm(centered, axis=1, keepdims=True)
    similarity = units @ units.T
    for index in range(len(ids)):
        apart = [i for i in range(len(ids)) if songs[i] != songs[index]]
        own = np.mean([similarity[index, i] for i in apart if classes[i] == classes[index]])
        rest = np.mean([similarity[index, i] for i in apart if classes[i] != classes[index]])
        assert found.typicality[index] == pytest.approx(own - rest)


def test_typical_and_astray_are_the_two_ends() -> None:
    features, songs, classes, ids = catalogue()
    features[0] = features[5] * 2  # a segment of the one class that sounds like the other
    found = atlas(features, songs, classes, ids)
    for name in ("left", "right"):
        members = [i for i, label in enumerate(classes) if label == name]
        assert found.typical[name] == max(members, key=lambda i: found.typicality[i])
        assert found.astray[name] == min(members, key=lambda i: found.typicality[i])
    assert found.astray["right"] == 0


def test_ends_differ_even_where_all_segments_are_the_same() -> None:
    songs = ["a", "a", "b", "b"]
    found = atlas(np.ones((4, 3)), songs, ["x"] * 4, ["1", "2", "3", "4"])
    assert found.typical["x"] != found.astray["x"]


def test_a_class_of_one_song_has_no_ends() -> None:
    features, songs, classes, ids = catalogue()
    classes = ["alone" if song == "song0" else name for song, name in zip(songs, classes, strict=True)]
    found = atlas(features, songs, classes, ids)
    assert "alone" not in found.typical
    assert np.isnan(found.typicality[[i for i, name in enumerate(classes) if name == "alone"]]).all()


def test_segments_without_a_class_are_on_the_map_and_at_no_end() -> None:
    features, songs, classes, ids = catalogue()
    classes = [None if song == "song2" else name for song, name in zip(songs, classes, strict=True)]
    found = atlas(features, songs, classes, ids)
    unlabeled = {i for i, name in enumerate(classes) if name is None}
    assert np.isfinite(found.xy).all()
    assert not unlabeled & {*found.typical.values(), *found.astray.values()}
    assert np.isnan(found.typicality[list(unlabeled)]).all()


def test_fewer_neighbors_than_asked_are_padded() -> None:
    found = atlas(np.eye(3), ["a", "b", "b"], ["x", "x", "y"], ["1", "2", "3"])
    assert sorted(found.neighbours[0][:2]) == [1, 2]
    assert list(found.neighbours[0][2:]) == [-1, -1, -1]
    assert list(found.neighbours[1]) == [0, -1, -1, -1, -1]


@given(
    n=st.integers(0, 16),
    width=st.integers(1, 3),
    scale=st.sampled_from([0.0, 1e-12, 1.0, 1e9]),
    seed=st.integers(0, 9),
)
@settings(max_examples=40, deadline=None)
def test_any_catalogue_has_a_finite_map(n: int, width: int, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    songs = [f"song{i}" for i in rng.integers(0, 3, n)]
    classes = [f"class{i}" if i else None for i in rng.integers(0, 3, n)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = atlas(scale * rng.normal(size=(n, width)), songs, classes, [str(i) for i in range(n)])
    assert found.xy.shape == (n, 2)
    assert np.isfinite(found.xy).all()
    assert found.neighbours.shape == (n, 5)
    for index, near in enumerate(found.neighbours):
        assert all(songs[other] != songs[index] for other in near if other >= 0)


def test_the_widest_direction_lies_along_x() -> None:
    xy = atlas(*catalogue()).xy
    assert xy[:, 0].std() >= xy[:, 1].std()


@pytest.mark.parametrize(
    ("features", "ids", "message"),
    [
        (np.zeros((2, 2)), ["1"], "need"),
        (np.zeros(2), ["1", "2"], "need"),
        (np.zeros((2, 2)), ["1", "1"], "distinct"),
        (np.array([[np.nan, 0.0], [0.0, 1.0]]), ["1", "2"], "finite"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(features: np.ndarray, ids: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        atlas(features, ["a", "b"], ["x", "x"], ids)
