"""A song's rows: one per segment and track that sounds or whose files are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rebracket.core import Segment, Song, Stem
from rebracket.dataset.placed import clock_values, lyric_values, section_values
from rebracket.dataset.stems import StemSlice
from rebracket.labels import labels_by_people, labels_by_rule
from rebracket.ontology import Ontology

__all__ = ["row_of", "song_values", "without_consent"]

_BITS = {"PCM_U8": 8, "PCM_S8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64}


def song_values(song: Song, ontology: Ontology) -> dict[str, Any]:
    """The columns that are the same on every row of a song."""
    color = ontology.colors[song.color]
    return {
        "song_id": song.song_id,
        "album_id": song.album_id,
        "title": song.title,
        "album_title": song.album_title,
        "album_sequence": song.sequence,
        "release_date": song.released,
        "running_s": song.running_s,
        "bpm": song.bpm,
        "meter": None if song.meter is None else str(song.meter),
        "key": None if song.key is None else str(song.key),
        "key_pitch_class": None if song.key is None else song.key.pitch_class,
        "key_mode": None if song.key is None else song.key.mode,
        "concept": song.concept,
        "mood": list(song.moods),
        "genres": list(song.genres),
        "sounds_like": [artist.name for artist in song.sounds_like],
        "color": song.color,
        "color_name": color.name,
        "masked_axes": [axis for axis in ontology.axes if not color.modes.get(axis)],
        **{f"{axis}_mode": ontology.mode(song.color, axis) for axis in ontology.axes},
        **{f"{axis}_soft": ontology.soft_mode(song.color, axis) for axis in ontology.axes},
        **labels_by_rule(song, ontology),
    }


def row_of(
    song: Song, segments: Sequence[Segment], index: int, stem: Stem | None, piece: StemSlice
) -> dict[str, Any]:
    """The columns of one row that are not the same on the whole song."""
    segment = segments[index]
    track = "mix" if stem is None else stem.track
    return {
        "row_id": f"{segment.segment_id}-{track}",
        "track": None if stem is None else stem.track,
        **_segment_values(song, segments, index),
        "stem_description": None if stem is None else stem.description,
        "stem_group": None if stem is None else stem.group,
        "player": None if stem is None else stem.player,
        "player_consent": None if stem is None else _consent(song, stem),
        "midi_shared": None if stem is None else stem.midi_shared,
        **_media_values(piece),
    }


def without_consent(song: Song) -> tuple[Stem, ...]:
    """The tracks of named players who have not said yes."""
    return tuple(s for s in song.stems if s.player is not None and _consent(song, s) is not True)


def _consent(song: Song, stem: Stem) -> bool | None:
    """What the player of a track said to the use of their playing."""
    name = (stem.player or "").casefold()
    return next((player.consent for player in song.players if player.name.casefold() == name), None)


def _segment_values(song: Song, segments: Sequence[Segment], index: int) -> dict[str, Any]:
    segment = segments[index]
    return {
        "segment_id": segment.segment_id,
        "previous_segment_id": segments[index - 1].segment_id if index else None,
        "next_segment_id": segments[index + 1].segment_id if index + 1 < len(segments) else None,
        "start_s": segment.span.start_s,
        "end_s": segment.span.end_s,
        "duration_s": segment.span.duration_s,
        "segment_index": segment.index,
        "position": segment.span.middle_s / song.running_s,
        "kind": segment.kind.value,
        "start_snap": segment.start_snap.value,
        "start_was_s": segment.start_was_s,
        **clock_values(song, segment.span),
        **lyric_values(song, segment),
        **section_values(song, segment),
        **labels_by_people(song, segment),
    }


def _media_values(piece: StemSlice) -> dict[str, Any]:
    audio, midi, info = piece.audio, piece.midi, piece.info
    return {
        "sounds": piece.sounds,
        "has_audio": piece.audio_stored,
        "has_midi": piece.midi_stored,
        "sample_rate_hz": None if info is None else info.sample_rate_hz,
        "channels": None if info is None else info.channels,
        "bit_depth": None if info is None else _BITS.get(info.subtype),
        "audio_format": None if info is None else f"{info.format} {info.subtype}",
        "audio_sha256": None if audio is None else audio.sha256,
        "audio_file_sha256": piece.file_sha256,
        "n_notes": None if midi is None else midi.n_notes,
        "midi_sha256": None if midi is None else midi.sha256,
        **({} if audio is None else audio.measures),
    }
