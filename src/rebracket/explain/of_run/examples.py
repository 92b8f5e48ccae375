"""Which segments are explained: one of a song, of as many songs as wanted, from every class alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np
import numpy.typing as npt

from rebracket.explain.asking.held_out import HeldOut
from rebracket.training import Inputs, Target

__all__ = ["Example", "choose_examples"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A segment that is explained.

    Args:
        segment_id: its id.
        song_id: its song.
        said: the class that the model says most likely there.
        probability: of that class.
        truth: the classes that the labels say; none where it is not labeled.
        fold: number of the model that is asked, which never saw the song.
    """

    segment_id: str
    song_id: str
    said: str
    probability: float
    truth: tuple[str, ...]
    fold: int


def choose_examples(
    held_out: HeldOut,
    inputs: Inputs,
    target: Target,
    songs: Sequence[str],
    segments: Sequence[str],
    count: int,
) -> list[Example]:
    """Of each song the segment that its model is surest of, among those that have most of what it reads.

    That is all modalities that any segment has, and at least half as many stems as the fullest.

    Songs are taken in turn from each class of the labels, so that few songs still show every class.

    Args:
        songs: [N] song of each row.
        segments: [N] segment of each row.
        count: how many songs at most.
    """
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, song in enumerate(songs):
        if held_out.of(song) is not None:
            rows_of[song].append(row)
    by_class: dict[str, list[str]] = defaultdict(list)
    for song in sorted(rows_of):
        names = _truth(target, rows_of[song])
        by_class[names[0] if names else ""].append(song)
    turns = chain.from_iterable(zip_longest(*(by_class[name] for name in sorted(by_class))))
    chosen = [song for song in turns if song is not None][:count]
    return [_example(held_out, inputs, target, song, rows_of[song], segments) for song in chosen]


def _example(
    held_out: HeldOut,
    inputs: Inputs,
    target: Target,
    song: str,
    rows: list[int],
    segments: Sequence[str],
) -> Example:
    model = held_out.models[held_out.fold_of[song]]
    said = model.fitted.predict(inputs, np.array(rows, dtype=np.intp))
    of_segment: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        of_segment[segments[row]].append(place)
    means = {id_: said[places].mean(axis=0) for id_, places in of_segment.items()}
    own = {id_: [rows[place] for place in places] for id_, places in of_segment.items()}
    read = {
        id_: sum(bool(bank.present[at].any()) for bank in inputs.banks.values()) for id_, at in own.items()
    }
    most = max(len(places) for places in own.values())

    def worth(id_: str) -> tuple[int, bool, float, str]:
        is_full = 2 * len(own[id_]) >= most  # of a segment with one stem there is little to say
        return read[id_], is_full, round(float(means[id_].max()), 9), id_

    best = max(means, key=worth)
    number = int(means[best].argmax())
    truth = _truth(target, own[best])
    probability = float(means[best][number])
    return Example(best, song, model.classes[number], probability, truth, held_out.fold_of[song])


def _truth(target: Target, rows: Sequence[int]) -> tuple[str, ...]:
    """The classes that these rows are labeled with, the most frequent first."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if target.labels[row] < 0:
            continue
        own = (
            [int(target.labels[row])] if target.indicators is None else np.flatnonzero(target.indicators[row])
        )
        for number in own:
            counts[target.classes[int(number)]] += 1
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))
