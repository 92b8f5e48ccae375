"""Random streams with names: a draw depends on its purpose, never on what was drawn before it."""

from __future__ import annotations

import hashlib

import numpy as np

__all__ = ["stream"]


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator for one purpose, such as ``stream(0, "01_02", "melody")``."""
    key = hashlib.blake2b(repr((seed, *purpose)).encode(), digest_size=16).digest()
    words = np.frombuffer(key, dtype="<u4").tolist()
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(words)))
