"""What the MIDI of a song says of its tempo, meter and key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from symusic.core import ScoreTick

from rebracket.catalogue.init.found import Estimate
from rebracket.catalogue.init.key import estimate_key
from rebracket.catalogue.midi import tempo_map
from rebracket.core.errors import InputError
from rebracket.core.song import Meter

__all__ = ["MidiFacts", "midi_key", "midi_meter", "midi_tempo", "read_facts"]

_BUTTONS = frozenset(range(5))  # games put their buttons on C to E of several octaves
_MIN_NOTES = 8
_DEFAULT = "4/4"  # what sequencers write when nobody says otherwise


@dataclass(frozen=True, slots=True)
class MidiFacts:
    """What one MIDI file holds; None where it does not say."""

    name: str
    length_s: float
    bpm: float | None
    tempi: int
    meter: str | None
    signature: tuple[int, bool] | None
    pitch_classes: np.ndarray  # [12] seconds that each sounds, drums apart
    notes: int

    @property
    def has_music(self) -> bool:
        """Whether there are notes that are meant as pitches or drums."""
        return self.notes > 0


def read_facts(name: str, score: ScoreTick) -> MidiFacts:
    """The facts of one score."""
    tempi = tempo_map(score)
    end_ticks = max(int(score.end()), 1)
    histogram, notes = _histogram(score)
    meters = [(int(m.time), int(m.numerator), int(m.denominator)) for m in score.time_signatures]
    keys = [(int(k.key), bool(k.tonality)) for k in score.key_signatures if -7 <= int(k.key) <= 7]
    return MidiFacts(
        name=name,
        length_s=float(tempi.seconds_at(end_ticks)),
        bpm=_lasting(tempi.starts_ticks, tempi.quarters_per_minute, end_ticks) if score.tempos else None,
        tempi=len(tempi.starts_ticks) if score.tempos else 0,
        meter=_meter(meters, end_ticks),
        signature=keys[0] if len(set(keys)) == 1 else None,
        pitch_classes=histogram,
        notes=notes,
    )


def _lasting(starts: Sequence[int], tempi: Sequence[float], end_ticks: int) -> float:
    """The tempo that holds for most seconds; tempi within half a beat a minute count as one."""
    lengths: dict[float, float] = {}
    for start, stop, bpm in zip(starts, [*starts[1:], end_ticks], tempi, strict=True):
        rounded = round(2 * bpm) / 2
        lengths[rounded] = lengths.get(rounded, 0.0) + max(stop - start, 0) / bpm
    longest = max(lengths, key=lambda bpm: lengths[bpm])
    return next(round(bpm, 3) for bpm in tempi if round(2 * bpm) / 2 == longest)


def _meter(meters: Sequence[tuple[int, int, int]], end_ticks: int) -> str | None:
    """The time signature that holds for most ticks, where it is one that can be."""
    lengths: dict[str, int] = {}
    ends = [*(start for start, _, _ in meters), end_ticks][1:]
    for (start, beats, unit), stop in zip(meters, ends, strict=True):
        try:
            name = str(Meter(beats, unit))
        except InputError:
            continue
        lengths[name] = lengths.get(name, 0) + max(stop - start, 0)
    return max(lengths, key=lambda name: lengths[name]) if lengths else None


def _histogram(score: ScoreTick) -> tuple[np.ndarray, int]:
    """Seconds [12] that each pitch class sounds, drums and game buttons apart; how many notes there are."""
    tempi, histogram, drums, pitched = tempo_map(score), np.zeros(12), 0, 0
    for track in score.tracks:
        notes = track.notes.numpy()
        if track.is_drum:
            drums += len(notes["pitch"])
            continue
        starts = np.asarray(notes["time"], dtype=np.float64)
        sounds_s = tempi.seconds_at(starts + notes["duration"]) - tempi.seconds_at(starts)
        np.add.at(histogram, np.asarray(notes["pitch"], dtype=np.intp) % 12, sounds_s)
        pitched += len(starts)
    classes = {int(class_) for class_ in np.flatnonzero(histogram)}
    if {0, 1, 2, 3} <= classes <= _BUTTONS:
        return np.zeros(12), drums
    return histogram, drums + pitched


def midi_tempo(facts: Iterable[MidiFacts]) -> Estimate | None:
    """The tempo that most seconds of the files have; surer where all agree and it never changes."""
    known = [fact for fact in facts if fact.bpm is not None]
    if not known:
        return None
    best = max(known, key=lambda fact: (fact.length_s, fact.tempi))
    said = sorted({round(float(fact.bpm or 0), 1) for fact in known} - {round(float(best.bpm or 0), 1)})
    confidence = 0.95 if not said and best.tempi == 1 else 0.8
    return Estimate(best.bpm, confidence, f"MIDI, {best.name}", tuple(f"{bpm:g}" for bpm in said[:3]))


def midi_meter(facts: Iterable[MidiFacts]) -> Estimate | None:
    """The time signature of the files; less sure where it is the one that is written by default."""
    known = [fact for fact in facts if fact.meter is not None]
    if not known:
        return None
    best = max(known, key=lambda fact: (fact.meter != _DEFAULT, fact.length_s))
    confidence = 0.7 if best.meter == _DEFAULT else 0.9
    return Estimate(best.meter, confidence, f"MIDI, {best.name}")


def midi_key(facts: Sequence[MidiFacts]) -> Estimate | None:
    """The key of all pitches; None where there are too few."""
    if sum(fact.notes for fact in facts) < _MIN_NOTES:
        return None
    signatures = {fact.signature for fact in facts if fact.signature is not None}
    signature = signatures.pop() if len(signatures) == 1 else None
    total = np.sum([fact.pitch_classes for fact in facts], axis=0)
    return estimate_key(total, "MIDI", signature)
