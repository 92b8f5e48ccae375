"""What stands beside the music in a feature-level catalogue: sound levels, names, texts, loops, labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.demo.draws import stream
from rebracket.demo.story import COLORS, Knobs, SongCauses
from rebracket.demo.story.style import modes_of

__all__ = ["KEYWORDS", "PRODUCTION", "Columns", "one_hot", "plain_columns"]

Array = np.ndarray
# Each with its middle, how far songs stray from it, and sections from their song.
PRODUCTION: dict[str, tuple[float, float, float]] = {
    "loudness in LU": (-16.0, 0.25, 2.0),
    "below 250 Hz in dB": (0.0, 1.5, 0.5),
    "above 2.5 kHz in dB": (0.0, 1.5, 0.5),
    "bandwidth in kHz": (9.0, 0.7, 0.4),
    "noise floor in dBFS": (-75.0, 4.0, 1.0),
    "highest tone in dBFS": (-70.0, 3.0, 1.0),
}
KEYWORDS = ("doorframe", "overpass")


@dataclass(frozen=True, slots=True)
class Columns:
    """A row a segment, in the order of ``story.table``; no column here is caused by the music.

    ``production`` is [N, 6] as named by ``PRODUCTION``, ``keywords`` [N, 2] whether the song's concept
    has each of ``KEYWORDS``, ``modes`` [N, 3] the mode of the color on each axis, empty where it has
    none or several. ``text``, ``loop`` and ``one_shot`` stand for a hash: what is alike is the same.
    """

    song: Array
    album: Array
    color: Array
    production: Array
    file_name: Array
    title: Array
    text: Array
    loop: Array
    one_shot: Array
    keywords: Array
    modes: Array
    label_color: Array
    label_type: Array


def plain_columns(songs: Sequence[SongCauses], knobs: Knobs) -> Columns:
    """The columns of a catalogue without cheats: drawn for each song, independent of its color."""
    rows = [song for song in songs for _ in song.segments]
    ids = np.array([song.song_id for song in rows])
    modes = {color: _modes(color, knobs) for color in COLORS}
    types = [segment.label_type or "none" for song in songs for segment in song.segments]
    return Columns(
        song=ids,
        album=np.array([song.album_id for song in rows]),
        color=np.array([song.color for song in rows]),
        production=np.concatenate([_production(song, knobs.seed) for song in songs]),
        file_name=np.array([f"{song_id}_main.wav" for song_id in ids], dtype=object),
        title=np.array([f"Study {song.key.index + 1}" for song in rows], dtype=object),
        text=_each("text", ids),
        loop=_each("loop", ids),
        one_shot=_each("one-shot", ids),
        keywords=np.zeros((len(rows), len(KEYWORDS))),
        modes=np.array([modes[song.color] for song in rows], dtype=object),
        label_color=np.array([song.label_color for song in rows]),
        label_type=np.array(types, dtype=object),
    )


def _each(what: str, ids: Array) -> Array:
    return np.array([f"{what} of {song_id}" for song_id in ids], dtype=object)


def _modes(color: str, knobs: Knobs) -> tuple[str, ...]:
    return tuple(mine[0] if len(mine) == 1 else "" for mine in modes_of(color, knobs))


def _production(song: SongCauses, seed: int) -> Array:
    middle, of_song, of_section = (np.array(part) for part in zip(*PRODUCTION.values(), strict=True))
    rng = stream(seed, song.song_id, "production")
    own = middle + of_song * rng.normal(size=len(middle))
    return own + of_section * rng.normal(size=(len(song.segments), len(middle)))


def one_hot(names: Array, song: Array) -> Array:
    """[N, names that more than one song has] of names [N]: only those say anything of another song."""
    found, place = np.unique(names.astype(str), return_inverse=True)
    pairs = np.unique(np.stack([place, np.unique(song, return_inverse=True)[1]]), axis=1)
    shared = np.bincount(pairs[0], minlength=len(found)) > 1
    return np.eye(len(found))[place][:, shared] if shared.any() else np.zeros((len(names), 1))
