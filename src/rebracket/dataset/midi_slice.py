"""Cuts stretches of a MIDI file into ones that play alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from symusic.core import NoteTickList, ScoreTick, TrackTick

from rebracket.catalogue.midi import midi_bytes, tempo_map
from rebracket.core import Span

__all__ = ["MidiSlice", "slice_midi", "slices_of_midi"]

Notes = dict[str, npt.NDArray[np.integer]]


@dataclass(frozen=True, slots=True)
class MidiSlice:
    """The bytes of a slice (None where no note sounds) and how many notes it has.

    ``score`` is what the bytes hold. ``early_s`` is how much before the start of the span its tick 0
    stands, which is the tick nearest to it: at most half a tick, negative where it stands after.
    """

    data: bytes | None
    n_notes: int
    score: ScoreTick | None = field(default=None, compare=False, repr=False)
    early_s: float = 0.0

    @property
    def sha256(self) -> str | None:
        return None if self.data is None else hashlib.sha256(self.data).hexdigest()


def slice_midi(score: ScoreTick, span: Span, *, offset_s: float = 0.0) -> MidiSlice:
    """One of ``slices_of_midi``."""
    return slices_of_midi(score, [span], offset_s=offset_s)[0]


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
    clock = tempo_map(score)
    tracks = [(track, track.notes.numpy()) for track in score.tracks]
    slices = []
    for span in spans:
        edges_s = np.array([span.start_s - offset_s, span.end_s - offset_s])
        start, end = (round(float(tick)) for tick in clock.ticks_at(edges_s))
        part = _part(score, tracks, start, end)
        n_notes = part.note_num()
        early_s = float(edges_s[0] - clock.seconds_at(start))
        slices.append(MidiSlice(midi_bytes(part), n_notes, part, early_s) if n_notes else MidiSlice(None, 0))
    return slices


def _part(score: ScoreTick, tracks: Sequence[tuple[TrackTick, Notes]], start: int, end: int) -> ScoreTick:
    part = ScoreTick(score.ticks_per_quarter)
    part.tempos = _carried(score.tempos, start, end)
    part.time_signatures = _carried(score.time_signatures, start, end)
    part.key_signatures = _carried(score.key_signatures, start, end)
    part.markers = _inside(score.markers, start, end)
    for track, notes in tracks:
        kept = _cut(notes, start, end)
        lyrics = _inside(track.lyrics, start, end)
        if kept is not None or len(lyrics):
            cut = TrackTick(track.name, track.program, track.is_drum)
            cut.lyrics = lyrics
            if kept is not None:
                cut.notes = kept
                cut.controls = _carried_controls(track.controls, start, end)
                cut.pitch_bends = _carried(track.pitch_bends, start, end)
            part.tracks.append(cut)
    return part


def _cut(notes: Notes, start: int, end: int) -> NoteTickList | None:
    """The notes that sound from ``start`` to ``end``, cut there and shifted; None without any."""
    onset = notes["time"].astype(np.int64)
    until = onset + notes["duration"]
    sounds = (onset < end) & ((until > start) | (onset >= start)) & (end > start)
    if not sounds.any():
        return None
    first = np.maximum(onset[sounds], start)
    length = np.minimum(until[sounds], end) - first
    return NoteTickList.from_numpy(
        (first - start).astype(np.int32),
        length.astype(np.int32),
        notes["pitch"][sounds].astype(np.int8),
        notes["velocity"][sounds].astype(np.int8),
    )


def _inside(events: Any, start: int, end: int) -> Any:
    return _shifted(events, [event for event in events if start <= event.time < end], start)


def _carried(events: Any, start: int, end: int) -> Any:
    """Events inside, shifted, and the last one before, moved to 0; before a song the first holds too."""
    in_order = sorted(events, key=lambda event: event.time)
    from_tick = max(start, 0)
    before = [event for event in in_order if event.time <= from_tick]
    inside = [event for event in in_order if from_tick < event.time < end]
    return _shifted(events, [*before[-1:], *inside], start, len(before[-1:]))


def _carried_controls(controls: Any, start: int, end: int) -> Any:
    """As ``_carried``, for each controller number by itself: a held pedal stays held."""
    kept = _shifted(controls, [], start)
    for number in sorted({event.number for event in controls}):
        own = _shifted(controls, [event for event in controls if event.number == number], 0)
        kept.extend(_carried(own, start, end))
    return kept


def _shifted(events: Any, kept: Sequence[Any], start: int, carried: int = 0) -> Any:
    """A list of the same kind with copies of ``kept``; the first ``carried`` of them at 0."""
    made = events.copy()
    made.clear()
    for place, event in enumerate(kept):
        copy = event.copy()
        copy.time = 0 if place < carried else event.time - start
        made.append(copy)
    return made
