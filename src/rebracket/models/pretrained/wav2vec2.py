"""wav2vec 2.0 and networks built like it: a waveform in, its mean state or its states out.

Baevski et al. (2020), wav2vec 2.0; Hsu et al. (2021), HuBERT.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor

from rebracket.core.errors import InputError
from rebracket.models.pretrained.loading import hidden_size, load_config, load_network, load_part, try_out
from rebracket.models.pretrained.waves import at_most, windows
from rebracket.models.threads import one_thread

__all__ = ["Wav2Vec2Network", "wave_config"]

_WINDOW_S = 30
_TYPES = {"wav2vec2": "Wav2Vec2Model", "hubert": "HubertModel"}


class Wav2Vec2Network:
    """`Wav2Vec2Model` or `HubertModel` of a folder; mono waves at `rate_hz` in.

    A sound is brought to mean 0 and variance 1 as a whole where the folder's extractor says so, and
    read in equal windows of at most 30 s. What is kept is the last hidden state.

    Raises:
        InputError: where the folder does not hold such a network and its extractor.
    """

    def __init__(self, folder: Path) -> None:
        self._load(wave_config(folder), folder)

    def _load(self, config: Any, folder: Path) -> None:
        extractor = load_part(transformers.Wav2Vec2FeatureExtractor, folder)
        self.rate_hz, self._normalizes = int(extractor.sampling_rate), bool(extractor.do_normalize)
        kind = getattr(transformers, _TYPES[config.model_type])
        self._network: Any = load_network(kind, folder, config=config)
        self.width = hidden_size(config, folder)
        self._step, self._least = _geometry(config)
        try_out(folder, lambda: self._window(torch.zeros(self._least)))

    def embed(self, wave: Tensor) -> Tensor:
        """[T] -> [D]: the mean of all states, so that a window counts by its length."""
        with one_thread(), torch.inference_mode():
            states = [self._window(window) for window in self._windows(wave)]
            return torch.cat(states).mean(dim=0)

    def states(self, wave: Tensor) -> Tensor:
        """[T] -> [T', D]: the states of all windows, at most 10 a second."""
        with one_thread(), torch.inference_mode():
            rate = self.rate_hz / self._step
            return torch.cat([at_most(self._window(window), rate) for window in self._windows(wave)])

    def _windows(self, wave: Tensor) -> tuple[Tensor, ...]:
        if self._normalizes and len(wave):
            # the floor is the extractor's own
            wave = (wave - wave.mean()) / torch.sqrt(wave.var(unbiased=False) + 1e-7)
        return windows(wave, _WINDOW_S * self.rate_hz, self._least)

    def _window(self, wave: Tensor) -> Tensor:
        """[T] -> [T', D]."""
        return torch.as_tensor(self._network(input_values=wave[None]).last_hidden_state[0])


def wave_config(folder: Path) -> Any:
    """The configuration of a folder. Raises `InputError` where its network reads no waves."""
    config = load_config(folder)
    if config.model_type not in _TYPES:
        raise InputError(
            f"{folder.name}: found a network of type {config.model_type!r}, expected one of {sorted(_TYPES)}"
        )
    return config


def _geometry(config: Any) -> tuple[int, int]:
    """Samples from one state to the next, and the least number of samples that make one."""
    step, least = 1, 1
    for kernel, stride in zip(reversed(config.conv_kernel), reversed(config.conv_stride), strict=True):
        step, least = step * stride, (least - 1) * stride + kernel
    return step, least
