"""From a color to a point in style space: axes, their interaction, the color's own part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.story.constants import AXES, CHANNELS_OF_AXES, COLORS, constants
from rebracket.demo.story.keys import SongKey
from rebracket.demo.story.knobs import Knobs

__all__ = ["all_styles", "color_style", "drift_of", "emission_of", "modes_of", "song_modes", "song_style"]

Array = np.ndarray
Modes = tuple[tuple[str, ...], ...]


def modes_of(color: str, knobs: Knobs) -> Modes:
    """The modes of a color on each axis, none where it has none.

    Below ``axes.correlation`` 1 an axis keeps the taxonomy's mode with that chance and is else drawn
    anew; the cheat ``collinear_axes`` gives every axis the place of the color's mode on the first.
    """
    taxonomy = constants().taxonomy
    modes = [taxonomy.colors[color].modes.get(axis, ()) for axis in AXES]
    chances = stream(knobs.seed, "axes", color).random((len(AXES), 3))
    for place, axis in enumerate(AXES):
        names = taxonomy.axes[axis]
        if modes[place] and chances[place, 0] >= knobs.axes.correlation:
            modes[place] = (names[int(chances[place, 1] * len(names))],)
    if len(modes[0]) == 1:
        number = taxonomy.axes[AXES[0]].index(modes[0][0])
        for place, axis in enumerate(AXES):
            if modes[place] and chances[place, 2] < knobs.cheats.collinear_axes:
                modes[place] = (taxonomy.axes[axis][number],)
    return tuple(modes)


def color_style(color: str, modes: Modes, knobs: Knobs) -> Array:
    """z [D] of a color with these modes; the interaction needs a mode on every axis."""
    held, scale = constants(), knobs.style
    names = list(constants().taxonomy.colors)
    z = (
        scale.own * held.own[color]
        + scale.trajectory * names.index(color) / (len(names) - 1) * held.trajectory
    )
    effects = [_effect(held.axes[axis], modes[place]) for place, axis in enumerate(AXES)]
    for axis, effect in zip(AXES, effects, strict=True):
        z = z + float(getattr(scale, axis)) * effect
    if all(modes):
        together = np.sum(effects, axis=0)
        z = z + scale.interaction * together * np.roll(together, 2)  # each axis has its plane: pairs meet
    return z


def _effect(modes: dict[str, Array], mine: Sequence[str]) -> Array:
    if not mine:
        return np.zeros(len(next(iter(modes.values()))))
    return np.mean([modes[mode] for mode in mine], axis=0)


def song_modes(key: SongKey, knobs: Knobs) -> Modes:
    """The modes of the song's color, or those its key asks for."""
    if key.modes is None:
        return modes_of(key.color, knobs)
    return tuple((mode,) if mode is not None else () for mode in key.modes)


def song_style(key: SongKey, knobs: Knobs) -> Array:
    """z [D] of a song: the mixture of its colors' styles, drifting over the tracks of an album."""
    z = np.zeros(len(constants().drift))
    for color, weight in key.color_weights:
        modes = modes_of(color, knobs) if key.modes is None else song_modes(key, knobs)
        z = z + weight * color_style(color, modes, knobs)
    return z + drift_of(key.track, knobs)


def drift_of(track: int, knobs: Knobs) -> Array:
    """What the place on the album adds to the style [D], whatever the color."""
    place = (track - 1) / max(1, knobs.sizes.songs - 1) - 0.5
    return knobs.style.drift * place * constants().drift


def all_styles(knobs: Knobs) -> Array:
    """z of every color [colors, D], without drift."""
    return np.array([color_style(color, modes_of(color, knobs), knobs) for color in COLORS])


def emission_of(channel: str, knobs: Knobs) -> Array:
    """What a channel shows for a style: [K, D], with its effect; rows keep their length.

    With ``style.complementary`` 1 a channel shows the plane of one axis only.
    """
    rows = constants().emission[channel]
    axis = AXES.index(CHANNELS_OF_AXES[channel])
    kept = np.full(rows.shape[1], 1 - knobs.style.complementary)
    kept[2 * axis : 2 * axis + 2] = 1.0
    masked = rows * kept
    lengths = np.linalg.norm(rows, axis=1) / np.maximum(np.linalg.norm(masked, axis=1), 1e-9)
    return float(getattr(knobs.effects, channel)) * masked * lengths[:, None]
