"""Laws of splits: songs stay whole, every class is in every fold that can have it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.segments import Split, make_splits

LAW = settings(deadline=None, max_examples=100)
Rows = list[tuple[str, str | None]]


@st.composite
def catalogues(draw: st.DrawFn, several: bool = False) -> Rows:
    """Rows of (song, label): one label a song and masked rows, or several labels a song."""
    n_classes = draw(st.integers(2, 4))
    sizes = draw(st.lists(st.integers(2, 8), min_size=n_classes, max_size=n_classes))
    sizes += [1] * draw(st.integers(0, 2))
    rows: Rows = []
    names = [f"class {name}" for name, size in enumerate(sizes) for _ in range(size)]
    for number, name in enumerate(draw(st.permutations(names))):
        labels: list[str | None] = [name, *draw(st.lists(st.none(), max_size=2))]
        if several:
            labels += draw(st.lists(st.sampled_from(names[: n_classes * 2]), max_size=2))
        rows += [(f"song {number:02d}", label) for label in labels]
    return [*rows, ("masked song", None)]


def _split(rows: Rows, seed: int = 0) -> dict[str, Split]:
    return make_splits([song for song, _ in rows], [label for _, label in rows], seed)


def _carriers(rows: Rows) -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for song, label in rows:
        if label is not None:
            held[label].add(song)
    return held


def _by_song(rows: Rows, folds: np.ndarray) -> dict[str, int]:
    return {song: int(fold) for (song, _), fold in zip(rows, folds, strict=True) if fold >= 0}


@LAW
@given(catalogues() | catalogues(several=True))
def test_no_song_is_on_both_sides(rows: Rows) -> None:
    split = _split(rows)["songs"]
    assert not split.leaky
    for repeat in split.folds:
        folds_of = defaultdict(set)
        for (song, _), fold in zip(rows, repeat, strict=True):
            folds_of[song].add(int(fold))
        assert all(len(folds) == 1 for folds in folds_of.values())
        assert folds_of["masked song"] == {-1}


@LAW
@given(catalogues() | catalogues(several=True))
def test_the_smallest_class_sets_the_number_of_folds_and_about_15_are_fitted(rows: Rows) -> None:
    split = _split(rows)["songs"]
    smallest = min(len(held) for held in _carriers(rows).values() if len(held) > 1)
    assert split.k == min(5, smallest)
    assert split.folds.shape == (round(15 / split.k), len(rows))
    assert all(set(repeat[repeat >= 0]) == set(range(split.k)) for repeat in split.folds)


@LAW
@given(catalogues())
def test_every_class_is_in_every_fold_and_evenly(rows: Rows) -> None:
    split = _split(rows)["songs"]
    for repeat in split.folds:
        of_song = _by_song(rows, repeat)
        for name, held in _carriers(rows).items():
            if name in split.set_aside:
                continue
            counts = Counter(of_song[song] for song in held)
            assert set(counts) == set(range(split.k))
            assert max(counts.values()) - min(counts.values()) <= 1
        sizes = Counter(of_song.values())
        assert max(sizes.values()) - min(sizes.values()) <= 1


@LAW
@given(catalogues() | catalogues(several=True))
def test_classes_of_a_single_song_are_set_aside_and_named(rows: Rows) -> None:
    splits = _split(rows)
    alone = {name: 1 for name, held in _carriers(rows).items() if len(held) == 1}
    assert splits["songs"].set_aside == splits["rows"].set_aside == alone
    for (_, label), fold in zip(rows, splits["rows"].folds[0], strict=True):
        assert (fold >= 0) == (label is not None and label not in alone)


@LAW
@given(catalogues() | catalogues(several=True))
def test_a_song_takes_part_where_one_of_its_classes_does(rows: Rows) -> None:
    split = _split(rows)["songs"]
    taking_part = {
        song for name, held in _carriers(rows).items() if name not in split.set_aside for song in held
    }
    assert all(set(_by_song(rows, repeat)) == taking_part for repeat in split.folds)


@LAW
@given(catalogues() | catalogues(several=True), st.integers(0, 5))
def test_a_split_survives_json(rows: Rows, seed: int) -> None:
    songs = [song for song, _ in rows]
    for name, split in _split(rows, seed).items():
        again = Split.from_dict(name, json.loads(json.dumps(split.as_dict(songs))), songs)
        assert np.array_equal(again.folds, split.folds)
        assert again.as_dict(songs) == split.as_dict(songs)
        assert (again.protocol, again.leaky, again.k) == (split.protocol, split.leaky, split.k)


@LAW
@given(catalogues() | catalogues(several=True), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_songs_does_not_matter(rows: Rows, random: object) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = _split(rows)["songs"], _split(shuffled)["songs"]
    for one, other in zip(first.folds, second.folds, strict=True):
        assert _by_song(rows, one) == _by_song(shuffled, other)


@LAW
@given(catalogues())
def test_rows_are_dealt_evenly_and_named_leaky(rows: Rows) -> None:
    split = _split(rows)["rows"]
    sizes = Counter(split.folds[0][split.folds[0] >= 0].tolist())
    assert split.leaky
    assert split.k == min(5, sum(sizes.values()))
    assert sorted(sizes) == list(range(split.k))
    assert max(sizes.values()) - min(sizes.values()) <= 1


def _plain(per_class: int, n_classes: int = 3) -> Rows:
    return [(f"song {i}", f"class {i % n_classes}") for i in range(per_class * n_classes) for _ in range(4)]


def test_the_same_seed_gives_the_same_folds_and_another_seed_others() -> None:
    first, again, other = (_split(_plain(8), seed)["songs"].folds for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len(np.unique(first, axis=0)) == len(first)


def test_seeds_do_not_share_repeats() -> None:
    zero, one = (_split(_plain(8), seed)["songs"].folds for seed in (0, 1))
    assert not any(np.array_equal(a, b) for a in zero for b in one)


def test_rows_of_one_song_leak_where_rows_are_split() -> None:
    rows = _plain(5)
    folds = _split(rows)["rows"].folds[0]
    of_song = defaultdict(set)
    for (song, _), fold in zip(rows, folds, strict=True):
        of_song[song].add(int(fold))
    assert max(len(found) for found in of_song.values()) > 1


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "0 (0 labeled songs)"),
        ([("a", None), ("b", None)], "0 (0 labeled songs)"),
        ([("a", "x"), ("b", "x"), ("c", None)], "1 (2 labeled songs)"),
        ([("a", "x"), ("b", "y")], "0 (2 labeled songs)"),
        ([("a", "x"), ("b", "x"), ("c", "y")], "1 (3 labeled songs)"),
    ],
)
def test_what_cannot_be_split_says_why(rows: Rows, why: str) -> None:
    for split in _split(rows).values():
        assert split.folds.shape == (0, len(rows))
        assert split.k == 0
        assert split.undefined == f"needs two classes with two songs each; has {why}"


def test_a_class_that_never_prevails_in_its_songs_can_be_held_out() -> None:
    # As with parts of the form: every song has more verses than bridges.
    labels = ["verse", "verse", "bridge", "verse"]
    rows: Rows = [(f"song {i}", label) for i in range(6) for label in labels]
    split = _split(rows)["songs"]
    assert split.undefined is None
    for repeat in split.folds:
        tested = {(int(fold), label) for (_, label), fold in zip(rows, repeat, strict=True)}
        assert tested == {(fold, label) for fold in range(5) for label in ("verse", "bridge")}


def test_a_song_with_a_class_of_its_own_is_held_out_for_its_other_classes() -> None:
    # As with players: a guest who plays most of one song.
    rows: Rows = [(f"song {i}", name) for i in range(4) for name in ("the artist", "Ada")]
    rows += [("song 0", "a guest")] * 5
    split = _split(rows)["songs"]
    assert split.set_aside == {"a guest": 1}
    assert all(set(_by_song(rows, repeat)) == {f"song {i}" for i in range(4)} for repeat in split.folds)


def test_two_songs_and_two_rows_a_class_are_enough() -> None:
    splits = _split([("a", "x"), ("b", "x"), ("c", "y"), ("d", "y")])
    assert (splits["songs"].k, splits["rows"].k) == (2, 4)
