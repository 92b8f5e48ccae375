"""Columns that say where a row stands: ids, time, section and track."""

from __future__ import annotations

from rebracket.dataset.columns.column import COUNT, FLAG, REAL, TEXT, group

__all__ = ["IDENTITY", "SECTION", "TIME", "TRACK"]

IDENTITY = group(
    "identity",
    ("row_id", TEXT, "`<segment_id>-<track>`; `-mix` for a song without tracks"),
    ("segment_id", TEXT, "`<song>-<start_ms>-<end_ms>`"),
    ("section_id", TEXT, "the section that holds most of the segment; null outside every section"),
    ("song_id", TEXT, "the unit that is held out"),
    ("album_id", TEXT, "the widest group"),
    ("track", COUNT, "track id in the manifest; null for a song without tracks"),
    ("previous_segment_id", TEXT, "the segment before it in the song; null at the start"),
    ("next_segment_id", TEXT, "the segment after it in the song; null at the end"),
)

TIME = group(
    "time",
    ("start_s", REAL, "seconds from the start of the mix"),
    ("end_s", REAL, "end, exclusive"),
    ("duration_s", REAL, "end - start"),
    (
        "start_smpte",
        TEXT,
        "the start as `hh:mm:ss:ff.sub` at 25 frames a second of 80 subframes, which are left out where 0",
    ),
    ("end_smpte", TEXT, "the end likewise"),
    ("start_bar", COUNT, "bar it begins in, the first of the song is 1; null without tempo or meter"),
    ("start_beat", REAL, "beat of that bar, in notes of the meter's unit, from 1; null likewise"),
    ("bars", REAL, "duration in bars; null likewise"),
    ("segment_index", COUNT, "position among the segments of the song, from 0"),
    ("position", REAL, "middle of the segment as a share of the running time"),
    ("kind", TEXT, "`line`, `section` or `gap`: why the segment begins where it does"),
    (
        "start_snap",
        TEXT,
        "what the start was moved onto: `section`, `bar`, `none`; the end is the next one's start",
        "where no edge was moved",
    ),
    (
        "start_was_s",
        REAL,
        "where the start stood before it was moved; null where it was not",
        "(null) where no edge was moved",
    ),
)

SECTION = group(
    "section",
    ("section", TEXT, "role read from the name (verse, chorus …); null where the name tells none"),
    ("section_name", TEXT, "name as written; null outside every section"),
    ("section_description", TEXT, "the artist's text about the section; null outside every section"),
    ("section_index", COUNT, "position among the sections of the song, from 0; null outside every section"),
    (
        "section_occurrence",
        COUNT,
        "the how manieth of its role in the song, from 1; null without a role",
        "where no role comes twice",
    ),
    (
        "section_share",
        REAL,
        "share of the segment that the section holds; null outside every section",
        "where no segment reaches out of its section",
    ),
)

TRACK = group(
    "track",
    ("stem_description", TEXT, "description of the track; null for a song without tracks"),
    (
        "stem_group",
        TEXT,
        "group of tracks as written; null without",
        "(null) where none are grouped",
    ),
    ("player", TEXT, "who plays; null means the artist", "(null) where the artist plays everything"),
    (
        "player_consent",
        FLAG,
        "the player agreed to the use of their playing; null where unsaid",
        "where nobody else plays, or all players said the same",
    ),
    (
        "sounds",
        FLAG,
        "true where sound was found; null where the files are missing (unknown)",
        "where no file is missing, for what is silent has no row",
    ),
    ("has_audio", FLAG, "audio of this row is stored", "where all rows have audio, or none is stored"),
    ("has_midi", FLAG, "MIDI of this row is stored", "where all rows have MIDI, or none is stored"),
)
