"""Score to audio and stems to mix, with numpy and scipy only."""

from rebracket.sound.desk import Strip, Take, high_pass, level, print_reverb, take
from rebracket.sound.drums import KITS, DrumKit, play_drums
from rebracket.sound.gestures import GESTURES, gesture
from rebracket.sound.mix import Channel, equalize, fade_edges, low_pass, mixdown, reverb_tail
from rebracket.sound.own_synth import RENDERERS, OwnSynth, renderer_of
from rebracket.sound.renderer import Renderer, perform
from rebracket.sound.score import DRUM_PITCHES, TICKS_PER_QUARTER, Part, TimedNote, score_of
from rebracket.sound.synth import INSTRUMENTS, Instrument, play, tone

__all__ = [
    "DRUM_PITCHES",
    "GESTURES",
    "INSTRUMENTS",
    "KITS",
    "RENDERERS",
    "TICKS_PER_QUARTER",
    "Channel",
    "DrumKit",
    "Instrument",
    "OwnSynth",
    "Part",
    "Renderer",
    "Strip",
    "Take",
    "TimedNote",
    "equalize",
    "fade_edges",
    "gesture",
    "high_pass",
    "level",
    "low_pass",
    "mixdown",
    "perform",
    "play",
    "play_drums",
    "print_reverb",
    "renderer_of",
    "reverb_tail",
    "score_of",
    "take",
    "tone",
]
