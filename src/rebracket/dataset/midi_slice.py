"""Cuts a stretch of a MIDI file into one that plays alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from symusic.core import ControlChangeTick, NoteTick, ScoreTick, TrackTick

from rebracket.catalogue.midi import midi_bytes, tempo_map
from rebracket.core import Span

__all__ = ["MidiSlice", "slice_midi"]


@dataclass(frozen=True, slots=True)
class MidiSlice:
    """The bytes of a slice (None where no note sounds) and how many notes it has."""

    data: bytes | None
    n_notes: int

    @property
    def sha256(self) -> str | None:
        return None if self.data is None else hashlib.sha256(self.data).hexdigest()


def slice_midi(score: ScoreTick, span: Span) -> MidiSlice:
    """The notes that sound in the span, shifted to start at 0, with tempo, meter, key and programs.

    Notes that sound across an edge are cut there; the end is exclusive. Tempo, meter and key in
    force at the start are carried in.
    """
    start, end = (round(float(t)) for t in tempo_map(score).ticks_at(np.array([span.start_s, span.end_s])))
    part = ScoreTick(score.ticks_per_quarter)
    part.tempos = _carried(score.tempos, start, end)
    part.time_signatures = _carried(score.time_signatures, start, end)
    part.key_signatures = _carried(score.key_signatures, start, end)
    for track in score.tracks:
        notes = [_cut(note, start, end) for note in track.notes if note.time < end and note.end > start]
        if notes:
            cut = TrackTick(track.name, track.program, track.is_drum)
            for note in notes:
                cut.notes.append(note)
            for control in _carried_controls(track.controls, start, end):
                cut.controls.append(control)
            part.tracks.append(cut)
    n_notes = sum(len(track.notes) for track in part.tracks)
    return MidiSlice(midi_bytes(part) if n_notes else None, n_notes)


def _cut(note: Any, start: int, end: int) -> Any:
    onset = max(note.time, start)
    return NoteTick(onset - start, min(note.end, end) - onset, note.pitch, note.velocity)


def _carried(events: Any, start: int, end: int) -> Any:
    """Events inside, shifted, and the last one before, moved to 0."""
    kept = events.copy()
    kept.clear()
    inside = [event for event in events if start < event.time < end]
    before = [event for event in events if event.time <= start]
    for event in (*before[-1:], *inside):
        shifted = event.copy()
        shifted.time = max(0, event.time - start)
        kept.append(shifted)
    return kept


def _carried_controls(controls: Any, start: int, end: int) -> list[Any]:
    """As ``_carried``, for each controller number by itself: a held pedal stays held."""
    by_number: dict[int, list[Any]] = {}
    for event in controls:
        by_number.setdefault(event.number, []).append(event)
    kept = []
    for number in sorted(by_number):
        before = [event for event in by_number[number] if event.time <= start]
        inside = [event for event in by_number[number] if start < event.time < end]
        kept += [
            ControlChangeTick(max(0, event.time - start), number, event.value)
            for event in (*before[-1:], *inside)
        ]
    return kept
