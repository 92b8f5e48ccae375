"""A fitted model on disk: arrays as safetensors, the rest as JSON; nothing that can run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save

from rebracket.core.errors import InputError
from rebracket.features import TextSource, Weights
from rebracket.features.encoders.text_ids import text_ids
from rebracket.models.network import BranchShape, Network, NetworkShape
from rebracket.training.fitted import Fitted
from rebracket.training.history import EpochLoss
from rebracket.training.migrate import SCHEMA, migrated
from rebracket.training.network_of import text_reader
from rebracket.training.places import path_from, path_in
from rebracket.training.preparation import AsItIs, Preparation, Standardization, WordWeights

__all__ = ["load_fitted", "save_fitted"]

_Share = Annotated[float, Field(ge=0, lt=1)]
_Size = Annotated[int, Field(ge=1, le=1_000_000)]


_UNREADABLE = (OSError, SafetensorError, RuntimeError, LookupError, TypeError, ValueError, AssertionError)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", protected_namespaces=())


class _Loss(_Strict):
    epoch: int
    train: float
    validation: float | None
    gradients: dict[str, float] | None = None
    alone: dict[str, float] | None = None


class _Branch(_Strict):
    kind: Literal["vector", "frames", "tokens", "text"]
    width: int
    sizes: tuple[_Size, ...] = ()
    several: bool = False
    tuning: Literal["lora", "full", "contrastive"] | None = None


class _Shape(_Strict):
    """`NetworkShape` without the number of classes, which is that of their names."""

    branches: dict[str, _Branch] = Field(min_length=1)
    hidden: int = Field(ge=0, le=4096)
    dropout: _Share
    fusion: Literal["early", "late", "gated", "cross_attention"]
    heads: int = Field(ge=1, le=64)
    attention_dropout: _Share
    modality_dropout: _Share
    own: bool


class _Reads(_Strict):
    """Whose weights were tuned: those that are not stored are read from there again."""

    encoder: str
    weights: str | None


class _Saved(_Strict):
    """What `model.json` holds."""

    schema_: str = Field(alias="schema", pattern=f"^{SCHEMA}$")
    weights_sha256: str
    target: str
    classes: tuple[str, ...] = Field(min_length=1, max_length=100_000)
    encoders: dict[str, str] = Field(min_length=1)
    words: dict[str, tuple[str, ...]]
    network: _Shape
    best_epoch: int = Field(ge=1)
    history: tuple[_Loss, ...]
    several: bool = False
    reads: dict[str, _Reads] = Field(default_factory=dict)


def save_fitted(fitted: Fitted, folder: Path) -> None:
    """Writes `model.safetensors` and `model.json` into a folder, which is made.

    A folder of weights that were tuned is named by its path from there, and is found where both are moved.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        f"network.{name}": value.contiguous() for name, value in fitted.network.learned_state().items()
    }
    for name, preparation in fitted.preparations.items():
        for part, array in _arrays(preparation).items():
            tensors[f"prepare.{name}.{part}"] = torch.from_numpy(array)
    weights = save(tensors)
    (folder / "model.safetensors").write_bytes(weights)
    shape = asdict(fitted.network.shape)
    del shape["n_classes"]
    content = {
        "schema": SCHEMA,
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
        "target": fitted.target,
        "classes": fitted.classes,
        "encoders": dict(fitted.encoders),
        "words": {
            name: preparation.words
            for name, preparation in fitted.preparations.items()
            if isinstance(preparation, WordWeights)
        },
        "network": shape,
        "best_epoch": fitted.best_epoch,
        "history": [asdict(loss) for loss in fitted.history],
        "several": fitted.several,
        "reads": {
            name: {
                "encoder": source.encoder,
                "weights": None if source.weights is None else path_from(source.weights, folder),
            }
            for name, source in fitted.reads.items()
        },
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    (folder / "model.json").write_text(text + "\n", "utf-8")


def load_fitted(folder: Path) -> Fitted:
    """Reads what `save_fitted` wrote, of this version or an older one; downloads nothing.

    Raises:
        InputError: where a file is missing, was changed, or is of a newer schema; where weights that were
            tuned are on the hub, and were not downloaded before.
    """
    place = f"{folder.name}/model"
    try:
        content = json.loads((folder / "model.json").read_bytes())
        weights = (folder / "model.safetensors").read_bytes()
        content, tensors = migrated(content, lambda: _checked(weights, content))
        saved = _Saved.model_validate(content)
        # Before the network: these hold the widths against arrays that are there.
        preparations = {name: _preparation(saved, name, tensors) for name in saved.encoders}
        reads = {name: _source(saved, name, folder) for name in saved.reads}
        network = Network(_shape(saved), _readers(saved, reads))
        network.load_learned_state(
            {
                key.removeprefix("network."): value
                for key, value in tensors.items()
                if key.startswith("network.")
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"{place}.json: {first['loc']}: {first['msg']}") from error
    except _UNREADABLE as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{place}: found {reason}, expected a model written by 'rebracket train'") from error
    history = tuple(EpochLoss(**loss.model_dump()) for loss in saved.history)
    return Fitted(
        saved.target,
        saved.classes,
        preparations,
        saved.encoders,
        network.eval(),
        saved.best_epoch,
        history,
        saved.several,
        reads,
    )


def _source(saved: _Saved, name: str, folder: Path) -> TextSource:
    """Where the weights are that were tuned; they must be those."""
    own = saved.reads[name]
    weights = None if own.weights is None else path_in(own.weights, folder)
    found = text_ids(own.encoder, Weights(weights, offline=True))
    version = f"{found.name}-{found.version[:16]}"
    if version != saved.encoders[name]:
        raise ValueError(
            f"weights {version} in {own.weights or own.encoder}, tuned were {saved.encoders[name]}"
        )
    return TextSource(own.encoder, weights, found.folder)


def _readers(saved: _Saved, reads: Mapping[str, TextSource]) -> dict[str, Any]:
    return {
        name: text_reader(source, saved.network.branches[name].tuning or "full", seed=0)
        for name, source in reads.items()
    }


def _checked(weights: bytes, content: Any) -> dict[str, torch.Tensor]:
    """The arrays, where they are those that the JSON was written with."""
    if hashlib.sha256(weights).hexdigest() != content["weights_sha256"]:
        raise ValueError("weights that were changed since they were written")
    return load(weights)


def _shape(saved: _Saved) -> NetworkShape:
    own = saved.network.model_dump()
    own["branches"] = {name: BranchShape(**branch) for name, branch in own["branches"].items()}
    if set(own["branches"]) != set(saved.encoders):
        raise ValueError(f"branches {sorted(own['branches'])} for encoders {sorted(saved.encoders)}")
    return NetworkShape(n_classes=len(saved.classes), **own)


def _arrays(preparation: Preparation) -> dict[str, Any]:
    match preparation:
        case WordWeights():
            return {"rarity": preparation.rarity}
        case Standardization():
            return {"mean": preparation.mean, "gain": preparation.gain}
        case AsItIs():
            return {}


def _preparation(saved: _Saved, name: str, tensors: dict[str, torch.Tensor]) -> Preparation:
    branch = saved.network.branches[name]

    def array(part: str) -> Any:
        found = tensors[f"prepare.{name}.{part}"].numpy()
        if found.shape != (branch.width,) or found.dtype != np.float32 or not np.isfinite(found).all():
            raise ValueError(f"prepare.{name}.{part} of shape {found.shape} {found.dtype}")
        return found

    if branch.kind == "text":
        return AsItIs(1)
    if branch.kind == "tokens":
        if len(branch.sizes) != branch.width:
            raise ValueError(f"{name}: {len(branch.sizes)} sizes for {branch.width} parts of a token")
        return AsItIs(branch.width)
    if name not in saved.words:
        return Standardization(array("mean"), array("gain"))
    words, rarity = saved.words[name], array("rarity")
    if len(words) != len(rarity):
        raise ValueError(f"{len(words)} words for {len(rarity)} weights")
    return WordWeights(words, rarity)
