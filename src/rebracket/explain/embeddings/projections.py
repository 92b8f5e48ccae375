"""Vectors laid out in two and three dimensions, and how much of who is near whom is left there."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy.spatial import cKDTree
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from rebracket.core.errors import MissingExtraError, UsageError
from rebracket.explain.embed import embed, principal, why_not_tsne
from rebracket.explain.embeddings.columns import Array

__all__ = ["METHODS", "Projection", "projections"]

METHODS = ("PCA", "t-SNE", "UMAP")
_NEAR = 10
_NEIGHBORS = 15  # umap-learn's own default
_FEW = 12  # below this there is nothing to preserve


@dataclass(frozen=True, eq=False)
class Projection:
    """Coordinates of vectors.

    Args:
        method: one of `METHODS`.
        dimensions: 2 or 3.
        coordinates: [S, dimensions], the widest direction first.
        kept: the share of the ten nearest in the picture that are among the ten nearest in the vectors.
    """

    method: str
    dimensions: int
    coordinates: Array
    kept: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "method": self.method,
            "dimensions": self.dimensions,
            "coordinates": np.round(self.coordinates, 6).tolist(),
            "kept": self.kept,
        }


def projections(
    units: Array, methods: Sequence[str], dimensions: Sequence[int], seed: int
) -> tuple[tuple[Projection, ...], dict[str, str]]:
    """Each method in each number of dimensions, and of those that cannot be made, why.

    Args:
        units: [S, D].
        methods: of `METHODS`.
        dimensions: 2, 3 or both.
        seed: of t-SNE and UMAP; the same seed gives the same coordinates.

    Raises:
        UsageError: for a method or number of dimensions that there is not.
        MissingExtraError: for UMAP where umap-learn is not installed.
    """
    strange = [name for name in methods if name not in METHODS]
    if strange or not set(dimensions) <= {2, 3}:
        raise UsageError(
            f"embeddings: found methods {tuple(methods)} in {tuple(dimensions)} dimensions, "
            f"expected some of {METHODS} in 2 or 3"
        )
    found: list[Projection] = []
    why: dict[str, str] = {}
    for method in methods:
        for width in dimensions:
            reason = _why_not(units, method, width)
            if reason is not None:
                why[f"{method} {width}-D"] = reason
                continue
            coordinates = _laid_out(units, method, width, seed)
            found.append(Projection(method, width, coordinates, _kept(units, coordinates)))
    return tuple(found), why


def _why_not(units: Array, method: str, width: int) -> str | None:
    if method == "t-SNE":
        return why_not_tsne(units, width)
    if method == "UMAP" and len(units) < _FEW:
        return f"found {len(units)} vectors, expected {_FEW} or more"
    return None


def _laid_out(units: Array, method: str, width: int, seed: int) -> Array:
    if method == "UMAP":
        return _umap(units, width, seed)
    with threadpool_limits(limits=1):  # sums over several threads differ in their last digits
        return principal(units, width) if method == "PCA" else embed(units, seed, width)[0]


def _umap(units: Array, width: int, seed: int) -> Array:
    """UMAP (McInnes, Healy and Melville, 2018) started from the principal components."""
    if find_spec("umap") is None:
        raise MissingExtraError("umap-learn", "explain")
    umap = importlib.import_module("umap")
    with threadpool_limits(limits=1):
        start = principal(units, width)
        reducer = umap.UMAP(
            n_components=width,
            n_neighbors=min(_NEIGHBORS, len(units) - 1),
            init=start / max(float(np.abs(start).max()), 1e-12) * 10,
            random_state=seed,
            n_jobs=1,
        )
        return principal(reducer.fit_transform(units), width)


def _kept(units: Array, coordinates: Array) -> float:
    """1 for a picture in which the nearest are the nearest; about 10 / S for one of anything."""
    near = min(_NEAR, len(units) - 1)
    if near < 1:
        return 1.0
    pairs = zip(_nearest(units, near), _nearest(coordinates, near), strict=True)
    return float(np.mean([len(set(one) & set(other)) / near for one, other in pairs]))


def _nearest(points: Array, near: int) -> list[list[int]]:
    found = cKDTree(points).query(points, near + 1)[1]
    return [[int(other) for other in row if other != place][:near] for place, row in enumerate(found)]
