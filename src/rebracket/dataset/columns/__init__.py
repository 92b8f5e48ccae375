"""What each column of a row is, by group; ``dataset/schema.py`` puts them together."""

from rebracket.dataset.columns.column import COUNT, COUNTS, FLAG, REAL, REALS, TEXT, TEXTS, Column, group
from rebracket.dataset.columns.labels import LABELS, axis_columns
from rebracket.dataset.columns.measured import ALIGNMENT, AUDIO, FULL_MEASURES, MIDI
from rebracket.dataset.columns.place import IDENTITY, SECTION, TIME, TRACK
from rebracket.dataset.columns.song import LYRICS, SONG

__all__ = [
    "ALIGNMENT",
    "AUDIO",
    "COUNT",
    "COUNTS",
    "FLAG",
    "FULL_MEASURES",
    "IDENTITY",
    "LABELS",
    "LYRICS",
    "MIDI",
    "REAL",
    "REALS",
    "SECTION",
    "SONG",
    "TEXT",
    "TEXTS",
    "TIME",
    "TRACK",
    "Column",
    "axis_columns",
    "group",
]
