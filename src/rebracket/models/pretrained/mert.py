"""MERT, a HuBERT that was trained on music: a waveform at 24 kHz in, its mean state or its states out.

Li et al. (2023), MERT: Acoustic Music Understanding Model with Large-Scale Self-supervised Training.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, final

import transformers

from rebracket.core.errors import InputError
from rebracket.models.pretrained.wav2vec2 import Wav2Vec2Network, wave_config

__all__ = ["MERTNetwork", "mert_config"]

_OWN_TYPE = "mert_model"


@final
class MERTNetwork(Wav2Vec2Network):
    """MERT without the code that comes with it, which is never run.

    Its own type differs from HuBERT by three switches of the configuration. Where all are off, the
    weights are HuBERT's by name and shape, and `HubertModel` reads them; where one is on, or a weight
    finds no place, the folder is refused. Proven here with small random HuBERT weights under either
    type; that the published weights pass, or give what MERT's own code gives, was not.

    Raises:
        InputError: where the folder does not hold a network that this can read.
    """

    def __init__(self, folder: Path) -> None:
        self._load(mert_config(folder), folder)


def mert_config(folder: Path) -> Any:
    """The configuration of a folder, as HuBERT's where it is of MERT's own type.

    Raises:
        InputError: where it needs code that is not HuBERT's.
    """
    try:
        own: Any = json.loads((folder / "config.json").read_bytes())
        if own["model_type"] != _OWN_TYPE:
            return wave_config(folder)
        switches = {
            "feature_extractor_cqt": bool(own.get("feature_extractor_cqt", False)),
            "deepnorm": bool(own.get("deepnorm", False)),
            "attention_relax": float(own.get("attention_relax", -1)) > 0,
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f"{folder.name}/config.json: cannot be read ({error!r})") from error
    if on := [name for name, value in switches.items() if value]:
        raise InputError(
            f"{folder.name}: found a MERT with {', '.join(on)}, expected none of them: that needs code from "
            "where the weights are, which is not run; use 'clap' or 'wav2vec2'"
        )
    plain = {key: value for key, value in own.items() if key not in ("model_type", "auto_map", *switches)}
    return transformers.HubertConfig(**plain)
