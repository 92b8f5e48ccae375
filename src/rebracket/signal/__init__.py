"""Arrays to arrays with numpy and scipy: one definition for training and for serving."""

from rebracket.signal.bars import BAR_COLUMNS, BAR_GRID, BAR_SIZES, bars_of_notes, notes_on_bar_grid
from rebracket.signal.fingerprint import FINGERPRINT_REVISION, FRAME_S, landmarks
from rebracket.signal.fingerprint_notes import NOTE_PRINT_REVISION, note_patterns
from rebracket.signal.histogram import HISTOGRAM_NAMES, HISTOGRAM_REVISION, midi_histogram
from rebracket.signal.level import FLOOR_DBFS, short_time_level_dbfs, sounds, sounds_between
from rebracket.signal.piano_roll import PITCHES, piano_roll
from rebracket.signal.spectral import SPECTRAL_NAMES, SPECTRAL_REVISION, spectral_statistics
from rebracket.signal.tokens import TokenGrid, from_tokens, to_tokens

__all__ = [
    "BAR_COLUMNS",
    "BAR_GRID",
    "BAR_SIZES",
    "FINGERPRINT_REVISION",
    "FLOOR_DBFS",
    "FRAME_S",
    "HISTOGRAM_NAMES",
    "HISTOGRAM_REVISION",
    "NOTE_PRINT_REVISION",
    "PITCHES",
    "SPECTRAL_NAMES",
    "SPECTRAL_REVISION",
    "TokenGrid",
    "bars_of_notes",
    "from_tokens",
    "landmarks",
    "midi_histogram",
    "note_patterns",
    "notes_on_bar_grid",
    "piano_roll",
    "short_time_level_dbfs",
    "sounds",
    "sounds_between",
    "spectral_statistics",
    "to_tokens",
]
