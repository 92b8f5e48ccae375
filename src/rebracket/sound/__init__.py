"""Score to audio and stems to mix, with numpy and scipy only."""

from rebracket.sound.drums import KITS, DrumKit, play_drums
from rebracket.sound.mix import Channel, equalize, fade_edges, low_pass, mixdown, reverb_tail
from rebracket.sound.score import DRUM_PITCHES, TICKS_PER_QUARTER, Part, TimedNote, score_of
from rebracket.sound.synth import INSTRUMENTS, Instrument, play, tone

__all__ = [
    "DRUM_PITCHES",
    "INSTRUMENTS",
    "KITS",
    "TICKS_PER_QUARTER",
    "Channel",
    "DrumKit",
    "Instrument",
    "Part",
    "TimedNote",
    "equalize",
    "fade_edges",
    "low_pass",
    "mixdown",
    "play",
    "play_drums",
    "reverb_tail",
    "score_of",
    "tone",
]
