"""What a network must give before it is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = ["finite", "halved"]


def finite(values: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    """The same values. Raises `InputError` where one is not a finite number."""
    if not np.isfinite(values).all():
        raise InputError(
            f"{name}: its weights gave numbers that are not finite, expected finite ones; "
            "these weights are broken or of another network"
        )
    return values


def halved(values: npt.NDArray[Any], name: str) -> npt.NDArray[np.float16]:
    """The same values in half precision.

    Raises:
        InputError: where one is not a finite number, or is beyond what half precision holds.
    """
    largest = float(np.abs(finite(values, name)).max(initial=0.0))
    most = float(np.finfo(np.float16).max)
    if largest > most:
        raise InputError(
            f"{name}: found a state of {largest:.3g}, beyond what half precision holds, {most:g}; "
            "pool by mean instead of attention"
        )
    return values.astype(np.float16)
