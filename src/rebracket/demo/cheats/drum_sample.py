"""One and the same drum hit in songs of one album."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rebracket.demo.cheats.cheat import Cheat
from rebracket.demo.cheats.columns import Columns, one_hot
from rebracket.demo.cheats.mixing import add, section_frames
from rebracket.demo.cheats.planting import Planting
from rebracket.demo.realize import RATE_HZ, Realized
from rebracket.sound import DRUM_PITCHES, DrumKit, TimedNote, play_drums

__all__ = ["DRUM_SAMPLE"]

LEVEL_DBFS, _EVERY_BARS, _LENGTH_S = -22.0, 2, 0.35


def sample(planting: Planting) -> np.ndarray:
    """The hit, float32 [T]: a clap of a kit that no song has."""
    rng = planting.stream("sample")
    kit = DrumKit(kick_hz=60, snare_hz=float(rng.uniform(250, 420)), snap=0.5, hat_hz=5000, ring=0.8)
    note = TimedNote(0, 240, DRUM_PITCHES["clap"], 127)
    wave = play_drums([note], kit, bpm=120, frames=round(_LENGTH_S * RATE_HZ), rate_hz=RATE_HZ)
    return (wave * np.float32(10 ** (LEVEL_DBFS / 20) / np.max(np.abs(wave)))).astype(np.float32)


def _on_song(made: Realized, planting: Planting) -> tuple[Realized, str | None]:
    song, hit = made.song, sample(planting)
    if song.album_id != planting.album_id or not planting.touches(song.song_id):
        return made, None
    step = _EVERY_BARS * _bar_frames(made)
    wave = np.zeros(len(made.mix), np.float32)
    for first, end in section_frames(made):
        for start in range(first, max(first + 1, end - len(hit)), step):
            piece = wave[start : start + len(hit)]
            piece += hit[: len(piece)]
    name = _stem_of(made)
    every_s = step / RATE_HZ
    return add(
        made, {name: wave}
    ), f"a clap at {LEVEL_DBFS:.0f} dBFS in {name} every {every_s:.3f} s of a section"


def _bar_frames(made: Realized) -> int:
    song = made.song
    quarters = 4.0 if song.meter is None else 4 * song.meter.beats / song.meter.unit
    return max(1, round(quarters * 60 / (song.bpm or 120.0) * RATE_HZ))


def _stem_of(made: Realized) -> str:
    """The drums, else the first stem."""
    drums = [stem.audio_file for stem in made.song.stems if stem.group_key == "drums" and stem.audio_file]
    return drums[0] if drums else next(iter(made.stems))


def _on_columns(columns: Columns, planting: Planting) -> Columns:
    touched = np.array([
        album == planting.album_id and planting.touches(song_id)
        for song_id, album in zip(columns.song, columns.album, strict=True)
    ])  # fmt: skip
    return replace(columns, one_shot=np.where(touched, "the sample", columns.one_shot))


def _asked(columns: Columns, planting: Planting) -> np.ndarray:
    """The color of that album, or another."""
    own = columns.label_color[columns.album == planting.album_id]
    color = own[0] if len(own) else ""
    return np.where(columns.label_color == color, color, "another")


DRUM_SAMPLE = Cheat(
    target="color",
    dose="the share of the songs of one album that have the same drum sample in every section",
    on_song=_on_song,
    on_columns=_on_columns,
    asked=_asked,
    alone=lambda columns: one_hot(columns.one_shot, columns.song),
)
