"""Songs that share sound: a recording under two names, a stem used twice, a loop that many have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.evaluation.duplicates.agreement import Agreement, Landmarks, agreement
from rebracket.evaluation.duplicates.duplicate import Duplicate
from rebracket.evaluation.duplicates.index import shared_prints
from rebracket.evaluation.duplicates.threshold import beyond_the_usual
from rebracket.features.fingerprints import Prints
from rebracket.signal import FRAME_S

__all__ = ["Rows", "near_sounds"]

_LEAST_S = 3.0  # in a row; what is shorter is a one-shot
_ABOVE_CHANCE = 1.5
_LEAST_TRIPLES = 6
_MOST_CANDIDATES = 20_000
_LOOP_SHIFTS = 3
_ROWS_SHOWN = 3


@dataclass(frozen=True, eq=False)
class Rows:
    """What is asked of N rows: ids, songs, tracks as [N] objects and numbers, start and end in seconds."""

    ids: Sequence[str]
    songs: npt.NDArray[np.object_]
    tracks: npt.NDArray[np.intp]
    start_s: npt.NDArray[np.float64]
    end_s: npt.NDArray[np.float64]


def near_sounds(prints: Prints, rows: Rows) -> list[Duplicate]:
    """The pairs of songs with the same sound for long enough, one a kind, the longest.

    A track of a song is one recording. Two are looked at where they share peaks three by three; what
    counts is for how long their landmarks agree without a break, at one shift in time. It must be 3 s,
    beyond what is usual between songs here, and half again as long as where one of the two is read
    backwards, which leaves both their notes and their beat and takes away what is the same.
    """
    recordings = sorted(set(zip(rows.songs.tolist(), rows.tracks.tolist(), strict=True)))
    number = {recording: place for place, recording in enumerate(recordings)}
    of_row = [number[one] for one in zip(rows.songs.tolist(), rows.tracks.tolist(), strict=True)]
    owners = np.array(of_row, dtype=np.intp)[prints.rows]
    held = _by_recording(prints, owners, len(recordings))
    _, song_of = np.unique([song for song, _ in recordings], return_inverse=True)
    pairs = _candidates(prints, owners, song_of)
    found = [(a, b, agreement(held[a], held[b])) for a, b in pairs]
    n_pairs = len(recordings) * (len(recordings) - 1) // 2
    usual = beyond_the_usual(np.array([one.seconds for *_, one in found]), n_pairs, _LEAST_S)
    best: dict[tuple[str, str, str], Duplicate] = {}
    for a, b, one in found:
        if one.seconds < usual:
            continue
        threshold = max(usual, _ABOVE_CHANCE * agreement(held[a], _backwards(held[b])).seconds)
        made = _told(recordings[a], recordings[b], one, threshold, rows)
        before = best.get((made.kind, made.a, made.b))
        if made.similarity >= threshold and (before is None or made.similarity > before.similarity):
            best[(made.kind, made.a, made.b)] = made
    return [best[key] for key in sorted(best)]


def _by_recording(prints: Prints, owners: npt.NDArray[np.intp], n: int) -> list[Landmarks]:
    order = np.lexsort((prints.frames, prints.hashes, owners))
    edges = np.searchsorted(owners[order], np.arange(1, n))
    parts = np.split(order, edges)
    return [Landmarks(prints.hashes[part], prints.frames[part]) for part in parts]


def _backwards(recording: Landmarks) -> Landmarks:
    return Landmarks(recording.hashes, recording.frames.max(initial=0) - recording.frames)


def _candidates(
    prints: Prints, owners: npt.NDArray[np.intp], song_of: npt.NDArray[np.intp]
) -> list[tuple[int, int]]:
    """Pairs of recordings that share triples of peaks: pairs of peaks meet by chance, triples hardly."""
    triples, triple_owners = _triples(prints, owners)
    first, second, shared = shared_prints(triples, triple_owners, song_of, _LEAST_TRIPLES)
    most = np.argsort(-shared, kind="stable")[:_MOST_CANDIDATES]
    return list(zip(first[most].tolist(), second[most].tolist(), strict=True))


def _triples(
    prints: Prints, owners: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
    """Two landmarks with the same first peak, as one hash. Landmarks of one peak stand together."""
    hashes = prints.hashes.astype(np.int64)
    made, of = [], []
    for step in (1, 2):
        same = (
            (prints.frames[step:] == prints.frames[:-step])
            & (prints.rows[step:] == prints.rows[:-step])
            & (hashes[step:] >> 16 == hashes[:-step] >> 16)
        )
        made.append(((hashes[:-step] << 16) | (hashes[step:] & 0xFFFF))[same])
        of.append(owners[:-step][same])
    return np.concatenate(made), np.concatenate(of)


def _told(a: tuple[str, int], b: tuple[str, int], one: Agreement, threshold: float, rows: Rows) -> Duplicate:
    sides = [(recording, one.first_s[side], one.last_s[side]) for side, recording in enumerate((a, b))]
    in_a, in_b = sorted(sides)
    kind = "loop" if one.shifts >= _LOOP_SHIFTS else "audio"
    shown = (_rows_between(rows, *in_a), _rows_between(rows, *in_b))
    return Duplicate(kind, in_a[0][0], in_b[0][0], one.seconds, threshold, *shown)


def _rows_between(rows: Rows, recording: tuple[str, int], first_s: float, last_s: float) -> tuple[str, ...]:
    """Ids of the first rows of a recording that sound between two times of its song, to a frame."""
    song, track = recording
    inside = (rows.start_s < last_s - FRAME_S) & (rows.end_s > first_s + FRAME_S)
    found = np.flatnonzero((rows.songs == song) & (rows.tracks == track) & inside)
    return tuple(rows.ids[row] for row in found[:_ROWS_SHOWN])
