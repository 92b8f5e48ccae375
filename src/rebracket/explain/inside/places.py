"""Where what is read of words, features, sound and stems stands in a segment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.explain.asking import Given
from rebracket.explain.attribution.attribution import Unit
from rebracket.explain.attribution.players import PLAYERS
from rebracket.explain.inside.placing import Index, Placing, index_of, placed
from rebracket.signal.log_mel import HOP_S, mel_centers_hz
from rebracket.training.batch import Members

__all__ = [
    "Span",
    "columns_of_stems",
    "counted_words",
    "patches_of_frames",
    "seconds_of_steps",
    "stems_of_members",
    "tokens_of_words",
]

Span = tuple[int, int] | None
_COUNTED = re.compile(r"\w\w+")  # as `rebracket.training.preparation` counts words


def tokens_of_words(given: Given, spans: Sequence[Span], token: Index) -> Placing:
    """Cells that are tokens of the text, by number, -1 for none -> its words.

    A token is of the word that it has most characters of; end marks and signs are of none.
    """
    units = PLAYERS["words"](given).units
    word_of = np.array([_word_of(span, units) for span in spans], dtype=np.intp)
    flat = token.reshape(-1)
    word = np.where(flat >= 0, word_of[np.maximum(flat, 0)], -1)
    cell = np.flatnonzero(word >= 0)
    return index_of("words", units, token.shape, cell, word[cell])


def counted_words(given: Given, vocabulary: Sequence[str], rows: int) -> Placing:
    """Columns of counted words, [R, V] -> the words of the text, each place of a word alike."""
    units = PLAYERS["words"](given).units
    column_of = {word: column for column, word in enumerate(vocabulary)}
    pairs = []
    for found in _COUNTED.finditer(given.text):
        column, word = column_of.get(found.group().lower()), _word_of(found.span(), units)
        if column is not None and word >= 0:
            pairs += [(row * len(vocabulary) + column, word) for row in range(rows)]
    return placed("words", units, (rows, len(vocabulary)), pairs)


def columns_of_stems(
    given: Given,
    names: Sequence[str],
    members: Members,
    stems: Mapping[int, list[int]],
    per_stem: bool,
) -> Placing:
    """Columns of vectors, [M, F] -> features by name, of all stems together or of each."""
    shape, n = (len(members.place), len(names)), len(names)
    if not per_stem:
        column = np.tile(np.arange(n), shape[0])
        return index_of("features", tuple(map(Unit, names)), shape, np.arange(len(column)), column)
    sounding = sorted({stem for own in stems.values() for stem in own})
    units = tuple(
        Unit(f"{given.stems[stem].name}: {name}", track=given.stems[stem].track)
        for stem in sounding
        for name in names
    )
    number = {stem: place for place, stem in enumerate(sounding)}
    pairs = [
        (member * n + column, number[stem] * n + column)
        for member, place in enumerate(members.place.tolist())
        for stem in stems.get(place, ())
        for column in range(n)
    ]
    return placed("features", units, shape, pairs)


def stems_of_members(given: Given, members: Members, stems: Mapping[int, list[int]]) -> Placing:
    """Members [M] -> stems; those with the same content share it."""
    sounding = sorted({stem for own in stems.values() for stem in own})
    units = tuple(Unit(given.stems[stem].name, track=given.stems[stem].track) for stem in sounding)
    pairs = [
        (member, sounding.index(stem))
        for member, place in enumerate(members.place.tolist())
        for stem in stems.get(place, ())
    ]
    return placed("stems", units, (len(members.place),), pairs)


def seconds_of_steps(given: Given, time_s: npt.NDArray[np.floating[Any]], there: Any) -> Placing:
    """Steps at times [M, T], where [M, T] says they are there -> stretches of time, of all stems."""
    units = PLAYERS["seconds"](given).units
    cell = np.flatnonzero(np.asarray(there).reshape(-1))
    unit = _before([unit.start_s for unit in units], time_s.reshape(-1)[cell])
    return index_of("seconds", units, time_s.shape, cell, unit)


def patches_of_frames(given: Given, members: Members, steps: int) -> Placing:
    """Frames of 64 bands, [M, T, 64] -> stretches of time times bands, of all stems."""
    units = PLAYERS["patches"](given).units
    centers = mel_centers_hz()
    shape = (len(members.place), steps, len(centers))
    starts, lows = (sorted({getattr(unit, name) for unit in units}) for name in ("start_s", "low_hz"))
    time = _before(starts, HOP_S * (members.first[:, None] + np.arange(steps)))
    unit = time[..., None] * len(lows) + _before(lows, centers)
    there = np.arange(steps) < (members.last - members.first)[:, None]
    cell = np.flatnonzero(np.broadcast_to(there[..., None], shape).reshape(-1))
    return index_of("patches", units, shape, cell, unit.reshape(-1)[cell])


def _before(starts: Sequence[float | None], values: npt.NDArray[np.floating[Any]]) -> Index:
    """Which of the starts is the last that is not after each value; the first where all are."""
    edges = np.array(starts, dtype=np.float64)
    return np.maximum(np.searchsorted(edges, values + 1e-9, side="right") - 1, 0)


def _word_of(span: Span, units: Sequence[Unit]) -> int:
    """The word that has most characters of a span; -1 for none."""
    if span is None:
        return -1
    shared = [min(span[1], unit.end_char or 0) - max(span[0], unit.start_char or 0) for unit in units]
    return int(np.argmax(shared)) if shared and max(shared) > 0 else -1
