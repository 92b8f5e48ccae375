"""What a network must give before it is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = ["finite"]


def finite(values: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    """The same values. Raises `InputError` where one is not a finite number."""
    if not np.isfinite(values).all():
        raise InputError(
            f"{name}: its weights gave numbers that are not finite, expected finite ones; "
            "these weights are broken or of another network"
        )
    return values
