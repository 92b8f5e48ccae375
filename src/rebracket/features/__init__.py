"""Frozen use of encoders: what each row and segment is like in each modality, encoded once."""

from rebracket.features.bank import AUDIO, FITTED_TEXT, MIDI, TEXT, Bank, audio_bank, midi_bank, text_bank
from rebracket.features.encoder import Encoder
from rebracket.features.health import FACTS, Health, encoder_health, facts_of
from rebracket.features.segments import Block, segment_blocks
from rebracket.features.source import Progress, Source

__all__ = [
    "AUDIO",
    "FACTS",
    "FITTED_TEXT",
    "MIDI",
    "TEXT",
    "Bank",
    "Block",
    "Encoder",
    "Health",
    "Progress",
    "Source",
    "audio_bank",
    "encoder_health",
    "facts_of",
    "midi_bank",
    "segment_blocks",
    "text_bank",
]
