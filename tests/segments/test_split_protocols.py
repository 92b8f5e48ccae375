"""Laws of the protocols beside songs: what stays whole stays whole, and what cannot be said is not."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebracket.segments import NO_MODES, Label, Split, make_splits

N_ROWS = 3  # a segment


def _catalogue(albums: dict[str, list[Label]]) -> dict[str, list[Any]]:
    """Two segments a song, one label a song."""
    columns: dict[str, list[Any]] = {"songs": [], "labels": [], "albums": [], "segments": []}
    for album, labels in albums.items():
        for number, label in enumerate(labels):
            for segment in range(2):
                song = f"{album}_{number}"
                row = (song, label, album, f"{song}-{segment}")
                for name, value in zip(columns, row, strict=True):
                    columns[name] += [value] * N_ROWS
    return columns


def _splits(columns: dict[str, list[Any]], **more: Any) -> dict[str, Split]:
    return make_splits(
        columns["songs"], columns["labels"], **{k: columns[k] for k in ("albums", "segments")}, **more
    )


CLASSES = st.sampled_from(["x", "y", "z"])
ALBUMS = st.dictionaries(st.sampled_from("abcd"), st.lists(CLASSES, min_size=1, max_size=5), min_size=2)


def _folds_by(units: list[Any], folds: np.ndarray) -> dict[str, set[int]]:
    found = defaultdict(set)
    for unit, fold in zip(units, folds.tolist(), strict=True):
        if fold >= 0:
            found[unit].add(fold)
    return found


@given(ALBUMS, st.integers(0, 3))
def test_what_stays_whole_is_in_one_fold(albums: dict[str, list[Label]], seed: int) -> None:
    columns = _catalogue(albums)
    splits = _splits(columns, seed=seed)
    for protocol, units in {"segments": "segments", "songs": "songs", "albums": "albums"}.items():
        for folds in splits[protocol].folds:
            assert all(len(found) == 1 for found in _folds_by(columns[units], folds).values())
    assert [name for name, split in splits.items() if split.leaky] == ["rows", "segments"]
    assert [split.unit for split in splits.values()] == ["song", "row", "segment", "album", "color"]


@given(ALBUMS)
def test_every_protocol_survives_json(albums: dict[str, list[Label]]) -> None:
    columns = _catalogue(albums)
    colors = [
        name if label != "z" else None
        for name, label in zip(columns["albums"], columns["labels"], strict=True)
    ]
    for name, split in _splits(columns, modes=colors).items():
        content = json.loads(json.dumps(split.as_dict(columns["songs"])))
        again = Split.from_dict(name, content, columns["songs"])
        assert np.array_equal(again.folds, split.folds)
        assert (again.unit, again.leaky, again.undefined) == (split.unit, split.leaky, split.undefined)


@given(ALBUMS, st.randoms(use_true_random=False))
def test_songs_of_one_group_never_cross(albums: dict[str, list[Label]], random: object) -> None:
    columns = _catalogue(albums)
    names = sorted(set(columns["songs"]))
    groups = {song: random.choice(names) for song in names}  # type: ignore[attr-defined]
    splits = _splits(columns, groups=groups)
    of_rows = [groups[song] for song in columns["songs"]]
    for protocol in ("songs", "albums"):
        for folds in splits[protocol].folds:
            assert all(len(found) == 1 for found in _folds_by(of_rows, folds).values())


def test_albums_are_left_out_one_by_one() -> None:
    columns = _catalogue({"a": ["x", "y"], "b": ["x", "y"], "c": ["x", "z", "z"]})
    split = _splits(columns)["albums"]
    assert (split.k, split.folds.shape[0], split.undefined) == (3, 1, None)
    assert _folds_by(columns["albums"], split.folds[0]) == {"a": {0}, "b": {1}, "c": {2}}


def test_albums_say_nothing_where_every_class_is_on_one_album() -> None:
    splits = _splits(_catalogue({"a": ["x", "x"], "b": ["y", "y"], "c": ["z", "z"]}))
    assert splits["albums"].undefined is not None
    assert (
        "one album only, so the class of the album left out is never in training"
        in splits["albums"].undefined
    )
    assert splits["songs"].undefined is None


def test_modes_are_predicted_from_other_colors() -> None:
    columns = _catalogue({"a": ["x", "x"], "b": ["x", "x"], "c": ["y", "y"], "d": ["y", "y"], "e": [None]})
    splits = _splits(columns, modes=columns["albums"])
    assert (splits["modes"].k, splits["modes"].undefined) == (4, None)
    assert "e" not in _folds_by(columns["albums"], splits["modes"].folds[0])
    assert _splits(columns)["modes"].undefined == NO_MODES
    alone = _catalogue({"a": ["x", "x"], "c": ["y", "y"]})
    assert "one color only" in str(_splits(alone, modes=alone["albums"])["modes"].undefined)


def test_several_labels_a_row_are_spread_together() -> None:
    songs = [f"s{i}" for i in range(12) for _ in range(2)]
    kinds: list[Label] = [("x",), ("x", "y"), ("y",), ()]
    labels = [kinds[i % 4] for i in range(12) for _ in range(2)]
    split = make_splits(songs, labels)["songs"]
    assert split.k == 5
    assert (split.folds >= 0).all()
    many = make_splits(songs * 5, labels * 5)["songs"]
    for folds in many.folds:
        for fold in range(many.k):
            names = {
                name for label, f in zip(labels, folds, strict=False) if f == fold for name in label or ()
            }
            assert names == {"x", "y"}


def test_near_duplicates_count_once_where_classes_are_too_small() -> None:
    columns = _catalogue({"a": ["x", "x"], "b": ["y", "y"]})
    groups = {"a_0": "a", "a_1": "a"}
    assert "has 1" in str(_splits(columns, groups=groups)["songs"].undefined)


@pytest.mark.parametrize("n_segments", [2, 7])
def test_segments_deal_about_evenly(n_segments: int) -> None:
    songs = ["a"] * n_segments + ["b"] * n_segments + ["c"] * n_segments + ["d"] * n_segments
    labels: list[Label] = ["x"] * (2 * n_segments) + ["y"] * (2 * n_segments)
    split = make_splits(songs, labels, segments=[f"{s}-{i}" for i, s in enumerate(songs)])["segments"]
    counts = np.bincount(split.folds[0])
    assert (split.k, split.leaky) == (5, True)
    assert counts.max() - counts.min() <= 1
