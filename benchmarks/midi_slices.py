"""Whether the onsets of MIDI slices are where they were in the whole, and what cutting costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from symusic.core import NoteTick, ScoreTick, TempoTick, TrackTick

from benchmarks.record import write_record
from rebracket.catalogue import parse_midi
from rebracket.catalogue.midi import midi_bytes, tempo_map
from rebracket.catalogue.notes import note_table
from rebracket.core import Span
from rebracket.dataset.midi_slice import slices_of_midi
from rebracket.demo.plan import plan, song_keys
from rebracket.demo.realize import realize
from rebracket.segments import cut
from rebracket.signal import piano_roll

SCORES, NOTES, RUNNING_S = 300, 400, 200.0
FRAME_S = 0.02


def material(seed: int = 0) -> Iterator[tuple[ScoreTick, list[Span]]]:
    """Demo songs at their own segments, and scores of odd resolutions whose tempo changes anywhere."""
    for key in song_keys("small"):
        made = realize(plan(key, seed))
        for score in made.scores.values():
            yield parse_midi(midi_bytes(score), "a demo score"), [s.span for s in cut(made.song)]
    for number in range(SCORES):
        rng = np.random.default_rng((seed, number))
        edges_s = np.unique(np.round([0, *rng.uniform(0, RUNNING_S, 15), RUNNING_S], 3))
        yield _score(rng), [Span(float(a), float(b)) for a, b in pairwise(edges_s)]


def _score(rng: np.random.Generator) -> ScoreTick:
    score = ScoreTick(int(rng.choice([24, 96, 97, 120, 480, 960])))
    last = round(RUNNING_S * 2 * score.ticks_per_quarter)
    for tick in np.unique([0, *rng.integers(0, last, rng.integers(0, 30))]):
        score.tempos.append(TempoTick(int(tick), mspq=int(rng.integers(250_000, 1_500_000))))
    track = TrackTick("part", 0, False)
    for tick in np.sort(rng.integers(0, last, NOTES)):
        length = int(rng.integers(0, 8 * score.ticks_per_quarter))
        track.notes.append(NoteTick(int(tick), length, int(rng.integers(20, 100)), 90))
    score.tracks.append(track)
    return parse_midi(midi_bytes(score), "a score")


def onset_errors_ticks(score: ScoreTick, spans: list[Span]) -> tuple[np.ndarray, np.ndarray, float]:
    """Errors of onsets inside the spans, as heard from the start of each, in ticks; CPU seconds to cut.

    The second array has 1 for each span whose notes are as many as begin or sound in it.
    """
    clock = tempo_map(score)
    whole = note_table(score)
    began = time.process_time()
    slices = slices_of_midi(score, spans)
    cpu_s = time.process_time() - began
    errors, complete = [np.zeros(0)], []
    for span, part in zip(spans, slices, strict=True):
        start, end = (round(float(tick)) for tick in clock.ticks_at(np.array([span.start_s, span.end_s])))
        start_s, end_s = clock.seconds_at(np.array([start, end]))
        begins = (whole[:, 0] > start_s - 1e-9) & (whole[:, 0] < end_s - 1e-9)
        lasts = (whole[:, 0] < start_s - 1e-9) & (whole[:, 1] > start_s + 1e-9)
        complete.append(part.n_notes == int((begins | (lasts & (end > start))).sum()))
        if part.data is None:
            continue
        heard_s = note_table(parse_midi(part.data, "a slice"))[:, 0]
        truth_s = np.sort(np.concatenate([np.zeros(int(lasts.sum())), whole[begins, 0] - span.start_s]))
        if len(truth_s) == len(heard_s):
            own = clock.ticks_at(np.sort(heard_s) + span.start_s) - clock.ticks_at(truth_s + span.start_s)
            errors.append(own[truth_s != 0])
    return np.concatenate(errors), np.array(complete), cpu_s


def main() -> None:
    """Writes ``docs/records/midi_slices.json``."""
    found = [onset_errors_ticks(score, spans) for score, spans in material()]
    errors = np.abs(np.concatenate([errors for errors, *_ in found]))
    complete = np.concatenate([complete for _, complete, _ in found])
    write_record(
        "midi_slices",
        {
            "figure": "share of onsets of MIDI slices within one tick of the truth",
            "value": float(np.mean(errors <= 1)),
            "largest_error_ticks": round(float(errors.max()), 3),
            "n": len(errors),
            "unit": "note that begins in a slice",
            "slices": len(complete),
            "slices_with_every_note": float(complete.mean()),
            "scores": len(found),
            "cpu_ms_a_slice": round(1000 * sum(cpu_s for *_, cpu_s in found) / len(complete), 3),
            "cpu_ms_a_piano_roll": round(_piano_roll_ms(), 3),
            "seed": 0,
        },
    )


def _piano_roll_ms(times: int = 2_000) -> float:
    """CPU time of one roll of 12 s with 60 notes in frames of 20 ms."""
    rng = np.random.default_rng(0)
    onset_s = rng.uniform(0, 11, 60)
    columns = (onset_s, onset_s + 0.4, rng.integers(30, 90, 60), rng.integers(40, 120, 60))
    began = time.process_time()
    for _ in range(times):
        piano_roll(np.stack(columns, axis=1), frame_s=FRAME_S, n_frames=600)
    return 1000 * (time.process_time() - began) / times
