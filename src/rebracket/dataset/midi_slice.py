"""Cuts stretches of a MIDI file into ones that play alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from symusic.core import NoteTickList, ScoreTick, TempoTick, TempoTickList, TrackTick

from rebracket.catalogue.midi import midi_bytes, tempo_map
from rebracket.core import Span, TempoMap

__all__ = ["MidiSlice", "slices_of_midi"]

_DEFAULT_MSPQ, _MOST_MSPQ = 500_000, 0xFF_FF_FF  # what MIDI assumes without a tempo, and can hold


@dataclass(frozen=True, slots=True)
class MidiSlice:
    """The bytes of a slice (None where no note sounds) and how many notes it has.

    ``score`` is what the bytes hold. ``early_s`` is how much before the start of the span its tick 0
    stands, which is the tick nearest to it: at most half a tick, negative where it stands after. Where
    that is more than a tick of a faster tempo inside, the first tick is made longer or shorter instead.
    """

    data: bytes | None
    n_notes: int
    score: ScoreTick | None = field(default=None, compare=False, repr=False)
    early_s: float = 0.0

    @property
    def sha256(self) -> str | None:
        return None if self.data is None else hashlib.sha256(self.data).hexdigest()


def slices_of_midi(score: ScoreTick, spans: Iterable[Span], *, offset_s: float = 0.0) -> list[MidiSlice]:
    """For each span the notes that sound in it, shifted to start at 0, with all that makes them play so.

    Notes that sound across an edge are cut there; the end is exclusive, and a note belongs to the slice
    its tick is in, one of no length too. Tempo, meter and key in force at the start are carried in, and
    for each track with notes its program, controllers (a held pedal stays held) and pitch bend; lyrics
    and markers inside are kept. Every note keeps its distance in ticks, and so its time to the tick.

    Args:
        score: as it was read.
        spans: in seconds of the song.
        offset_s: by how much the sound is later than the notes, where that is to be corrected.
    """
    whole = _Whole.of(score)
    slices = []
    for span in spans:
        edges_s = np.array([span.start_s - offset_s, span.end_s - offset_s])
        start, end = (round(float(tick)) for tick in whole.clock.ticks_at(edges_s))
        part = whole.part(start, end)
        n_notes = part.note_num()
        early_s = float(edges_s[0] - whole.clock.seconds_at(start))
        if n_notes and abs(early_s) > _shortest_tick_s(part):
            part.tempos = _with_first_tick(part, early_s)
            early_s = 0.0
        slices.append(MidiSlice(midi_bytes(part), n_notes, part, early_s) if n_notes else MidiSlice(None, 0))
    return slices


@dataclass(frozen=True, slots=True)
class _Changes:
    """Events that hold until the next one of their kind, as arrays [N] in order of time."""

    list_type: Any
    columns: tuple[npt.NDArray[Any], ...]  # the ticks first
    kinds: npt.NDArray[Any]

    @classmethod
    def of(cls, events: Any, *, by_number: bool = False) -> _Changes:
        columns = events.numpy()
        order = np.argsort(columns["time"], kind="stable")
        kinds = columns["number"] if by_number else np.zeros(len(order), dtype=np.uint8)
        return cls(type(events), tuple(column[order] for column in columns.values()), kinds[order])

    def between(self, start: int, end: int) -> Any:
        """Those inside, shifted, and the last before of each kind, moved to 0.

        Before a song what holds at its beginning holds too.
        """
        ticks = self.columns[0]
        first, last = np.searchsorted(ticks, max(start, 0), "right"), np.searchsorted(ticks, end, "left")
        _, back = np.unique(self.kinds[:first][::-1], return_index=True)
        chosen = np.concatenate([np.sort(first - 1 - back), np.arange(first, last)]).astype(int)
        shifted = np.where(chosen < first, 0, ticks[chosen].astype(np.int64) - start).astype(np.int32)
        return self.list_type.from_numpy(shifted, *(column[chosen] for column in self.columns[1:]))


@dataclass(frozen=True, slots=True)
class _Voice:
    """A track of the whole, as arrays."""

    track: TrackTick
    notes: dict[str, npt.NDArray[Any]]
    controls: _Changes
    bends: _Changes

    @classmethod
    def of(cls, track: TrackTick) -> _Voice:
        controls = _Changes.of(track.controls, by_number=True)
        return cls(track, track.notes.numpy(), controls, _Changes.of(track.pitch_bends))

    def between(self, start: int, end: int) -> TrackTick | None:
        """None where it has neither a note nor a word."""
        notes = _cut(self.notes, start, end)
        lyrics = _inside(self.track.lyrics, start, end)
        if not len(notes) and not len(lyrics):
            return None
        cut = TrackTick(self.track.name, self.track.program, self.track.is_drum)
        cut.lyrics = lyrics
        if len(notes):
            cut.notes = notes
            cut.controls = self.controls.between(start, end)
            cut.pitch_bends = self.bends.between(start, end)
        return cut


@dataclass(frozen=True, slots=True)
class _Whole:
    """A score made ready to be cut many times."""

    score: ScoreTick
    clock: TempoMap
    voices: tuple[_Voice, ...]
    tempos: _Changes
    meters: _Changes
    keys: _Changes

    @classmethod
    def of(cls, score: ScoreTick) -> _Whole:
        voices = tuple(_Voice.of(track) for track in score.tracks)
        events = (score.tempos, score.time_signatures, score.key_signatures)
        return cls(score, tempo_map(score), voices, *(_Changes.of(kind) for kind in events))

    def part(self, start: int, end: int) -> ScoreTick:
        part = ScoreTick(self.score.ticks_per_quarter)
        part.tempos = self.tempos.between(start, end)
        part.time_signatures = self.meters.between(start, end)
        part.key_signatures = self.keys.between(start, end)
        part.markers = _inside(self.score.markers, start, end)
        for voice in self.voices:
            track = voice.between(start, end)
            if track is not None:
                part.tracks.append(track)
        return part


def _cut(notes: dict[str, npt.NDArray[Any]], start: int, end: int) -> NoteTickList:
    """The notes that sound from ``start`` to ``end``, cut there and shifted."""
    onset = notes["time"].astype(np.int64)
    until = onset + notes["duration"]
    sounds = (onset < end) & ((until > start) | (onset >= start)) & (end > start)
    first = np.maximum(onset[sounds], start)
    length = np.minimum(until[sounds], end) - first
    times = ((first - start).astype(np.int32), length.astype(np.int32))
    return NoteTickList.from_numpy(*times, notes["pitch"][sounds], notes["velocity"][sounds])


def _shortest_tick_s(part: ScoreTick) -> float:
    """The length of a tick where a score is fastest."""
    fastest = max(tempo_map(part).quarters_per_minute)
    return 60.0 / (fastest * part.ticks_per_quarter)


def _with_first_tick(part: ScoreTick, early_s: float) -> TempoTickList:
    """Its tempi, with a first tick that takes ``early_s`` less: from tick 1 on all is where it was."""
    tempi = {int(event.time): int(event.mspq) for event in part.tempos}
    usual = tempi.get(0, _DEFAULT_MSPQ)
    tempi.setdefault(1, usual)
    tempi[0] = min(_MOST_MSPQ, round(usual - 1e6 * early_s * part.ticks_per_quarter))
    made = TempoTickList()
    for tick in sorted(tempi):
        made.append(TempoTick(tick, mspq=tempi[tick]))
    return made


def _inside(texts: Any, start: int, end: int) -> Any:
    kept = texts.copy()
    kept.clear()
    for text in texts:
        if start <= text.time < end:
            shifted = text.copy()
            shifted.time = text.time - start
            kept.append(shifted)
    return kept
