"""What figures and blocks of an explanation share: a caption with two sides, and checked numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rebracket.core.errors import InputError

__all__ = ["Array", "Captioned"]

Array = npt.NDArray[np.float64]

_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?")
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True, eq=False)
class Captioned:
    """What every figure has: an id (its file's name), a title, and what it is and is not evidence of."""

    id: str
    title: str
    evidence: str
    not_evidence: str

    def check_caption(self) -> None:
        if not _ID.fullmatch(self.id):
            raise InputError(f"figure {self.id!r}: expected an id of a-z, 0-9 and inner hyphens, at most 100")
        for name in ("title", "evidence", "not_evidence"):
            if not getattr(self, name).strip():
                raise InputError(f"figure {self.id}: found no {name}, expected a sentence that says it")

    def expect(self, truth: bool, message: str) -> None:
        if not truth:
            raise InputError(f"figure {self.id}: {message}")

    def set_numbers(self, name: str, shape: tuple[int | None, ...]) -> Array:
        """Keeps a read-only float64 copy of the field, once its shape fits and all is finite."""
        array = self.numbers(name, getattr(self, name), shape)
        object.__setattr__(self, name, array)
        return array

    def numbers(self, name: str, values: npt.ArrayLike, shape: tuple[int | None, ...]) -> Array:
        array = np.array(values, dtype=np.float64)
        fits = array.ndim == len(shape) and all(
            want in (None, have) for want, have in zip(shape, array.shape, strict=True)
        )
        wanted = "×".join("any" if size is None else str(size) for size in shape)
        self.expect(fits, f"found {name} of shape {array.shape}, expected {wanted}")
        self.expect(bool(np.isfinite(array).all()), f"found a {name} that is not finite, expected numbers")
        array.setflags(write=False)
        return array

    def check_hexes(self, hexes: Mapping[str, str]) -> None:
        for name, text in hexes.items():
            self.expect(bool(_HEX.fullmatch(text)), f"{name!r} has the color {text!r}, expected #RRGGBB")
