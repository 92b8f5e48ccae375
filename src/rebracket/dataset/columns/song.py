"""Columns that say what the song is, and what is sung."""

from __future__ import annotations

from rebracket.dataset.columns.column import COUNT, REAL, REALS, TEXT, TEXTS, group

__all__ = ["LYRICS", "SONG"]

SONG = group(
    "song",
    ("title", TEXT, "title of the song"),
    ("album_title", TEXT, "title of the album; null where unknown", "(null) where no album is named"),
    ("album_sequence", COUNT, "number on the album; null where unknown"),
    ("release_date", TEXT, "as written in the manifest; null where unknown"),
    ("running_s", REAL, "running time of the song"),
    ("bpm", REAL, "tempo in quarter notes a minute; null where unknown"),
    ("meter", TEXT, "time signature; null where unknown"),
    ("key", TEXT, "key in the spelling of the manifest; null where unknown"),
    ("key_pitch_class", COUNT, "semitones of its tonic above C, 0 to 11: the same for F# and Gb"),
    ("key_mode", TEXT, "`major`, `minor` or another mode of the key; null where unknown"),
    ("concept", TEXT, "the artist's text about the song: one text a song, repeated on all its rows"),
    ("mood", TEXTS, "moods as listed"),
    ("genres", TEXTS, "genres as listed"),
    ("sounds_like", TEXTS, "names of artists as listed"),
)

LYRICS = group(
    "lyrics",
    ("lyrics", TEXT, "the words sung in the segment; empty without any"),
    ("lyric_start_s", REAL, "stamp of the line, which snapping does not move; null without words"),
    (
        "lyric_end_s",
        REAL,
        "the next stamp in the song, where the line ends at the latest; null without words or a next one",
    ),
    ("n_lines", COUNT, "lines of lyrics"),
    ("n_words", COUNT, "words of lyrics"),
    ("words_per_s", REAL, "words a second from the line's stamp to the segment's end; null without words"),
    (
        "timed_words",
        TEXTS,
        "the words or syllables of the line that have stamps of their own; null without any",
        "(null) where no lyrics file has stamps of words",
    ),
    (
        "timed_words_start_s",
        REALS,
        "the stamps of `timed_words`, one each; null without any",
        "(null) where no lyrics file has stamps of words",
    ),
)
