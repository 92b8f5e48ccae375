"""A catalogue small enough to build in a second, and known to the sample and the tick."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from symusic.core import NoteTick, ScoreTick, TempoTick, TrackTick

from rebracket.catalogue import write_lrc, write_manifest, write_midi, write_wav
from rebracket.core import Key, LyricLine, Meter, Section, Song, Span, Stem

# The pace of a machine is no law. The same examples each time, so that what fails here fails elsewhere;
# HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def examples(at_most: int) -> settings:
    """Fewer examples where each is dear; as many as ever where new ones are looked for."""
    return settings() if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else settings(max_examples=at_most)


# Tests run side by side, and threads of one that wait for each other take the time of another. Libraries read
# this when a process starts: the workers of xdist, and the commands that tests run.
for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

RATE_HZ = 8000
RUNNING_S = 12.0


@dataclass(frozen=True)
class Note:
    """A note of a test song, in seconds."""

    onset_s: float
    end_s: float
    pitch: int


def tone(frequency_hz: float, duration_s: float = RUNNING_S, *, sounds: Span | None = None) -> np.ndarray:
    """A sine [T, 1], silent outside ``sounds``."""
    times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    wave = 0.3 * np.sin(2 * np.pi * frequency_hz * times_s)
    if sounds is not None:
        wave[(times_s < sounds.start_s) | (times_s >= sounds.end_s)] = 0.0
    return wave[:, None].astype(np.float32)


def score(notes: list[Note], bpm: float = 120.0) -> ScoreTick:
    """A score with one track; 960 ticks a second at 120 bpm."""
    made = ScoreTick(480)
    made.tempos.append(TempoTick(0, qpm=bpm))
    track = TrackTick("keys", 4, False)
    per_second = 480 * bpm / 60
    for note in notes:
        onset = round(note.onset_s * per_second)
        track.notes.append(NoteTick(onset, round(note.end_s * per_second) - onset, note.pitch, 80))
    made.tracks.append(track)
    return made


NOTES = [Note(0.5, 1.0, 60), Note(3.5, 4.5, 64), Note(9.0, 9.25, 67)]


def make_song(folder: Path, song_id: str, color: str, number: int) -> Song:
    """Writes a song of 12 s: two lines, three sections, three tracks (one silent in the first third)."""
    home = folder / song_id
    home.mkdir(parents=True)
    song = Song(
        song_id=song_id,
        album_id=song_id.split("_")[0],
        folder=home,
        title=f"Study {number} for {song_id}",
        color=color,
        running_s=RUNNING_S,
        bpm=120.0,
        meter=Meter(4, 4),
        key=Key("C", "major"),
        released="2024-01-01",
        sequence=number,
        mix_file=f"{song_id}_main.wav",
        concept=_concept(song_id, number),
        moods=("calm",),
        genres=("study",),
        sections=(
            Section("Intro", Span(0.0, 4.0), "A start"),
            Section("Verse 1", Span(4.0, 8.0), "Some words"),
            Section("Outro", Span(8.0, 12.0), "An end"),
        ),
        lines=(LyricLine(4.0, "Kettle on the landing"), LyricLine(6.0, "Letters to the tide")),
        stems=(
            Stem(1, "Keys", f"{song_id}_01.wav", f"{song_id}_01.mid"),
            Stem(2, "Bass", f"{song_id}_02.wav", group="Low"),
            Stem(3, "Chimes", None, f"{song_id}_01.mid", player="Ada Quill"),
        ),
    )
    write_manifest(song, home / f"{song_id}.yml")
    write_lrc(song.lines, home / f"{song_id}.lrc", tags={"ti": song.title})
    keys, bass = tone(220 + 10 * number), tone(80 + number, sounds=Span(4.0, 12.0))
    write_wav(home / f"{song_id}_01.wav", keys, RATE_HZ)
    write_wav(home / f"{song_id}_02.wav", bass, RATE_HZ)
    write_wav(home / f"{song_id}_main.wav", np.repeat(keys + bass, 2, axis=1), RATE_HZ)
    write_midi(score(NOTES), home / f"{song_id}_01.mid")
    return song


def _concept(song_id: str, number: int) -> str:
    """A text of the song's own, with words that the rules of both taxonomies in the tests count."""
    told = [
        "a boundary that shifts between rooms, and the flood that turns at the tide",
        "the memory of a ferry that someone remembers, a league and a mile from here",
        "a clock, and yesterday, and the years before; it tacks over the ebb",
    ]
    own = " ".join(f"{word}{song_id.replace('_', '')}" for word in ("kettle", "lantern", "gate"))
    return f"This is about {told[number % 3]}, and about {own}."


@pytest.fixture
def catalogue_path(tmp_path: Path) -> Path:
    """Two albums of two songs."""
    root = tmp_path / "songs"
    for number, (song_id, color) in enumerate(
        [("01_01", "R"), ("01_02", "R"), ("02_01", "V"), ("02_02", "V")]
    ):
        make_song(root, song_id, color, number)
    return root


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    stdout: str
    stderr: str


Rebracket = Callable[..., Ended]


def called(arguments: Sequence[object]) -> Ended:
    """Runs the command line in this process: what it prints, and its exit status."""
    from rebracket.cli import main

    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(sys, "argv", ["rebracket", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
    return Ended(int(end.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture
def rebracket() -> Rebracket:
    """The command line in this process."""
    return lambda *arguments: called(arguments)


__all__ = [
    "NOTES",
    "RATE_HZ",
    "RUNNING_S",
    "Ended",
    "Note",
    "Rebracket",
    "called",
    "examples",
    "make_song",
    "replace",
    "score",
    "tone",
]
