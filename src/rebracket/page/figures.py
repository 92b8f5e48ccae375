"""Figures as data, drawn once and shown by Plotly in a page and by matplotlib as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rebracket.page.captioned import Array, Captioned

__all__ = ["Array", "Bars", "Curves", "Figure", "Heat", "PianoRoll", "Plane", "Points"]


@dataclass(frozen=True, slots=True, eq=False)
class Bars(Captioned):
    """Named numbers, ``values`` [n] in ``unit``; ``low`` and ``high`` [n] are their intervals, if known.

    Raises:
        InputError: where lengths differ, a number is not finite, or an interval is upside down.
    """

    labels: tuple[str, ...]
    values: Array
    low: Array | None = None
    high: Array | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        self.check_caption()
        size = len(self.labels)
        self.set_numbers("values", (size,))
        self.expect((self.low is None) == (self.high is None), "found one of low and high, expected both")
        if self.low is not None:
            low, high = self.set_numbers("low", (size,)), self.set_numbers("high", (size,))
            self.expect(bool((low <= high).all()), "found a low above its high")


@dataclass(frozen=True, slots=True, eq=False)
class Heat(Captioned):
    """A table of numbers, ``values`` [rows, columns] in ``unit``.

    Raises:
        InputError: where the shape does not fit the names, or a number is not finite.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Array
    unit: str = ""

    def __post_init__(self) -> None:
        self.check_caption()
        self.set_numbers("values", (len(self.rows), len(self.columns)))


@dataclass(frozen=True, slots=True, eq=False)
class Points(Captioned):
    """Points ``xyz`` [n, 2 or 3] in groups, None for no group.

    ``texts`` are said on hover; ``moments`` name the sounds that play on click, one id a point ("" where
    nothing sounds), or none at all;
    ``hex_of`` gives groups their colors.

    Raises:
        InputError: where lengths differ, a place is not finite, or a color is not ``#RRGGBB``.
    """

    xyz: Array
    groups: tuple[str | None, ...]
    texts: tuple[str, ...]
    moments: tuple[str, ...] = ()
    hex_of: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.check_caption()
        xyz = self.set_numbers("xyz", (len(self.groups), None))
        self.expect(xyz.shape[1] in (2, 3), f"found {xyz.shape[1]} dimensions, expected 2 or 3")
        self.expect(len(self.texts) == len(xyz), f"found {len(self.texts)} texts for {len(xyz)} points")
        self.expect(
            len(self.moments) in (0, len(xyz)), f"found {len(self.moments)} moments for {len(xyz)} points"
        )
        self.check_hexes(self.hex_of)


@dataclass(frozen=True, slots=True, eq=False)
class Curves(Captioned):
    """Named lines [m] over a common ``x`` [m]; ``low`` and ``high`` are the bands of those that have one.

    Raises:
        InputError: where lengths differ, a number is not finite, or a band has no line or one side only.
    """

    x: Array
    x_label: str
    y_label: str
    lines: Mapping[str, Array]
    low: Mapping[str, Array] = field(default_factory=dict)
    high: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.check_caption()
        size = len(self.set_numbers("x", (None,)))
        for name in ("lines", "low", "high"):
            kept = {
                key: self.numbers(f"{name} {key!r}", y, (size,)) for key, y in getattr(self, name).items()
            }
            object.__setattr__(self, name, kept)
        self.expect(self.low.keys() == self.high.keys(), "found bands with one side, expected low and high")
        self.expect(self.low.keys() <= self.lines.keys(), "found a band without a line of its name")
        crossed = [name for name in self.low if (self.low[name] > self.high[name]).any()]
        self.expect(not crossed, f"found a low above its high in {crossed}")


@dataclass(frozen=True, slots=True, eq=False)
class PianoRoll(Captioned):
    """Notes with weights: ``onset_s``, ``end_s``, ``pitch`` (MIDI numbers), ``weight`` in [-1, 1], each [n].

    Raises:
        InputError: where lengths differ, a note ends before it begins, or a pitch or weight is out of range.
    """

    onset_s: Array
    end_s: Array
    pitch: Array
    weight: Array
    tracks: tuple[str, ...]

    def __post_init__(self) -> None:
        self.check_caption()
        size = len(self.tracks)
        onset_s, end_s = self.set_numbers("onset_s", (size,)), self.set_numbers("end_s", (size,))
        pitch, weight = self.set_numbers("pitch", (size,)), self.set_numbers("weight", (size,))
        self.expect(bool((onset_s <= end_s).all()), "found a note that ends before it begins")
        self.expect(bool(((pitch >= 0) & (pitch <= 127)).all()), "found a pitch outside 0 to 127")
        self.expect(bool((np.abs(weight) <= 1).all()), "found a weight outside -1 to 1")


@dataclass(frozen=True, slots=True, eq=False)
class Plane(Captioned):
    """A decision boundary: ``grid`` [h, w] of class numbers over ``extent`` (x0, x1, y0, y1), row 0 at y0.

    ``points`` [n, 2] have their classes; ``path`` [m, 2] is drawn from its first place to its last;
    ``hex_of`` gives classes their colors.

    Raises:
        InputError: where a class number or a point's class is not among ``classes``, or shapes do not fit.
    """

    grid: Array
    extent: tuple[float, float, float, float]
    classes: tuple[str, ...]
    points: Array
    point_classes: tuple[str, ...]
    path: Array
    hex_of: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.check_caption()
        self.check_hexes(self.hex_of)
        grid = self.set_numbers("grid", (None, None))
        self.set_numbers("points", (len(self.point_classes), 2))
        self.set_numbers("path", (None, 2))
        self.numbers("extent", self.extent, (4,))
        x0, x1, y0, y1 = self.extent
        self.expect(x0 < x1 and y0 < y1, f"found the extent {self.extent}, expected x0 < x1 and y0 < y1")
        self.expect(set(np.unique(grid)) <= set(range(len(self.classes))), "found a class number of no class")
        self.expect(set(self.point_classes) <= set(self.classes), "found a point of an unlisted class")


Figure = Bars | Heat | Points | Curves | PianoRoll | Plane
