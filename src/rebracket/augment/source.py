"""Where a passage comes from: a MIDI file, a section of a song, a line of words."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from symusic.core import ScoreTick

from rebracket.augment.lines import words_of
from rebracket.augment.passage import STEP_TICKS, TICKS_PER_QUARTER, Note, Passage
from rebracket.catalogue import read_catalogue, read_midi, tempo_map
from rebracket.core import Meter, Section, Song, TempoMap
from rebracket.core.errors import InputError

__all__ = ["Source", "find_source", "from_lines", "from_midi", "from_section"]

_MIDI = (".mid", ".midi")
_TUNES = ("vocal", "voice", "sing", "lead", "melody", "tune", "solo")
_LINE_BREAK = re.compile(r"\s/\s|\n")
_Placed = Callable[[int, int], tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Source:
    """A passage with what it takes to hear it.

    ``programs`` are General MIDI's for each part; ``drums`` keep the bar line and never move; ``tempi``
    are (tick, quarters a minute); ``remarks`` say what was assumed.
    """

    name: str
    passage: Passage
    programs: Mapping[str, int] = field(default_factory=dict)
    drums: tuple[Note, ...] = ()
    tempi: tuple[tuple[int, float], ...] = ()
    remarks: tuple[str, ...] = ()


def find_source(text: str) -> Source:
    """The passage that a person names.

    Args:
        text: a MIDI file; a song's folder, a colon and the name of a section; else words, whose lines
            are parted by a slash between spaces.

    Raises:
        InputError: where the file or section cannot be read, or there is nothing in it.
    """
    folder, colon, section = text.rpartition(":")
    if Path(text).suffix.casefold() in _MIDI:
        return from_midi(Path(text))
    if colon and section.strip() and ("/" in folder or Path(folder).is_dir()):
        return from_section(Path(folder), section.strip())
    if os.path.exists(text):  # noqa: PTH110  a text may hold what no path can
        what = "a folder: name a section of a song, as in SONG:Verse" if Path(text).is_dir() else "a file"
        raise InputError(f"{text}: found {what}, expected a MIDI file, SONG:SECTION or a line of words")
    return from_lines(_LINE_BREAK.split(text))


def from_lines(lines: Sequence[str]) -> Source:
    """Words alone.

    Raises:
        InputError: where there are none.
    """
    words = words_of(line for line in lines if line.strip())
    if not words:
        raise InputError("found no word, expected a MIDI file, SONG:SECTION or a line of words")
    return Source(" ".join(word.text for word in words[:6]), Passage(words=words))


def from_midi(path: Path) -> Source:
    """A whole MIDI file, its tracks as parts, in its first meter.

    Raises:
        InputError: where it cannot be read or holds no note but drums.
    """
    score = read_midi(path).resample(TICKS_PER_QUARTER, 1)
    meters = score.time_signatures
    meter = Meter(int(meters[0].numerator), int(meters[0].denominator)) if len(meters) else Meter(4, 4)
    tempi = tempo_map(score)
    notes, drums, programs = _tracks([("", score, lambda onset, length: (onset, length))])
    if not notes:
        raise InputError(f"{path.name}: found no note but drums, expected a MIDI file with a part to move")
    remarks = []
    if len(meters) > 1:
        remarks.append(f"{len(meters)} time signatures: bars are counted in the first, {meter}")
    if len(tempi.starts_ticks) > 1:
        remarks.append("the tempo changes: the MIDI keeps that, the WAV stays at the first tempo")
    made = Passage.of_notes(notes, meter=meter, bpm=tempi.quarters_per_minute[0], parts=_by_prominence(notes))
    changes = tuple(zip(tempi.starts_ticks, tempi.quarters_per_minute, strict=True))
    return Source(path.stem, made, programs, tuple(drums), changes, tuple(remarks))


def from_section(folder: Path, name: str) -> Source:
    """A section of a song of a catalogue: the notes of its MIDI and the lines sung in it.

    A note that begins up to half a sixteenth early belongs to the section and is put on its first tick.

    Raises:
        InputError: where there is no such song or section, or it has neither notes nor words.
    """
    song = _song(folder)
    section, remarks = _section(song, name)
    bpm, meter = song.bpm or 120.0, song.meter or Meter(4, 4)
    if song.bpm is None:
        remarks.append("the manifest has no tempo: 120 bpm is assumed")
    clock, bar_ticks = TempoMap.constant(bpm, TICKS_PER_QUARTER), Passage(meter=meter).bar_ticks
    length = float(clock.ticks_at(section.span.end_s - section.span.start_s))
    bars = max(1, round(length / bar_ticks))
    notes, drums, programs = _inside(song, section, clock, bars * bar_ticks)
    sung = [line.text for line in song.lines if section.span.start_s <= line.start_s < section.span.end_s]
    words = words_of(line for line in sung if line.strip())
    if not notes and not words:
        found = f"{song.song_id}: found no MIDI note and no line in {section.name!r}"
        raise InputError(f"{found}, expected a section with notes or words")
    parts = _by_prominence(notes)
    made = Passage(tuple(notes), words, bars, meter, bpm, parts)
    title = f"{song.song_id} {section.name}"
    return Source(title, made, programs, tuple(drums), ((0, bpm),), tuple(remarks))


def _song(folder: Path) -> Song:
    content = read_catalogue(folder.parent)
    for song in content.songs:
        if song.folder.resolve() == folder.resolve() or song.song_id == folder.name:
            return song
    skipped = dict(content.skipped)
    why = f" ({skipped[folder.name]}; see 'rebracket check')" if folder.name in skipped else ""
    known = ", ".join(song.song_id for song in content.songs[:8])
    raise InputError(f"{folder}: found no song that can be read{why}, expected one such as {known}")


def _section(song: Song, name: str) -> tuple[Section, list[str]]:
    wanted = " ".join(name.casefold().split())
    named = [section for section in song.sections if " ".join(section.name.casefold().split()) == wanted]
    if not named:  # "Verse" finds "Verse 1"
        named = [section for section in song.sections if section.name.casefold().startswith(wanted)]
    if not named:
        known = ", ".join(dict.fromkeys(section.name for section in song.sections)) or "none at all"
        raise InputError(f"{song.song_id}: found no section {name!r}, expected one of its own: {known}")
    remarks = [f"{len(named)} sections are named so: this is the first"] if len(named) > 1 else []
    return named[0], remarks


def _inside(
    song: Song, section: Section, clock: TempoMap, end_ticks: int
) -> tuple[list[Note], list[Note], dict[str, int]]:
    """Notes, drums and programs of what begins in the section, by the song's own tempo."""
    files: dict[str, str] = {}
    for stem in song.stems:
        if stem.midi_file:
            files.setdefault(stem.midi_file, stem.group or "" if stem.midi_shared else stem.description)
    scores = []
    for file, name in sorted(files.items()):
        score = read_midi(song.folder / file)
        scores.append((name, score, _placed(tempo_map(score), clock, section.span.start_s, end_ticks)))
    return _tracks(scores)


def _placed(own: TempoMap, clock: TempoMap, start_s: float, end_ticks: int) -> _Placed:
    """From onset and length in a file's ticks to the passage's; None for what begins outside."""

    def place(onset: int, length: int) -> tuple[int, int] | None:
        begins_s, ends_s = (float(own.seconds_at(tick)) - start_s for tick in (onset, onset + length))
        first, last = round(float(clock.ticks_at(begins_s))), round(float(clock.ticks_at(ends_s)))
        if not -STEP_TICKS // 2 <= first < end_ticks - STEP_TICKS // 2:
            return None
        return max(0, first), max(1, last - max(0, first))

    return place


def _tracks(
    scores: Iterable[tuple[str, ScoreTick, _Placed]],
) -> tuple[list[Note], list[Note], dict[str, int]]:
    """Notes, drum notes, and the program of each part; parts have names of their own."""
    notes: list[Note] = []
    drums: list[Note] = []
    programs: dict[str, int] = {}
    for name, score, placed in scores:
        for track in score.tracks:
            part = _own_name(name or str(track.name) or "part", programs)
            kept = []
            for note in track.notes:
                where = placed(int(note.time), max(1, int(note.duration)))
                if where is not None and note.velocity > 0:
                    kept.append(Note(*where, int(note.pitch), int(note.velocity), part))
            if kept and not track.is_drum:
                programs[part] = int(track.program)
            (drums if track.is_drum else notes).extend(kept)
    return sorted(notes), sorted(drums), programs


def _own_name(name: str, taken: Mapping[str, int]) -> str:
    free = (f"{name} {number}" if number > 1 else name for number in range(1, len(taken) + 2))
    return next(each for each in free if each not in taken)


def _by_prominence(notes: Sequence[Note]) -> tuple[str, ...]:
    """Parts, those that are named as the tune first, then the higher before the lower."""
    pitches: dict[str, list[int]] = {}
    for note in notes:
        pitches.setdefault(note.part, []).append(note.pitch)
    names = {part: any(word in part.casefold() for word in _TUNES) for part in pitches}
    return tuple(sorted(pitches, key=lambda part: (not names[part], -fmean(pitches[part]), part)))
