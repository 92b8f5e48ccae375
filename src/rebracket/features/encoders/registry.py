"""The encoders of each modality by the name that a recipe gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rebracket.core.errors import UsageError
from rebracket.features.encoder import AnyEncoder
from rebracket.features.encoders.histogram import Histogram
from rebracket.features.encoders.minilm import MiniLM
from rebracket.features.encoders.spectral import Spectral

__all__ = ["AUDIO", "FITTED_TEXT", "MIDI", "TEXT", "Weights", "make_encoder"]


@dataclass(frozen=True, slots=True)
class Weights:
    """Which weights an encoder reads, and what it gives of its hidden states.

    Args:
        source: a folder, or the id of a repository on the Hugging Face Hub; None for the encoder's own.
        pooling: `mean` or `cls` gives a vector; `attention` gives the states, for a learned pooling.
    """

    source: str | None = None
    pooling: str = "mean"


Maker = Callable[[Weights], AnyEncoder]

TEXT: dict[str, Maker] = {"minilm": lambda weights: MiniLM()}
AUDIO: dict[str, Maker] = {"spectral": lambda weights: Spectral()}
MIDI: dict[str, Maker] = {"histogram": lambda weights: Histogram()}

FITTED_TEXT = ("tfidf",)
"""Ways of reading text that are fitted on the training rows, so not here."""


def make_encoder(name: str, registry: Mapping[str, Maker], weights: Weights | None = None) -> AnyEncoder:
    """The encoder of a name.

    Raises:
        UsageError: where there is none of that name.
        MissingExtraError: where its packages are not installed.
        InputError: where its weights are missing or not what they should be.
    """
    if name not in registry:
        raise UsageError(f"found no encoder {name!r}, expected one of {sorted(registry)}")
    return registry[name](weights or Weights())
