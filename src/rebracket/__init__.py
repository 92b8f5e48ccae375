"""rebracket: from a musician's own catalogue to models that can be believed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rebracket.catalogue import read_catalogue
    from rebracket.dataset import build, open_dataset
    from rebracket.evaluation import evaluate
    from rebracket.training import train

__all__ = ["__version__", "build", "evaluate", "open_dataset", "read_catalogue", "train"]
__version__ = "0.1.0"

_ROOMS = {
    "build": "rebracket.dataset",
    "evaluate": "rebracket.evaluation",
    "open_dataset": "rebracket.dataset",
    "read_catalogue": "rebracket.catalogue",
    "train": "rebracket.training",
}


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first used, so that importing the package costs nothing."""
    if name in _ROOMS:
        return getattr(import_module(_ROOMS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
