"""Every code of a problem that reading a catalogue can find: how severe it is, its meaning, what to do."""

from __future__ import annotations

from typing import NamedTuple

from rebracket.core.problem import Severity

__all__ = ["CODES", "Code"]

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


class Code(NamedTuple):
    """What a code means and, in general, how to mend it."""

    severity: Severity
    meaning: str
    fix: str


CODES: dict[str, Code] = {
    # the song cannot be used
    "manifest-ambiguous": Code(
        _ERROR,
        "A folder holds several YAML files and none is named after the folder, so no song was read.",
        "name the manifest after its folder",
    ),
    "manifest-unreadable": Code(
        _ERROR,
        "The manifest cannot be opened, is larger than 1 MB, or is not text; the song was skipped.",
        "replace it with a YAML file in UTF-8",
    ),
    "yaml-invalid": Code(
        _ERROR,
        "The manifest is not valid YAML, or not a mapping of keys to values; the song was skipped.",
        "mend the line, for instance by quoting a text that contains a colon",
    ),
    "yaml-refused": Code(
        _ERROR,
        "The manifest uses a part of YAML that a manifest has no need of: a tag, an alias of more than one "
        "value or over 100 of them, several documents, nesting deeper than 20, or over 50,000 values; the "
        "song was skipped.",
        "write the value out plainly",
    ),
    "id-invalid": Code(
        _ERROR,
        "An id cannot be part of a file's name; the folder's name was used instead, or the song skipped.",
        "use letters, digits, spaces, - and _, at most 100 of them",
    ),
    "id-twice": Code(
        _ERROR,
        "Two songs have the same id; only the first in order of path was read.",
        "give each song an id of its own",
    ),
    "color-missing": Code(
        _ERROR,
        "The manifest names no color of the ontology; the song was skipped.",
        "add the key rainbow_color",
    ),
    "color-unknown": Code(
        _ERROR,
        "The color is not in the catalogue's ontology; the song was skipped.",
        "use a color of the ontology, or add it to ontology.yaml",
    ),
    "time-missing": Code(
        _ERROR,
        "Neither audio, TRT, sections nor lyrics tell how long the song runs; the song was skipped.",
        "add the mix, or a TRT",
    ),
    "song-unfinished": Code(
        _NOTE,
        "A song of an album that is still being made lacks its running time, mix, lyrics or structure; "
        "without a running time it was left out for now.",
        "nothing; add them when they are there",
    ),
    "link-not-followed": Code(
        _WARNING,
        "A folder of the catalogue is a symbolic link; it was not followed.",
        "move the folder into the catalogue",
    ),
    "manifest-missing": Code(
        _WARNING,
        "A folder holds audio, MIDI or lyrics and no manifest, so no song was read from it.",
        "add a manifest named after the folder",
    ),
    # the manifest
    "key-twice": Code(
        _ERROR,
        "A key stands twice in one mapping; the last value was used.",
        "remove one of them",
    ),
    "key-unknown": Code(
        _WARNING,
        "A key is not one that its file has; its value was not read.",
        "correct the key's name, or remove it",
    ),
    "value-invalid": Code(
        _ERROR,
        "A value is not of the form its key needs; it was thrown away.",
        "write it in the expected form",
    ),
    "bpm-invalid": Code(
        _ERROR,
        "The tempo is not a number of beats a minute above 0 and at most 1000; it was thrown away.",
        "write it as a number, such as 112",
    ),
    "meter-invalid": Code(
        _ERROR,
        "The time signature, which stands under the key tempo, cannot be read; it was thrown away.",
        "write it as beats and unit, such as 4/4",
    ),
    "key-signature-invalid": Code(
        _ERROR,
        "The musical key cannot be read; it was thrown away.",
        "write it as a note and a mode, such as F# minor",
    ),
    "id-missing": Code(
        _WARNING,
        "The manifest has no id; the folder's name was used.",
        "add the key manifest_id",
    ),
    "id-differs": Code(
        _WARNING,
        "The manifest's id is not the folder's name; the manifest's was used.",
        "rename one of them",
    ),
    "title-missing": Code(
        _WARNING,
        "The manifest has no title; the song's id was used.",
        "add the key title",
    ),
    "title-differs": Code(
        _WARNING,
        "The title in the lyrics file is not the manifest's, so the lyrics may be another song's; the "
        "manifest's title and these lyrics were used.",
        "correct one of the titles, or the name of the lyrics file",
    ),
    "lyrics-without-vocals": Code(
        _NOTE,
        "The manifest says that the song has lyrics and no vocals.",
        "nothing, if the words are spoken or sampled",
    ),
    "text-encoding": Code(
        _WARNING,
        "A text file is not in Unicode; it was read as Windows-1252.",
        "save the file as UTF-8",
    ),
    "text-damaged": Code(
        _WARNING,
        "A text file is in UTF-8 but for a few damaged bytes; they were read as U+FFFD.",
        "correct the signs that are wrong, and save the file as UTF-8",
    ),
    "text-utf-16": Code(
        _NOTE,
        "A text file is in UTF-16 or UTF-32; it was read as such.",
        "nothing, or save the file as UTF-8",
    ),
    "values-estimated": Code(
        _NOTE,
        "The manifest marks values as estimated, each with its confidence; they were used.",
        "correct them by ear, and remove those you have checked from the key estimated",
    ),
    "type-unknown": Code(
        _WARNING,
        "An annotation names a type of rebracketing that the ontology does not have; it counts as the "
        "ontology's other type.",
        "use a type of the ontology, or add it to ontology.yaml",
    ),
    "consent-differs": Code(
        _WARNING,
        "A player's consent is given in one place and refused in another; it counts as refused.",
        "give one answer, in the list of players",
    ),
    # files of annotations
    "annotations-unreadable": Code(
        _ERROR,
        "A file of annotations cannot be opened, is larger than 1 MB, is not text, is no plain YAML or no "
        "mapping, holds over 1,000 annotations, or is beyond the twentieth of its song; it was not used.",
        "write it in UTF-8 as a mapping with annotator and annotations",
    ),
    "annotator-missing": Code(
        _WARNING,
        "A file of annotations does not say whose they are; its own name was used.",
        "add the key annotator",
    ),
    "annotation-place": Code(
        _ERROR,
        "An annotation names neither one section of the song nor a start and an end after it, or names both; "
        "it was thrown away.",
        "name a section or its number, counted from 1, or give start_time and end_time",
    ),
    "annotation-outside": Code(
        _ERROR,
        "An annotation reaches beyond the start or the end of the song; what lies outside was cut off, or "
        "all of it thrown away.",
        "correct its times",
    ),
    "annotation-overlap": Code(
        _NOTE,
        "Two annotations of one person overlap; for each segment the one that holds most of it counts, and "
        "on a tie the shorter.",
        "nothing, if the shorter one is meant as an exception",
    ),
    "annotation-empty": Code(
        _WARNING,
        "An annotation, or a whole file of them, says nothing; it was not used.",
        "give a type, types or a scalar, or type: none where there is no rebracketing",
    ),
    # times
    "time-unit-decided": Code(
        _NOTE,
        "The fractions of a file's stamps count SMPTE frames, by the evidence of the stamps; they were read "
        "so.",
        "nothing; set time_unit (manifest) or lrc_time_unit (lyrics) to settle it",
    ),
    "time-unit-undecided": Code(
        _WARNING,
        "A file's stamps do not tell whether their fractions count milliseconds or SMPTE frames; they were "
        "read as milliseconds.",
        "set time_unit (manifest) or lrc_time_unit (lyrics) to ms, frames or frames_subframes",
    ),
    "section-hour": Code(
        _WARNING,
        "Every section starts past one hour and the song does not run so long; an SMPTE start of one hour "
        "was taken off.",
        "write the times from the start of the mix, or set start_offset_s",
    ),
    "section-before-start": Code(
        _ERROR,
        "A section starts before start_offset_s, the start of the mix; it was thrown away.",
        "correct start_offset_s, or the section's times",
    ),
    "stamp-space": Code(
        _WARNING,
        "A stamp has a space inside; it was read without.",
        "remove the space",
    ),
    "trt-contradicts": Code(
        _ERROR,
        "TRT, the total running time, is more than 5 s off the audio, or, without audio, too short for most "
        "sections or lyrics or over three times as long as they need; it was thrown away.",
        "correct TRT",
    ),
    "section-reversed": Code(
        _ERROR,
        "A section ends before or when it starts; it was thrown away.",
        "correct start_time or end_time",
    ),
    "section-beyond-end": Code(
        _ERROR,
        "A section ends more than 2 s after the song. By the audio, or at over twice TRT, it was cut or "
        "thrown away; else it was kept and the song taken to run that long.",
        "correct the section's times, or TRT",
    ),
    "section-trimmed": Code(
        _WARNING,
        "A section ends up to 2 s after the audio; it was cut there.",
        "correct the section's end_time",
    ),
    "section-order": Code(
        _WARNING,
        "Sections are not in order of time; they were sorted.",
        "correct the times, or the order",
    ),
    "section-overlap": Code(
        _WARNING,
        "Two sections overlap by more than one unit of time; both were kept as written.",
        "correct the times",
    ),
    # tracks and their files
    "track-id-invalid": Code(
        _WARNING,
        "A track has no usable id; it was given the next free number.",
        "write a whole number",
    ),
    "track-id-twice": Code(
        _WARNING,
        "Two tracks have the same id; the later one was given the next free number.",
        "number the tracks differently",
    ),
    "file-named-twice": Code(
        _WARNING,
        "Two tracks name the same file; both were kept.",
        "name each track's own file, or use midi_group_file for shared MIDI",
    ),
    "path-outside": Code(
        _ERROR,
        "A file's name leads out of the song's folder, or is no file name; it was not opened.",
        "put the file into the song's folder and write its name alone",
    ),
    "media-missing": Code(
        _NOTE,
        "Audio or MIDI files that the manifest names are not in the folder; their tracks count as unknown.",
        "nothing, or add the files",
    ),
    "audio-unreadable": Code(
        _ERROR,
        "A file named as audio is not audio, or cannot be read; the track counts as without audio.",
        "export the file again",
    ),
    "midi-unreadable": Code(
        _ERROR,
        "A file named as MIDI is not MIDI, or is cut short; the track counts as without MIDI.",
        "export the file again, as a Standard MIDI File of type 0 or 1",
    ),
    "audio-name": Code(
        _NOTE,
        "A file's name says another format than its content; the content was read.",
        "nothing, or rename the file",
    ),
    "audio-unfinished": Code(
        _WARNING,
        "The header of an audio file counts no samples, or more than there are, as when a recorder crashed; "
        "the samples that are there were read.",
        "listen to its end, and export the file again",
    ),
    "stem-lengths-differ": Code(
        _WARNING,
        "Stems are more than 2 s shorter or longer than the mix; all were taken to start with it.",
        "export all stems from the start of the song to its end",
    ),
    "sample-rates-differ": Code(
        _NOTE,
        "The audio files of a song have several sample rates; each was read at its own.",
        "nothing, unless a file plays at the wrong pitch",
    ),
    "channels-differ": Code(
        _NOTE,
        "The stems of a song differ in their number of channels; each was read as it is.",
        "nothing",
    ),
    "midi-notes-open": Code(
        _WARNING,
        "Notes of a MIDI file have no end; each was taken to last until its track ends.",
        "export the file again, or end the notes",
    ),
    "midi-smpte": Code(
        _NOTE,
        "A MIDI file counts SMPTE frames, not beats; its seconds are exact, and its tempo and time "
        "signatures mean nothing.",
        "nothing, or export it with ticks a quarter note",
    ),
    # the samples themselves, with check --deep
    "audio-truncated": Code(
        _ERROR,
        "An audio file ends, or cannot be decoded further, before the end that its header announces.",
        "export the file again",
    ),
    "audio-not-finite": Code(
        _ERROR,
        "An audio file holds samples that are no numbers or infinite; its track is unknown in a dataset.",
        "export the file again",
    ),
    "audio-clipped": Code(
        _WARNING,
        "Three or more samples in a row stand at full scale; they were used as they are.",
        "export the file again at a lower level, if the clipping was not meant",
    ),
    "audio-offset": Code(
        _WARNING,
        "The samples of a channel have a mean above -50 dBFS, a constant offset; they were used as they are, "
        "and the offset is not taken for sound.",
        "remove the offset",
    ),
    "audio-silent": Code(
        _NOTE,
        "Nothing in an audio file reaches -60 dBFS; the stem has no rows in a dataset.",
        "nothing, or export the file again",
    ),
    # lyrics
    "lrc-missing": Code(
        _WARNING,
        "The lyrics file that the manifest names is not in the folder; the song counts as without lyrics.",
        "add the file, or remove the key lrc_file",
    ),
    "lrc-unreadable": Code(
        _ERROR,
        "The lyrics file cannot be opened, is larger than 1 MB, or is not text; it was not used.",
        "replace it with an LRC file in UTF-8",
    ),
    "lrc-not-named": Code(
        _NOTE,
        "The folder holds lyrics named after the song that the manifest does not name; they were used.",
        "add the key lrc_file",
    ),
    "lrc-empty": Code(
        _WARNING,
        "The lyrics file has no stamp; the song counts as without lyrics.",
        "write a stamp such as [00:12.500] before each line",
    ),
    "lrc-stamp": Code(
        _ERROR,
        "A stamp in the lyrics cannot be read; its line was thrown away.",
        "write it as [mm:ss.fff], seconds below 60",
    ),
    "lrc-word-stamp": Code(
        _WARNING,
        "A stamp inside a line of lyrics cannot be read or lies before another; the line was kept without "
        "that time, or without those of all its words.",
        "write it as <mm:ss.xx>, each later than the one before it",
    ),
    "lrc-text-before-stamp": Code(
        _WARNING,
        "Text stands before the first stamp of the lyrics; it was left out.",
        "give it a stamp, or remove it",
    ),
    "lrc-text-wrapped": Code(
        _WARNING,
        "Several lines of text follow one stamp; they were joined.",
        "write each line after a stamp of its own",
    ),
    "lrc-order": Code(
        _WARNING,
        "Stamps in the lyrics are not in order of time; the lines were sorted.",
        "correct the stamps",
    ),
    "lrc-offset": Code(
        _NOTE,
        "The lyrics have an offset tag; every line was moved by it, earlier where it is positive.",
        "nothing",
    ),
    "lrc-before-start": Code(
        _ERROR,
        "The offset moves a line of the lyrics before the start of the song; the line was thrown away.",
        "correct the offset",
    ),
    "lrc-hour": Code(
        _WARNING,
        "Every stamp of the lyrics lies past one hour and the song does not; an SMPTE start of one hour was "
        "taken off.",
        "write the stamps from the start of the mix",
    ),
    "lrc-beyond-end": Code(
        _ERROR,
        "A line of the lyrics starts after the song has ended; it was thrown away.",
        "correct its stamp, or TRT",
    ),
}
