"""Players: the units of a segment, each of which can be taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.explain.asking import Given
from rebracket.explain.attribution.attribution import Unit

__all__ = ["Keep", "Players"]

Keep = npt.NDArray[np.bool_]
"""[U]: which units stay."""


@dataclass(frozen=True, eq=False)
class Players:
    """U units of a segment.

    Args:
        kind: what they are.
        units: where they are.
        kept: makes the segment with some of them, [U] bool, and all that is no unit.
    """

    kind: str
    units: tuple[Unit, ...]
    kept: Callable[[Keep], Given]

    def keeping(self, masks: npt.NDArray[np.bool_]) -> list[Given]:
        """[m, U] which units stay -> m segments."""
        return [self.kept(mask) for mask in masks]
