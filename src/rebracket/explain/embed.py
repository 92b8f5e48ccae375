"""A map of vectors in two dimensions."""

from __future__ import annotations

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

__all__ = ["embed"]

_FEW = 12  # below this t-SNE has nothing to preserve
_MANY = 8_000  # about 20 s of t-SNE on one core


def embed(units: np.ndarray, seed: int) -> tuple[np.ndarray, str]:
    """Coordinates [S, 2] of vectors [S, D], the widest direction along x, and the name of the method.

    t-SNE (van der Maaten and Hinton, 2008; Barnes-Hut, 2014) started from the principal components
    (Kobak and Berens, 2019); the principal components themselves for very few or very many segments, or
    where the vectors span less than a plane. One thread, because sums over several differ in
    their last digits, which t-SNE blows up.
    """
    with threadpool_limits(limits=1):
        flat = _principal(units)
        spread = flat.std(axis=0) if len(flat) else np.zeros(2)
        if not _FEW <= len(units) <= _MANY or min(spread) < 1e-9:
            return flat, "PCA"
        perplexity = min(30.0, (len(units) - 1) / 3)
        tsne = TSNE(init="pca", random_state=seed, perplexity=perplexity, n_jobs=1)
        return _principal(tsne.fit_transform(units)), "t-SNE"


def _principal(vectors: np.ndarray) -> np.ndarray:
    """The first two principal components, [S, 2] float64, zero where there are fewer."""
    result = np.zeros((len(vectors), 2))
    if len(vectors) < 2:
        return result
    width = min(2, vectors.shape[1])
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
