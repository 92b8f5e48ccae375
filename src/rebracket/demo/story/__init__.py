"""The generative story: what causes a song, and how much each channel shows of it. No notes, no words."""

from rebracket.demo.story.catalogue import Table, draw_catalogue, feature_names, table
from rebracket.demo.story.causes import Carriers, Concept, SegmentCauses, SongCauses, StemCauses
from rebracket.demo.story.constants import COLORS, FEELS, PLAYERS, ROLES, STATES, THEMES, WAYS
from rebracket.demo.story.draw import FORMS, draw_song, feels, shift
from rebracket.demo.story.keys import SongKey, song_keys
from rebracket.demo.story.knobs import CHANNELS, PRESETS, Knobs
from rebracket.demo.story.segments import SectionForm

__all__ = [
    "CHANNELS",
    "COLORS",
    "FEELS",
    "FORMS",
    "PLAYERS",
    "PRESETS",
    "ROLES",
    "STATES",
    "THEMES",
    "WAYS",
    "Carriers",
    "Concept",
    "Knobs",
    "SectionForm",
    "SegmentCauses",
    "SongCauses",
    "SongKey",
    "StemCauses",
    "Table",
    "draw_catalogue",
    "draw_song",
    "feature_names",
    "feels",
    "shift",
    "song_keys",
    "table",
]
