"""Where training is, so that it can be ended at any moment and go on.

The state is torch's own format, read with ``weights_only=True``: tensors and plain values, no code. It lies
beside the run and is deleted when the run is complete; nothing else ever reads it.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import pickle
import shutil
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from rebracket.models.network import Network
from rebracket.training.history import EpochLoss
from rebracket.training.recipe import Recipe

__all__ = ["Checkpoint", "Kept", "State", "forget", "kept_of"]

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class State:
    """All that changes while a network is trained."""

    network: Network
    optimizer: torch.optim.Optimizer
    generator: torch.Generator | None
    history: list[EpochLoss] = field(default_factory=list)
    best: dict[str, Tensor] | None = None

    def add(self, loss: EpochLoss) -> None:
        """An epoch is done; the network is kept where it is the best so far."""
        before = [other.validation for other in self.history if other.validation is not None]
        if loss.validation is not None and loss.validation < min(before, default=float("inf")):
            self.best = {name: value.clone() for name, value in self.network.learned_state().items()}
        self.history.append(loss)

    def as_dict(self) -> dict[str, Any]:
        """Tensors and plain values."""
        return {
            "network": self.network.learned_state(),
            "optimizer": self.optimizer.state_dict(),
            "generator": None if self.generator is None else self.generator.get_state(),
            "random": torch.random.get_rng_state(),
            "history": [asdict(loss) for loss in self.history],
            "best": self.best,
        }

    def become(self, saved: dict[str, Any]) -> None:
        """Takes over what `as_dict` gave; what it does not fit may be left half changed."""
        history = [EpochLoss(**loss) for loss in saved["history"]]
        self.network.load_learned_state(saved["network"])
        self.optimizer.load_state_dict(saved["optimizer"])
        if self.generator is not None:
            self.generator.set_state(saved["generator"])
        torch.random.set_rng_state(saved["random"])
        if saved["best"] is not None:  # it is loaded after the last epoch only
            _same_shapes(saved["best"], saved["network"])
        self.history, self.best = history, saved["best"]


@dataclass(eq=False)
class Checkpoint:
    """A file that holds a state.

    Args:
        path: of the file; another folder may be made for it.
        key: what is trained; a state of something else is passed over.
        every_s: how long after the last one a state is saved.
    """

    path: Path
    key: str
    every_s: float = 30.0
    _saved_s: float = field(default_factory=time.monotonic)

    def save(self, state: State) -> None:
        """Saves it where it is time: written beside its place and moved there."""
        if time.monotonic() - self._saved_s < self.every_s:
            return
        new = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            torch.save({"key": self.key, **state.as_dict()}, new)
            new.replace(self.path)
        except (OSError, RuntimeError) as error:  # torch says of a full disk that a file could not be written
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            _log.warning("%s: training cannot be resumed from here (%s)", self.path.name, reason[:100])
            with suppress(OSError):
                new.unlink(missing_ok=True)
        self._saved_s = time.monotonic()

    def restore(self, state: State) -> None:
        """Goes on from the file where there is one of the same training; a damaged one is passed over."""
        if not self.path.is_file():
            return
        before = copy.deepcopy(state.as_dict())
        try:
            with warnings.catch_warnings(action="ignore"):  # of a strange file torch has its own opinion
                saved = torch.load(self.path, weights_only=True)
            if saved.pop("key") != self.key:
                return
            state.become(saved)
            _log.info("%s: goes on after epoch %d", self.path.stem, len(state.history))
        except (
            OSError,
            RuntimeError,
            LookupError,
            TypeError,
            ValueError,
            EOFError,
            AttributeError,
            pickle.UnpicklingError,
        ) as error:
            state.become(before)
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            _log.warning("%s: cannot be resumed (%s); it starts again", self.path.name, reason[:100])


def _same_shapes(some: dict[str, Tensor], others: dict[str, Tensor]) -> None:
    if {name: one.shape for name, one in some.items()} != {name: one.shape for name, one in others.items()}:
        raise ValueError("weights of two networks")


Kept = Callable[[str], Checkpoint]
"""Where a part of a training is kept, by its name."""


def kept_of(out: Path, recipe: Recipe, data_hash: str, encoders: Mapping[str, str]) -> Kept:
    """Keeps what is being trained beside the run that will be made of it.

    A state is of this recipe, these data, these encoders by input, and these versions, or it is passed over.
    """
    versions = [torch.__version__, version("rebracket")]
    made_of = json.dumps([recipe.model_dump(mode="json"), data_hash, dict(encoders), *versions])
    key = hashlib.sha256(made_of.encode()).hexdigest()
    return lambda part: Checkpoint(_folder(out) / f"{part}.pt", key)


def forget(out: Path) -> None:
    """Deletes what was kept for a run: it is complete."""
    shutil.rmtree(_folder(out), ignore_errors=True)


def _folder(out: Path) -> Path:
    return out.parent / f"{out.name}.resume"
