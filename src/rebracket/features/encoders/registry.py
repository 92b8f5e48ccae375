"""The encoders of each modality by the name that a recipe gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rebracket.core.errors import UsageError
from rebracket.features.encoder import AnyEncoder
from rebracket.features.encoders.bars import Bars
from rebracket.features.encoders.clap import clap
from rebracket.features.encoders.events import Events
from rebracket.features.encoders.histogram import Histogram
from rebracket.features.encoders.log_mel import LogMel
from rebracket.features.encoders.mert import mert
from rebracket.features.encoders.minilm import minilm
from rebracket.features.encoders.piano_roll import PianoRoll
from rebracket.features.encoders.pretrained_text import pretrained_text
from rebracket.features.encoders.spectral import Spectral
from rebracket.features.encoders.wav2vec2 import wav2vec2
from rebracket.features.encoders.weights import Weights

__all__ = ["AUDIO", "FITTED_TEXT", "MIDI", "TEXT", "Weights", "make_encoder"]


Maker = Callable[[Weights], AnyEncoder]

TEXT: dict[str, Maker] = {
    "minilm": minilm,
    "deberta-v3-base": pretrained_text("deberta-v3-base"),
    "hf": pretrained_text("hf"),
}
AUDIO: dict[str, Maker] = {
    "spectral": lambda weights: Spectral(),
    "cnn": lambda weights: LogMel(),
    "wav2vec2": wav2vec2,
    "clap": clap,
    "mert": mert,
}
MIDI: dict[str, Maker] = {
    "histogram": lambda weights: Histogram(),
    "piano_roll": lambda weights: PianoRoll(),
    "events": lambda weights: Events(),
    "bars": lambda weights: Bars(),
}

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
