"""The samples of a slice, as they are in the source."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from rebracket.catalogue.audio import to_float

__all__ = ["Clip", "samples_sha256"]


@dataclass(frozen=True, slots=True)
class Clip:
    """Samples [T, C] as ``catalogue.audio.read_pcm`` gives them; ``subtype`` is the source's."""

    samples: np.ndarray
    rate_hz: int
    subtype: str

    @property
    def wave(self) -> np.ndarray:
        """float32 [T, C], full scale at 1; made anew: kept for all clips it would be a second file."""
        return to_float(self.samples)

    @property
    def channels(self) -> int:
        return int(self.samples.shape[1])


def samples_sha256(samples: np.ndarray, rate_hz: int) -> str:
    """SHA-256 of samples [T, C] with their type, rate and channels: one sound, whatever it is stored in."""
    kind = f"{samples.dtype.str.replace('>', '<')} {rate_hz} {samples.shape[1]}\n"
    own = np.ascontiguousarray(samples, dtype=samples.dtype.newbyteorder("<"))
    hashed = hashlib.sha256(kind.encode())
    hashed.update(own.data)
    return hashed.hexdigest()
