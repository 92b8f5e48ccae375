"""Arrays to arrays with numpy and scipy: one definition for training and for serving."""

from rebracket.signal.histogram import HISTOGRAM_NAMES, HISTOGRAM_REVISION, midi_histogram
from rebracket.signal.level import FLOOR_DBFS, short_time_level_dbfs, sounds, sounds_between
from rebracket.signal.spectral import SPECTRAL_NAMES, SPECTRAL_REVISION, spectral_statistics

__all__ = [
    "FLOOR_DBFS",
    "HISTOGRAM_NAMES",
    "HISTOGRAM_REVISION",
    "SPECTRAL_NAMES",
    "SPECTRAL_REVISION",
    "midi_histogram",
    "short_time_level_dbfs",
    "sounds",
    "sounds_between",
    "spectral_statistics",
]
