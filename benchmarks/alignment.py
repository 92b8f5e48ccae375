"""Planted offsets between sound and what was written: how many are found, and how many are made up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.record import write_record
from rebracket.catalogue.notes import note_table
from rebracket.demo.plan import plan, song_keys
from rebracket.demo.realize import RATE_HZ, realize
from rebracket.segments import (
    LYRICS_TOLERANCE_S,
    MIDI_TOLERANCE_S,
    Offset,
    align_lyrics,
    align_midi,
)
from rebracket.segments.align import SURE
from rebracket.signal import short_time_level_dbfs

SEED, OFFSETS, STRANGERS = 11, 4, 6  # the constants of alignment were chosen on songs of another seed
LINES_JITTER_S = 0.05

Array = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Take:
    """A stem with what is written of it: MIDI onsets or, for a voice, the stamps of lines."""

    song: str
    kind: str
    wave: Array
    times_s: Array


@dataclass(frozen=True)
class Found:
    """An offset that was planted, and what was measured."""

    planted_s: float
    offset: Offset

    def is_within(self, tolerance_s: float) -> bool:
        return abs(self.offset.offset_s - self.planted_s) <= tolerance_s


def takes() -> tuple[list[Take], list[Take]]:
    """Stems with MIDI of their own, stems of shared MIDI by another kind, and voices with their lines."""
    notes, lines = [], []
    for key in song_keys("small"):
        planned = plan(key, SEED)
        made = realize(planned)
        stamps = np.array([line.start_s for line in made.song.lines if line.text.strip()])
        for chair, stem in zip(planned.cast, made.song.stems, strict=True):
            wave = made.stems[stem.audio_file or ""]
            if stem.midi_file is not None:
                kind = f"{chair.part} (shared MIDI)" if stem.midi_shared else chair.part
                notes.append(Take(key.song_id, kind, wave, note_table(made.scores[stem.midi_file])[:, 0]))
            if chair.part == "lead" and len(stamps) >= 4:
                lines.append(Take(key.song_id, "lead", wave, stamps))
    return notes, lines


def moved(wave: Array, offset_s: float) -> Array:
    frames = round(offset_s * RATE_HZ)
    still = np.zeros(abs(frames), dtype=wave.dtype)
    return (
        np.concatenate([still, wave])[: len(wave)] if frames >= 0 else np.concatenate([wave[-frames:], still])
    )


def planted_notes(notes: list[Take], rng: np.random.Generator) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = defaultdict(list)
    for take in notes:
        for planted_s in rng.uniform(0.005, 0.3, OFFSETS) * rng.choice([-1, 1], OFFSETS):
            levels = short_time_level_dbfs(moved(take.wave, planted_s), RATE_HZ)
            found[take.kind].append(Found(planted_s, align_midi(levels, take.times_s)))
    return found


def planted_lines(lines: list[Take], rng: np.random.Generator, jitter_s: float) -> list[Found]:
    found = []
    for take in lines:
        levels = short_time_level_dbfs(take.wave, RATE_HZ)
        for planted_s in rng.uniform(0.05, 1.2, OFFSETS) * rng.choice([-1, 1], OFFSETS):
            stamps = take.times_s - planted_s + rng.normal(0, jitter_s, len(take.times_s))
            found.append(Found(planted_s, align_lyrics(levels, np.sort(np.maximum(stamps, 0)))))
    return found


def strangers(takes: list[Take], rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Levels of a stem with the times of another song's."""
    for take in takes:
        others = [other for other in takes if other.song != take.song]
        levels = short_time_level_dbfs(take.wave, RATE_HZ)
        for place in rng.choice(len(others), STRANGERS, replace=False):
            yield levels, others[place].times_s + rng.uniform(0, 1)


def summary(found: list[Found], near_s: float, tolerance_s: float) -> dict[str, float | int]:
    """Shares: found within ``near_s``, believed, and flagged though the pair stands otherwise."""
    sure = [f for f in found if f.offset.confidence >= SURE]
    wrong = [f for f in sure if not f.is_within(tolerance_s)]
    errors = [f.offset.offset_s - f.planted_s for f in found]
    return {
        f"within_{round(1000 * near_s)}_ms": round(float(np.mean([f.is_within(near_s) for f in found])), 3),
        "median_error_ms": round(1000 * float(np.median(errors)), 1),
        "believed": round(len(sure) / len(found), 3),
        "believed_and_wrong": round(len(wrong) / len(found), 3),
        "n": len(found),
    }


def main() -> None:
    """Writes ``docs/records/alignment.json``."""
    rng = np.random.default_rng(SEED)
    notes, lines = takes()
    found = planted_notes(notes, rng)
    own = [f for kind, several in found.items() if "shared" not in kind for f in several]
    strange_notes = [align_midi(*pair) for pair in strangers(notes, rng)]
    strange_lines = [align_lyrics(*pair) for pair in strangers(lines, rng)]
    near = np.array([f.is_within(0.010) for f in own])
    error = 1.96 * float(np.sqrt(near.mean() * (1 - near.mean()) / (len(near) / OFFSETS)))
    write_record(
        "alignment",
        {
            "figure": "share of planted offsets of 5 to 300 ms found within 10 ms, stems with own MIDI",
            "value": round(float(near.mean()), 3),
            "low": round(max(0.0, float(near.mean()) - error), 3),
            "high": round(min(1.0, float(near.mean()) + error), 3),
            "n": len(near),
            "unit": f"offset; the interval counts stems, each with {OFFSETS} offsets",
            "midi": {kind: summary(found[kind], 0.010, MIDI_TOLERANCE_S) for kind in sorted(found)},
            "lines": {
                f"stamps_jittered_by_{round(1000 * jitter_s)}_ms": summary(
                    planted_lines(lines, rng, jitter_s), 0.100, LYRICS_TOLERANCE_S
                )
                for jitter_s in (0.0, LINES_JITTER_S, 2 * LINES_JITTER_S)
            },
            "aligned": {
                "midi": _alarms([_as_written(take, align_midi) for take in notes], MIDI_TOLERANCE_S),
                "lines": _alarms([_as_written(take, align_lyrics) for take in lines], LYRICS_TOLERANCE_S),
            },
            "unrelated": {
                "midi": _alarms(strange_notes, MIDI_TOLERANCE_S),
                "lines": _alarms(strange_lines, LYRICS_TOLERANCE_S),
            },
            "songs": len({take.song for take in notes}),
            "seed": SEED,
        },
    )


def _as_written(take: Take, align: Callable[[Array, Array], Offset]) -> Offset:
    return align(short_time_level_dbfs(take.wave, RATE_HZ), take.times_s)


def _alarms(offsets: list[Offset], tolerance_s: float) -> dict[str, float | int]:
    return {
        "believed": round(float(np.mean([offset.confidence >= SURE for offset in offsets])), 4),
        "flagged": round(float(np.mean([offset.is_beyond(tolerance_s) for offset in offsets])), 4),
        "n": len(offsets),
    }
