"""The White album: songs of the open color, made of several others, whose shares are known.

It is a catalogue of its own: nobody who trains on the demo trains on it.
"""

from __future__ import annotations

from dataclasses import replace

from rebracket.demo.draws import stream
from rebracket.demo.sizes import SongKey
from rebracket.demo.story import COLORS, Knobs
from rebracket.demo.story.constants import AXES
from rebracket.demo.story.style import modes_of
from rebracket.demo.styles import taxonomy

__all__ = ["white_keys"]

_ALBUM = 9
_SHARES = ((0.6, 0.4), (0.5, 0.3, 0.2))


def white_keys(size: str, knobs: Knobs) -> tuple[SongKey, ...]:
    """As many songs as an album has: by turns of two colors, of three, and with modes that no color has."""
    white = next(color.id for color in taxonomy().colors.values() if color.open)
    first = len(COLORS) * knobs.sizes.songs  # after all songs of the catalogue: their tunes are theirs
    free = _free_modes(knobs)
    keys = []
    for place in range(knobs.sizes.songs):
        key, rng = SongKey(white, _ALBUM, place + 1, first + place, size), stream(knobs.seed, "white", place)
        if place % 3 < len(_SHARES):
            shares = _SHARES[place % 3]
            held = rng.permutation(len(COLORS))[: len(shares)]
            weights = tuple((COLORS[int(n)], share) for n, share in zip(held, shares, strict=True))
            keys.append(replace(key, weights=weights))
        else:
            keys.append(replace(key, modes=free[int(rng.integers(len(free)))]))
    return tuple(keys)


def _free_modes(knobs: Knobs) -> list[tuple[str, ...]]:
    """Combinations of modes that no color has."""
    names = [taxonomy().axes[axis] for axis in AXES]
    taken = {tuple(mode for modes in modes_of(color, knobs) for mode in modes) for color in COLORS}
    every = [(a, b, c) for a in names[0] for b in names[1] for c in names[2]]
    return [combination for combination in every if combination not in taken]
