"""What a page is made of: sections as frozen values, which know no models and no datasets."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rebracket.core import Interval
from rebracket.core.errors import InputError

__all__ = [
    "ClassCount",
    "ClassKey",
    "ClassScore",
    "Confusion",
    "Distribution",
    "Dot",
    "Exemplars",
    "MapSection",
    "Moment",
    "Page",
    "Pair",
    "PerClass",
    "Prose",
    "Protocol",
    "RunSection",
    "ScoreRow",
    "ScoreTable",
    "Section",
    "SideBySide",
    "VerdictSection",
]

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class ClassKey:
    """A class as the page shows it: its id, its name and its color as ``#RRGGBB``.

    Raises:
        InputError: where the color is not written so.
    """

    id: str
    name: str
    hex: str

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.hex):
            raise InputError(f"class {self.id!r}: found the color {self.hex!r}, expected #RRGGBB")


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a song that one can read and hear; its times are seconds from the start of the mix."""

    id: str
    class_id: str | None
    title: str
    start_s: float
    end_s: float
    section: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A moment on the map; ``x`` and ``y`` in any one unit, ``neighbors`` are indices of dots."""

    moment: Moment
    x: float
    y: float
    neighbors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MapSection:
    """The catalogue as a map; ``chosen`` is the dot that is shown first.

    Raises:
        InputError: where a dot, a neighbor or a class does not exist.
    """

    heading: str
    lead: str
    classes: tuple[ClassKey, ...]
    dots: tuple[Dot, ...]
    caption: tuple[str, ...] = ()
    chosen: int = 0

    def __post_init__(self) -> None:
        known = {key.id for key in self.classes} | {None}
        for dot in self.dots:
            if not (math.isfinite(dot.x) and math.isfinite(dot.y)):
                raise InputError(f"{dot.moment.id}: found ({dot.x}, {dot.y}), expected a finite place")
            if dot.moment.class_id not in known:
                raise InputError(
                    f"{dot.moment.id}: found the class {dot.moment.class_id!r}, expected a listed one"
                )
            if not all(0 <= index < len(self.dots) for index in dot.neighbors):
                raise InputError(
                    f"{dot.moment.id}: found neighbors {dot.neighbors}, expected indices of dots"
                )
        if self.dots and not 0 <= self.chosen < len(self.dots):
            raise InputError(f"found dot {self.chosen} chosen, expected one of {len(self.dots)}")


@dataclass(frozen=True, slots=True)
class Pair:
    """The most typical and the most astray moment of a class; None where there is none."""

    key: ClassKey
    typical: Moment | None
    astray: Moment | None


@dataclass(frozen=True, slots=True)
class Exemplars:
    """The two ends of each class."""

    heading: str
    lead: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class RunSection:
    """The head of a run: what was trained, on what, with which settings."""

    heading: str
    lead: str
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictSection:
    """What the numbers of a target allow one to say, the most important sentence first."""

    heading: str
    sentences: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """A way of holding data out, and how much stands behind its numbers."""

    name: str
    evidence: str
    leaky: bool = False


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A model or baseline with its score under each protocol, None where it has none."""

    name: str
    scores: tuple[Interval | None, ...]
    ours: bool = False


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """One metric, protocols side by side; scores lie in [0, 1].

    Raises:
        InputError: where a row has not one score for each protocol.
    """

    heading: str
    protocols: tuple[Protocol, ...]
    rows: tuple[ScoreRow, ...]
    caption: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.scores) != len(self.protocols):
                raise InputError(
                    f"{row.name}: found {len(row.scores)} scores for {len(self.protocols)} protocols"
                )


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How often a class occurs; None where that is unknown."""

    name: str
    rows: int | None
    segments: int | None
    songs: int | None
    albums: int | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the classes of a target are spread; ``hexes`` colors those it names."""

    heading: str
    counts: tuple[ClassCount, ...]
    hexes: Mapping[str, str] = field(default_factory=dict)
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """Precision, recall and F1 of a class in [0, 1], and what supports them."""

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support_rows: int | None
    support_songs: int | None


@dataclass(frozen=True, slots=True)
class PerClass:
    """The figures of each class under one protocol."""

    heading: str
    scores: tuple[ClassScore, ...]
    leaky: bool = False
    hexes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts [true class, predicted class] under one protocol.

    Raises:
        InputError: where the table is not square in its labels or a count is negative.
    """

    heading: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    leaky: bool = False
    caption: str = ""

    def __post_init__(self) -> None:
        size = len(self.labels)
        if len(self.counts) != size or any(len(row) != size or min(row) < 0 for row in self.counts):
            raise InputError(f"{self.heading}: found a table that is not {size} by {size} counts")


@dataclass(frozen=True, slots=True)
class Prose:
    """Plain paragraphs under a heading."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Sections next to each other where the screen is wide enough."""

    sections: tuple[PerClass | Confusion | Distribution | Prose, ...]


Section = (
    MapSection
    | Exemplars
    | RunSection
    | VerdictSection
    | ScoreTable
    | Distribution
    | PerClass
    | Confusion
    | Prose
    | SideBySide
)


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page.

    ``sounds`` holds MP3 files by moment, in groups (say, songs) that a browser unpacks when first needed.

    Raises:
        InputError: where there is more than one map.
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    sounds: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        maps = sum(isinstance(section, MapSection) for section in self.sections)
        if maps > 1:
            raise InputError(f"found {maps} maps, expected at most one on a page")
