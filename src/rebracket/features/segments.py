"""One vector a segment and modality, for the map of a catalogue."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import MissingExtraError
from rebracket.features.cache import (
    ContentsOf,
    cached_vectors,
    content_key,
    media_contents,
    text_contents,
)
from rebracket.features.encoder import Encoder, Vectors
from rebracket.features.encoders.histogram import Histogram
from rebracket.features.encoders.minilm import MiniLM
from rebracket.features.encoders.spectral import Spectral
from rebracket.features.source import Progress, Source

__all__ = ["Block", "segment_blocks"]

_log = logging.getLogger(__name__)

Block = tuple[Vectors, npt.NDArray[np.bool_]]
"""[S, D] vectors and [S] which segments have one; rows without are zeros and must not be read."""

Media = Callable[[], Iterator[tuple[str, bytes]]]


def segment_blocks(
    dataset: Source, progress: Progress | None = None
) -> tuple[tuple[str, ...], dict[str, Block]]:
    """Segment ids in the dataset's order, and for each modality that any segment has, its block.

    Text is the line sung, or the section's name and description where nothing is sung; audio the
    slice of the mix, or the mean over the segment's stems without one; midi the mean over the
    stems. Where the text encoder is not installed, there is no text block.
    """
    ids = tuple(dict.fromkeys(dataset.rows.column("segment_id").to_pylist()))
    blocks = {
        "text": _text_block(dataset, ids, progress),
        "audio": _audio_block(dataset, ids, progress),
        "midi": _stems_block(dataset, ids, Histogram(), dataset.midi_hashes(), dataset.midi, progress),
    }
    return ids, {name: block for name, block in blocks.items() if block is not None and block[1].any()}


def _text_block(dataset: Source, ids: Sequence[str], progress: Progress | None) -> Block | None:
    try:
        encoder = MiniLM()
    except MissingExtraError as error:
        _log.warning("the map leaves words out: %s", error)
        return None
    columns = ("segment_id", "lyrics", "section_name", "section_description")
    text_of: dict[str, str] = {}
    for segment, lyrics, name, description in _cells(dataset, *columns):
        text = (lyrics or "").strip() or "\n".join(part for part in (name, description) if part)
        if text:
            text_of[segment] = text
    _, contents = text_contents(text_of.values())
    vectors_of = partial(_vectors, dataset, encoder, contents, progress)
    return _mean_block(ids, {id_: [content_key(text)] for id_, text in text_of.items()}, encoder, vectors_of)


def _audio_block(dataset: Source, ids: Sequence[str], progress: Progress | None) -> Block:
    encoder = Spectral()
    key_of_mix = {segment: content_key(data) for segment, data in dataset.mix_audio()}
    contents = media_contents(dataset.mix_audio, lambda _, data: content_key(data))
    vectors_of = partial(_vectors, dataset, encoder, contents, progress)
    keys_of = {segment: [key] for segment, key in key_of_mix.items()}
    values, present = _mean_block(ids, keys_of, encoder, vectors_of)
    without = [segment for segment in ids if segment not in key_of_mix]
    stems, has_stems = _stems_block(
        dataset, without, encoder, dataset.audio_hashes(), dataset.audio, progress
    )
    values[~present], present[~present] = stems, has_stems
    return values, present


def _stems_block(
    dataset: Source,
    ids: Sequence[str],
    encoder: Encoder,
    hash_of_row: Mapping[str, str],
    media: Media,
    progress: Progress | None,
) -> Block:
    """The mean over the stems of each of the segments `ids`."""
    wanted, keys_of, key_of_row = set(ids), dict[str, list[str]](), dict[str, str]()
    for row_id, segment in _cells(dataset, "row_id", "segment_id"):
        key = hash_of_row.get(row_id)
        if key is not None and segment in wanted:
            keys_of.setdefault(segment, []).append(key)
            key_of_row[row_id] = key
    contents = media_contents(media, lambda row_id, _: key_of_row.get(row_id))
    return _mean_block(ids, keys_of, encoder, partial(_vectors, dataset, encoder, contents, progress))


def _vectors(
    dataset: Source,
    encoder: Encoder,
    contents: ContentsOf,
    progress: Progress | None,
    keys: Sequence[str],
) -> Vectors:
    return cached_vectors(dataset.path, encoder, keys, contents, progress)


def _mean_block(
    ids: Sequence[str],
    keys_of: Mapping[str, Sequence[str]],
    encoder: Encoder,
    vectors_of: Callable[[Sequence[str]], Vectors],
) -> Block:
    """[S, D]: the mean of the vectors each segment's keys name; [S]: which segments have any."""
    keys = list(dict.fromkeys(key for own in keys_of.values() for key in own))
    place = {key: position for position, key in enumerate(keys)}
    vectors = vectors_of(keys)
    values = np.zeros((len(ids), encoder.width), dtype=np.float32)
    present = np.array([segment in keys_of for segment in ids], dtype=bool)
    for row, segment in enumerate(ids):
        if segment in keys_of:
            values[row] = vectors[[place[key] for key in keys_of[segment]]].mean(axis=0)
    return values, present


def _cells(dataset: Source, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(dataset.rows.column(name).to_pylist() for name in columns), strict=True)
