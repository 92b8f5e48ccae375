"""Notes as players: each by itself, or a bar of all stems at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.catalogue.midi import parse_midi, tempo_map
from rebracket.explain.asking import Given
from rebracket.explain.attribution.attribution import Unit
from rebracket.explain.attribution.players.players import Keep, Players

__all__ = ["PlacedNote", "bars", "notes", "placed_notes", "without_notes"]

_QUARTERS_A_BAR = 4.0  # where a file does not say


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A note: in which stem of the segment, in which of its tracks, the how manieth there; what it is.

    Times are seconds from the start of the segment; `bar` counts from 0 at the start of the file.
    """

    stem: int
    part: int
    number: int
    onset_s: float
    end_s: float
    onset_ticks: int
    pitch: int
    bar: int


def placed_notes(given: Given) -> list[PlacedNote]:
    """The notes of all stems that have MIDI, stem by stem.

    Raises:
        InputError: where a MIDI file cannot be read.
    """
    return [note for n, stem in enumerate(given.stems) if stem.midi for note in _of_stem(n, stem.midi)]


def notes(given: Given) -> Players:
    """Each note of each stem."""
    placed = placed_notes(given)
    return Players("notes", tuple(_unit(given, note) for note in placed), partial(_kept, given, placed))


def bars(given: Given) -> Players:
    """The notes of all stems, a bar at a time."""
    placed = placed_notes(given)
    numbers = sorted({note.bar for note in placed})
    units = []
    for bar in numbers:
        own = [note for note in placed if note.bar == bar]
        first, last = min(note.onset_s for note in own), max(note.end_s for note in own)
        units.append(Unit(f"bar {bar + 1}", start_s=first, end_s=last))
    return Players("bars", tuple(units), partial(_kept_bars, given, placed, numbers))


def without_notes(given: Given, gone: Sequence[PlacedNote]) -> Given:
    """The segment without some of its notes; a stem without any has no MIDI."""
    by_stem: dict[int, set[tuple[int, int]]] = {}
    for note in gone:
        by_stem.setdefault(note.stem, set()).add((note.part, note.number))
    own = list(given.stems)
    for n, places in by_stem.items():
        midi = own[n].midi
        own[n] = replace(own[n], midi=_without(midi, places) if midi else None)
    return replace(given, stems=tuple(own))


def _of_stem(stem: int, midi: bytes) -> list[PlacedNote]:
    score = parse_midi(midi, "MIDI slice")
    clock, per_bar = tempo_map(score), _ticks_a_bar(score)
    found = []
    for part, track in enumerate(score.tracks):
        columns = track.notes.numpy()
        onset, length, pitch = (columns[name] for name in ("time", "duration", "pitch"))
        starts, ends = clock.seconds_at(onset), clock.seconds_at(onset + length)
        for number in range(len(onset)):
            ticks = int(onset[number])
            own = (ticks, int(pitch[number]), int(ticks // per_bar))
            found.append(PlacedNote(stem, part, number, float(starts[number]), float(ends[number]), *own))
    return found


def _ticks_a_bar(score: Any) -> float:
    meters = score.time_signatures
    quarters = 4.0 * meters[0].numerator / meters[0].denominator if len(meters) else _QUARTERS_A_BAR
    return quarters * float(score.ticks_per_quarter)


def _unit(given: Given, note: PlacedNote) -> Unit:
    stem = given.stems[note.stem]
    where = {"track": stem.track, "start_s": note.onset_s, "end_s": note.end_s, "pitch": note.pitch}
    return Unit(f"{stem.name} {note.pitch} at {note.onset_s:.2f} s", **where)  # type: ignore[arg-type]


def _kept(given: Given, placed: list[PlacedNote], keep: Keep) -> Given:
    return without_notes(given, [placed[i] for i in np.flatnonzero(~keep)])


def _kept_bars(given: Given, placed: list[PlacedNote], numbers: list[int], keep: Keep) -> Given:
    gone = {bar for bar, stays in zip(numbers, keep.tolist(), strict=True) if not stays}
    return without_notes(given, [note for note in placed if note.bar in gone])


def _without(midi: bytes, places: set[tuple[int, int]]) -> bytes | None:
    score = parse_midi(midi, "MIDI slice")
    left = 0
    for part, track in enumerate(score.tracks):
        keep: npt.NDArray[Any] = np.array(
            [(part, n) not in places for n in range(len(track.notes))], dtype=bool
        )
        track.notes = type(track.notes)(
            [note for note, stays in zip(track.notes, keep, strict=True) if stays]
        )
        left += int(keep.sum())
    return bytes(score.dumps_midi()) if left else None
