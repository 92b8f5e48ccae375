"""From a song to segments, and from labels and groups to splits."""

from rebracket.segments.align import (
    LYRICS_TOLERANCE_S,
    MIDI_TOLERANCE_S,
    Offset,
    align_lyrics,
    align_midi,
)
from rebracket.segments.cut import cut, section_of
from rebracket.segments.options import CutOptions
from rebracket.segments.residual import MixResidual
from rebracket.segments.roles import ROLES, section_role
from rebracket.segments.shift import shifted
from rebracket.segments.split import Split
from rebracket.segments.splits import LEAKY, NO_MODES, Label, make_splits

__all__ = [
    "LEAKY",
    "LYRICS_TOLERANCE_S",
    "MIDI_TOLERANCE_S",
    "NO_MODES",
    "ROLES",
    "CutOptions",
    "Label",
    "MixResidual",
    "Offset",
    "Split",
    "align_lyrics",
    "align_midi",
    "cut",
    "make_splits",
    "section_of",
    "section_role",
    "shifted",
]
