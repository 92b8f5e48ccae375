"""Passages from files: what is read, what is refused, what comes back out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from symusic.core import NoteTick, ScoreTick, TempoTick, TimeSignatureTick, TrackTick

from conftest import Note as TimedNote
from conftest import score
from rebracket.augment import OPERATIONS, Note, Passage, undo
from rebracket.augment.audition import RATE_HZ, score_of_passage, sound_of_passage
from rebracket.augment.ready import ready_for
from rebracket.augment.source import Source, find_source
from rebracket.augment.versions import make_version
from rebracket.catalogue import parse_midi, write_midi
from rebracket.catalogue.midi import midi_bytes
from rebracket.core.errors import InputError


@pytest.fixture
def midi_path(tmp_path: Path) -> Path:
    """A tune, a bass and drums in 3/4 at 90, then at 60; 96 ticks a quarter."""
    made = ScoreTick(96)
    made.tempos.extend([TempoTick(0, 90.0), TempoTick(96 * 6, 60.0)])
    made.time_signatures.append(TimeSignatureTick(0, 3, 4))
    for name, program, is_drum, pitch, step in (
        ("Bass", 33, False, 36, 144),
        ("Lead", 81, False, 72, 48),
        ("Kit", 0, True, 38, 96),
    ):
        track = TrackTick(name, program, is_drum)
        for place in range(96 * 12 // step):
            track.notes.append(NoteTick(place * step, step // 2, pitch + place % 3, 90))
        made.tracks.append(track)
    path = tmp_path / "study.mid"
    write_midi(made, path)
    return path


def test_a_midi_file_is_read_in_its_meter_with_the_tune_first(midi_path: Path) -> None:
    source = find_source(str(midi_path))
    passage = source.passage
    assert (passage.bars, str(passage.meter), passage.bpm) == (4, "3/4", pytest.approx(90))
    assert passage.parts == ("Lead", "Bass")
    assert source.programs == {"Lead": 81, "Bass": 33}
    assert {note.part for note in source.drums} == {"Kit"}
    assert [start for start, _ in source.tempi] == [0, 480 * 6]
    assert any("tempo changes" in remark for remark in source.remarks)


@pytest.mark.parametrize("type_", OPERATIONS)
def test_what_is_written_for_the_daw_is_what_was_moved(midi_path: Path, type_: str) -> None:
    source = find_source(str(midi_path))
    version = make_version(source, type_, 0.6, 0.3, 1)
    back = parse_midi(midi_bytes(score_of_passage(source, version.after)), "moved")
    written = sorted((n.time, n.pitch, n.velocity) for t in back.tracks if not t.is_drum for n in t.notes)
    assert written == sorted((n.onset_ticks, n.pitch, n.velocity) for n in version.after.notes)
    assert [round(tempo.qpm) for tempo in back.tempos] == [90, 60]
    assert sum(len(t.notes) for t in back.tracks if t.is_drum) == len(source.drums)
    assert undo(version.after, version.carriers) == version.before


def test_sound_lasts_as_long_as_the_passage_and_does_not_clip(midi_path: Path) -> None:
    source = find_source(str(midi_path))
    wave = sound_of_passage(source, source.passage)
    assert wave.shape[0] >= 12 * 60 / 90 * RATE_HZ
    assert 0.1 < np.max(np.abs(wave)) <= 1


def test_a_section_of_a_song_holds_what_begins_in_it(catalogue_path: Path) -> None:
    """Sections of 4 s at 120; notes at 0.5, 3.5 and 9 s, lines at 4 and 6 s."""
    intro = find_source(f"{catalogue_path}/01_01:Intro").passage
    assert [note.onset_ticks for note in intro.notes] == [480, 3360]
    verse = find_source(f"{catalogue_path}/01_01:verse")
    assert (len(verse.passage.notes), len(verse.passage.lines), verse.passage.bars) == (0, 2, 2)
    outro = find_source(f"{catalogue_path}/01_01:OUTRO").passage
    assert [(note.onset_ticks, note.length_ticks, note.pitch) for note in outro.notes] == [(960, 240, 67)]


def test_words_are_lines_parted_by_slashes() -> None:
    assert len(find_source("we met / at the edge").passage.lines) == 2
    assert len(find_source("and/or we met").passage.lines) == 1


@pytest.mark.parametrize(
    ("passage", "said"),
    [
        ("", "found no word"),
        ("none.mid", "none.mid: found no file"),
        ("{root}", "found a folder: name a section of a song, as in SONG:Verse"),
        ("{root}/01_01/01_01.yml", "found a file, expected a MIDI file"),
        ("{root}/01_09:Verse", "found no song that can be read, expected one such as 01_01"),
        ("{root}/01_01:Coda", "found no section 'Coda', expected one of its own: Intro, Verse 1, Outro"),
    ],
)
def test_what_cannot_be_read_is_told(catalogue_path: Path, passage: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        find_source(passage.format(root=catalogue_path))


def test_drums_alone_have_nothing_to_move(tmp_path: Path) -> None:
    made = score([TimedNote(0.0, 0.5, 38)])
    made.tracks[0].is_drum = True
    write_midi(made, tmp_path / "kit.mid")
    with pytest.raises(InputError, match="no note but drums"):
        find_source(str(tmp_path / "kit.mid"))


@pytest.mark.parametrize("type_", OPERATIONS)
def test_one_track_and_one_line_are_split_where_two_are_needed(type_: str) -> None:
    """Then every type moves something, and nothing is lost."""
    source = find_source("we met at the edge")
    notes = tuple(Note(240 * n, 200, 50 + 5 * (n % 4), 60 + n % 3, "piano") for n in range(32))
    whole = Passage(notes, source.passage.words, 4, parts=("piano",))
    ready, said = ready_for(whole, type_)
    assert sorted(note.pitch for note in ready.notes) == sorted(note.pitch for note in notes)
    assert bool(said) is (OPERATIONS[type_].parts + OPERATIONS[type_].lines + OPERATIONS[type_].voices > 3)
    version = make_version(Source("both", whole), type_, 0.5, 0.0, 0)
    assert version.carriers.notes
    assert version.carriers.words


def test_what_cannot_be_split_is_said() -> None:
    flat = Passage((Note(0, 100, 60, 80, "piano"),), (), 1, parts=("piano",))
    assert "cannot be split" in ready_for(flat, "causal")[1][0]
    alone = find_source("alone").passage
    assert "cannot be split" in ready_for(alone, "spatial")[1][0]
    assert "nothing to share out" in ready_for(alone, "identity")[1][0]
