"""Several kinds of features made into one vector a segment, each kind with the same say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["segment_features"]

_MOST_DIMENSIONS = 32


def segment_features(blocks: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Joins features of several modalities, [S, D] float64.

    Each modality is standardized over the segments that have it, reduced to its first 32 principal
    components at most, and scaled to a mean square length of 1: equal weight, however many columns
    it has. A segment without a modality gets that modality's mean, which is zero here.

    Args:
        blocks: for each modality its values [S, D] and a mask [S], false where it is absent.

    Raises:
        ValueError: where lengths differ or a present value is not finite.
    """
    lengths = {len(part) for values, mask in blocks.values() for part in (values, mask)}
    if len(lengths) > 1:
        raise ValueError(f"need blocks of one length, got {sorted(lengths)}")
    joined = [_block(name, *blocks[name]) for name in sorted(blocks)]
    if not joined:
        raise ValueError("need at least one block of features")
    return np.concatenate(joined, axis=1)


def _block(name: str, values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    present = np.asarray(mask, dtype=bool)
    known = np.asarray(values, dtype=np.float64)[present]
    if not np.isfinite(known).all():
        raise ValueError(f"{name}: features must be finite")
    reduced = _reduce(_standardize(known))
    result = np.zeros((len(present), reduced.shape[1]))
    length = np.sqrt(np.mean(np.sum(reduced**2, axis=1))) if len(reduced) else 0.0
    if length > 0:
        result[present] = reduced / length
    return result


def _standardize(known: np.ndarray) -> np.ndarray:
    if not len(known):
        return known
    centered = known - known.mean(axis=0)
    spread = known.std(axis=0)
    # A constant column has a spread of rounding errors only, which must not be blown up.
    constant = spread <= 1e-12 * np.maximum(1.0, np.abs(known).max(axis=0))
    return np.where(constant, 0.0, centered / np.where(constant, 1.0, spread))


def _reduce(standard: np.ndarray) -> np.ndarray:
    if not standard.size:
        return np.zeros((len(standard), 1))
    _, _, directions = np.linalg.svd(standard, full_matrices=False)
    return standard @ directions[:_MOST_DIMENSIONS].T
