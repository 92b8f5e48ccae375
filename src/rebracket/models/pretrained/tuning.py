"""A pretrained text network that is trained on: all of it, or adapters of low rank beside it."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, final

import torch
from torch import Tensor, nn

from rebracket.core.errors import MissingExtraError, UsageError
from rebracket.models.drawing import drawing_from
from rebracket.models.pretrained.loading import hidden_size
from rebracket.models.pretrained.text import load_text_network
from rebracket.models.pretrained.tokens import window_ids, window_sizes

__all__ = ["TextTransformer", "lora_targets"]

# The layers that make queries and values, as BERT and RoBERTa, DeBERTa, DistilBERT, MPNet and
# ModernBERT call them; Hu et al. (2021) adapt these two.
_TARGETS = (
    ("query", "value"),
    ("query_proj", "value_proj"),
    ("q_lin", "v_lin"),
    ("q", "v"),
    ("Wqkv",),
)


@final
class TextTransformer(nn.Module):
    """Token ids of texts in, states out; the weights start as those of a folder.

    LoRA after Hu et al. (2021), LoRA: Low-Rank Adaptation of Large Language Models, by `peft`: it
    starts as the network without adapters.

    Args:
        folder: where a network lies that `transformers.AutoModel` reads.
        tuning: `full` trains all weights, `lora` only adapters of the queries and values.
        seed: of the adapters' first weights.
        rank: R of the adapters; their scale is 2.
        dropout: share of an adapter's inputs dropped while training.

    Raises:
        InputError: where the folder does not hold a text encoder.
        UsageError: for another tuning, or where no queries and values are found.
        MissingExtraError: for LoRA without peft.
    """

    def __init__(
        self,
        folder: Path,
        tuning: Literal["full", "lora"],
        *,
        seed: int = 0,
        rank: int = 8,
        dropout: float = 0.05,
    ) -> None:
        super().__init__()
        if tuning not in ("full", "lora"):
            raise UsageError(f"tuning: found {tuning!r}, expected 'full' or 'lora'")
        network = load_text_network(folder)
        self.tuning, self.folder = tuning, folder.name
        self.width = hidden_size(network.config, folder)
        self.window = window_ids(folder)
        self._pad_id = int(network.config.pad_token_id or 0)
        self.network: Any = _adapted(network, seed, rank, dropout) if tuning == "lora" else network

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """[M, T] ids as `TextTokens.ids` makes them, [M, T] bool -> [M, T, D]; zeros where the mask is not.

        The mask holds for the first ids of each text, and for none of an absent one. Longer texts are
        read in their windows, each for itself.
        """
        states = torch.zeros(*ids.shape, self.width, dtype=torch.float32, device=ids.device)
        rows, places, inside = self._windows(mask)
        if not len(rows):
            return states
        windows = torch.where(inside, ids[rows[:, None], places], self._pad_id).long()
        read = self.network(input_ids=windows, attention_mask=inside.long()).last_hidden_state
        target = (rows[:, None].expand_as(places)[inside], places[inside])
        return states.index_put(target, read[inside])

    def _windows(self, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """[M, T] -> of W windows: [W] the row, [W, S] the places in it, [W, S] whether they are inside."""
        rows, starts, sizes = [], [], []
        for row, length in enumerate(mask.sum(dim=1).tolist()):
            start = 0
            for size in window_sizes(length, self.window) if length else ():
                rows.append(row)
                starts.append(start)
                sizes.append(size)
                start += size
        steps = torch.arange(max(sizes, default=0), device=mask.device)
        start_of, size_of = (torch.tensor(values, device=mask.device)[:, None] for values in (starts, sizes))
        inside = steps < size_of
        places = torch.where(inside, start_of + steps, 0)
        return torch.tensor(rows, device=mask.device), places, inside


def lora_targets(network: nn.Module) -> list[str]:
    """The names of the layers that get adapters.

    Raises:
        UsageError: where none is known.
    """
    linear = {
        name.rpartition(".")[2] for name, layer in network.named_modules() if isinstance(layer, nn.Linear)
    }
    for names in _TARGETS:
        if linear.issuperset(names):
            return list(names)
    raise UsageError(
        f"text_tuning: found no queries and values in {type(network).__name__}, only {sorted(linear)[:8]}; "
        "use 'full' or 'frozen'"
    )


def _adapted(network: Any, seed: int, rank: int, dropout: float) -> Any:
    if find_spec("peft") is None:
        raise MissingExtraError("peft", "text")
    peft = importlib.import_module("peft")
    config = peft.LoraConfig(
        r=rank, lora_alpha=2 * rank, lora_dropout=dropout, target_modules=lora_targets(network)
    )
    with drawing_from(seed):
        return peft.inject_adapter_in_model(config, network)
