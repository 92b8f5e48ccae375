"""Whether the axes of the ontology are directions: colors that share a mode are nearer, and axes cross.

Directions are differences of means, the concept activation vectors (Kim et al., 2018) of the classifier that
takes the nearest mean. Products of two directions are of different songs throughout.

An axis is tested alone. Where k axes are equally strong, k labelings are equally good, so that p of one is
not below k in the number of distinct ones; that they add up is tested by sums of colors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from rebracket.explain.geometry.claims import Claim
from rebracket.explain.geometry.songs import Array, squared_distances
from rebracket.ontology import Ontology

__all__ = ["Design", "axis_claims", "cosines_of", "designs_of", "pair_claims", "right_colors"]

_LEAST_LENGTH = 0.1  # of a direction, in parts of what colors differ by: below it a cosine is noise
_ZERO = 1e-9


@dataclass(frozen=True, eq=False)
class Design:
    """An axis as the colors have it.

    Args:
        axis: its name.
        modes: the M modes that these colors have.
        colors: the c colors that have any.
        shares: [c, M] how much of each mode a color has: 1, or equal parts of several.
    """

    axis: str
    modes: tuple[str, ...]
    colors: tuple[str, ...]
    shares: Array

    @property
    def sameness(self) -> Array:
        """[c, c] how much of a mode two colors share; 0 of a color with itself."""
        shared = self.shares @ self.shares.T
        np.fill_diagonal(shared, 0.0)
        return shared

    @property
    def single(self) -> Design:
        """The same of the colors that have one mode only."""
        kept = np.flatnonzero(self.shares.max(axis=1, initial=0.0) == 1)
        return replace(self, colors=tuple(self.colors[i] for i in kept), shares=self.shares[kept])

    @property
    def partition(self) -> tuple[tuple[str, ...], bytes]:
        """Equal for axes that put the same colors together, whatever modes are called."""
        return self.colors, np.round(self.sameness, 9).tobytes()


def designs_of(ontology: Ontology, colors: Sequence[str]) -> list[Design]:
    """Each axis as these colors have it, in the order of the ontology."""
    found = []
    for axis, modes in ontology.axes.items():
        of_color = {name: ontology.colors[name].modes.get(axis, ()) for name in colors}
        having = tuple(name for name in colors if of_color[name])
        used = tuple(mode for mode in modes if any(mode in of_color[name] for name in having))
        shares = np.array(
            [[(mode in of_color[name]) / len(of_color[name]) for mode in used] for name in having]
        )
        found.append(Design(axis, used, having, shares.reshape(len(having), len(used))))
    return found


def axis_claims(design: Design) -> list[Claim]:
    """That colors with a common mode are nearer, and that the mode of a color can be told from the others."""
    axis, form = design.axis, (design.sameness[None],)
    nearer = f"Are colors of one {axis} mode nearer than others?"
    told = f"Does the nearest {axis} mode of the other colors tell that of a color left out?"
    pairs = design.sameness[np.triu_indices(len(design.colors), 1)]
    if len(pairs) < 2 or np.ptp(pairs) < _ZERO:
        why = "no two colors share a mode and two do not, so nothing could be nearer"
        return [Claim(f"{name}-{axis}", q, undefined=why) for name, q in (("axis", nearer), ("probe", told))]
    claims = [Claim(f"axis-{axis}", nearer, design.colors, partial(_nearer, design), form)]
    single = design.single
    if not _left(single):
        why = "no two modes of which one is on two colors, each with that mode alone"
        return [*claims, Claim(f"probe-{axis}", told, undefined=why)]
    form = (single.sameness[None],)
    return [*claims, Claim(f"probe-{axis}", told, single.colors, partial(_margin, single), form)]


def _nearer(design: Design, grams: Array) -> Array:
    """[B] by how much squared distances fall with a shared mode: a regression over the pairs of colors."""
    rows, columns = np.triu_indices(len(design.colors), 1)
    same = design.sameness[rows, columns]
    centered = same - same.mean()
    return np.asarray(-(squared_distances(grams)[:, rows, columns] @ centered) / (centered @ centered))


def _left(single: Design) -> list[int]:
    """Colors whose mode another color has too; none where all colors have one mode."""
    held = single.shares.sum(axis=0)
    if (held > 0).sum() < 2:
        return []
    return [color for color, own in enumerate(single.shares.argmax(axis=1).tolist()) if held[own] > 1]


def _nearness(single: Design, grams: Array) -> tuple[Array, npt.NDArray[np.intp]]:
    """[B, k, M] how near each of k left colors is to the means of the modes of the others, up to a constant
    of the color, and [k] the number of the right mode."""
    left = _left(single)
    near = np.full((len(grams), len(left), len(single.modes)), -np.inf)
    for place, color in enumerate(left):
        others = single.shares.copy()
        others[color] = 0.0
        counts = others.sum(axis=0)
        means = others[:, counts > 0] / counts[counts > 0]
        own = np.einsum("cm,bcd,dm->bm", means, grams, means)
        near[:, place, counts > 0] = grams[:, color] @ means - own / 2
    return near, single.shares.argmax(axis=1)[left]


def _margin(single: Design, grams: Array) -> Array:
    """[B] how much nearer the right mode is than the nearest wrong one, over colors."""
    near, right = _nearness(single, grams)
    own = near[:, np.arange(len(right)), right]
    wrong = near.copy()
    wrong[:, np.arange(len(right)), right] = -np.inf
    return np.asarray((own - wrong.max(axis=2)).mean(axis=1))


def right_colors(single: Design, gram: Array) -> tuple[int, int]:
    """Of the colors of one mode, how many are nearest to their own when left out, and of how many."""
    near, right = _nearness(single, gram[None])
    return int((near[0].argmax(axis=1) == right).sum()), len(right)


def pair_claims(one: Design, other: Design) -> list[Claim]:
    """That two axes share directions, and that they do not, each against labelings of the same colors."""
    name = f"{one.axis}-{other.axis}"
    questions = {
        f"aligned-{name}": f"Do {one.axis} and {other.axis} share directions?",
        f"crossed-{name}": f"Are {one.axis} and {other.axis} more orthogonal than labelings by chance?",
    }
    both = tuple(color for color in one.colors if color in other.colors)
    mine, theirs = _on(one, both), _on(other, both)
    why = _entangled(mine, theirs)
    if why:
        return [Claim(name, question, undefined=why) for name, question in questions.items()]
    first, second = _directions(mine, theirs)
    parts = first.T @ first, second.T @ second
    forms = (np.stack(parts), np.stack(parts[::-1]))
    aligned, crossed = (
        partial(_overlap, first, second, 1.0),
        partial(_overlap, first, second, -1.0),
    )
    return [
        Claim(name, question, both, score, forms)
        for (name, question), score in zip(questions.items(), (aligned, crossed), strict=True)
    ]


def cosines_of(
    one: Design, other: Design, colors: Sequence[str], grams: Array
) -> tuple[tuple[str, ...], tuple[str, ...], Array] | None:
    """Cosines of the directions of two axes, one for each pair of modes.

    Args:
        colors: ids of the C colors.
        grams: [B, C, C].

    Returns:
        The modes of either and [B, M, M']; None where the axes cannot be told apart.
    """
    both = tuple(color for color in one.colors if color in other.colors)
    mine, theirs = _on(one, both), _on(other, both)
    if _entangled(mine, theirs):
        return None
    places = [list(colors).index(color) for color in both]
    own = grams[:, places][:, :, places]
    first, second = _directions(mine, theirs)
    lengths = [_squared_lengths(rows, own) for rows in (first, second)]
    scale = np.sqrt(lengths[0][:, :, None] * lengths[1][:, None, :])
    names = [tuple(m for m, kept in zip(d.modes, _used(d, both), strict=True) if kept) for d in (one, other)]
    return names[0], names[1], np.asarray(first @ own @ second.T / scale)


def _used(design: Design, colors: Sequence[str]) -> npt.NDArray[np.bool_]:
    """[M] which modes occur among these colors."""
    rows = [design.colors.index(color) for color in colors]
    return np.asarray(design.shares[rows].any(axis=0))


def _on(design: Design, colors: Sequence[str]) -> Array:
    """[c, M] shares of these colors in the modes that occur among them."""
    shares = design.shares[[design.colors.index(color) for color in colors]]
    return shares[:, _used(design, colors)]


def _entangled(one: Array, other: Array) -> str | None:
    """Why effects of two axes cannot be told apart; None where they can."""
    if min(one.shape + other.shape) < 2:
        return "fewer than two colors or modes have both axes"
    columns = np.hstack([np.ones((len(one), 1)), one, other])
    wanted = one.shape[1] + other.shape[1] - 1
    if np.linalg.matrix_rank(columns) < wanted:
        return f"on {len(one)} colors the modes of both go together: two measurements of one partition"
    return None


def _directions(one: Array, other: Array) -> tuple[Array, Array]:
    """[M, c] each: what makes of colors' means the effect of each mode with the other axis held fixed,
    less the mean of the modes; by least squares, so that colors of one kind weigh nothing twice."""
    columns = np.hstack([np.ones((len(one), 1)), one, other])
    effects = np.linalg.pinv(columns)[1:]
    first, second = effects[: one.shape[1]], effects[one.shape[1] :]
    return first - first.mean(axis=0), second - second.mean(axis=0)


def _overlap(first: Array, second: Array, sign: float, grams: Array) -> Array:
    """[B] signed overlap of two sets of directions: root mean square of their cosines, weighed by length.

    0 where all are orthogonal.
    """
    lengths = [_squared_lengths(rows, grams).sum(axis=1) for rows in (first, second)]
    crossing = ((first @ grams @ second.T) ** 2).sum(axis=(1, 2))
    return np.asarray(sign * np.sqrt(crossing / (lengths[0] * lengths[1])))


def _squared_lengths(directions: Array, grams: Array) -> Array:
    """[B, M] unbiased; what noise takes below a tenth of what colors differ by counts as that."""
    count = grams.shape[-1]
    scale = squared_distances(grams).sum(axis=(1, 2)) / (2 * count * (count - 1))
    floor = _LEAST_LENGTH * np.outer(np.maximum(scale, _ZERO), (directions**2).sum(axis=1))
    return np.maximum(np.einsum("mc,bcd,md->bm", directions, grams, directions), floor)
