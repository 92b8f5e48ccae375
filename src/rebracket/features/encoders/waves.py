"""Audio files in memory, decoded in threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import InputError
from rebracket.features.encoder import Content

__all__ = ["of_each_wave"]

Made = TypeVar("Made")


def of_each_wave(
    contents: Sequence[Content], name: str, make: Callable[[npt.NDArray[np.float32], int], Made]
) -> list[Made]:
    """What a function makes of each wave [T, C] and its rate; decoding and transforms leave the lock.

    Raises:
        InputError: where a content is no audio file.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(partial(_one, name=name, make=make), contents))


def _one(content: Content, name: str, make: Callable[[npt.NDArray[np.float32], int], Made]) -> Made:
    if not isinstance(content, bytes):
        raise InputError(f"{name}: found {type(content).__name__}, expected the bytes of an audio file")
    wave, info = decode_audio(content)
    return make(wave, info.sample_rate_hz)
