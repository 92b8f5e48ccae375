"""Builds the parts of one song; the unit of work that runs in parallel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from symusic.core import ScoreTick

from rebracket.catalogue.midi import read_midi
from rebracket.catalogue.onsets import vocal_stem
from rebracket.core import Problem, Segment, Song, Stem, covered_s
from rebracket.core.errors import InputError
from rebracket.dataset.aligned import Aligned, alignment_row, notes_against, song_moved, words_against
from rebracket.dataset.measure import midi_measures
from rebracket.dataset.memory import keep_memory_low
from rebracket.dataset.midi_slice import MidiSlice, slices_of_midi
from rebracket.dataset.parts import part_name, write_table
from rebracket.dataset.rows import row_of, song_values, without_consent
from rebracket.dataset.schema import row_columns
from rebracket.dataset.stems import Decoded, StemSlice, cut_audio, decode, joined, unreadable
from rebracket.dataset.store import SongMedia
from rebracket.labels import annotation_rows
from rebracket.ontology import Ontology
from rebracket.segments import MixResidual, cut
from rebracket.segments.cut import CutOptions

__all__ = ["SongJob", "SongOptions", "SongParts", "build_song"]


@dataclass(frozen=True, slots=True)
class SongOptions:
    """What of a build's options a song needs; see ``build``."""

    tiers: tuple[str, ...] = ()
    full: bool = False
    cut: CutOptions = field(default_factory=CutOptions)
    fix_offsets: bool = False
    exclude_misaligned: bool = False
    audio_url: str | None = None


@dataclass(frozen=True, slots=True)
class SongJob:
    """What one worker needs: a song of the catalogue at ``root``, to be written below ``out``.

    ``file_sha256`` are the hashes of the song's files by name, which the build has taken already.
    """

    song: Song
    ontology: Ontology
    root: Path
    out: Path
    options: SongOptions
    file_sha256: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SongParts:
    """A built song: its rows in the tables of all songs, and what could not be read."""

    values: dict[str, Any]
    alignment: list[dict[str, Any]]
    annotations: list[dict[str, Any]]
    problems: list[Problem]


def build_song(job: SongJob) -> SongParts:
    """Cuts, measures and encodes a song; every file of it is decoded once, one at a time."""
    keep_memory_low()
    options = job.options
    with SongMedia(job.out, job.song.song_id, options.tiers, options.audio_url) as media:
        return _Build(job, media).run()


class _Build:
    """One song on its way: what is known so far."""

    def __init__(self, job: SongJob, media: SongMedia) -> None:
        self.job, self.media, self.song = job, media, job.song
        self.shared = song_values(job.song, job.ontology)
        self.segments: tuple[Segment, ...] = ()
        self.rows: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self.alignment: list[dict[str, Any]] = []
        self.scores: dict[str, ScoreTick | None] = {}
        self.silent = self.misaligned = 0
        self.words = Aligned()
        self.residual: MixResidual | None = None
        self.mix_stored = False

    def run(self) -> SongParts:
        """The voice comes first, because where its lines are heard decides where the song is cut."""
        voice = vocal_stem(self.song.stems) if self.song.lines else None
        heard = None if voice is None else self._decoded(voice.audio_file)
        if voice is not None and heard is not None:
            self.words = words_against(self.song, heard.levels_dbfs, fix=self.job.options.fix_offsets)
            self.song = song_moved(self.song, self.words)
            self.alignment.append(alignment_row(self.song.song_id, voice.track, "lyrics", self.words))
        self.segments = cut(self.song, self.job.options.cut)
        self._take_mix()
        first = None if voice is None else voice.audio_file
        for name, stems in _by_file(self.song.stems, first):
            sound = heard if first is not None and name == first else self._decoded(name)
            self._take_file(name, sound, stems)
            heard = sound = None  # before the next file is decoded
        return self._parts()

    def _decoded(self, name: str | None) -> Decoded | None:
        """A file of sound; None where there is none, or where it cannot be read, which is a problem."""
        if name is None:
            return None
        try:
            return decode(self.song.folder / name, full=self.job.options.full)
        except InputError as error:
            self._problem(name, "audio-unreadable", error)
            return None

    def _problem(self, name: str, code: str, error: InputError) -> None:
        self.problems.append(unreadable(self.song, self.job.root, name, code, error))

    def _take_mix(self) -> None:
        sound = self._decoded(self.song.mix_file)
        if sound is not None and self.job.options.full:
            self.residual = MixResidual(sound.wave, sound.info.sample_rate_hz)
        slices = [None] * len(self.segments) if sound is None else cut_audio(sound, self.segments)
        if not self._is_left_out(self.words):
            for segment, piece in zip(self.segments, slices, strict=True):
                if piece is not None:
                    self.media.add_clip(f"{segment.segment_id}-mix", segment.segment_id, piece.clip)
                    self.mix_stored = self.media.stores_audio
        if not self.song.stems:
            # A song without tracks is represented by its mix, so that its words are not lost.
            sounds = [None if sound is None else piece is not None for piece in slices]
            pieces = [StemSlice(*both) for both in zip(sounds, slices, strict=True)]
            self._add_rows(None, [self._told(piece, self.song.mix_file, sound) for piece in pieces])

    def _take_file(self, name: str | None, sound: Decoded | None, stems: Sequence[Stem]) -> None:
        """The rows and media of the stems that a file of sound belongs to, which is nearly always one."""
        if sound is not None and self.residual is not None:
            self.residual.add(sound.wave, sound.info.sample_rate_hz)
        slices = None if sound is None else cut_audio(sound, self.segments)
        for stem in stems:
            midi, notes = self._midi(stem, sound)
            pieces = [joined(stem, slices, midi, index) for index in range(len(self.segments))]
            for row, piece in self._add_rows(stem, [self._told(p, name, sound) for p in pieces], notes):
                if piece.audio is not None:
                    self.media.add_clip(row["row_id"], row["segment_id"], piece.audio.clip)
                if piece.midi is not None:
                    self.media.add_midi(row["row_id"], row["segment_id"], piece.midi)

    def _midi(self, stem: Stem, sound: Decoded | None) -> tuple[list[MidiSlice] | None, Aligned]:
        if stem.midi_file is None:
            return None, Aligned()
        score = self._score(stem.midi_file)
        if score is None:
            return None, Aligned()
        notes = Aligned()
        if sound is not None:
            notes = notes_against(score, sound.levels_dbfs, fix=self.job.options.fix_offsets)
            self.alignment.append(alignment_row(self.song.song_id, stem.track, "midi", notes))
        spans = [segment.span for segment in self.segments]
        return slices_of_midi(score, spans, offset_s=notes.taken_out_s), notes

    def _score(self, name: str) -> ScoreTick | None:
        """A file of notes, read once for all tracks that share it."""
        if name not in self.scores:
            try:
                self.scores[name] = read_midi(self.song.folder / name)
            except InputError as error:
                self._problem(name, "midi-unreadable", error)
                self.scores[name] = None
        return self.scores[name]

    def _told(self, piece: StemSlice, name: str | None, sound: Decoded | None) -> StemSlice:
        """With the file it comes from, and what of it is stored."""
        return replace(
            piece,
            info=None if sound is None else sound.info,
            file_sha256=None if name is None else self.job.file_sha256.get(name),
            audio_stored=piece.audio is not None and self.media.stores_audio,
            midi_stored=piece.midi is not None and piece.midi.data is not None and self.media.stores_midi,
        )

    def _is_left_out(self, *aligned: Aligned) -> bool:
        return self.job.options.exclude_misaligned and any(a.is_misaligned for a in aligned)

    def _add_rows(
        self, stem: Stem | None, pieces: Sequence[StemSlice], notes: Aligned | None = None
    ) -> list[tuple[dict[str, Any], StemSlice]]:
        """Makes the rows of a stem; returns those that are kept, each with its piece."""
        compared = (self.words, notes or Aligned())
        told = [aligned.is_misaligned for aligned in compared if aligned.is_misaligned is not None]
        columns = {
            "lyrics_offset_s": self.words.offset_s,
            "midi_offset_s": compared[1].offset_s,
            "misaligned": any(told) if told else None,
            "midi_file_sha256": None if stem is None else self.job.file_sha256.get(stem.midi_file or ""),
        }
        kept = []
        for index, piece in enumerate(pieces):
            if piece.sounds is False:
                self.silent += 1
            elif self._is_left_out(*compared):
                self.misaligned += 1
            else:
                row = {**self.shared, **row_of(self.song, self.segments, index, stem, piece), **columns}
                if piece.midi is not None:
                    row |= midi_measures(piece.midi.score, row["duration_s"], self.song.key)
                kept.append((row, piece))
        self.rows += [row for row, _ in kept]
        return kept

    def _parts(self) -> SongParts:
        self.rows.sort(key=lambda row: (row["segment_index"], -1 if row["track"] is None else row["track"]))
        path = self.job.out / "segments" / part_name(self.song.song_id)
        write_table(self.rows, row_columns(self.job.ontology), path)
        self.alignment.sort(key=lambda row: (row["what"], row["track"]))
        annotations = annotation_rows(self.song, self.segments)
        return SongParts(self._song_row(), self.alignment, annotations, self.problems)

    def _song_row(self) -> dict[str, Any]:
        song, present = self.song, sum(row["sounds"] is True for row in self.rows)
        theirs = without_consent(song)
        files = {self.job.file_sha256.get(name or "") for s in theirs for name in (s.audio_file, s.midi_file)}
        return {
            "song_id": song.song_id,
            "album_id": song.album_id,
            "title": song.title,
            "color": song.color,
            "running_s": song.running_s,
            "covered_s": covered_s(segment.span for segment in self.segments),
            "segments": len(self.segments),
            "tracks": len(song.stems),
            "rows_present": present,
            "rows_silent": self.silent,
            "rows_unknown": len(self.rows) - present,
            "rows_misaligned": self.misaligned,
            "mix_stored": self.mix_stored,
            "mix_residual_db": None if self.residual is None else self.residual.residual_db(),
            "without_consent": sorted(stem.track for stem in theirs),
            "without_consent_files": sorted(sha256 for sha256 in files if sha256),
        }


def _by_file(stems: Sequence[Stem], first: str | None) -> list[tuple[str | None, list[Stem]]]:
    """The stems by their file of sound, in their order, but ``first`` first; each without one by itself."""
    files: dict[object, tuple[str | None, list[Stem]]] = {}
    for stem in stems:
        key = stem.track if stem.audio_file is None else stem.audio_file
        files.setdefault(key, (stem.audio_file, []))[1].append(stem)
    return sorted(files.values(), key=lambda file: file[0] is None or file[0] != first)
