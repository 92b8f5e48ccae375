"""Reads the bank of each modality of a dataset: encoded where it has not been, else from the cache."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeGuard, cast

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import UsageError
from rebracket.features.bank import Bank, TextSource
from rebracket.features.cache import (
    ContentsOf,
    cached_sequences,
    cached_vectors,
    media_contents,
    text_contents,
)
from rebracket.features.encoder import AnyEncoder, Encoder, SequenceEncoder, Vectors
from rebracket.features.encoders import AUDIO, FITTED_TEXT, MIDI, TEXT, Weights, make_encoder
from rebracket.features.encoders.text_ids import text_ids
from rebracket.features.sequences import Sequences
from rebracket.features.source import Progress, Source

__all__ = [
    "audio_bank",
    "bank_of",
    "gives_sequences",
    "midi_bank",
    "row_texts",
    "text_bank",
    "text_ids_bank",
]

_log = logging.getLogger(__name__)


def text_bank(
    dataset: Source,
    encoder: str,
    fields: Sequence[str],
    progress: Progress | None = None,
    weights: Weights | None = None,
    keep: bool = True,
) -> Bank:
    """The text of each row: the named columns joined by line ends; empty means absent.

    Args:
        weights: which weights the encoder reads; None for its own.
        keep: False leaves no file beside the dataset.

    Raises:
        UsageError: for an encoder or column that does not exist.
        MissingExtraError: where the encoder's packages are not installed.
    """
    texts = row_texts(dataset, fields)
    distinct, index = _distinct(texts)
    if encoder in FITTED_TEXT:
        return Bank(tuple(distinct), index, encoder)
    chosen = make_encoder(encoder, TEXT, weights)
    keys, contents = text_contents(distinct)
    return _bank(dataset, chosen, keys, index, contents, progress, keep)


def text_ids_bank(
    dataset: Source,
    encoder: str,
    fields: Sequence[str],
    progress: Progress | None = None,
    weights: Weights | None = None,
    keep: bool = True,
) -> Bank:
    """The text of each row as token ids of the network that is to be tuned; as `text_bank`."""
    distinct, index = _distinct(row_texts(dataset, fields))
    chosen = text_ids(encoder, weights or Weights())
    keys, contents = text_contents(distinct)
    bank = _bank(dataset, chosen, keys, index, contents, progress, keep)
    source = None if weights is None else weights.source
    return replace(bank, reads=TextSource(encoder, source, chosen.folder))


def audio_bank(
    dataset: Source,
    encoder: str,
    progress: Progress | None = None,
    weights: Weights | None = None,
    keep: bool = True,
) -> Bank:
    """The stem of each row. Raises `UsageError` for an encoder that does not exist."""
    chosen = make_encoder(encoder, AUDIO, weights)
    return _media_bank(dataset, chosen, dataset.audio_hashes(), dataset.audio, progress, keep)


def midi_bank(
    dataset: Source,
    encoder: str,
    progress: Progress | None = None,
    weights: Weights | None = None,
    keep: bool = True,
) -> Bank:
    """The MIDI of each row; a slice without a note is absent, which is told.

    Raises `UsageError` for an encoder that does not exist.
    """
    chosen = make_encoder(encoder, MIDI, weights)
    return _media_bank(dataset, chosen, dataset.midi_hashes(), dataset.midi, progress, keep)


def _media_bank(
    dataset: Source,
    encoder: AnyEncoder,
    hash_of_row: Mapping[str, str],
    media: Callable[[], Iterable[tuple[str, bytes]]],
    progress: Progress | None,
    keep: bool,
) -> Bank:
    hashes = [hash_of_row.get(row_id) for row_id in dataset.rows.column("row_id").to_pylist()]
    distinct, index = _distinct(hashes)
    contents = media_contents(media, lambda row_id, _: hash_of_row.get(row_id))
    return _bank(dataset, encoder, distinct, index, contents, progress, keep)


def _bank(
    dataset: Source,
    encoder: AnyEncoder,
    keys: Sequence[str],
    index: npt.NDArray[np.intp],
    contents: ContentsOf,
    progress: Progress | None,
    keep: bool,
) -> Bank:
    if gives_sequences(encoder):
        sequences = cached_sequences(dataset.path, encoder, keys, contents, progress, keep=keep)
        return bank_of(encoder, sequences, index)
    values = cached_vectors(dataset.path, cast(Encoder, encoder), keys, contents, progress, keep=keep)
    return bank_of(encoder, values, index)


def bank_of(encoder: AnyEncoder, values: Vectors | Sequences, index: npt.NDArray[np.intp]) -> Bank:
    """A bank of what an encoder made; MIDI that holds no note is absent, not a vector of zeros.

    Args:
        values: of U contents.
        index: [N] which of them each row has, -1 for none.
    """
    version = f"{encoder.name}-{encoder.version[:16]}"
    if isinstance(values, Sequences):
        there = _without(index, values.lengths == 0, encoder)
        own = cast(SequenceEncoder, encoder)
        return Bank(values, there, version, kind=own.kind, sizes=own.sizes)
    empty = np.asarray(~values.any(axis=1) & (encoder.modality == "midi"))
    return Bank(values, _without(index, empty, encoder), version)


def gives_sequences(encoder: AnyEncoder) -> TypeGuard[SequenceEncoder]:
    """Whether an encoder gives a sequence a content, not a vector."""
    return hasattr(encoder, "encode_sequences")


def _without(
    index: npt.NDArray[np.intp], empty: npt.NDArray[np.bool_], encoder: AnyEncoder
) -> npt.NDArray[np.intp]:
    """The index with contents that hold nothing as absent: nothing is no vector of zeros."""
    gone = (index >= 0) & np.append(empty, False)[index]
    if gone.any():
        _log.info(
            "%s: %d of %d rows hold nothing to read; they are absent", encoder.name, gone.sum(), len(index)
        )
    return np.where(gone, -1, index)


def row_texts(dataset: Source, fields: Sequence[str]) -> list[str]:
    """[N] of each row the named columns joined by line ends. Raises `UsageError` for one that is no text."""
    columns = [_text_column(dataset, field) for field in fields]
    return ["\n".join(part for part in parts if part) for parts in zip(*columns, strict=True)]


def _text_column(dataset: Source, field: str) -> list[str]:
    names = dataset.rows.column_names
    if field not in names:
        near = difflib.get_close_matches(field, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "see 'rebracket info'"
        raise UsageError(f"text_fields: found no column {field!r}; {hint}")
    values = dataset.rows.column(field).to_pylist()
    wrong = next((value for value in values if not isinstance(value, str | None)), None)
    if wrong is not None:
        raise UsageError(f"text_fields: column {field!r} holds {type(wrong).__name__}, expected text")
    return [(value or "").strip() for value in values]


def _distinct(values: Sequence[str | None]) -> tuple[list[str], npt.NDArray[np.intp]]:
    """The distinct non-empty values in order of appearance, and each row's position or -1."""
    places: dict[str, int] = {}
    index = [places.setdefault(value, len(places)) if value else -1 for value in values]
    return list(places), np.array(index, dtype=np.intp)
