"""Whether an encoder that puts text and sound into one space puts a segment's text near its sound."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from rebracket.features.bank import Bank
from rebracket.features.encoder import AnyEncoder, Vectors
from rebracket.features.health.remembered import remembered
from rebracket.features.source import Source

__all__ = ["TEXTS", "Joint", "JointEncoder", "joint_figures"]

TEXTS = ("lyrics", "section_description")
"""Columns whose texts are of one segment, each tried by itself."""

_REVISION = 1  # raised by hand whenever the figures change for the same contents
_MOST, _FEWEST = 256, 3  # distinct texts

Array = npt.NDArray[np.float64]


@runtime_checkable
class JointEncoder(Protocol):
    """An encoder of sound that also reads texts, into the same space."""

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """n texts -> [n, D], D being the width of its vectors of sound."""
        ...


@dataclass(frozen=True, slots=True)
class Joint:
    """How well texts are paired with the sound of their segments. None is what cannot be told.

    Args:
        n: distinct texts, each with the mean of the unit vectors of what sounds where it stands.
        first: share of sounds whose own text is nearer than all others (cosine).
        first_by_chance: one in n.
        beaten: share of other texts that are further than the own one, on average; by chance a half.
        paired_minus_unpaired: mean cosine of sound and own text, less that of sound and other texts.
    """

    n: int
    first: float | None
    first_by_chance: float | None
    beaten: float | None
    paired_minus_unpaired: float | None


def joint_figures(
    encoder: AnyEncoder, bank: Bank, dataset: Source, keep: bool = True, seed: int = 0
) -> dict[str, Joint]:
    """By each of `TEXTS`, for an encoder with `encode_texts` whose bank of sound holds vectors; else empty.

    Measured once: the figures are kept beside the encoder's vectors, unless `keep` is False.
    """
    if not isinstance(encoder, JointEncoder) or not isinstance(bank.values, np.ndarray):
        return {}
    return {field: _of_field(encoder, bank, dataset, field, keep, seed) for field in TEXTS}


def _of_field(encoder: Any, bank: Bank, dataset: Source, field: str, keep: bool, seed: int) -> Joint:
    texts, sounds = _pairs(bank, dataset.rows.column(field).to_pylist(), seed)
    content = "\0".join([str(_REVISION), field, *texts]).encode() + sounds.tobytes()

    def measure() -> dict[str, Any]:
        if len(texts) < _FEWEST:
            return asdict(Joint(len(texts), None, None, None, None))
        return asdict(_figures(sounds, np.asarray(encoder.encode_texts(texts), dtype=np.float64)))

    place, of = dataset.path if keep else None, hashlib.sha256(content).hexdigest()
    return Joint(**remembered(place, encoder, f"joint {field}", of, measure))


def _pairs(bank: Bank, told: Sequence[str | None], seed: int) -> tuple[list[str], Array]:
    """n distinct texts, and [n, D] the mean of what sounds where each stands."""
    rows_of: dict[str, list[int]] = {}
    for row, text in enumerate(told):
        if text and text.strip() and bank.present[row]:
            rows_of.setdefault(text.strip(), []).append(row)
    texts = list(rows_of)
    if len(texts) > _MOST:
        drawn = np.random.default_rng(seed).choice(len(texts), _MOST, replace=False)
        texts = [texts[at] for at in np.sort(drawn)]
    means = [_mean_of(bank, np.array(rows_of[text])) for text in texts]
    return texts, np.stack(means) if means else np.zeros((0, 0))


def _mean_of(bank: Bank, rows: npt.NDArray[np.intp]) -> Array:
    places = bank.index[rows] if bank.bags is None else bank.bags.of(bank.index[rows])[0]
    values: Any = bank.values
    return np.asarray(_unit(values[np.unique(places)].astype(np.float64)).mean(axis=0))


def _figures(sounds: Array, texts: Array) -> Joint:
    n = len(texts)
    cosines = _unit(sounds) @ _unit(texts).T  # [sounds, texts]
    own = np.diag(cosines)[:, None]
    others = ~np.eye(n, dtype=bool)
    further, level = (cosines < own) & others, (cosines == own) & others
    beaten = (further.sum(axis=1) + 0.5 * level.sum(axis=1)) / (n - 1)
    nearest = (cosines <= own).all(axis=1) / (1 + level.sum(axis=1))
    difference = float(own.mean() - cosines[others].mean())
    return Joint(n, float(nearest.mean()), 1 / n, float(beaten.mean()), difference)


def _unit(vectors: Array) -> Array:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, np.finfo(float).tiny))
