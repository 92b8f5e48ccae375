"""How alike two channels are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["stereo_correlation"]

_SILENT = 1e-12  # mean square of a channel at -120 dBFS


def stereo_correlation(wave: npt.NDArray[np.floating]) -> float | None:
    """[T, C] -> the correlation of the first two channels around their means, -1 to 1.

    1 is mono in two channels, 0 two sounds that have nothing in common, -1 one that vanishes in mono. None
    unless there are two channels or more and both sound.
    """
    if wave.shape[1] < 2 or not len(wave):
        return None
    left, right = (np.array(wave[:, channel], dtype=np.float32) for channel in (0, 1))
    left -= left.mean()
    right -= right.mean()
    # Sums of float32 are taken in pairs: exact to the sixth digit, however many there are.
    both, one, other = (float(np.mean(a * b)) for a, b in ((left, right), (left, left), (right, right)))
    if min(one, other) <= _SILENT:
        return None
    return min(1.0, max(-1.0, both / float(np.sqrt(one * other))))
