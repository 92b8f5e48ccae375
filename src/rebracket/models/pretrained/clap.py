"""CLAP: sounds and texts in, vectors of one common space out.

Wu et al. (2023), Large-scale Contrastive Language-Audio Pretraining with Feature Fusion; HTS-AT reads
the sound: Chen et al. (2022).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, final

import torch
import transformers
from torch import Tensor
from torch.nn.functional import normalize

from rebracket.core.errors import InputError
from rebracket.models.pretrained.loading import load_config, load_network, load_part, try_out
from rebracket.models.pretrained.tokens import TextTokens
from rebracket.models.pretrained.waves import at_most, windows
from rebracket.models.threads import one_thread

__all__ = ["CLAPNetwork"]


@final
class CLAPNetwork:
    """`ClapModel` of a folder; mono waves at `rate_hz` in.

    A sound is read in equal windows of at most the length that the network takes, 10 s of the usual
    weights: no part is drawn at random, as the extractor does with longer ones. A shorter sound is
    repeated until it fills the window, as in training.

    Raises:
        InputError: where the folder does not hold such a network and its extractor.
    """

    def __init__(self, folder: Path) -> None:
        config = load_config(folder)
        if config.model_type != "clap":
            raise InputError(f"{folder.name}: found a network of type {config.model_type!r}, expected 'clap'")
        self._extractor: Any = load_part(transformers.ClapFeatureExtractor, folder)
        self._network: Any = load_network(transformers.ClapModel, folder)
        self._folder = folder
        self._tokens: TextTokens | None = None
        self.rate_hz = int(self._extractor.sampling_rate)
        self.width = int(config.projection_dim)
        try_out(folder, lambda: self._states(torch.zeros(self.rate_hz)))

    def embed(self, wave: Tensor) -> Tensor:
        """[T] -> [D], of length 1: the vectors of the windows, averaged by their length."""
        with one_thread(), torch.inference_mode():
            parts = self._windows(wave)
            vectors = [
                len(part) * self._network.get_audio_features(**self._mel(part)).pooler_output[0]
                for part in parts
            ]
            return normalize(torch.stack(vectors).sum(dim=0), dim=0)

    def embed_text(self, text: str) -> Tensor:
        """One text -> [D], of length 1, in the space of the sounds; longer texts are read in windows."""
        if self._tokens is None:
            self._tokens = TextTokens(self._folder)
        with one_thread(), torch.inference_mode():
            vectors = [
                max(1, len(ids) - 2) * self._network.get_text_features(input_ids=ids[None]).pooler_output[0]
                for ids in self._tokens.windows(text)
            ]
            return normalize(torch.stack(vectors).sum(dim=0), dim=0)

    def states(self, wave: Tensor) -> Tensor:
        """[T] -> [T', H]: the last states of the network that hears, means over frequency."""
        with one_thread(), torch.inference_mode():
            return torch.cat([self._states(part) for part in self._windows(wave)])

    def _states(self, wave: Tensor) -> Tensor:
        """One window's states, without those of its repetitions."""
        found = self._network.audio_model(**self._mel(wave)).last_hidden_state
        frames = found[0].mean(dim=1).T  # [H, F, T] -> [T, H]
        longest = int(self._extractor.nb_max_samples)
        own = frames[: max(1, -(-len(frames) * len(wave) // longest))]
        return at_most(own, len(frames) * self.rate_hz / longest)

    def _windows(self, wave: Tensor) -> tuple[Tensor, ...]:
        return windows(wave, int(self._extractor.nb_max_samples))

    def _mel(self, wave: Tensor) -> dict[str, Tensor]:
        found = self._extractor(wave.numpy(), sampling_rate=self.rate_hz, return_tensors="pt")
        return {"input_features": found["input_features"], "is_longer": found["is_longer"]}
