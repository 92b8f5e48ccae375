"""Every encoder by name, one file each."""

from rebracket.features.encoders.registry import AUDIO, FITTED_TEXT, MIDI, TEXT, Weights, make_encoder

__all__ = ["AUDIO", "FITTED_TEXT", "MIDI", "TEXT", "Weights", "make_encoder"]
