"""Dealing songs that have several classes."""

from __future__ import annotations

from collections import Counter

import numpy as np

from rebracket.segments.folds import deal_songs


def _drawn(seed: int, n_songs: int = 40) -> dict[str, frozenset[str]]:
    """Songs with one to four of six classes, the first class in nearly all, the last in few."""
    rng = np.random.default_rng(seed)
    shares = (0.95, 0.6, 0.5, 0.3, 0.25, 0.2)
    return {
        f"song {i}": frozenset(f"c{j}" for j, p in enumerate(shares) if rng.random() < p)
        | {"c0" if i % 7 else "c1"}
        for i in range(n_songs)
    }


def test_classes_are_spread_far_more_evenly_than_by_chance() -> None:
    dealt, by_chance = [], []
    for seed in range(20):
        classes = _drawn(seed)
        folds = deal_songs(classes, 5, (seed, 0))
        rng = np.random.default_rng(seed)
        chance = dict(zip(classes, rng.permutation(np.arange(len(classes)) % 5).tolist(), strict=True))
        dealt.append(_unevenness(classes, folds))
        by_chance.append(_unevenness(classes, chance))
    assert np.mean(dealt) < 0.5 * np.mean(by_chance)


def _unevenness(classes: dict[str, frozenset[str]], folds: dict[str, int]) -> float:
    """Mean over the classes of the largest difference between folds, in songs."""
    counts = {name: Counter(dict.fromkeys(range(5), 0)) for name in set().union(*classes.values())}
    for song, names in classes.items():
        for name in names:
            counts[name][folds[song]] += 1
    return float(np.mean([max(count.values()) - min(count.values()) for count in counts.values()]))


def test_every_song_is_dealt_once() -> None:
    classes = _drawn(1)
    folds = deal_songs(classes, 4, (0, 0))
    assert set(folds) == set(classes)
    assert set(folds.values()) == {0, 1, 2, 3}


def test_the_rarest_class_is_in_every_fold() -> None:
    for seed in range(20):
        classes = {song: names - {"c5"} for song, names in _drawn(seed).items()}
        rare = [*classes][:5]
        classes |= {song: classes[song] | {"rare"} for song in rare}
        folds = deal_songs(classes, 5, (seed, 0))
        assert {folds[song] for song in rare} == set(range(5))


def test_of_equal_folds_a_song_goes_where_its_other_classes_lack() -> None:
    # Four songs share a class, and each is one of two songs of a rarer class, which is dealt first.
    names = {f"{rare}{i}": {rare, "shared"} if i else {rare} for rare in "pqrs" for i in (0, 1)}
    classes = {song: frozenset(held) for song, held in names.items()}
    for seed in range(20):
        folds = deal_songs(classes, 2, (seed, 0))
        assert list(Counter(folds[song] for song in classes if song[1] == "1").values()) == [2, 2]
