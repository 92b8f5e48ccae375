"""The feature-level twin of a catalogue: the story without notes, sound or words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rebracket.demo.story.causes import SongCauses
from rebracket.demo.story.constants import FEELS, STATES, THEMES, WAYS
from rebracket.demo.story.draw import draw_song
from rebracket.demo.story.keys import song_keys
from rebracket.demo.story.knobs import Knobs

__all__ = ["Table", "draw_catalogue", "feature_names", "table"]

Array = np.ndarray


def draw_catalogue(knobs: Knobs) -> tuple[SongCauses, ...]:
    """Every song of the catalogue of these knobs."""
    return tuple(draw_song(key, knobs) for key in song_keys(knobs))


@dataclass(frozen=True, slots=True)
class Table:
    """A row a segment, as arrays: ids, labels as written and as they are, and what each channel shows.

    ``features[channel]`` is [N, F]: midi and audio values, the way and the look one-hot, the push and
    what the pickup at its end announces; words: counts of themes in lines and in the concept, both ways
    one-hot, the push. A segment without lines has zeros there and ``sung`` False.
    """

    song: Array
    album: Array
    segment: Array
    color: Array
    label_color: Array
    type: Array
    label_type: Array
    intensity: Array
    label_intensity: Array
    sung: Array
    features: dict[str, Array]


def table(songs: Sequence[SongCauses]) -> Table:
    """The segments of these songs as arrays, in order."""
    rows = [(song, n) for song in songs for n in range(len(song.segments))]
    segments = [song.segments[n] for song, n in rows]
    return Table(
        song=np.array([song.song_id for song, _ in rows]),
        album=np.array([song.album_id for song, _ in rows]),
        segment=np.array([segment.index for segment in segments]),
        color=np.array([song.color for song, _ in rows]),
        label_color=np.array([song.label_color for song, _ in rows]),
        type=np.array([segment.type or "none" for segment in segments]),
        label_type=np.array([segment.label_type or "none" for segment in segments]),
        intensity=np.array([segment.intensity for segment in segments]),
        label_intensity=np.array([segment.label_intensity for segment in segments]),
        sung=np.array(["words" in segment.carriers for segment in segments]),
        features={
            "words": np.array([_of_words(song, n) for song, n in rows]),
            **{c: np.array([_of_music(song, n, c) for song, n in rows]) for c in ("midi", "audio")},
        },
    )


def _one_hot(size: int, place: int | None) -> Array:
    found = np.zeros(size)
    if place is not None:
        found[place] = 1.0
    return found


def _of_music(song: SongCauses, n: int, channel: str) -> Array:
    shown = song.segments[n].carriers[channel]
    announced = STATES.index(song.segments[n].announces)
    return np.concatenate(
        [
            np.array(shown.style),
            _one_hot(len(WAYS[channel]), shown.way),
            _one_hot(8, song.looks[channel]),
            [shown.push],
            _one_hot(len(STATES), announced),
        ]
    )


def _of_words(song: SongCauses, n: int) -> Array:
    shown = song.segments[n].carriers.get("words")
    about = song.concept.about == n
    return np.concatenate(
        [
            np.bincount(shown.themes if shown else (), minlength=len(THEMES)),
            np.bincount(song.concept.themes, minlength=len(THEMES)),
            _one_hot(len(WAYS["words"]), shown.way if shown else None),
            _one_hot(len(WAYS["words"]), song.concept.way if about else None),
            [shown.push if shown else 0.0],
        ]
    )


def feature_names(channel: str) -> tuple[str, ...]:
    """The names of a channel's columns in ``Table.features``."""
    ways = [f"way: {name}" for name in WAYS[channel]]
    if channel == "words":
        lines, concept = ([f"{where}: {theme}" for theme in THEMES] for where in ("lines", "concept"))
        return (*lines, *concept, *ways, *(f"concept {way}" for way in ways), "push")
    looks = [f"look {number}" for number in range(8)]
    return (*FEELS[channel], *ways, *looks, "push", *(f"announces: {state}" for state in STATES))
