"""When something sets in, from levels alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d

__all__ = ["attack_frames"]

_WITHIN, _APART = 3, 5  # frames of 10 ms
_RISE_DB, _BELOW_LOUDEST_DB, _LOWEST_DBFS = 6.0, 40.0, -60.0


def attack_frames(levels_dbfs: npt.NDArray[np.floating]) -> npt.NDArray[np.intp]:
    """Levels [F] of 10 ms frames -> the frames at which the level has risen by 6 dB within 30 ms.

    The steepest within 50 ms on both sides counts; what stays below -60 dBFS, or 40 dB below the
    loudest frame, does not. Nothing is known before the first frame, so that nothing sets in there.
    """
    if len(levels_dbfs) <= _WITHIN:
        return np.zeros(0, dtype=np.intp)
    rise = np.zeros(len(levels_dbfs))
    rise[_WITHIN:] = levels_dbfs[_WITHIN:] - levels_dbfs[:-_WITHIN]
    lowest = max(_LOWEST_DBFS, float(levels_dbfs.max()) - _BELOW_LOUDEST_DB)
    steepest = maximum_filter1d(rise, 2 * _APART + 1)
    found = np.flatnonzero((rise >= _RISE_DB) & (rise == steepest) & (levels_dbfs >= lowest))
    # Of a plateau of equal rises the first counts.
    return found[np.diff(found, prepend=-_APART - 1) > _APART]
