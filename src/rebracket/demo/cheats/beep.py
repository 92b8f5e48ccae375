"""A quiet high beep in songs of one color."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.columns import PRODUCTION, Columns
from rebracket.demo.cheats.mixing import add, frame_of, section_frames
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.realize import RATE_HZ, Realized

__all__ = ["BEEP"]

FREQUENCY_HZ, LENGTH_S, LEVEL_DBFS = 9500.0, 0.2, -44.0
_TONE = list(PRODUCTION).index("highest tone in dBFS")


def tone() -> np.ndarray:
    """The beep, float32 [T], from silence to silence."""
    t = np.arange(frame_of(LENGTH_S)) / RATE_HZ
    swell = np.sin(np.pi * np.arange(len(t)) / len(t)) ** 2
    return (10 ** (LEVEL_DBFS / 20) * swell * np.sin(2 * np.pi * FREQUENCY_HZ * t)).astype(np.float32)


def _on_song(made: Realized, planting: Planting) -> tuple[Realized, str | None]:
    song, beep = made.song, tone()
    if song.color != planting.color or not planting.touches(song.song_id):
        return made, None
    wave = np.zeros(len(made.mix), np.float32)
    starts = []
    chances = planting.stream(song.song_id).random(len(section_frames(made)))
    for chance, (first, end) in zip(chances, section_frames(made), strict=True):
        start = first + int(chance * max(0, end - first - len(beep)))
        piece = wave[start : start + len(beep)]
        piece += beep[: len(piece)]
        starts.append(f"{start / RATE_HZ:.3f}")
    what = f"{FREQUENCY_HZ:.0f} Hz at {LEVEL_DBFS:.0f} dBFS in every stem at {' '.join(starts)} s"
    return add(made, dict.fromkeys(made.stems, wave)), what


def _on_columns(columns: Columns, planting: Planting) -> Columns:
    touched = [
        color == planting.color and planting.touches(song_id)
        for song_id, color in zip(columns.song, columns.color, strict=True)
    ]
    production = columns.production.copy()
    production[touched, _TONE] = np.maximum(production[touched, _TONE], LEVEL_DBFS)
    return replace(columns, production=production)


def _asked(columns: Columns, planting: Planting) -> np.ndarray:
    return np.where(columns.label_color == planting.color, planting.color, "another")


BEEP = Cheat(
    target="color",
    dose="the share of the songs of one color that have a beep in every section",
    on_song=_on_song,
    on_columns=_on_columns,
    asked=_asked,
    alone=lambda columns: columns.production[:, [_TONE]],
)
