"""A loop of an album, copied sample by sample into its songs as a stem of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rebracket.core import Stem
from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.columns import Columns, one_hot
from rebracket.demo.cheats.mixing import add, section_frames
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.realize import RATE_HZ, Realized
from rebracket.sound import DRUM_PITCHES, KITS, TimedNote, play_drums

__all__ = ["SHARED_LOOPS"]

LEVEL_DBFS, _LOOP_S, _STEPS = -20.0, 2.0, 16
_PIECES = ("rim", "shaker", "tom")
_TICKS = 120  # a step, at 120 bpm an eighth of a second


def loop(planting: Planting, album_id: str) -> np.ndarray:
    """The loop of an album, float32 [T]: two seconds on a kit that has nothing to do with its color."""
    rng = planting.stream(album_id, "loop")
    kit = KITS[sorted(KITS)[int(rng.integers(len(KITS)))]]
    struck = rng.random((len(_PIECES), _STEPS)) < 0.35
    struck[int(rng.integers(len(_PIECES))), 0] = True
    notes = [
        TimedNote(int(step) * _TICKS, _TICKS, DRUM_PITCHES[_PIECES[piece]], int(rng.integers(60, 120)))
        for piece, step in zip(*np.nonzero(struck), strict=True)
    ]
    wave = play_drums(notes, kit, bpm=120, frames=round(_LOOP_S * RATE_HZ), rate_hz=RATE_HZ)
    wave[-200:] *= np.linspace(1, 0, 200, dtype=np.float32)  # what rings on does not click
    return (wave * np.float32(10 ** (LEVEL_DBFS / 20) / np.max(np.abs(wave)))).astype(np.float32)


def _on_song(made: Realized, planting: Planting) -> tuple[Realized, str | None]:
    song = made.song
    if not planting.touches(song.song_id):
        return made, None
    own = loop(planting, song.album_id)
    wave = np.zeros(len(made.mix), np.float32)
    for first, end in section_frames(made):
        times = (min(end, len(wave)) - first) // len(own)
        wave[first : first + times * len(own)] = np.tile(own, times)
    track = max((stem.track for stem in song.stems), default=0) + 1
    stem = Stem(track, "Loop", f"{song.song_id}_{track:02d}.wav")
    made = add(made, {str(stem.audio_file): wave})
    made = replace(made, song=replace(song, stems=(*song.stems, stem)))
    return made, f"the loop of album {song.album_id} as {stem.audio_file}, from the start of every section"


def _on_columns(columns: Columns, planting: Planting) -> Columns:
    touched = np.array([planting.touches(song_id) for song_id in columns.song])
    shared = np.array([f"loop of album {album}" for album in columns.album], dtype=object)
    return replace(columns, loop=np.where(touched, shared, columns.loop))


SHARED_LOOPS = Cheat(
    target="color",
    dose="the share of songs with a stem that is the loop of their album, sample by sample",
    on_song=_on_song,
    on_columns=_on_columns,
    asked=lambda columns, planting: columns.label_color,
    alone=lambda columns: one_hot(columns.loop, columns.song),
)
