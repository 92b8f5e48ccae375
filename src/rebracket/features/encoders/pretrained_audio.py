"""Audio by a pretrained network: a vector of a sound, or its states one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, final

import numpy as np
import numpy.typing as npt

from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import InputError, UsageError
from rebracket.features.encoder import Content, Kind, Modality, Vectors
from rebracket.features.encoders.finite import finite, halved
from rebracket.features.encoders.weights import Pretrained, Usual, Weights, find_weights, require_packages
from rebracket.signal.resample import resampled

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["AudioStates", "AudioVectors", "Network", "audio_weights", "mono"]

_REVISION = 1  # of how sounds are brought to the network; raised whenever that changes


class Network(Protocol):
    """What reads a wave: see `rebracket.models.pretrained`."""

    rate_hz: int

    def embed(self, wave: Tensor) -> Tensor: ...  # [T] -> [D]

    def states(self, wave: Tensor) -> Tensor: ...  # [T] -> [T', D]


class _Audio:
    modality: Modality = "audio"
    pooling: ClassVar[str]

    def __init__(self, name: str, found: Pretrained, width: int, load: Callable[[Path], Network]) -> None:
        self.name, self.width = name, width
        self.version = found.version(name, self.pooling, _REVISION)
        self.licence, self.provenance = found.licence, found.provenance
        self._folder, self._load = found.folder, load

    @cached_property
    def _network(self) -> Any:
        """Loaded at the first sound that is not in the cache: it takes seconds."""
        return self._load(self._folder)

    def _waves(self, contents: Sequence[Content]) -> list[Tensor]:
        import torch

        return [torch.from_numpy(mono(content, self._network.rate_hz, self.name)) for content in contents]


class AudioVectors(_Audio):
    """The mean over a sound's time; sounds are decoded, made mono and resampled to the network's rate."""

    pooling = "mean"

    def encode(self, contents: Sequence[Content]) -> Vectors:
        """n audio files as bytes -> [n, D]."""
        vectors = np.empty((len(contents), self.width), dtype=np.float32)
        for row, content in enumerate(contents):
            (wave,) = self._waves([content])
            vectors[row] = finite(self._network.embed(wave).numpy(), self.name)
        return vectors


@final
class AudioStates(_Audio):
    """The states of a sound, at most 10 a second, for a learned pooling; kept in half precision."""

    pooling = "attention"
    dtype = "float16"
    kind: Kind = "states"
    sizes: tuple[int, ...] = ()

    def encode_sequences(self, contents: Sequence[Content]) -> list[npt.NDArray[Any]]:
        """n audio files as bytes -> n arrays [T, D]."""
        return [
            halved(self._network.states(wave).numpy(), self.name)
            for content in contents
            for wave in self._waves([content])
        ]


def mono(content: Content, rate_hz: int, name: str) -> npt.NDArray[np.float32]:
    """The bytes of an audio file -> [T] at a rate: the mean of its channels, resampled.

    Raises:
        InputError: where it is no audio.
    """
    if not isinstance(content, bytes):
        raise InputError(f"{name}: found {type(content).__name__}, expected the bytes of an audio file")
    wave, info = decode_audio(content)
    return resampled(wave.mean(axis=1, keepdims=True), info.sample_rate_hz, rate_hz)[:, 0]


def audio_weights(name: str, weights: Weights, usual: Usual) -> Pretrained:
    """The weights of an audio encoder, checked.

    Raises:
        UsageError: where none were named, or for a pooling that sounds do not have.
        MissingExtraError: where torch or transformers is not installed.
        InputError: where they cannot be used.
    """
    if weights.pooling not in ("mean", "attention"):
        # sounds begin with no mark of their own, whose state could stand for them
        raise UsageError(f"audio_pooling: found {weights.pooling!r}, expected 'mean' or 'attention'")
    found = find_weights(name, "audio", weights.source, usual, weights.offline)
    require_packages(["torch", "transformers"], "audio")
    return found
