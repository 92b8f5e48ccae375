"""What a model is given of a segment: words, and each stem's sound and notes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError, RefusedError
from rebracket.features.banks import row_texts

if TYPE_CHECKING:
    from rebracket.features import Source
    from rebracket.training import Recipe

__all__ = ["Ask", "Given", "GivenStem", "givens_of", "log_odds"]

Array = npt.NDArray[np.float64]

_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class GivenStem:
    """A stem in a segment.

    Args:
        row_id: its row in the dataset.
        track: its number in the manifest; None for a song without tracks.
        name: what it is called.
        group: the group of tracks it stands in; None without.
        audio: an encoded file; None where there is no sound, or the model does not listen.
        midi: a MIDI file; None likewise.
    """

    row_id: str
    track: int | None
    name: str
    group: str | None
    audio: bytes | None
    midi: bytes | None


@dataclass(frozen=True, slots=True)
class Given:
    """A segment as a model is given it. To ask what if, change it with `dataclasses.replace`.

    Args:
        segment_id: its id.
        song_id: the song it is of.
        start_s: where it begins, seconds from the start of the mix.
        end_s: where it ends.
        text: what the model reads of words; empty where there are none, or it does not read.
        stems: those that sound.
    """

    segment_id: str
    song_id: str
    start_s: float
    end_s: float
    text: str
    stems: tuple[GivenStem, ...]


Ask = Callable[[Sequence[Given]], Array]
"""n segments, as they are given -> [n, C] probabilities of a target."""


def log_odds(probability: Array) -> Array:
    """Probabilities as log-odds in nats, within those of one in a million."""
    within = np.clip(probability, _LEAST, 1 - _LEAST)
    return np.log(within) - np.log1p(-within)


def givens_of(dataset: Source, recipe: Recipe, segment_ids: Sequence[str]) -> list[Given]:
    """What a recipe's model is given of some segments, in their order; media it does not read are left out.

    Raises:
        InputError: where the dataset has no such segment.
        RefusedError: where the recipe reads a text of single stems, which a segment does not have.
    """
    wanted = frozenset(segment_ids)
    columns = (
        "row_id",
        "segment_id",
        "song_id",
        "start_s",
        "end_s",
        "track",
        "stem_description",
        "stem_group",
    )
    values = zip(*(dataset.rows.column(name).to_pylist() for name in columns), strict=True)
    texts = row_texts(dataset, recipe.text_fields) if recipe.text else [""] * dataset.rows.num_rows
    rows: dict[str, list[dict[str, Any]]] = {}
    for cells, text in zip(values, texts, strict=True):
        row = dict(zip(columns, cells, strict=True)) | {"text": text}
        if row["segment_id"] in wanted:
            rows.setdefault(row["segment_id"], []).append(row)
    strange = sorted(wanted - set(rows))
    if strange:
        raise InputError(f"{dataset.path.name}: found no segment {strange[0]!r}, expected one of its own")
    ids = {row["row_id"] for own in rows.values() for row in own}
    audio = _media(dataset.audio, ids) if recipe.audio else {}
    midi = _media(dataset.midi, ids) if recipe.midi else {}
    return [_given(rows[id_], audio, midi) for id_ in segment_ids]


def _media(stream: Callable[[], Any], ids: Collection[str]) -> dict[str, bytes]:
    return {row_id: data for row_id, data in stream() if row_id in ids}


def _given(rows: list[dict[str, Any]], audio: dict[str, bytes], midi: dict[str, bytes]) -> Given:
    first = rows[0]
    if any(row["text"] != first["text"] for row in rows):
        raise RefusedError(
            f"{first['segment_id']}: found a text for each stem, expected one a segment; "
            "explain a recipe whose text_fields are of the song, the section or the line"
        )
    stems = tuple(
        GivenStem(
            row["row_id"],
            row["track"],
            row["stem_description"] or f"track {row['track']}",
            row["stem_group"],
            audio.get(row["row_id"]),
            midi.get(row["row_id"]),
        )
        for row in rows
    )
    return Given(
        first["segment_id"], first["song_id"], first["start_s"], first["end_s"], first["text"], stems
    )
