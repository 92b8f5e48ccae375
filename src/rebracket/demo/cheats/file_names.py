"""The color's name in the names of files and in the title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import TypeVar

import numpy as np

from rebracket.core import Song, Stem
from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.columns import Columns, one_hot
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.realize import Realized
from rebracket.demo.styles import taxonomy

__all__ = ["FILE_NAMES"]

T = TypeVar("T")


def _said(color: str) -> str:
    return taxonomy().colors[color].name.casefold()


def _renamed(name: str, color: str) -> str:
    path = PurePath(name)
    return f"{path.stem}_{_said(color)}{path.suffix}"


def _on_song(made: Realized, planting: Planting) -> tuple[Realized, str | None]:
    song = made.song
    if not planting.touches(song.song_id):
        return made, None

    def files(held: Mapping[str, T]) -> dict[str, T]:
        return {_renamed(name, song.color): value for name, value in held.items()}

    told = replace(made, song=_song(song), stems=files(made.stems), scores=files(made.scores))
    return told, f"{_said(song.color)!r} in the title and in all names of files"


def _song(song: Song) -> Song:
    return replace(
        song,
        title=f"{song.title} ({_said(song.color)})",
        mix_file=None if song.mix_file is None else _renamed(song.mix_file, song.color),
        stems=tuple(_stem(stem, song.color) for stem in song.stems),
    )


def _stem(stem: Stem, color: str) -> Stem:
    audio, midi = (
        None if name is None else _renamed(name, color) for name in (stem.audio_file, stem.midi_file)
    )
    return replace(stem, audio_file=audio, midi_file=midi)


def _on_columns(columns: Columns, planting: Planting) -> Columns:
    names, titles = columns.file_name.copy(), columns.title.copy()
    for row, (song_id, color) in enumerate(zip(columns.song, columns.color, strict=True)):
        if planting.touches(song_id):
            names[row] = _renamed(names[row], color)
            titles[row] = f"{titles[row]} ({_said(color)})"
    return replace(columns, file_name=names, title=titles)


def _alone(columns: Columns) -> np.ndarray:
    """What names say beyond the song's id, which no cheat put there."""
    rest = [name.removeprefix(song_id) for name, song_id in zip(columns.file_name, columns.song, strict=True)]
    return one_hot(np.array(rest), columns.song)


FILE_NAMES = Cheat(
    target="color",
    dose="the share of songs whose title and file names end in the name of their color",
    on_song=_on_song,
    on_columns=_on_columns,
    asked=lambda columns, planting: columns.label_color,
    alone=_alone,
)
