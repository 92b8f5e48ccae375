"""Four songs in which everything occurs that a column can tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.signal import firwin, lfilter
from symusic.core import ControlChangeTick, ScoreTick

from conftest import RATE_HZ, RUNNING_S, Note, make_song, score, tone
from rebracket.catalogue import write_annotations, write_lrc, write_manifest, write_midi, write_wav
from rebracket.core import (
    Annotation,
    Artist,
    Key,
    LyricLine,
    Meter,
    Player,
    Rebracketing,
    Section,
    Song,
    Span,
    Stem,
)

__all__ = ["varied_songs"]

_HIGH_RATE_HZ = 32_000
_ONSETS_S = (0.31, 1.17, 2.23, 3.06, 4.41, 5.52, 6.13, 7.77, 8.29, 9.38, 10.07, 10.93)


def varied_songs(root: Path) -> None:
    """01_01 has all of it; 01_02 has other keys, meters and roles; 02_01 no modes; 02_02 no lyrics."""
    _rich(make_song(root, "01_01", "R", 0))
    song = make_song(root, "01_02", "G", 1)
    _write(replace(song, meter=Meter(3, 4), key=Key("A", "minor"), bpm=97.0, released="2024-02-02"))
    _write(replace(make_song(root, "02_01", "Z", 2), moods=("wild",), genres=("song",)))
    longer = replace(make_song(root, "02_02", "I", 3), running_s=RUNNING_S + 1, lines=(), sections=())
    write_wav(longer.folder / "02_02_main.wav", tone(300, longer.running_s), RATE_HZ)
    _write(replace(longer, sounds_like=(Artist("The Lamplighters"),)))


def _write(song: Song) -> None:
    (song.folder / f"{song.song_id}.lrc").unlink()
    write_manifest(song, song.folder / f"{song.song_id}.yml")
    if song.lines:
        write_lrc(song.lines, song.folder / f"{song.song_id}.lrc", tags={"ti": song.title})


def _rich(song: Song) -> None:
    words = ((2.0, "Kettle "), (2.5, "on "), (3.0, "the landing"))
    lines = (
        LyricLine(2.0, "Kettle on the landing", words),
        LyricLine(5.5, "Letters"),
        LyricLine(8.5, "Tide"),
    )
    sections = (
        Section("Verse 1", Span(0.0, 4.0), "A start"),
        Section("Chorus", Span(4.0, 7.0), "More", Rebracketing(("memory",), 0.5, 0.4, 0.3, 0.2, 0.1, 0.6)),
        Section("Verse 2", Span(7.0, RUNNING_S), "An end"),
    )
    stems = (
        Stem(1, "Lead vocal", "voice.wav", "voice.mid", player="Ada Quill"),
        Stem(2, "Kit", "kit.wav", "kit.mid", midi_shared=True, group="Drums", player="Bo Thornfield"),
        Stem(3, "Kit, rooms", "gone.wav", "kit.mid", midi_shared=True, group="Drums"),
        Stem(4, "Wide synth", "wide.wav", "late.mid"),
    )
    players = (Player("Ada Quill", True), Player("Bo Thornfield", False))
    song = replace(
        song, lines=lines, sections=sections, stems=stems, players=players, sounds_like=(), mix_file=None
    )
    _write(song)
    _write_media(song.folder)
    for name, types in (("Ada", ("memory",)), ("Bo", ("spatial", "memory"))):
        said = Rebracketing(types, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, annotator=name)
        annotations = [
            Annotation(sections[0].span, said),
            Annotation(sections[2].span, replace(said, types=())),
        ]
        write_annotations(
            annotations[: 1 if name == "Bo" else 2], song, song.folder / f"{name}.annotations.yml"
        )


def _write_media(home: Path) -> None:
    rng = np.random.default_rng(0)
    notes = [Note(onset_s, onset_s + 0.3, 60 + n % 5) for n, onset_s in enumerate(_ONSETS_S)]
    noise = rng.normal(size=round(RUNNING_S * _HIGH_RATE_HZ))
    walled = 0.05 * lfilter(firwin(801, 11_000, fs=_HIGH_RATE_HZ), [1.0], noise)
    other = np.roll(walled, 40)
    write_wav(home / "voice.wav", _hits(_ONSETS_S, RATE_HZ), RATE_HZ)
    write_wav(home / "kit.wav", _hits(_ONSETS_S[::2], RATE_HZ, 700.0), RATE_HZ, "PCM_24")
    write_wav(home / "wide.wav", _gated(np.stack([walled, other], axis=1)), _HIGH_RATE_HZ)
    write_midi(_pedaled(score([*notes, replace(notes[0], pitch=72)])), home / "voice.mid")
    write_midi(
        _drums(score([Note(onset_s, onset_s + 0.1, 36) for onset_s in _ONSETS_S[::2]])), home / "kit.mid"
    )
    late = [replace(note, onset_s=note.onset_s + 0.3, end_s=note.end_s + 0.3) for note in notes]
    write_midi(score(late), home / "late.mid")


def _hits(starts_s: tuple[float, ...], rate_hz: int, hz: float = 440.0) -> np.ndarray:
    wave = np.zeros(round(RUNNING_S * rate_hz))
    times_s = np.arange(round(0.3 * rate_hz)) / rate_hz
    for start_s in starts_s:
        first = round(start_s * rate_hz)
        wave[first : first + len(times_s)] += 0.4 * np.exp(-times_s / 0.08) * np.sin(2 * np.pi * hz * times_s)
    return wave[:, None].astype(np.float32)


def _gated(wave: np.ndarray) -> np.ndarray:
    """Noise in bursts at the onsets, so that notes can be compared with it."""
    times_s = np.arange(len(wave)) / _HIGH_RATE_HZ
    since = np.min([np.where(times_s >= s, times_s - s, np.inf) for s in _ONSETS_S], axis=0)
    return (wave * np.exp(-since / 0.08)[:, None]).astype(np.float32)


def _pedaled(made: ScoreTick) -> ScoreTick:
    for tick, value in ((480, 127), (3000, 0)):
        made.tracks[0].controls.append(ControlChangeTick(tick, 64, value))
    return made


def _drums(made: ScoreTick) -> ScoreTick:
    made.tracks[0].is_drum = True
    return made
