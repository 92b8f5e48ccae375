"""Models of older schemas, as this version writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

__all__ = ["SCHEMA", "migrated"]

SCHEMA = "rebracket.model/2"
_FIRST = "rebracket.model/1"

Tensors = dict[str, Tensor]


def migrated(content: Any, tensors: Callable[[], Tensors]) -> tuple[Any, Tensors]:
    """The JSON and the arrays of a model, in the schema of today; others are left for their reader to refuse.

    Schema 1 knew vectors and early fusion only.
    """
    if not isinstance(content, dict) or content.get("schema") != _FIRST:
        return content, tensors()
    new = {key: value for key, value in content.items() if key not in ("widths", "hidden", "dropout")}
    new["schema"] = SCHEMA
    new["network"] = {
        "branches": {name: {"kind": "vector", "width": width} for name, width in content["widths"].items()},
        "hidden": content["hidden"],
        "dropout": content["dropout"],
        "fusion": "early",
        "heads": 4,
        "attention_dropout": 0.0,
        "modality_dropout": 0.0,
        "own": False,
    }
    return new, {_renamed(name): value for name, value in tensors().items()}


def _renamed(name: str) -> str:
    """`head.projections.text.weight` is `network.branches.text.project.weight` today."""
    parts = name.split(".")
    match parts:
        case ["head", "projections", modality, weight]:
            return f"network.branches.{modality}.project.{weight}"
        case ["head", *rest]:
            return ".".join(["network", "fusion", *rest])
        case _:
            return name
