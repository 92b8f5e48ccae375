"""The search itself: the same steps on all songs, on some of them, and on data with nothing in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rebracket.core import Interval
from rebracket.explain.embeddings.columns import Columns
from rebracket.explain.emergent.finding import FINDERS, Sets
from rebracket.explain.emergent.naming import contrasts, examples, typical_words
from rebracket.explain.emergent.pattern import Pattern
from rebracket.explain.emergent.residual import Array, Index, Left, components_of, design_of, residual
from rebracket.explain.emergent.stability import NULLS, Null, null_of, stabilities

__all__ = ["About", "Search", "Settings"]

_LEVEL = 0.9


@dataclass(frozen=True)
class Settings:
    """How is looked for what.

    Args:
        finder: ``clusters`` or ``dictionary``.
        components: most directions of what is left that are looked at.
        resamples: of songs, behind the stability of each set.
        draws: of nothing, of each kind; 19 are the fewest that can give a p of 0.05.
        draw_resamples: of songs of each draw.
        seed: of all that is drawn.
    """

    finder: str = "clusters"
    components: int = 5
    resamples: int = 40
    draws: int = 19
    draw_resamples: int = 8
    seed: int = 0


@dataclass(frozen=True, eq=False)
class About:
    """What segments can be named by, and what is taken out of their vectors; one entry a segment.

    Args:
        beyond: groupings of the columns that are taken out; all unless given.
        production: by name numbers that are taken out, None where unknown.
        texts: the words of each.
        numbers: by name numbers of each, such as of its notes; NaN where unknown.
        stems: names of the stems that sound in each.
    """

    beyond: Sequence[str] | None = None
    production: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    texts: Sequence[str] = ()
    numbers: Mapping[str, Sequence[float]] = field(default_factory=dict)
    stems: Sequence[Sequence[str]] = ()

    def taken(self, places: Index) -> About:
        """What is known of the segments at some places."""
        return About(
            self.beyond,
            {name: [part[i] for i in places] for name, part in self.production.items()},
            [self.texts[i] for i in places] if len(self.texts) else (),
            {name: [part[i] for i in places] for name, part in self.numbers.items()},
            [self.stems[i] for i in places] if len(self.stems) else (),
        )


class Search:
    """Segments with their vectors [n, D], in the order of their ids, and what is to be taken out of them."""

    def __init__(self, values: Array, columns: Columns, about: About, settings: Settings) -> None:
        self._values, self._columns, self._about, self._settings = values, columns, about, settings
        self.songs: Index = np.unique(columns.songs, return_inverse=True)[1]
        beyond = tuple(columns.groupings) if about.beyond is None else tuple(about.beyond)
        self.taken_out = (*beyond, *about.production)
        taken = {name: columns.groupings[name] for name in beyond}
        self._design = design_of(taken, about.production, len(columns))

    @cached_property
    def left(self) -> Left:
        """What is left of all."""
        return residual(self._values, self._design, self.songs)

    @cached_property
    def points(self) -> Array:
        """[n, d] the directions of it that are looked at."""
        return components_of(self.left.values, self._settings.components)

    def among(self, rows: Index, values: Array | None = None) -> Sets:
        """The sets among some rows: taken out, turned and looked for anew, as if there were no others.

        Args:
            rows: [m].
            values: [n, D] to look at in place of the vectors.
        """
        songs = np.unique(self.songs[rows], return_inverse=True)[1]
        looked_at = self._values if values is None else values
        left = residual(looked_at[rows], self._design[rows], songs)
        points = components_of(left.values, self._settings.components)
        return FINDERS[self._settings.finder](points, self._settings.seed)

    def weighed(
        self, found: Sets, progress: Callable[[int, int], None]
    ) -> tuple[tuple[Pattern, ...], tuple[Null, ...]]:
        """The sets as patterns, the most stable first, and what came out of nothing."""
        chosen = self._settings
        steps = 1 + len(NULLS)
        rng = np.random.default_rng((chosen.seed, 1))
        shares = stabilities(found, self.among, self.songs, chosen.resamples, rng)
        progress(1, steps)
        nulls = []
        for number, name in enumerate(NULLS):
            rng = np.random.default_rng((chosen.seed, 2 + number))
            nulls.append(self._null(name, rng))
            progress(2 + number, steps)
        patterns = [
            self._pattern(members, share, nulls) for members, share in zip(found, shares.T, strict=True)
        ]
        patterns.sort(key=lambda one: (-one.stability.value, one.members))
        return tuple(patterns), tuple(nulls)

    def _null(self, name: str, rng: np.random.Generator) -> Null:
        draws, resamples = self._settings.draws, self._settings.draw_resamples
        return null_of(name, self.left.values, self.songs, self.among, draws, resamples, rng)

    def _pattern(self, members: npt.NDArray[np.bool_], shares: Array, nulls: Sequence[Null]) -> Pattern:
        known = shares[~np.isnan(shares)]
        mean = float(known.mean()) if len(known) else 0.0
        low, high = np.quantile(known, ((1 - _LEVEL) / 2, (1 + _LEVEL) / 2)) if len(known) else (0.0, 0.0)
        counts = np.bincount(self.songs[members])
        ids = self._columns.ids
        return Pattern(
            members=tuple(ids[row] for row in np.flatnonzero(members).tolist()),
            n_songs=int((counts > 0).sum()),
            largest_share=float(counts.max() / counts.sum()),
            stability=Interval(mean, min(mean, float(low)), max(mean, float(high)), _LEVEL),
            n_resamples=len(known),
            p={null.name: null.p(mean) for null in nulls},
            words=typical_words(self._about.texts or [""] * len(ids), members, self.songs),
            numbers=contrasts(self._numbers, list(self._about.numbers), members, self.songs),
            stems=contrasts(self._stems[1], self._stems[0], members, self.songs, in_deviations=False),
            examples=tuple(ids[row] for row in examples(self.points, members, self.songs)),
        )

    @cached_property
    def _numbers(self) -> Array:
        """[n, F]."""
        rows = [np.asarray(part, dtype=np.float64) for part in self._about.numbers.values()]
        return np.column_stack([np.zeros((len(self._columns), 0)), *rows])

    @cached_property
    def _stems(self) -> tuple[list[str], Array]:
        """Names, and [n, names] 1 where a segment has one."""
        held = [set(stems) for stems in self._about.stems] or [set[str]()] * len(self._columns)
        names = sorted(set().union(*held))
        there = np.array([[name in own for name in names] for own in held], dtype=np.float64)
        return names, there.reshape(len(held), len(names))
