"""A pretrained text network, frozen: text in, one vector or the state of each token out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor
from torch.nn.functional import normalize

from rebracket.core.errors import InputError, UsageError
from rebracket.models.pretrained.loading import load_config, load_network, try_out
from rebracket.models.pretrained.tokens import TextTokens, window_ids
from rebracket.models.threads import one_thread

__all__ = ["TextNetwork", "joined", "load_text_network", "text_config"]


class TextNetwork:
    """Any encoder that `transformers.AutoModel` reads, with its tokenizer.

    One text at a time: padding beside others changes the last bits, and then what a text's vector is
    would depend on its neighbors.

    Raises:
        InputError: where the folder does not hold a text encoder and its tokenizer.
    """

    def __init__(self, folder: Path) -> None:
        self.tokens = TextTokens(folder)
        self.network: Any = load_text_network(folder)

    def embed(self, text: str, pooling: str = "mean") -> Tensor:
        """One text -> [D], of length 1.

        A text that is longer than a window is not cut off: the vectors of its windows, each of
        length 1, are averaged by their tokens.

        Args:
            pooling: `mean` over the tokens and both end marks, or `cls`, the state of the first mark.
        """
        if pooling not in ("mean", "cls"):
            raise UsageError(f"pooling: found {pooling!r}, expected 'mean' or 'cls'")
        with one_thread(), torch.inference_mode():
            return joined([self.read(window) for window in self.tokens.windows(text)], pooling)

    def states(self, text: str) -> Tensor:
        """One text -> [T, D]: the last hidden state of each token and end mark, window after window."""
        with one_thread(), torch.inference_mode():
            return torch.cat([self.read(window) for window in self.tokens.windows(text)])

    def read(self, ids: Tensor) -> Tensor:
        """[T] ids of a window -> [T, D] states; or of n windows of one length, [n, T] -> [n, T, D]."""
        windows = ids if ids.dim() == 2 else ids[None]
        states = self.network(input_ids=windows, attention_mask=torch.ones_like(windows)).last_hidden_state
        return torch.as_tensor(states).reshape(*ids.shape, -1)


def joined(windows: Sequence[Tensor], pooling: str) -> Tensor:
    """The states [..., T, D] of each window of a text -> [..., D], of length 1; see `TextNetwork.embed`."""
    vectors = [
        max(1, states.shape[-2] - 2) * normalize(_pooled(states, pooling), dim=-1) for states in windows
    ]
    return normalize(torch.stack(vectors).sum(dim=0), dim=-1)


def _pooled(states: Tensor, pooling: str) -> Tensor:
    return states.mean(dim=-2) if pooling == "mean" else states[..., 0, :]


def load_text_network(folder: Path) -> Any:
    """The network of a folder without its pooler, a layer over [CLS] that nothing here reads.

    Raises:
        InputError: where the folder does not hold an encoder of text.
    """
    config = text_config(folder)
    network = load_network(transformers.AutoModel, folder, config=config)
    if hasattr(network, "pooler"):
        network.pooler = None
    other_than_padding = (int(config.pad_token_id or 0) + 1) % int(config.vocab_size)
    longest = torch.full((1, window_ids(folder)), other_than_padding)
    try_out(folder, lambda: network(input_ids=longest, attention_mask=torch.ones_like(longest)))
    return network


def text_config(folder: Path) -> Any:
    """The configuration of a folder.

    Raises:
        InputError: where its network reads no text, or not only, or writes it.
    """
    config = load_config(folder)
    only_text = hasattr(config, "vocab_size") and config.get_text_config() is config
    if not only_text or getattr(config, "is_encoder_decoder", False):
        raise InputError(
            f"{folder.name}: found a network of type {config.model_type!r}, expected an encoder of text"
        )
    return config
