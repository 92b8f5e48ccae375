"""How causes show: each distribution with its draw and its log likelihood, side by side.

Draws take chances in [0, 1) or normal deviates, so that the same chance under another cause gives the
neighboring value: twins share their luck.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincinv, gammaln, ndtr

__all__ = [
    "categorical_draw",
    "content_log_likelihood",
    "content_probabilities",
    "gaussian_draw",
    "gaussian_log_likelihood",
    "mean_intensity",
    "push_draw",
    "push_log_likelihood",
    "spread",
    "themes_draw",
    "themes_log_likelihood",
    "way_probabilities",
]

Array = np.ndarray
NO_PUSH = -2.0  # the deviate of a boundary that stays: a shift of 2 %


def categorical_draw(probabilities: Array, chance: float) -> int:
    """The category into whose share of [0, 1) the chance falls."""
    return min(int(np.searchsorted(np.cumsum(probabilities), chance, side="right")), len(probabilities) - 1)


def spread(own: Array, strength: float) -> Array:
    """``strength`` of a distribution and the rest evenly: what a weak channel shows of a category."""
    return strength * own + (1 - strength) / own.shape[-1]


# Style: a song's deviation and a section's, both normal ---------------------------------------------------


def gaussian_draw(
    means: Array, song_normal: Array, section_normal: Array, *, song_sd: float, section_sd: float
) -> Array:
    """Values [N, K] around means [N, K]: one deviation [K] for the song, one [N, K] for the sections."""
    return means + song_sd * song_normal + section_sd * section_normal


def gaussian_log_likelihood(
    values: Array, means: Array, *, song_sd: float, section_sd: float, measured: Array | None = None
) -> Array:
    """log density [..., H] of songs' values [..., N, K] under hypotheses with means [..., H, N, K].

    The song's deviation is integrated exactly: within the song the covariance is compound symmetric,
    song_sd² shared and section_sd² each. ``measured`` [K, K] is the covariance of a measurement, added
    to that of the sections.
    """
    count, width = values.shape[-2:]
    apart, turn = np.full(width, section_sd**2), np.eye(width)
    if measured is not None:
        apart, turn = np.linalg.eigh(np.diag(apart) + measured)
    rest = (values[..., None, :, :] - means) @ turn  # [..., H, N, K], uncorrelated
    center = rest.mean(axis=-2)
    together = apart + count * song_sd**2
    within = ((rest - center[..., None, :]) ** 2 / apart).sum(axis=(-2, -1))
    squares = within + count * (center**2 / together).sum(axis=-1)
    volume = count * width * np.log(2 * np.pi) + (count - 1) * np.log(apart).sum() + np.log(together).sum()
    return -0.5 * (squares + volume)


# Themes: a song keeps to a draw from a Dirichlet around its style's leaning -------------------------------


def themes_draw(leaning: Array, concentration: float, song_chances: Array) -> Array:
    """A song's own distribution over themes, Dirichlet(concentration x leaning)."""
    masses = gammaincinv(concentration * leaning, np.clip(song_chances, 1e-12, 1 - 1e-12))
    return masses / masses.sum()


def themes_log_likelihood(counts: Array, leanings: Array, concentration: float) -> Array:
    """log P [...] of a sequence of themes with counts [..., T] under leanings [..., T], the song's own
    distribution integrated exactly (Polya's urn); counts may be parts of a theme."""
    alpha = concentration * leanings
    total = counts.sum(axis=-1)
    each = (gammaln(alpha + counts) - gammaln(alpha)).sum(axis=-1)
    return gammaln(concentration) - gammaln(concentration + total) + each


# Ways, announcements, content: categories -----------------------------------------------------------------


def way_probabilities(leaning: Array, sharpness: float) -> Array:
    """P(way | state) as [ways, S] from leanings [ways, S]; sharpness 0 is even."""
    weights = np.exp(sharpness * (leaning - leaning.max(axis=0)))
    return weights / weights.sum(axis=0)


def content_probabilities(own: int, motifs: int, quotation: float) -> Array:
    """Which motif a segment takes, [motifs]: its song's own, or by quotation any."""
    found = np.full(motifs, quotation / motifs)
    found[own] += 1 - quotation
    return found


def content_log_likelihood(
    shown: Sequence[Sequence[tuple[int, float]]], motifs: int, quotation: float
) -> Array:
    """log P of what was heard under each motif the song could own, [motifs].

    For each segment, pairs of a motif that a channel showed and that channel's strength.
    """
    total = np.zeros(motifs)
    for segment in shown:
        of_segment = np.ones(motifs)
        for motif, strength in segment:
            of_segment *= np.where(np.arange(motifs) == motif, strength, 0.0) + (1 - strength) / motifs
        total += np.log((1 - quotation) * of_segment + quotation * of_segment.mean())
    return total


# Intensity: a normal deviate and what each channel lets one see of it -------------------------------------


def push_draw(deviate: float | None, correlation: float, normal: float) -> float:
    """What a channel shows of a segment's deviate; None where no boundary moves."""
    shown = NO_PUSH if deviate is None else deviate
    return correlation * shown + float(np.sqrt(1 - correlation**2)) * normal


def push_log_likelihood(
    pushes: Sequence[tuple[float, float]], mean: float, sd: float
) -> tuple[float, float, float, float]:
    """log density without and with a moved boundary, and the deviate's posterior mean and deviation.

    ``pushes`` are pairs of a value and its channel's correlation; the deviate is normal (mean, sd).
    """
    still, precision, weighted, moved = 0.0, 1 / sd**2, mean / sd**2, 0.0
    for value, correlation in pushes:
        noise = 1 - correlation**2
        still += -0.5 * ((value - correlation * NO_PUSH) ** 2 / noise + np.log(2 * np.pi * noise))
        moved += -0.5 * (value**2 / noise + np.log(2 * np.pi * noise))
        precision += correlation**2 / noise
        weighted += correlation * value / noise
    moved += 0.5 * (weighted**2 / precision - mean**2 / sd**2 - np.log(precision * sd**2))
    return still, moved, weighted / precision, precision**-0.5


def mean_intensity(mean: float, sd: float) -> float:
    """The mean of the intensity, a normal deviate's place in the normal distribution; exact."""
    return float(ndtr(mean / np.sqrt(1 + sd**2)))
