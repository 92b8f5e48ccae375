"""A map of vectors in two or three dimensions."""

from __future__ import annotations

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

__all__ = ["embed", "principal", "why_not_tsne"]

_FEW = 12  # below this t-SNE has nothing to preserve
_MANY = 8_000  # about 20 s of t-SNE on one core
_FLAT = 1e-9
_ANGLE, _STEPS = {2: 0.5, 3: 0.8}, {2: 1000, 3: 500}  # in space a step costs several times that in a plane


def embed(units: np.ndarray, seed: int, dimensions: int = 2) -> tuple[np.ndarray, str]:
    """Coordinates [S, dimensions] of vectors [S, D], the widest direction first, and the name of the method.

    t-SNE (van der Maaten and Hinton, 2008; Barnes-Hut, 2014) started from the principal components
    (Kobak and Berens, 2019); the principal components themselves for very few or very many segments, or
    where the vectors span less than a plane. One thread, because sums over several differ in
    their last digits, which t-SNE blows up.

    Args:
        units: [S, D].
        seed: of t-SNE.
        dimensions: 2 or 3.
    """
    with threadpool_limits(limits=1):
        flat = principal(units, dimensions)
        if why_not_tsne(units, dimensions) is not None:
            return flat, "PCA"
        perplexity = min(30.0, (len(units) - 1) / 3)
        tsne = TSNE(
            dimensions,
            init="pca",
            random_state=seed,
            perplexity=perplexity,
            angle=_ANGLE[dimensions],
            max_iter=_STEPS[dimensions],
            n_jobs=1,
        )
        return principal(tsne.fit_transform(units), dimensions), "t-SNE"


def why_not_tsne(units: np.ndarray, dimensions: int = 2) -> str | None:
    """Why vectors [S, D] have no t-SNE in so many dimensions; None where they have."""
    if not _FEW <= len(units) <= _MANY:
        return f"found {len(units)} vectors, expected {_FEW} to {_MANY}"
    with threadpool_limits(limits=1):
        spread = principal(units, dimensions).std(axis=0)
    return f"the vectors span fewer than {dimensions} dimensions" if min(spread) < _FLAT else None


def principal(vectors: np.ndarray, dimensions: int = 2) -> np.ndarray:
    """The first principal components of [S, D], [S, dimensions] float64, zero where there are fewer."""
    result = np.zeros((len(vectors), dimensions))
    if len(vectors) < 2:
        return result
    width = min(dimensions, *vectors.shape)
    components = PCA(n_components=width, svd_solver="full") if min(vectors.shape) > 1 else None
    if components is None:
        result[:, 0] = vectors[:, 0] - vectors[:, 0].mean()
        return result
    values = _quiet_fit(components, vectors)
    result[:, :width] = values
    return result


def _quiet_fit(components: PCA, vectors: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):  # shares of no variance at all
        return components.fit_transform(vectors.astype(np.float64))
