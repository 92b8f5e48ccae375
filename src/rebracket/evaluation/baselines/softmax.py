"""A softmax regression on dense inputs, by L-BFGS in coordinates in which all directions are as steep.

The objective is that of scikit-learn's `LogisticRegression`, penalty included; only the coordinates differ.
The curvature of a softmax is at most half the inputs' second moments (Böhning, 1992), so dividing by a root
of that bound makes correlated features as quick to fit as independent ones: tens of steps for hundreds.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize

__all__ = ["softmax_regression"]

_TOLERANCE = 1e-4
_MAX_ITERATIONS = 300
_JITTER = 1e-9  # so that features that are sums of others do not break the root


def softmax_regression(inputs: np.ndarray, target: np.ndarray, weights: np.ndarray, C: float) -> np.ndarray:
    """Coefficients [D + 1, K], the last line the intercepts, which are not shrunk.

    Args:
        inputs: [n, D].
        target: [n] kinds from 0 to K - 1, each there.
        weights: [n] how often each input occurs.
        C: as in scikit-learn, the inverse of the penalty.
    """
    share = weights / weights.sum()
    padded = np.hstack([inputs, np.ones((len(inputs), 1))])
    penalty = np.full(padded.shape[1], 1 / (C * weights.sum()))
    penalty[-1] = 0.0
    bound = (padded.T * share) @ padded / 2 + np.diag(penalty + _JITTER)
    root = cholesky(bound, lower=True)
    even = np.ascontiguousarray(solve_triangular(root, padded.T, lower=True).T)
    shrink = solve_triangular(root, np.diag(np.sqrt(penalty)), lower=True)
    shrink = shrink @ shrink.T
    hot = np.eye(int(target.max()) + 1)[target]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        turned = flat.reshape(-1, hot.shape[1])
        logits = even @ turned
        logits -= logits.max(axis=1, keepdims=True)
        said = np.exp(logits)
        total = said.sum(axis=1, keepdims=True)
        pulled = shrink @ turned
        value = share @ (np.log(total[:, 0]) - (logits * hot).sum(axis=1)) + (turned * pulled).sum() / 2
        slope = even.T @ (share[:, None] * (said / total - hot)) + pulled
        return float(value), slope.ravel()

    start = np.zeros(padded.shape[1] * hot.shape[1])
    options = {"gtol": _TOLERANCE, "ftol": 1e-9, "maxiter": _MAX_ITERATIONS}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(solve_triangular(root.T, found.x.reshape(-1, hot.shape[1]), lower=False))
