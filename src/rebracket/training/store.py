"""A fitted model on disk: arrays as safetensors, the rest as JSON; nothing that can run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save

from rebracket.core.errors import InputError
from rebracket.models.head import Head
from rebracket.training.fitted import EpochLoss, Fitted
from rebracket.training.preparation import Preparation, Standardization, WordWeights

__all__ = ["load_fitted", "save_fitted"]

_SCHEMA = "rebracket.model/1"


class _Loss(BaseModel):
    model_config = ConfigDict(extra="forbid")
    epoch: int
    train: float
    validation: float | None


class _Saved(BaseModel):
    """What `model.json` holds."""

    model_config = ConfigDict(extra="forbid", protected_namespaces=())
    schema_: str = Field(alias="schema", pattern=f"^{_SCHEMA}$")
    weights_sha256: str
    target: str
    classes: tuple[str, ...] = Field(min_length=1, max_length=100_000)
    encoders: dict[str, str] = Field(min_length=1)
    widths: dict[str, int]
    words: dict[str, tuple[str, ...]]
    hidden: int = Field(ge=0, le=4096)
    dropout: float = Field(ge=0, lt=1)
    best_epoch: int = Field(ge=1)
    history: tuple[_Loss, ...]
    several: bool = False


def save_fitted(fitted: Fitted, folder: Path) -> None:
    """Writes `model.safetensors` and `model.json` into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"head.{name}": value.contiguous() for name, value in fitted.head.state_dict().items()}
    for name, preparation in fitted.preparations.items():
        for part, array in _arrays(preparation).items():
            tensors[f"prepare.{name}.{part}"] = torch.from_numpy(array)
    weights = save(tensors)
    (folder / "model.safetensors").write_bytes(weights)
    content = {
        "schema": _SCHEMA,
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
        "target": fitted.target,
        "classes": fitted.classes,
        "encoders": dict(fitted.encoders),
        "widths": {name: preparation.width for name, preparation in fitted.preparations.items()},
        "words": {
            name: preparation.words
            for name, preparation in fitted.preparations.items()
            if isinstance(preparation, WordWeights)
        },
        "hidden": fitted.head.hidden,
        "dropout": fitted.head.dropout,
        "best_epoch": fitted.best_epoch,
        "history": [asdict(loss) for loss in fitted.history],
        "several": fitted.several,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    (folder / "model.json").write_text(text + "\n", "utf-8")


def load_fitted(folder: Path) -> Fitted:
    """Reads what `save_fitted` wrote.

    Raises:
        InputError: where a file is missing, was changed, or is of another schema.
    """
    place = f"{folder.name}/model"
    try:
        saved = _Saved.model_validate_json((folder / "model.json").read_bytes())
        weights = (folder / "model.safetensors").read_bytes()
        if hashlib.sha256(weights).hexdigest() != saved.weights_sha256:
            raise ValueError("weights that were changed since they were written")
        tensors = load(weights)
        # Before the head: these hold the widths against arrays that are there.
        preparations = {name: _preparation(saved, name, tensors) for name in saved.encoders}
        head = Head(saved.widths, len(saved.classes), saved.hidden, saved.dropout)
        head.load_state_dict(
            {key.removeprefix("head."): value for key, value in tensors.items() if key.startswith("head.")}
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"{place}.json: {first['loc']}: {first['msg']}") from error
    except (OSError, SafetensorError, RuntimeError, KeyError, ValueError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{place}: found {reason}, expected a model written by 'rebracket train'") from error
    history = tuple(EpochLoss(loss.epoch, loss.train, loss.validation) for loss in saved.history)
    return Fitted(
        saved.target,
        saved.classes,
        preparations,
        saved.encoders,
        head.eval(),
        saved.best_epoch,
        history,
        saved.several,
    )


def _arrays(preparation: Preparation) -> dict[str, Any]:
    if isinstance(preparation, WordWeights):
        return {"rarity": preparation.rarity}
    return {"mean": preparation.mean, "gain": preparation.gain}


def _preparation(saved: _Saved, name: str, tensors: dict[str, torch.Tensor]) -> Preparation:
    def array(part: str) -> Any:
        found = tensors[f"prepare.{name}.{part}"].numpy()
        if found.shape != (saved.widths[name],) or found.dtype != np.float32 or not np.isfinite(found).all():
            raise ValueError(f"prepare.{name}.{part} of shape {found.shape} {found.dtype}")
        return found

    if name not in saved.words:
        return Standardization(array("mean"), array("gain"))
    words, rarity = saved.words[name], array("rarity")
    if len(words) != len(rarity):
        raise ValueError(f"{len(words)} words for {len(rarity)} weights")
    return WordWeights(words, rarity)
