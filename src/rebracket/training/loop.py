"""The training loop, by Lightning. Importing this imports Lightning, which takes seconds.

One fit of 300 distinct inputs and 40 epochs takes about 0.1 s, nearly all of it Lightning's own
bookkeeping, so a hundred fits of an evaluation stay within seconds.
"""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from lightning.pytorch import Callback, LightningDataModule, LightningModule, Trainer
from torch import Tensor

from rebracket.models.head import Head
from rebracket.models.threads import one_thread
from rebracket.training.batch import Batch, balanced_log_loss, weighted_loss
from rebracket.training.fitted import EpochLoss
from rebracket.training.recipe import Recipe

__all__ = ["train_head"]


def train_head(
    head: Head, train: Batch, validation: Batch | None, recipe: Recipe, *, epochs: int, seed: int
) -> tuple[EpochLoss, ...]:
    """Trains a head in place; leaves it as after its best epoch, without validation after the last.

    Deterministic given the seed, and leaves the caller's random state alone.
    """
    data = _Rows(train, validation, recipe.batch_size, seed)
    module = _HeadModule(head, recipe.learning_rate, recipe.weight_decay)
    watch = _KeepBest()
    with _quiet(), one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        trainer = Trainer(
            accelerator="cpu",  # a head this small only waits on an accelerator
            devices=1,
            max_epochs=epochs,
            callbacks=[watch],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
            limit_val_batches=0 if validation is None else 1.0,
        )
        trainer.fit(module, datamodule=data)
    if watch.best_state is not None:
        head.load_state_dict(watch.best_state)
    head.eval()
    return tuple(watch.history)


class _HeadModule(LightningModule):
    """A head with its loss and its optimizer."""

    def __init__(self, head: Head, learning_rate: float, weight_decay: float) -> None:
        super().__init__()
        self.head = head
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.validation_loss: float | None = None

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        return weighted_loss(self.head(batch.vectors, batch.present), batch.labels, batch.weights)

    def validation_step(self, batch: Batch, batch_index: int) -> None:
        logits = self.head(batch.vectors, batch.present)
        self.validation_loss = balanced_log_loss(logits, batch.labels, batch.weights)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        # Biases and absent tokens are vectors; decaying them pulls toward no class in particular.
        matrices = [weight for weight in self.head.parameters() if weight.ndim > 1]
        vectors = [weight for weight in self.head.parameters() if weight.ndim <= 1]
        groups: list[dict[str, Any]] = [{"params": matrices}, {"params": vectors, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=self.learning_rate, weight_decay=self.weight_decay)


class _Rows(LightningDataModule):
    """The training rows in batches, drawn anew each epoch, and the validation rows as one batch."""

    def __init__(self, train: Batch, validation: Batch | None, batch_size: int, seed: int) -> None:
        super().__init__()
        self._train = _Batches(train, batch_size, torch.Generator().manual_seed(seed))
        self._validation = None if validation is None else _Batches(validation, len(validation.labels), None)

    def train_dataloader(self) -> _Batches:
        return self._train

    def val_dataloader(self) -> _Batches | list[Any]:
        return self._validation or []

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        return batch  # in memory already, where the head is


class _Batches:
    """What a data loader is for arrays in memory; what fits in one batch keeps its order."""

    def __init__(self, rows: Batch, size: int, generator: torch.Generator | None) -> None:
        self._rows, self._size, self._generator = rows, size, generator

    def __len__(self) -> int:
        return -(-len(self._rows.labels) // self._size)

    def __iter__(self) -> Iterator[Batch]:
        n = len(self._rows.labels)
        if n <= self._size:
            yield self._rows
            return
        order = torch.randperm(n, generator=self._generator)
        for start in range(0, n, self._size):
            yield self._rows.take(order[start : start + self._size])


class _KeepBest(Callback):
    """Keeps the losses of every epoch, and the weights of the one with the least validation loss."""

    def __init__(self) -> None:
        self.history: list[EpochLoss] = []
        self.best_state: dict[str, Tensor] | None = None
        self._losses: list[float] = []
        self._best = float("inf")

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self._losses.append(float(outputs["loss"]))

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        assert isinstance(pl_module, _HeadModule)  # noqa: S101 - narrows the type; the trainer has one module
        loss = pl_module.validation_loss
        mean = sum(self._losses) / len(self._losses)
        self._losses.clear()
        self.history.append(EpochLoss(len(self.history) + 1, mean, loss))
        if loss is not None and loss < self._best:
            self._best = loss
            self.best_state = copy.deepcopy(pl_module.head.state_dict())


@contextmanager
def _quiet() -> Iterator[None]:
    """Lightning speaks of hardware and of its maker's products at every fit."""
    logger = logging.getLogger("lightning.pytorch")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # torch 2.13 on the way Lightning 2.6 walks trees; gone when Lightning follows.
            warnings.filterwarnings("ignore", message=r".*LeafSpec.*", category=FutureWarning)
            yield
    finally:
        logger.setLevel(level)
