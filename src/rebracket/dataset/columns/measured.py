"""Columns that were measured: of sound, of notes, and of how both fit together."""

from __future__ import annotations

from rebracket.dataset.columns.column import COUNT, FLAG, REAL, TEXT, Column, group

__all__ = ["ALIGNMENT", "AUDIO", "FULL_MEASURES", "MIDI"]

_FULL = "null without audio or `--measures full`"
_BASIC = "(null) in a dataset of basic measures"
_ONE_FORMAT = "where all files have one format"

_LEVELS = group(
    "audio",
    ("level_dbfs", REAL, "RMS level of the stem in the segment, without its offset; null without audio"),
    ("peak_dbfs", REAL, "largest sample; null without audio"),
    ("crest_db", REAL, "peak above level; null without audio"),
    ("dc_offset", REAL, "mean of the samples, of the channel farthest from 0; null without audio"),
    ("active_share", REAL, "share of its 10 ms frames that reach -60 dBFS; null without audio"),
    (
        "noise_floor_dbfs",
        REAL,
        "level that `95 %` of its 50 ms stretches exceed: what is left in pauses; null without audio",
    ),
)

_FULL_AUDIO = group(
    "audio",
    (
        "loudness_lufs",
        REAL,
        f"gated loudness (ITU-R BS.1770-4), all channels weighing 1; {_FULL}, below 0.4 s, below 4 kHz",
        _BASIC,
    ),
    ("true_peak_dbtp", REAL, f"peak between samples, by fourfold oversampling; {_FULL}", _BASIC),
    ("centroid_hz", REAL, f"mean frequency of its power; {_FULL}, or where nothing sounds", _BASIC),
    ("bandwidth_hz", REAL, f"frequency below which `99 %` of its power lies; {_FULL} likewise", _BASIC),
    (
        "cutoff_hz",
        REAL,
        "where its spectrum ends as at a wall, a hint that it once was lossy or of a lower rate; "
        f"{_FULL}, and without such a wall above 4 kHz",
        "(null) where no file ever was lossy, or all have low rates",
    ),
    ("attacks_per_s", REAL, f"rises of the level by 6 dB within 30 ms, a second; {_FULL}", _BASIC),
    (
        "stereo_correlation",
        REAL,
        f"of left and right, -1 to 1: 1 is mono in two channels; {_FULL}, or two channels that sound",
        "(null) where all files are mono",
    ),
)

_FILES = group(
    "audio",
    ("sample_rate_hz", COUNT, "sample rate of the file; null without audio", _ONE_FORMAT),
    ("channels", COUNT, "channels of the file; null without audio", _ONE_FORMAT),
    ("bit_depth", COUNT, "bits a sample of the file; null without audio, or where lossy", _ONE_FORMAT),
    (
        "audio_format",
        TEXT,
        "container and coding of the file, as libsndfile names them: `WAV PCM_16`; null without audio",
        _ONE_FORMAT,
    ),
    (
        "audio_sha256",
        TEXT,
        "SHA-256 of the segment's samples, with their type, rate and channels: the same for every tier of "
        "media; null without audio",
    ),
    ("audio_file_sha256", TEXT, "SHA-256 of the file it was cut from; null without audio"),
)

AUDIO = (*_LEVELS, *_FULL_AUDIO, *_FILES)

FULL_MEASURES = tuple(column.name for column in _FULL_AUDIO)
"""The columns that are null with ``--measures basic``."""

_NO_NOTES = "null without notes"

MIDI: tuple[Column, ...] = group(
    "midi",
    (
        "midi_shared",
        FLAG,
        "the MIDI file belongs to a group of tracks",
        "where no MIDI is shared",
    ),
    ("n_notes", COUNT, "notes that sound in the segment; null without MIDI"),
    ("n_onsets", COUNT, "moments at which notes begin, a chord is one; null without MIDI"),
    ("pitch_min", COUNT, f"lowest note, 60 is middle C; {_NO_NOTES}"),
    ("pitch_max", COUNT, f"highest note; {_NO_NOTES}"),
    ("pitch_mean", REAL, f"mean over the notes; {_NO_NOTES}"),
    ("velocity_mean", REAL, f"mean, 1 to 127; {_NO_NOTES}"),
    ("velocity_std", REAL, f"standard deviation; {_NO_NOTES}"),
    ("polyphony_max", COUNT, f"most notes held at one time; {_NO_NOTES}"),
    (
        "pitch_class_entropy_bits",
        REAL,
        f"entropy of the twelve pitch classes weighted by duration, 0 to 3.58; {_NO_NOTES}, or only drums",
    ),
    (
        "in_key_share",
        REAL,
        "share of the notes' duration on pitch classes of the song's key; null likewise, or without a key",
    ),
    (
        "program",
        COUNT,
        "MIDI program of the track with most notes, 0 to 127; null likewise, or for drums",
    ),
    ("is_drum", FLAG, f"most notes are on the drum channel; {_NO_NOTES}", "where no MIDI is of drums"),
    (
        "sustain_share",
        REAL,
        f"share of the segment in which a sustain pedal is held; {_NO_NOTES}",
        "where no pedal is used",
    ),
    ("midi_sha256", TEXT, "SHA-256 of the segment's MIDI; null without notes"),
    ("midi_file_sha256", TEXT, "SHA-256 of the file it was cut from; null without MIDI"),
)

ALIGNMENT = group(
    "alignment",
    (
        "lyrics_offset_s",
        REAL,
        "how much later the voice is heard than its lines are written, in the song; null without both",
        "(null) where no song has words and a voice",
    ),
    (
        "midi_offset_s",
        REAL,
        "how much later the stem is heard than its notes are written; null without both",
        "(null) where no stem has MIDI",
    ),
    (
        "misaligned",
        FLAG,
        "one of both offsets is beyond tolerance for sure, and was not corrected; null without both",
        "where all is aligned",
    ),
)
