"""What the rows of a dataset have to say in one modality, each distinct input once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import UsageError
from rebracket.features.cache import cached_vectors, media_contents, text_contents
from rebracket.features.encoder import Encoder, Vectors
from rebracket.features.histogram import Histogram
from rebracket.features.minilm import MiniLM
from rebracket.features.source import Progress, Source
from rebracket.features.spectral import Spectral

__all__ = ["AUDIO", "FITTED_TEXT", "MIDI", "TEXT", "Bank", "audio_bank", "midi_bank", "text_bank"]

TEXT: dict[str, Callable[[], Encoder]] = {"minilm": MiniLM}
AUDIO: dict[str, Callable[[], Encoder]] = {"spectral": Spectral}
MIDI: dict[str, Callable[[], Encoder]] = {"histogram": Histogram}

FITTED_TEXT = ("tfidf",)
"""Ways of reading text that are fitted on the training rows, so not here."""


@dataclass(frozen=True, eq=False)
class Bank:
    """The distinct inputs of one modality, and which of them each row has.

    Args:
        values: [U, D] float32, or U texts for a reader that is fitted on training rows.
        index: [N] position in `values` of each row's input; -1 where the row has none.
        version: name and version of what made the vectors.
    """

    values: Vectors | tuple[str, ...]
    index: npt.NDArray[np.intp]
    version: str

    def __post_init__(self) -> None:
        if self.index.size and not -1 <= self.index.min() <= self.index.max() < len(self.values):
            raise ValueError(
                f"need -1 <= index < {len(self.values)}, got {self.index.min()}..{self.index.max()}"
            )

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """[N]: which rows have an input."""
        return self.index >= 0


def text_bank(dataset: Source, encoder: str, fields: Sequence[str], progress: Progress | None = None) -> Bank:
    """The text of each row: the named columns joined by line ends; empty means absent.

    Raises:
        UsageError: for an encoder or column that does not exist.
        MissingExtraError: where the encoder's packages are not installed.
    """
    texts = _row_texts(dataset, fields)
    distinct, index = _distinct(texts)
    if encoder in FITTED_TEXT:
        return Bank(tuple(distinct), index, encoder)
    chosen = _encoder(encoder, TEXT)
    keys, contents = text_contents(distinct)
    vectors = cached_vectors(dataset.path, chosen, keys, contents, progress)
    return Bank(vectors, index, _version(chosen))


def audio_bank(dataset: Source, encoder: str, progress: Progress | None = None) -> Bank:
    """The stem of each row. Raises `UsageError` for an encoder that does not exist."""
    return _media_bank(dataset, _encoder(encoder, AUDIO), dataset.audio_hashes(), dataset.audio, progress)


def midi_bank(dataset: Source, encoder: str, progress: Progress | None = None) -> Bank:
    """The MIDI of each row. Raises `UsageError` for an encoder that does not exist."""
    return _media_bank(dataset, _encoder(encoder, MIDI), dataset.midi_hashes(), dataset.midi, progress)


def _media_bank(
    dataset: Source,
    encoder: Encoder,
    hash_of_row: Mapping[str, str],
    media: Callable[[], Iterable[tuple[str, bytes]]],
    progress: Progress | None,
) -> Bank:
    hashes = [hash_of_row.get(row_id) for row_id in dataset.rows.column("row_id").to_pylist()]
    distinct, index = _distinct(hashes)
    contents = media_contents(media, lambda row_id, _: hash_of_row.get(row_id))
    vectors = cached_vectors(dataset.path, encoder, distinct, contents, progress)
    return Bank(vectors, index, _version(encoder))


def _row_texts(dataset: Source, fields: Sequence[str]) -> list[str]:
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


def _encoder(name: str, registry: dict[str, Callable[[], Encoder]]) -> Encoder:
    if name not in registry:
        raise UsageError(f"found no encoder {name!r}, expected one of {sorted(registry)}")
    return registry[name]()


def _version(encoder: Encoder) -> str:
    return f"{encoder.name}-{encoder.version[:16]}"
