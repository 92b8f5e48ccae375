"""The nouns: frozen values that cannot be built wrong. Standard library and numpy only."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rebracket.core.evidence import Interval, Prediction
from rebracket.core.key import Key
from rebracket.core.problem import Problem, Severity
from rebracket.core.rebracketing import Annotation, Rebracketing
from rebracket.core.segment import Groups, Segment, SegmentKind, Snap
from rebracket.core.smpte import FrameRate, Smpte
from rebracket.core.song import Artist, LyricLine, Meter, Player, Section, Song, Stem
from rebracket.core.span import Span, covered_s, gaps
from rebracket.core.timecode import Timecode, TimeUnit

if TYPE_CHECKING:
    from rebracket.core.tempo import TempoMap

__all__ = [
    "Annotation",
    "Artist",
    "FrameRate",
    "Groups",
    "Interval",
    "Key",
    "LyricLine",
    "Meter",
    "Player",
    "Prediction",
    "Problem",
    "Rebracketing",
    "Section",
    "Segment",
    "SegmentKind",
    "Severity",
    "Smpte",
    "Snap",
    "Song",
    "Span",
    "Stem",
    "TempoMap",
    "TimeUnit",
    "Timecode",
    "covered_s",
    "gaps",
]


def __getattr__(name: str) -> Any:
    """Loads the one noun that needs numpy when it is first used: `rebracket --help` is to be quick."""
    if name == "TempoMap":
        return import_module("rebracket.core.tempo").TempoMap
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
