"""Siblings: songs again in every other color, and as they were before their boundaries moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from rebracket.core import Song, Stem
from rebracket.demo.realize import Realized
from rebracket.demo.sizes import SongKey
from rebracket.demo.story import COLORS

__all__ = ["groups_of", "named", "twin_keys"]

T = TypeVar("T")


def twin_keys(keys: Sequence[SongKey], count: int) -> tuple[SongKey, ...]:
    """The twins of ``count`` songs, spread over the catalogue: each in every other color, and all still.

    The twins of a song have its chances, and are an album of their own.
    """
    step = max(1, len(keys) // count) if count else 1
    chosen = keys[::step][:count]
    return tuple(twin for key in chosen for twin in _twins_of(key))


def _twins_of(key: SongKey) -> list[SongKey]:
    twins = []
    for color in (key.color, *(color for color in COLORS if color != key.color)):
        for still in (False, True):
            if color == key.color and not still:
                continue
            name = f"{key.song_id}_{color}" + ("_still" if still else "")
            written_as = (name, f"{key.song_id}_twins")
            weights = key.weights if color == key.color else ()
            twins.append(replace(key, color=color, weights=weights, still=still, written_as=written_as))
    return twins


def groups_of(keys: Sequence[SongKey]) -> list[dict[str, Any]]:
    """The groups of siblings, for ``twins.json``: the song, and each twin's name, color and stillness."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for key in keys:
        if key.written_as:
            twin = {"song_id": key.name, "color": key.color, "still": key.still}
            groups.setdefault(key.song_id, []).append(twin)
    return [{"song_id": song_id, "twins": twins} for song_id, twins in groups.items()]


def named(made: Realized, key: SongKey, folder: Path) -> Realized:
    """The song under the name it is written by: files, folder, id and album."""
    if key.written_as is None:
        return made
    name, album_id = key.written_as

    def renamed(file: str) -> str:
        return name + file.removeprefix(key.song_id)

    def files(held: Mapping[str, T]) -> dict[str, T]:
        return {renamed(file): value for file, value in held.items()}

    def stem(each: Stem) -> Stem:
        audio, midi = (None if f is None else renamed(f) for f in (each.audio_file, each.midi_file))
        return replace(each, audio_file=audio, midi_file=midi)

    song: Song = replace(
        made.song,
        song_id=name,
        album_id=album_id,
        folder=folder / name,
        mix_file=None if made.song.mix_file is None else renamed(made.song.mix_file),
        stems=tuple(stem(each) for each in made.song.stems),
    )
    return replace(made, song=song, stems=files(made.stems), scores=files(made.scores))
