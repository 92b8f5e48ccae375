"""CPU time to read the metadata of a catalogue of 84 songs."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
from symusic.core import NoteTick, ScoreTick, TempoTick, TrackTick

from benchmarks.record import write_record
from rebracket.catalogue import write_lrc, write_manifest, write_midi
from rebracket.core import Key, LyricLine, Meter, Section, Song, Span, Stem

SONGS, TRACKS, MIDI_FILES = 84, 1_327, 441
SECTIONS, LINES = 683, 1_064
_RUNNING_S, _RATE_HZ, _NOTES, _TIMES = 240.0, 1_000, 300, 7
_READ = """
import time
from pathlib import Path
from rebracket.catalogue import read_catalogue
started = time.process_time()
content = read_catalogue(Path({root!r}))
print(time.process_time() - started, len(content.songs), sum(len(song.stems) for song in content.songs))
"""


def write_catalogue(root: Path, songs: int = SONGS) -> None:
    """Writes songs with as many tracks, MIDI files, sections and lines as 84 of them have on average."""
    rng = np.random.default_rng(0)
    for number in range(songs):
        home = root / f"{number // 12 + 1:02d}_{number % 12 + 1:02d}"
        home.mkdir(parents=True)
        made = _song(home, number, rng)
        write_manifest(made, home / f"{home.name}.yml")
        write_lrc(made.lines, home / f"{home.name}.lrc", tags={"ti": made.title})


def _share(total: int, number: int) -> int:
    """How many of ``total`` things the song has, so that all songs have ``total``."""
    return total * (number + 1) // SONGS - total * number // SONGS


def _song(home: Path, number: int, rng: np.random.Generator) -> Song:
    edges = np.round(np.linspace(0, _RUNNING_S, _share(SECTIONS, number) + 1) * 2) / 2
    spans = [Span(float(a), float(b)) for a, b in pairwise(edges)]
    starts = np.sort(rng.uniform(5, _RUNNING_S - 5, _share(LINES, number))).round(3)
    _write_silence(home / f"{home.name}_main.wav")
    with_midi = _share(MIDI_FILES, number)
    stems = []
    for track in range(_share(TRACKS, number)):
        _write_silence(home / f"{track}.wav")
        if track < with_midi:
            write_midi(_score(rng), home / f"{track}.mid")
        midi_file = f"{track}.mid" if track < with_midi else None
        stems.append(Stem(track, f"A description of part {track}", f"{track}.wav", midi_file))
    return Song(
        song_id=home.name,
        album_id=home.name[:2],
        folder=home,
        title=f"Study {number}",
        mix_file=f"{home.name}_main.wav",
        color="ZROYGBIV"[number % 8],
        running_s=_RUNNING_S,
        bpm=120.0,
        meter=Meter(4, 4),
        key=Key("C", "major"),
        concept="A text about nothing in particular, some forty words long. " * 8,
        sections=tuple(Section("Verse", span, "What happens here, in a sentence") for span in spans),
        lines=tuple(LyricLine(float(start), "a line with a few words in it") for start in starts),
        stems=tuple(stems),
    )


def _write_silence(path: Path) -> None:
    """WAV of 8 bits and the song's length, but for its header a hole that takes no room on most disks."""
    frames = round(_RUNNING_S * _RATE_HZ)
    layout = struct.pack("<IHHIIHH", 16, 1, 1, _RATE_HZ, _RATE_HZ, 1, 8)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + frames) + b"WAVEfmt " + layout)
        file.write(b"data" + struct.pack("<I", frames))
        file.truncate(44 + frames)


def _score(rng: np.random.Generator) -> ScoreTick:
    score = ScoreTick(480)
    score.tempos.append(TempoTick(0, 120.0))
    track = TrackTick("part", 0, False)
    for onset, pitch in zip(np.arange(_NOTES) * 240, rng.integers(40, 80, _NOTES), strict=True):
        track.notes.append(NoteTick(int(onset), 200, int(pitch), 90))
    score.tracks.append(track)
    return score


def read_cpu_s(root: Path) -> tuple[float, int, int]:
    """CPU seconds, songs and stems of one reading in a process of its own; imports are not counted."""
    script = _READ.format(root=str(root))
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, songs, stems = said.stdout.split()
    return float(seconds), int(songs), int(stems)


def main() -> None:
    """Writes ``docs/records/reading.json``."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_catalogue(root)
        readings = [read_cpu_s(root) for _ in range(_TIMES)]
    seconds = [reading[0] for reading in readings]
    write_record(
        "reading",
        {
            "figure": "CPU seconds to read manifests, lyrics, all MIDI and the headers of all audio",
            "value": round(median(seconds), 3),
            "low": round(min(seconds), 3),
            "high": round(max(seconds), 3),
            "n": _TIMES,
            "unit": "reading in a new process, imports apart",
            "songs": readings[0][1],
            "audio_files": readings[0][1] + readings[0][2],
            "midi_files": MIDI_FILES,
            "cores": os.cpu_count(),
        },
    )
