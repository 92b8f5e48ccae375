"""Ceilings worked out exactly: every outcome with its probability, where there are few enough."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from math import comb

import numpy as np
from scipy.special import gammaln

from rebracket.core.errors import UsageError
from rebracket.demo.ceiling.monte_carlo import Estimate
from rebracket.demo.ceiling.parameters import Parameters
from rebracket.demo.story.chain import chain_log_likelihood
from rebracket.demo.story.constants import THEMES
from rebracket.demo.story.emission import themes_log_likelihood

__all__ = ["MOST_OUTCOMES", "enumerate_chain", "look_ceiling", "theme_ceiling"]

Array = np.ndarray
MOST_OUTCOMES = 200_000


def theme_ceiling(parameters: Parameters, lines: int) -> dict[str, Estimate]:
    """Accuracy and log likelihood for color of whoever knows the themes of so many lines of a song.

    Raises:
        UsageError: where there are more than ``MOST_OUTCOMES`` ways to share out the lines.
    """
    outcomes = comb(lines + len(THEMES) - 1, lines)
    if outcomes > MOST_OUTCOMES:
        raise UsageError(f"found {outcomes} outcomes of {lines} lines, expected at most {MOST_OUTCOMES}")
    bars = np.array(list(combinations(range(lines + len(THEMES) - 1), len(THEMES) - 1)))
    edges = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), lines + len(THEMES) - 1)])
    counts = np.diff(edges, axis=1) - 1.0
    orders = gammaln(lines + 1) - gammaln(counts + 1).sum(axis=1)
    each = [
        themes_log_likelihood(counts, leaning, parameters.concentration) for leaning in parameters.leanings
    ]
    return _of_joint(np.exp(np.stack(each, axis=1) + orders[:, None]))


def look_ceiling(parameters: Parameters, channels: Sequence[str]) -> dict[str, Estimate]:
    """Accuracy and log likelihood for color of whoever knows nothing but the looks of these channels."""
    joint = np.ones((1, len(parameters.leanings)))
    for channel in channels:
        joint = (joint[:, None] * parameters.looks[channel].T).reshape(-1, joint.shape[1])
    return _of_joint(joint)


def _of_joint(likelihoods: Array) -> dict[str, Estimate]:
    """Scores from P(outcome | class) [outcomes, C], classes alike beforehand."""
    joint = likelihoods / likelihoods.shape[1]
    posterior = joint / joint.sum(axis=1, keepdims=True)
    logs = np.log(np.maximum(posterior, 1e-300))
    return {
        "accuracy": Estimate(float(joint.max(axis=1).sum()), 0.0),
        "log_likelihood": Estimate(float((joint * logs).sum()), 0.0),
    }


def enumerate_chain(table: Array, roles: Sequence[int], log_likelihoods: Array) -> tuple[Array, float]:
    """The posterior over states [N, S] and the log evidence from every path there is: the slow truth
    that ``smooth`` must meet."""
    count, states = log_likelihoods.shape
    total, found = 0.0, np.zeros((count, states))
    for path in product(range(states), repeat=count):
        with np.errstate(divide="ignore"):
            own = chain_log_likelihood(table, roles, path).sum() + log_likelihoods[range(count), path].sum()
        weight = float(np.exp(own))
        total += weight
        found[range(count), path] += weight
    return found / total, float(np.log(total))
