"""Which differences between classes a catalogue can show apart from what goes along with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.evaluation.protocols import Labels

__all__ = ["ALL", "Identifiability", "identifiability"]

ALL = "all of these together"
_TOLERANCE = 1e-8
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Identifiability:
    """How far a target can be told apart from one confound.

    Args:
        confound: its name, or ``ALL``.
        rank: dimensions of the target's contrasts that are estimable beside the confound.
        of: dimensions there are, the classes but one.
        told_apart: pairs of classes whose difference is estimable.
        tied: pairs whose difference is not: any of it can be the confound's.
        n_songs: songs that the ranks rest on.
    """

    confound: str
    rank: int
    of: int
    told_apart: tuple[tuple[str, str], ...]
    tied: tuple[tuple[str, str], ...]
    n_songs: int

    def sentence(self, target: str) -> str:
        """What that means, in words."""
        if not self.tied:
            return f"{target} can be told apart from {self.confound}, as far as {self.n_songs} songs go"
        if not self.told_apart:
            return (
                f"{target} cannot be told apart from {self.confound}: no two classes have songs that are "
                "alike in it, so whatever differs between them may be its doing"
            )
        pairs = [" and ".join(pair) for pair in self.tied[:_SHOWN]]
        more = f" and {len(self.tied) - _SHOWN} pairs more" if len(self.tied) > _SHOWN else ""
        return f"{target} cannot be told apart from {self.confound} between {', '.join(pairs)}{more}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be shown."""
        return {
            "confound": self.confound,
            "rank": self.rank,
            "of": self.of,
            "tied": [list(pair) for pair in self.tied],
            "n_songs": self.n_songs,
        }


def identifiability(labels: Labels, confounds: Mapping[str, npt.NDArray[Any]]) -> tuple[Identifiability, ...]:
    """The ranks of [target contrasts | confound], for each confound by itself and for all together.

    The difference of two classes is estimable beside a confound where it lies in the row space of the
    target's columns after the confound is taken out of them (Searle, 1971). A unit is a song, once for
    each class that it has.

    Args:
        labels: of N rows.
        confounds: [N] each. Numbers of float enter as they are, as one column and the mean of the song;
            anything else (ids, dates, whole numbers) as one column a value. Songs without a value count
            as having one value of their own.
    """
    units, classes = _units(labels)
    target = np.eye(len(labels.classes))[classes]
    present = np.unique(classes)
    blocks = {name: _columns(np.asarray(values), units) for name, values in confounds.items()}
    if len(blocks) > 1:
        blocks[ALL] = np.concatenate(list(blocks.values()), axis=1)
    n_songs = len({labels.songs[rows[0]] for rows in units})
    return tuple(_ranks(name, block, target, present, labels, n_songs) for name, block in blocks.items())


def _ranks(
    name: str,
    confound: npt.NDArray[np.float64],
    target: npt.NDArray[np.float64],
    present: npt.NDArray[np.intp],
    labels: Labels,
    n_songs: int,
) -> Identifiability:
    beside = np.concatenate([np.ones((len(target), 1)), confound], axis=1)
    left, sizes, _ = np.linalg.svd(beside, full_matrices=False)
    basis = left[:, sizes > _TOLERANCE * sizes.max(initial=1.0)]
    rest = target - basis @ (basis.T @ target)
    _, strengths, directions = np.linalg.svd(rest, full_matrices=False)
    space = directions[strengths > _TOLERANCE * np.sqrt(len(target))]
    told: list[tuple[str, str]] = []
    tied: list[tuple[str, str]] = []
    for a, b in combinations(present.tolist(), 2):
        contrast = np.zeros(len(labels.classes))
        contrast[[a, b]] = 1.0, -1.0
        lost = contrast - space.T @ (space @ contrast)
        pair = (labels.classes[a], labels.classes[b])
        (told if np.abs(lost).max() < 1e-6 else tied).append(pair)
    return Identifiability(name, len(space), max(len(present) - 1, 0), tuple(told), tuple(tied), n_songs)


def _units(labels: Labels) -> tuple[list[npt.NDArray[np.intp]], npt.NDArray[np.intp]]:
    """The rows of each unit, and its class; rows without a label have none."""
    held: dict[tuple[str, int], list[int]] = {}
    for row in np.flatnonzero(labels.numbers >= 0).tolist():
        of_row = (
            labels.numbers[[row]] if labels.indicators is None else np.flatnonzero(labels.indicators[row])
        )
        for number in of_row.tolist():
            held.setdefault((str(labels.songs[row]), int(number)), []).append(row)
    ordered = sorted(held)
    classes = np.array([number for _, number in ordered], dtype=np.intp)
    return [np.array(held[unit], dtype=np.intp) for unit in ordered], classes


def _columns(values: npt.NDArray[Any], units: list[npt.NDArray[np.intp]]) -> npt.NDArray[np.float64]:
    """[U, K]: what a confound says of each unit."""
    if values.dtype.kind == "f":
        own = [values[rows][np.isfinite(values[rows])] for rows in units]
        means = np.array([part.mean() if len(part) else np.nan for part in own])
        known = np.isfinite(means)
        spread = means[known].std() if known.any() else 0.0
        scaled = np.zeros(len(units))
        if spread > 0:
            scaled[known] = (means[known] - means[known].mean()) / spread
        return np.stack([scaled, (~known).astype(float)], axis=1)
    named = [sorted({str(value) for value in values[rows].tolist()}) for rows in units]
    names = sorted({name for one in named for name in one})
    return np.array([[name in one for name in names] for one in named], dtype=np.float64).reshape(
        len(units), len(names)
    )
