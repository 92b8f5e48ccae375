"""The contents that are looked at: each once, as one vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError
from rebracket.features.bank import Bank
from rebracket.features.sequences import Sequences

if TYPE_CHECKING:
    from rebracket.features.encoder import AnyEncoder, Content

__all__ = ["Sample", "can_be_examined", "encoded_once", "sample_of", "unpooled"]

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

_MOST = 2000  # contents that are compared with each other
_MOST_SEQUENCES = 500  # of sequences, which are read from disk whole


@dataclass(frozen=True, eq=False)
class Sample:
    """n contents of a bank.

    Args:
        vectors: [n, D]; of a sequence its mean over time.
        rows: [n] the first row that has each.
        own: whether a row has one content, so that what is known of the row is known of the content.
    """

    vectors: Array
    rows: Index
    own: bool

    def __len__(self) -> int:
        return len(self.rows)


def can_be_examined(bank: Bank) -> bool:
    """Whether a bank holds what a frozen encoder says: texts, tokens and frames are what another reads."""
    if isinstance(bank.values, Sequences):
        floats = all(np.issubdtype(part.dtype, np.floating) for part in bank.values.parts)
        return floats and bank.kind in ("vector", "states")
    return isinstance(bank.values, np.ndarray)


def sample_of(bank: Bank, seed: int = 0) -> Sample:
    """Each content that some row has; of many, 2000 that are drawn, and 500 of sequences.

    Raises:
        ValueError: for a bank of texts, tokens or frames, which no frozen encoder made.
        InputError: where a number is not finite.
    """
    if isinstance(bank.values, tuple) or not can_be_examined(bank):
        kind = bank.kind if isinstance(bank.values, Sequences) else "texts"
        raise ValueError(f"{bank.version}: found {kind}, expected vectors of a frozen encoder")
    places, rows = _first_rows(bank)
    if isinstance(bank.values, Sequences):
        filled = bank.values.lengths[places] > 0
        places, rows = places[filled], rows[filled]
    most = _MOST_SEQUENCES if isinstance(bank.values, Sequences) else _MOST
    if len(rows) > most:
        drawn = np.random.default_rng(seed).choice(len(rows), most, replace=False)
        places, rows = places[drawn], rows[drawn]
    order = np.argsort(rows, kind="stable")
    vectors = _vectors(bank.values, places[order])
    if not np.isfinite(vectors).all():
        wrong = int((~np.isfinite(vectors)).any(axis=1).sum())
        raise InputError(
            f"{bank.version}: found numbers that are not finite in {wrong} of {len(vectors)} vectors, "
            "expected finite ones; remove its folder below features/, and use an encoder that gives them"
        )
    return Sample(vectors, rows[order], bank.bags is None)


def unpooled(bank: Bank, keys: Sequence[str | None]) -> Bank:
    """A bank of pooled stems with the one that is a row's own as its input again.

    Args:
        keys: [N] hash of each row's content, in whose order of appearance the values are; None where it has
            none.
    """
    places: dict[str, int] = {}
    index = np.array([-1 if key is None else places.setdefault(key, len(places)) for key in keys], np.intp)
    if bank.bags is None or len(places) != len(bank.values):
        return bank
    return replace(bank, index=np.where(np.isin(index, bank.bags.members), index, -1), bags=None)


def _first_rows(bank: Bank) -> tuple[Index, Index]:
    """Positions of the contents that rows have, and the first row of each."""
    rows = np.flatnonzero(bank.present)
    places = bank.index[rows]
    if bank.bags is not None:
        places, owner = bank.bags.of(places)
        rows = rows[owner]
    distinct, first = np.unique(places, return_index=True)
    return distinct, rows[first]


def _vectors(values: npt.NDArray[Any] | Sequences, places: Index) -> Array:
    if isinstance(values, np.ndarray):
        return values[places].astype(np.float64)
    means = [values[place].mean(axis=0, dtype=np.float64) for place in places.tolist()]
    return np.stack(means) if means else np.zeros((0, values.width))


def encoded_once(encoder: AnyEncoder, contents: Sequence[Content]) -> Array:
    """n contents -> [n, D] of vectors, or of the means of sequences; NaN for an empty one. No cache."""
    if hasattr(encoder, "encode"):
        return np.asarray(encoder.encode(contents), dtype=np.float64)
    sequences = encoder.encode_sequences(contents)
    nothing = np.full(encoder.width, np.nan)
    return np.stack([own.mean(axis=0, dtype=np.float64) if len(own) else nothing for own in sequences])
