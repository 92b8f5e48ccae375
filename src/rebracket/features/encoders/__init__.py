"""Every encoder by name, one file each."""

from rebracket.features.encoders.describe import describe
from rebracket.features.encoders.registry import AUDIO, FITTED_TEXT, MIDI, TEXT, Weights, make_encoder
from rebracket.features.encoders.text_ids import TextIds, text_ids

__all__ = [
    "AUDIO",
    "FITTED_TEXT",
    "MIDI",
    "TEXT",
    "TextIds",
    "Weights",
    "describe",
    "make_encoder",
    "text_ids",
]
