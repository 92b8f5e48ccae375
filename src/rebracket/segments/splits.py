"""Splits, made once from labels and groups, and obeyed everywhere.

Songs are held out. A split by rows exists only beside it, to show what it hides, and is named so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rebracket.segments.folds import deal_songs

__all__ = ["Split", "make_splits"]

_FITS = 15  # folds x repeats: enough for a corrected resampled t interval, few enough to be quick
_MAX_FOLDS = 5


@dataclass(frozen=True, eq=False)
class Split:
    """Which fold tests which row, once a repeat.

    Args:
        protocol: ``songs`` or ``rows``.
        leaky: true where rows of one song may be on both sides.
        k: number of folds.
        folds: [R, N] fold of each row in the dataset's order; -1 for rows that take no part. Rows
            whose own label is masked or set aside may have one, their song's.
        set_aside: classes with a single song, which cannot be held out and learned at once.
        undefined: why the protocol cannot be run; None where it can.
    """

    protocol: str
    leaky: bool
    k: int
    folds: np.ndarray
    set_aside: dict[str, int] = field(default_factory=dict)
    undefined: str | None = None

    def as_dict(self, songs: Sequence[str]) -> dict[str, Any]:
        """Plain data: folds by song where songs are held out, else by row."""
        folds: list[Any] = self.folds.tolist()
        if not self.leaky:
            of_songs = [dict(zip(songs, repeat, strict=True)) for repeat in folds]
            folds = [{song: fold for song, fold in repeat.items() if fold >= 0} for repeat in of_songs]
        return {
            "unit": "row" if self.leaky else "song",
            "leaky": self.leaky,
            "k": self.k,
            "folds": folds,
            "set_aside": self.set_aside,
            "undefined": self.undefined,
        }

    @classmethod
    def from_dict(cls, protocol: str, content: dict[str, Any], songs: Sequence[str]) -> Split:
        """The split that ``as_dict`` gave, for rows of these songs."""
        repeats = content["folds"]
        if not content["leaky"]:
            repeats = [[fold.get(song, -1) for song in songs] for fold in repeats]
        folds = np.array(repeats, dtype=int).reshape(len(repeats), len(songs))
        rest = (content["set_aside"], content["undefined"])
        return cls(protocol, content["leaky"], content["k"], folds, *rest)


def make_splits(songs: Sequence[str], labels: Sequence[str | None], seed: int = 0) -> dict[str, Split]:
    """Both protocols for one target.

    Args:
        songs: [N] song of each row.
        labels: [N] label of each row, None where the target is masked; rows of one song may differ.
        seed: of the shuffles.

    Returns:
        ``songs`` (repeated stratified k-fold over songs, k = min(5, songs of the smallest class))
        and ``rows`` (k-fold over rows, leaky).
    """
    carriers: dict[str, set[str]] = defaultdict(set)
    for song, label in zip(songs, labels, strict=True):
        if label is not None:
            carriers[label].add(song)
    set_aside = {name: len(held) for name, held in sorted(carriers.items()) if len(held) < 2}
    kept = {name: held for name, held in carriers.items() if name not in set_aside}
    if len(kept) < 2:
        n_songs = len(set().union(*carriers.values()))
        why = f"needs two classes with two songs each; has {len(kept)} ({n_songs} labeled songs)"
        nothing = np.full((0, len(songs)), -1)
        return {p: Split(p, p == "rows", 0, nothing, set_aside, why) for p in ("songs", "rows")}
    k = min(_MAX_FOLDS, *(len(held) for held in kept.values()))
    of_songs = _song_folds(kept, k, round(_FITS / k), seed)
    song_folds = np.array([[fold.get(song, -1) for song in songs] for fold in of_songs])
    taking_part = np.array([label in kept for label in labels])
    n_rows = int(taking_part.sum())
    k_rows = min(_MAX_FOLDS, n_rows)
    rows = np.full((1, len(songs)), -1)
    rows[0, taking_part] = np.random.default_rng(seed).permutation(np.arange(n_rows) % k_rows)
    return {
        "songs": Split("songs", False, k, song_folds, set_aside),
        "rows": Split("rows", True, k_rows, rows, set_aside),
    }


def _song_folds(carriers: dict[str, set[str]], k: int, repeats: int, seed: int) -> list[dict[str, int]]:
    """Folds over songs as samples, so that no fold is empty and every class is dealt evenly."""
    classes: dict[str, set[str]] = defaultdict(set)
    for name, held in carriers.items():
        for song in held:
            classes[song].add(name)
    frozen = {song: frozenset(names) for song, names in classes.items()}
    return [deal_songs(frozen, k, (seed, repeat)) for repeat in range(repeats)]
