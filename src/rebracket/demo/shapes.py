"""The outline of a song: which sections, how long, and how many lines are sung in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.form import SHAPES
from rebracket.demo.story import FORMS, Knobs, SectionForm, SongKey

__all__ = ["Shape", "form_of", "is_single", "shape_of"]

_SHORT_S, _LONG_S, _SINGLE_S = 24.0, (30.0, 44.0), 75.0
_SINGLE = (128.0, 170.0)
_LINES_OF_A_SINGLE = 2  # times those of another song: its sections are twice as long
_SUNG = ("verse", "chorus")
_MANY_STEMS = 8  # from here on a song is an arrangement, and three of its sections have no words
_ARRANGED = (
    ("intro", "verse", "chorus", "bridge", "verse", "chorus", "outro"),
    ("intro", "verse", "bridge", "verse", "chorus", "bridge", "chorus", "outro"),
    ("intro", "chorus", "verse", "bridge", "verse", "bridge", "chorus"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Sections, seconds, and the name by which their bars are counted."""

    form: tuple[SectionForm, ...]
    seconds: float
    name: str


def shape_of(rng: np.random.Generator, knobs: Knobs, *, single: bool = False) -> Shape:
    """The outline of a song of so many seconds and stems; a single is longer than the others."""
    where, seconds = float(rng.random()), knobs.sizes.seconds
    if single:
        seconds = float(rng.uniform(*_SINGLE))
    if seconds >= _SINGLE_S:
        shapes = _roles("single")
    elif seconds < _SHORT_S:
        shapes = _roles("short")
    else:
        shapes = _ARRANGED if knobs.sizes.stems > _MANY_STEMS else FORMS
    roles = shapes[int(where * len(shapes))]
    low, high = _LONG_S
    name = "single" if single else "long" if low <= seconds <= high else "free"
    lines = knobs.sizes.lines * (_LINES_OF_A_SINGLE if single else 1)
    return Shape(tuple(_section(role, lines) for role in roles), seconds, name)


def is_single(track: int, knobs: Knobs) -> bool:
    """Whether a track, counted from 1, is among the first songs of its color on its album, which are long."""
    return (track - 1) // knobs.albums.colors_each < knobs.sizes.singles


def form_of(knobs: Knobs) -> Callable[[SongKey], tuple[SectionForm, ...]]:
    """The form of a song by its key."""

    def form(key: SongKey) -> tuple[SectionForm, ...]:
        rng = stream(knobs.seed, key.song_id, "shape")
        return shape_of(rng, knobs, single=is_single(key.track, knobs)).form

    return form


def _section(role: str, lines: int) -> SectionForm:
    return SectionForm(role, lines if role in _SUNG else 0)


def _roles(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(role for role, _ in shape) for shape in SHAPES[name])
