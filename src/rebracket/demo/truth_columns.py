"""The columns of ``truth.parquet``: names, types, meanings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from rebracket.core.rebracketing import SCALARS
from rebracket.demo.story import FEELS

__all__ = ["COLUMNS", "SCALARS", "TruthColumn"]


@dataclass(frozen=True, slots=True)
class TruthColumn:
    """A column of the truth: its name, what it holds, what it means."""

    name: str
    type: Callable[[], Any]
    meaning: str


def _list(type_: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: pa.list_(type_())


def _structs(**held: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: pa.list_(pa.struct([(name, type_()) for name, type_ in held.items()]))


_TEXT, _WHOLE, _REAL, _FLAG = pa.string, pa.int32, pa.float64, pa.bool_
_MIDI, _AUDIO = (", ".join(FEELS[channel]) for channel in ("midi", "audio"))
_NOTES = _structs(
    track=_WHOLE, part=_TEXT, onset_ticks=_WHOLE, pitch=_WHOLE, part_before=_TEXT, onset_before=_WHOLE
)
_WORDS = _structs(text=_TEXT, line=_WHOLE, line_before=_WHOLE)
_STEMS = _structs(
    track=_WHOLE,
    part=_TEXT,
    instrument=_TEXT,
    player=_TEXT,
    habit=_list(_REAL),
    has_midi=_FLAG,
    doubles=_FLAG,
    sections=_list(_WHOLE),
)

COLUMNS: tuple[TruthColumn, ...] = tuple(
    TruthColumn(*column)
    for column in (
        ("song_id", _TEXT, "the song"),
        ("album_id", _TEXT, "its album"),
        ("twin_of", _TEXT, "of a twin, the song whose chances it has: all with the same one are siblings"),
        ("still", _FLAG, "whether this is the song before its boundaries moved"),
        ("segment", _WHOLE, "number of the section, from 0"),
        ("section", _TEXT, "its name in the manifest"),
        ("start_s", _REAL, "where it starts, in seconds"),
        ("end_s", _REAL, "where it ends, in seconds"),
        ("role", _TEXT, "what it is in the form"),
        ("color", _TEXT, "cause: the color"),
        (
            "color_weights",
            _structs(color=_TEXT, weight=_REAL),
            "cause: the shares of colors in its style",
        ),
        ("modes", _structs(axis=_TEXT, modes=_list(_TEXT)), "cause: the modes of its color on each axis"),
        ("style", _list(_REAL), "cause: the point in style space, six numbers"),
        ("song_motif", _WHOLE, "cause: the motif that the song owns"),
        ("motif", _WHOLE, "cause: the motif of this section; another song's where it quotes"),
        ("chords", _list(_WHOLE), "cause: the degree under each bar"),
        ("type", _TEXT, "cause: the type of rebracketing, null where no boundary moves"),
        ("intensity", _REAL, "cause: how far, in [0, 1]"),
        ("softness", _REAL, "cause: how soft the boundary is, in [0, 1]"),
        ("announces", _TEXT, "the type that the pickup at its end speaks of, rightly or wrongly"),
        ("channels", _list(_TEXT), "the channels that say anything here"),
        ("look_midi", _TEXT, "the color whose loops and scales the song has"),
        ("look_audio", _TEXT, "the color whose instruments the song has"),
        ("words_themes", _list(_TEXT), "carrier: the theme of each line"),
        ("words_way", _TEXT, "carrier: the way in which the words show the type"),
        ("words_shift", _REAL, "carrier: how far the line breaks move, before it is a share of a line"),
        ("words_content", _WHOLE, "carrier: the proposition that the words say"),
        ("concept_themes", _list(_TEXT), "carrier: the theme of each sentence of the concept"),
        ("concept_way", _TEXT, "carrier: the way in which the concept speaks"),
        ("concept_about", _WHOLE, "the segment of whose type the concept speaks"),
        ("midi_values", _list(_REAL), f"carrier: {_MIDI}, in deviations of a song"),
        ("midi_way", _TEXT, "carrier: the way in which the notes show the type"),
        ("midi_type", _TEXT, "carrier: the operation that the notes went through; it need not be the type"),
        ("midi_shift", _REAL, "carrier: the share of the phrase by which it moved their boundary"),
        ("midi_content", _WHOLE, "carrier: the motif that is played"),
        ("audio_values", _list(_REAL), f"carrier: {_AUDIO}, in deviations of a song"),
        ("audio_way", _TEXT, "carrier: what the desk does in the second half of the section"),
        ("audio_shift", _REAL, "carrier: how much it does it"),
        ("audio_content", _WHOLE, "the motif that audio alone would show; the desk makes nothing of it"),
        (
            "moved_notes",
            _NOTES,
            "notes that moved, stem by stem: where they are, as played, and were; those of doublings too",
        ),
        ("moved_words", _WORDS, "words that another line has now, lines counted from 0 in the section"),
        ("moved_tracks", _list(_WHOLE), "the stems that gave or took a note"),
        ("gesture_tracks", _list(_WHOLE), "the stems on which the desk does something"),
        ("pickup_track", _WHOLE, "the stem that plays the pickup, null where there is none"),
        ("boundaries", _list(_TEXT), "the boundaries that moved: what, from where, to where, in which unit"),
        *((f"music_{name}", _REAL, f"measured of the notes before and after: {name}") for name in SCALARS),
        ("label_color", _TEXT, "the color in the manifest"),
        (
            "label_type",
            _TEXT,
            "the type that an annotator saw, null for none",
        ),
        ("label_intensity", _REAL, "the intensity that an annotator saw"),
        ("label_written", _FLAG, "whether the manifest has the annotation"),
        ("label_noisy", _FLAG, "whether the annotator saw another type than the cause"),
        ("annotator", _TEXT, "who wrote it"),
        ("stems", _STEMS, "who plays what: timing, dynamics, articulation as habit, and in which sections"),
        ("notation", _list(_TEXT), "what stamps count in the manifest and in the lyrics"),
        ("cheats", _structs(name=_TEXT, dose=_REAL, what=_TEXT), "what was planted in the song"),
        ("renderer", _TEXT, "what made the sound of single notes"),
        ("renderer_hash", _TEXT, "changes with whatever changes their sound"),
    )
)
