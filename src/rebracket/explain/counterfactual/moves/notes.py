"""Notes removed, transposed, or moved to where another note of their stem begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rebracket.catalogue.midi import midi_bytes, parse_midi
from rebracket.explain.asking import Given
from rebracket.explain.attribution import Unit
from rebracket.explain.attribution.players.notes import PlacedNote, placed_notes
from rebracket.explain.counterfactual.catalogue import Catalogue
from rebracket.explain.counterfactual.change import Change
from rebracket.explain.counterfactual.moves.parts import Part, parts_of, usual_of
from rebracket.explain.counterfactual.moves.space import Margins

__all__ = ["NoteChange", "Notes"]

_STEPS = (1, -1, 2, -2, 12, -12)  # semitones
_ONSETS = 2  # other onsets to either side
_HIGHEST = 127


@dataclass(frozen=True, slots=True)
class NoteChange(Change):
    """A note with another onset or pitch; removed where ``pitch`` is None."""

    onset_ticks: int
    pitch: int | None


class Notes:
    """Which notes of a segment may be changed.

    A note is removed; transposed by one or two semitones or an octave, as far as its stem goes in the song, a
    drum to another that the stem strikes; or moved to one of the four nearest onsets of its stem, where it
    then ends before the stem does. It does not come to lie over a note of its pitch.
    """

    unit = "notes"
    nothing = "the segment has no note that the model reads"
    caution = "Only the notes are changed, as the model reads them; the sound that they made is as it was."

    def __init__(self, given: Given, catalogue: Catalogue) -> None:
        self._given, self._placed = given, placed_notes(given)
        self._parts = parts_of(given)
        self._usual = usual_of(given, catalogue.givens)

    def probes(self) -> Sequence[NoteChange]:
        """Each note removed."""
        return [self._change(n, note.onset_ticks, None) for n, note in enumerate(self._placed)]

    def options(self, places: Sequence[int], margins: Margins) -> Sequence[NoteChange]:
        """Notes transposed and moved."""
        return [change for place in places for change in (*self._transposed(place), *self._moved(place))]

    def make(self, changes: frozenset[NoteChange]) -> Given | None:
        """The segment with changed notes; None where nothing is left or two lie over each other."""
        own = list(self._given.stems)
        for stem in sorted({self._placed[one.place].stem for one in changes}):
            edits = {_number(note): one for one in changes if (note := self._placed[one.place]).stem == stem}
            if any(self._overlaps(stem, part, edits) for part, _ in edits):
                return None
            own[stem] = replace(own[stem], midi=_edited(own[stem].midi or b"", edits))
        left = self._given.text or any(stem.audio or stem.midi for stem in own)
        return replace(self._given, stems=tuple(own)) if left else None

    def weaker(self, change: NoteChange) -> Sequence[NoteChange]:
        """None."""
        return ()

    def plausible(self, changes: frozenset[NoteChange]) -> tuple[float, str]:
        """The share of the changed notes that are in their song's scale and their stem's range."""
        stays = [(self._placed[one.place], one.pitch) for one in changes if one.pitch is not None]
        usual = sum(self._usual[note.stem].has(pitch, self._part(note).is_drums) for note, pitch in stays)
        if not stays:
            return 1.0, "notes are only removed: none is new"
        says = f"{usual} of {len(stays)} changed notes are in the song's scale and their stem's range"
        return usual / len(stays), says

    def _part(self, note: PlacedNote) -> Part:
        return self._parts[note.stem, note.part]

    def _transposed(self, place: int) -> Iterator[NoteChange]:
        note = self._placed[place]
        is_drums, usual = self._part(note).is_drums, self._usual[note.stem]
        nearest = sorted(usual.struck - {note.pitch}, key=lambda pitch: (abs(pitch - note.pitch), pitch))
        pitches = nearest[: len(_STEPS)] if is_drums else [note.pitch + step for step in _STEPS]
        for pitch in pitches:
            if 0 <= pitch <= _HIGHEST and usual.reaches(pitch, is_drums):
                yield self._change(place, note.onset_ticks, pitch)

    def _moved(self, place: int) -> Iterator[NoteChange]:
        note, part = self._placed[place], self._part(self._placed[place])
        parts = [one for (stem, _), one in self._parts.items() if stem == note.stem]
        end = max(int((one.onset_ticks + one.length_ticks).max(initial=0)) for one in parts)
        last = end - int(part.length_ticks[note.number])
        onsets = np.unique(np.concatenate([one.onset_ticks for one in parts])).tolist()
        at = onsets.index(note.onset_ticks)
        for onset in (*onsets[max(0, at - _ONSETS) : at], *onsets[at + 1 : at + 1 + _ONSETS]):
            if onset <= last:
                yield self._change(place, onset, note.pitch)

    def _overlaps(self, stem: int, part: int, edits: Mapping[tuple[int, int], NoteChange]) -> bool:
        """Whether a changed note of a part lies over another of its pitch."""
        own = self._parts[stem, part]
        onset, pitch = own.onset_ticks.copy(), own.pitch.copy()
        changed = [(number, one) for (at, number), one in edits.items() if at == part]
        for number, one in changed:
            onset[number], pitch[number] = one.onset_ticks, -1 if one.pitch is None else one.pitch
        end = onset + own.length_ticks
        for number in (number for number, one in changed if one.pitch is not None):
            over = (pitch == pitch[number]) & (onset < end[number]) & (end > onset[number])
            if over.sum() > 1:
                return True
        return False

    def _change(self, place: int, onset_ticks: int, pitch: int | None) -> NoteChange:
        note = self._placed[place]
        stem = self._given.stems[note.stem]
        if pitch is None:
            what = "removed"
        elif pitch != note.pitch and self._part(note).is_drums:
            what = f"struck as {pitch}"
        elif pitch != note.pitch:
            what = f"transposed by {pitch - note.pitch:+d} to {pitch}"
        else:
            what = f"moved to {self._seconds(note, onset_ticks):.2f} s"
        says = f"{stem.name}: note {note.pitch} at {note.onset_s:.2f} s {what}"
        unit = Unit(f"{stem.name} {note.pitch}", stem.track, note.onset_s, note.end_s, pitch=note.pitch)
        return NoteChange(place, unit, says, 1.0, onset_ticks, pitch)

    def _seconds(self, note: PlacedNote, onset_ticks: int) -> float:
        same = (o for o in self._placed if o.stem == note.stem and o.onset_ticks == onset_ticks)
        return next(same).onset_s


def _number(note: PlacedNote) -> tuple[int, int]:
    return note.part, note.number


def _edited(midi: bytes, edits: Mapping[tuple[int, int], NoteChange]) -> bytes | None:
    """A MIDI file with changed notes; None where none is left."""
    score = parse_midi(midi, "MIDI slice")
    left = 0
    for part, track in enumerate(score.tracks):
        kept = []
        for number, note in enumerate(track.notes):
            edit = edits.get((part, number))
            if edit is not None:
                if edit.pitch is None:
                    continue
                note.time, note.pitch = edit.onset_ticks, edit.pitch
            kept.append(note)
        track.notes = type(track.notes)(kept)
        left += len(kept)
    return midi_bytes(score) if left else None
