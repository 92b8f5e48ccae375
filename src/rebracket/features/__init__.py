"""Frozen use of encoders: what each row and segment is like in each modality, encoded once."""

from rebracket.features.bank import Bags, Bank, TextSource, pooled
from rebracket.features.banks import audio_bank, midi_bank, text_bank, text_ids_bank
from rebracket.features.encoder import AnyEncoder, Encoder, SequenceEncoder
from rebracket.features.encoders import AUDIO, FITTED_TEXT, MIDI, TEXT, Weights, make_encoder
from rebracket.features.health import (
    FACTS,
    Codec,
    Examined,
    Health,
    Joint,
    encoder_health,
    facts_of,
    frozen_encoders,
    hold_gate,
)
from rebracket.features.segments import Block, segment_blocks
from rebracket.features.sequences import Sequences
from rebracket.features.source import Progress, Source

__all__ = [
    "AUDIO",
    "FACTS",
    "FITTED_TEXT",
    "MIDI",
    "TEXT",
    "AnyEncoder",
    "Bags",
    "Bank",
    "Block",
    "Codec",
    "Encoder",
    "Examined",
    "Health",
    "Joint",
    "Progress",
    "SequenceEncoder",
    "Sequences",
    "Source",
    "TextSource",
    "Weights",
    "audio_bank",
    "encoder_health",
    "facts_of",
    "frozen_encoders",
    "hold_gate",
    "make_encoder",
    "midi_bank",
    "pooled",
    "segment_blocks",
    "text_bank",
    "text_ids_bank",
]
