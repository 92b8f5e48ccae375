"""Splits, made once from labels and groups, and obeyed everywhere.

Songs are held out. A split by rows or by segments exists only beside it, to show what it hides, and is
named so; one that leaves out whole albums or colors says what songs of the same album cannot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.segments.folds import deal_songs
from rebracket.segments.split import Split

__all__ = ["LEAKY", "NO_MODES", "Label", "make_splits"]

Label = str | tuple[str, ...] | None
_FITS = 15  # folds x repeats: enough for a corrected resampled t interval, few enough to be quick
_MAX_FOLDS = 5
_NONE_OF_THEM = ("",)  # how a row with labels, but none of them, is dealt
_UNITS = {"rows": "row", "segments": "segment", "songs": "song", "albums": "album", "modes": "color"}
LEAKY = ("rows", "segments")
"""Protocols that have rows of one song on both sides."""
_WHOLE = {"albums": "album", "modes": "color"}
NO_MODES = "only a target that is a mode of a color can be predicted from other colors"


def make_splits(
    songs: Sequence[str],
    labels: Sequence[Label],
    seed: int = 0,
    *,
    segments: Sequence[str] | None = None,
    albums: Sequence[str] | None = None,
    groups: Mapping[str, str] | None = None,
    modes: Sequence[str | None] | None = None,
) -> dict[str, Split]:
    """Every protocol that the given groups allow, for one target.

    Args:
        songs: [N] song of each row.
        labels: [N] label of each row, or all its labels where it may have several; None where the
            target is masked. Rows of one song may differ.
        seed: of the shuffles.
        segments: [N] segment of each row.
        albums: [N] album of each row.
        groups: what stays together with each song, as near-duplicates must; by default each by itself.
        modes: [N] color of each row, where the target is a mode of the color.

    Returns:
        ``songs`` (repeated stratified k-fold over songs, k = min(5, songs of the smallest class)) and
        ``rows`` (k-fold over rows, leaky); with ``segments`` the same over segments, leaky too; with
        ``albums`` also ``albums`` and ``modes``, which leave one album or one color out.
    """
    whole = [(groups or {}).get(song, song) for song in songs]
    names = [(label,) if isinstance(label, str) else label for label in labels]
    carriers = _carriers(whole, names)
    set_aside = {name: len(held) for name, held in sorted(carriers.items()) if len(held) < 2}
    kept = [name for name in sorted(carriers) if name not in set_aside]
    wanted = ["songs", "rows"]
    wanted += ["segments"] if segments is not None else []
    wanted += ["albums", "modes"] if albums is not None else []
    if len(kept) < 2:
        n_songs = len({song for song, label in zip(songs, labels, strict=True) if label is not None})
        why = f"needs two classes with two songs each; has {len(kept)} ({n_songs} labeled songs)"
        return {protocol: _undefined(protocol, len(songs), set_aside, why) for protocol in wanted}
    dealing = _Dealing(whole, names, frozenset(kept), seed, set_aside)
    made = {"songs": dealing.songs(), "rows": dealing.leaky("rows", range(len(songs)))}
    if segments is not None:
        made["segments"] = dealing.leaky("segments", segments)
    if albums is not None:
        made["albums"] = dealing.leaving_out("albums", albums)
        made["modes"] = dealing.leaving_out("modes", modes)
    return made


def _carriers(whole: Sequence[str], names: Sequence[tuple[str, ...] | None]) -> dict[str, set[str]]:
    """The songs, or groups of songs, that have each class."""
    carriers: dict[str, set[str]] = defaultdict(set)
    for song, own in zip(whole, names, strict=True):
        for name in own or ():
            carriers[name].add(song)
    return carriers


def _undefined(protocol: str, n_rows: int, set_aside: dict[str, int], why: str) -> Split:
    nothing = np.full((0, n_rows), -1)
    return Split(protocol, protocol in LEAKY, 0, nothing, set_aside, why, _UNITS[protocol])


@dataclass(frozen=True)
class _Dealing:
    """The rows of a target that can be split; ``whole`` is what of songs stays together."""

    whole: list[str]
    names: list[tuple[str, ...] | None]
    kept: frozenset[str]
    seed: int
    set_aside: dict[str, int]

    def songs(self) -> Split:
        """Folds over songs as samples, so that no fold is empty and every class is dealt evenly."""
        classes: dict[str, set[str]] = defaultdict(set)
        for song, own in zip(self.whole, self.names, strict=True):
            if own is not None and self._takes_part(own):
                classes[song].update(set(own or _NONE_OF_THEM) - set(self.set_aside))
        k = min(_MAX_FOLDS, *(len(held) for held in self._kept_carriers().values()))
        frozen = {song: frozenset(names) for song, names in classes.items()}
        dealt = [deal_songs(frozen, k, (self.seed, repeat)) for repeat in range(round(_FITS / k))]
        folds = np.array([[fold.get(song, -1) for song in self.whole] for fold in dealt])
        return self._split("songs", k, folds)

    def leaky(self, protocol: str, units: Sequence[object]) -> Split:
        """Folds over rows or segments, whatever song they are of."""
        taking_part = np.array([own is not None and self._takes_part(own) for own in self.names])
        place = {unit: number for number, unit in enumerate(dict.fromkeys(units))}
        unit = np.array([place[name] for name in units])
        present, of_rows = np.unique(unit[taking_part], return_inverse=True)
        k = min(_MAX_FOLDS, len(present))
        if k < 2:
            return _undefined(protocol, len(unit), self.set_aside, f"has {len(present)} {protocol}")
        dealt = np.random.default_rng(self.seed).permutation(np.arange(len(present)) % k)
        folds = np.full((1, len(unit)), -1)
        folds[0, taking_part] = dealt[of_rows]
        return self._split(protocol, k, folds)

    def leaving_out(self, protocol: str, units: Sequence[str | None] | None) -> Split:
        """One fold an album or a color; undefined where a class is one, and so never learned."""
        n_rows, noun = len(self.whole), _WHOLE[protocol]
        if units is None:
            return _undefined(protocol, n_rows, self.set_aside, NO_MODES)
        together = _joined(self.whole, units)
        held: dict[str, set[str]] = defaultdict(set)
        for unit, own in zip(together, self.names, strict=True):
            if unit is not None:
                for name in self.kept.intersection(own or ()):
                    held[name].add(unit)
        if all(len(found) == 1 for found in held.values()):
            why = (
                f"every class is on one {noun} only, so the class of the {noun} left out is never in training"
            )
            return _undefined(protocol, n_rows, self.set_aside, why)
        number = {unit: fold for fold, unit in enumerate(sorted(set().union(*held.values())))}
        folds = np.array([[-1 if unit is None else number.get(unit, -1) for unit in together]])
        return self._split(protocol, len(number), folds)

    def _takes_part(self, own: tuple[str, ...]) -> bool:
        """Whether a row has a class that can be held out, or none of the labels it might have."""
        return not own or not self.kept.isdisjoint(own)

    def _kept_carriers(self) -> dict[str, set[str]]:
        return {n: held for n, held in _carriers(self.whole, self.names).items() if n in self.kept}

    def _split(self, protocol: str, k: int, folds: np.ndarray) -> Split:
        return Split(protocol, protocol in LEAKY, k, folds, self.set_aside, unit=_UNITS[protocol])


def _joined(whole: Sequence[str], units: Sequence[str | None]) -> list[str | None]:
    """The unit of each row; units that share a song or a group of songs are one, the first of them."""
    first: dict[str, str] = {}
    leader: dict[str, str] = {}

    def find(unit: str) -> str:
        while leader.setdefault(unit, unit) != unit:
            unit = leader[unit]
        return unit

    for song, unit in zip(whole, units, strict=True):
        if unit is not None:
            one, other = sorted((find(first.setdefault(song, unit)), find(unit)))
            leader[other] = one
    return [None if unit is None else find(unit) for unit in units]
