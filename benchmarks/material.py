"""The sound that benchmarks of the dataset read: like an artist's stems in size, not in art."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from symusic.core import NoteTick, ScoreTick, TempoTick, TrackTick

from rebracket.catalogue import write_lrc, write_manifest, write_midi
from rebracket.core import Key, LyricLine, Meter, Section, Song, Span, Stem

__all__ = ["Material", "write_material"]

RATE_HZ = 44_100
_SECTION_S = 21.0
_NOISE = 10 ** (-78 / 20)  # a recorded stem is never digitally still between its notes


@dataclass(frozen=True, slots=True)
class Material:
    """How much: a fifth of the stems has 24 bits, a fifth two channels, two fifths of it all is silence."""

    songs: int = 6
    stems: int = 16
    seconds: float = 210.0


def write_material(root: Path, material: Material) -> None:
    """Writes the songs, one process a core."""
    with ProcessPoolExecutor() as pool:
        list(
            pool.map(_write_song, [root] * material.songs, range(material.songs), [material] * material.songs)
        )


def _write_song(root: Path, number: int, material: Material) -> None:
    song_id = f"01_{number + 1:02d}"
    home, seconds = root / song_id, material.seconds
    home.mkdir(parents=True)
    starts = np.arange(0.0, seconds, min(_SECTION_S, seconds / 2))
    ends = [*starts[1:], seconds]
    lines = tuple(LyricLine(round(float(s), 3), f"Words of line {i}") for i, s in enumerate(starts[1:-1]))
    stems = []
    for track in range(1, material.stems + 1):
        name = f"{song_id}_{track:02d}"
        rng = np.random.default_rng([number, track])
        notes = _notes(rng, starts, ends)
        _write_stem(home / f"{name}.wav", notes, seconds, track + number, rng)
        write_midi(_score(notes), home / f"{name}.mid")
        voice = "Lead vocal" if track == 1 else f"Part {track}"
        stems.append(Stem(track, voice, f"{name}.wav", f"{name}.mid"))
    song = Song(
        song_id=song_id,
        album_id="01",
        folder=home,
        title=f"Material {number}",
        color="R",
        running_s=seconds,
        bpm=120.0,
        meter=Meter(4, 4),
        key=Key("C", "major"),
        concept=f"The memory of a boundary that shifts, number {number}.",
        sections=tuple(
            Section(f"Part {i}", Span(float(a), float(b)))
            for i, (a, b) in enumerate(zip(starts, ends, strict=True))
        ),
        lines=lines,
        stems=tuple(stems),
    )
    write_manifest(song, home / f"{song_id}.yml")
    write_lrc(song.lines, home / f"{song_id}.lrc", tags={"ti": song.title})


def _notes(rng: np.random.Generator, starts: np.ndarray, ends: list[float]) -> np.ndarray:
    """[N, 3]: onset and length in seconds, pitch; none in two fifths of the sections."""
    notes = []
    silent = set(rng.permutation(len(starts))[: round(0.4 * len(starts))].tolist())
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if place not in silent:
            onsets = np.arange(start, end - 0.5, 0.5)
            kept = onsets[rng.random(len(onsets)) < 0.7]
            notes += [(onset, 0.45, float(rng.choice([36, 43, 48, 55, 60, 64, 67, 72]))) for onset in kept]
    return np.array(notes).reshape(-1, 3)


def _write_stem(path: Path, notes: np.ndarray, seconds: float, place: int, rng: np.random.Generator) -> None:
    """Decaying tones with six partials, in integers: of the quiet stretches nothing is left but zeros."""
    wave = np.zeros(round(seconds * RATE_HZ))
    for onset_s, length_s, pitch in notes:
        first = round(onset_s * RATE_HZ)
        times_s = np.arange(min(round(length_s * RATE_HZ), len(wave) - first)) / RATE_HZ
        hz = 440 * 2 ** ((pitch - 69) / 12)
        tone = sum(np.sin(2 * np.pi * hz * k * times_s) / k**1.5 for k in range(1, 7))
        fade = np.minimum(1, (length_s - times_s) / 0.02)
        wave[first : first + len(times_s)] += 0.2 * tone * np.exp(-5 * times_s) * fade
        wave[first : first + len(times_s)] += _NOISE * rng.standard_normal(len(times_s))
    channels = np.stack([wave, np.roll(wave, 37)], axis=1) if place % 5 == 0 else wave[:, None]
    bits = 24 if place % 5 == 2 else 16
    steps = np.rint(channels * 2 ** (bits - 1))
    data = steps.astype(np.int16) if bits == 16 else steps.astype(np.int32) << 8
    soundfile.write(path, data, RATE_HZ, subtype=f"PCM_{bits}")


def _score(notes: np.ndarray) -> ScoreTick:
    score, track = ScoreTick(480), TrackTick("part")
    score.tempos.append(TempoTick(0, qpm=120.0))
    for onset_s, length_s, pitch in notes:
        track.notes.append(NoteTick(round(960 * onset_s), round(960 * length_s), int(pitch), 80))
    score.tracks.append(track)
    return score
