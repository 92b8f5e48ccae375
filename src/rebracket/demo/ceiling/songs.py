"""Fresh songs of a story, and what an observer of some channels makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rebracket.demo.ceiling.monte_carlo import Scored, noisy
from rebracket.demo.ceiling.observer import Posterior
from rebracket.demo.story import COLORS, STATES, Knobs, SectionForm, SongCauses, SongKey, draw_song
from rebracket.demo.story.constants import AXES, NONE
from rebracket.demo.story.style import modes_of

__all__ = ["FormOf", "Seen", "draw_fresh", "scored_sets"]

Array = np.ndarray
FormOf = Callable[[SongKey], Sequence[SectionForm]]
_FIRST_ALBUM = 1000  # albums no catalogue has, so that no song is one that anybody was fitted to
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)


def draw_fresh(
    knobs: Knobs, count: int, replicate: int = 0, form_of: FormOf | None = None
) -> tuple[SongCauses, ...]:
    """Songs that are in no catalogue of these knobs, every color equally often; ``form_of`` replaces the
    story's own forms."""
    tracks = knobs.sizes.songs
    first = _FIRST_ALBUM * (replicate + 1)
    keys = [
        SongKey.pure(COLORS[n % len(COLORS)], first + n // tracks, n % tracks + 1, n) for n in range(count)
    ]
    return tuple(draw_song(key, knobs, form_of(key) if form_of else None) for key in keys)


@dataclass(frozen=True, slots=True)
class Seen:
    """Songs and what an observer made of each."""

    songs: tuple[SongCauses, ...]
    posteriors: tuple[Posterior, ...]


def scored_sets(seen: Seen, knobs: Knobs, *, labels: str = "clean") -> dict[str, Scored]:
    """Posteriors beside the truth, by target, each from the whole song and ``by segment`` from its row.

    ``rebracketing_state`` has none among its classes, ``rebracketing_type`` is asked only where there is
    one; ``next_state`` is what comes next, given the past.

    ``labels`` is ``clean``, the causes, or ``noisy``, what is written of them.
    """
    wrong = knobs.noise if labels == "noisy" else None
    sets = _colors(seen, knobs, 0.0 if wrong is None else wrong.color_labels, labels)
    sets |= _types(seen, 0.0 if wrong is None else wrong.type_labels, labels)
    return sets | _intensity(seen, knobs, labels)


def _colors(seen: Seen, knobs: Knobs, share: float, labels: str) -> dict[str, Scored]:
    names = [song.label_color if labels == "noisy" else song.color for song in seen.songs]
    truth = np.array([COLORS.index(name) for name in names])
    numbers = np.arange(len(truth))
    segments = np.array([len(song.segments) for song in seen.songs])
    of_songs = noisy(np.array([posterior.color for posterior in seen.posteriors]), share)
    of_rows = noisy(np.concatenate([posterior.color_alone for posterior in seen.posteriors]), share)
    rows = np.repeat(numbers, segments)
    sets = {"color": Scored(of_songs, truth, numbers), "color by segment": Scored(of_rows, truth[rows], rows)}
    for axis in range(len(AXES)):
        sets |= {f"{AXES[axis]}_mode": _mode(sets["color"], axis, knobs)}
    return sets


def _mode(colors: Scored, axis: int, knobs: Knobs) -> Scored:
    """The mode of songs whose color has one, given that it has one."""
    modes = [modes_of(color, knobs)[axis] for color in COLORS]
    names = sorted({mine[0] for mine in modes if len(mine) == 1})
    place = np.array([names.index(mine[0]) if len(mine) == 1 else -1 for mine in modes])
    has = place[colors.truth] >= 0
    found = colors.posteriors[has] @ (place[:, None] == np.arange(len(names)))
    total = np.maximum(found.sum(axis=1, keepdims=True), 1e-300)
    return Scored(found / total, place[colors.truth[has]], colors.song[has])


def _types(seen: Seen, share: float, labels: str) -> dict[str, Scored]:
    songs = np.repeat(np.arange(len(seen.songs)), [len(song.segments) for song in seen.songs])
    segments = [segment for song in seen.songs for segment in song.segments]
    names = [segment.label_type if labels == "noisy" else segment.type for segment in segments]
    truth = np.array([STATES.index(name) for name in names])
    sets: dict[str, Scored] = {}
    for view, level in (("types", ""), ("types_alone", " by segment"), ("types_ahead", None)):
        found = np.concatenate([getattr(posterior, view) for posterior in seen.posteriors])
        states = Scored(noisy(found, share), truth, songs)
        if level is None:
            sets["next_state"] = states
            continue
        none = states.posteriors[:, NONE]
        moved = Scored(np.stack([none, 1 - none], axis=1), (truth != NONE).astype(int), songs)
        types = states.of(np.arange(1, len(STATES)))
        names_of = ("rebracketing_state", "rebracketing_type", "has_rebracketing")
        sets |= {name + level: found for name, found in zip(names_of, (states, types, moved), strict=True)}
    return sets


def _intensity(seen: Seen, knobs: Knobs, labels: str) -> dict[str, Scored]:
    songs = np.repeat(np.arange(len(seen.songs)), [len(song.segments) for song in seen.songs])
    segments = [segment for song in seen.songs for segment in song.segments]
    mean, sd = np.concatenate([posterior.deviates for posterior in seen.posteriors]).T
    values = ndtr(mean[:, None] + sd[:, None] * _NODES)  # [N, nodes]
    weights = _WEIGHTS / _WEIGHTS.sum()
    if labels == "clean":
        truth = np.array([segment.intensity for segment in segments])
        moved, still = values @ weights, 0.0
    else:
        truth = np.array([segment.label_intensity for segment in segments])
        share, astray = knobs.noise.type_labels, knobs.noise.intensity_labels
        kept = 1 - share / (len(STATES) - 1)  # of the moved, those that are not called none
        moved = kept * (_written(values, astray) @ weights)
        still = share * float(_written(np.zeros(1), astray)[0])
    sets = {}
    for view, name in (("types", "intensity"), ("types_alone", "intensity by segment")):
        none = np.concatenate([getattr(posterior, view)[:, NONE] for posterior in seen.posteriors])
        sets[name] = Scored(((1 - none) * moved + none * still)[:, None], truth, songs)
    return sets


def _written(values: Array, astray: float) -> Array:
    """The mean of an intensity as it is written: strayed, and cut off at 0 and 1."""
    nodes = values[..., None] + astray * _NODES
    return np.clip(nodes, 0, 1) @ (_WEIGHTS / _WEIGHTS.sum())
