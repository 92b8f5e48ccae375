"""More about each code of a problem than its one sentence: how it comes about, and an example."""

from __future__ import annotations

__all__ = ["EXPLAINED"]

# What is not obvious from meaning and fix; an example of what is found, and of what reads well.
EXPLAINED: dict[str, str] = {
    # the song cannot be used
    "manifest-ambiguous": "The folder 01_02 with old.yml and new.yml tells nobody which counts; with "
    "01_02.yml among them that one is read and the others are left alone.",
    "manifest-unreadable": "A manifest of a song has a few kilobytes. One of megabytes is another kind of "
    "file with the wrong name, such as an export of a session.",
    "yaml-invalid": "Most often a text with a colon: 'title: Rain: a study' has to be written "
    "'title: \"Rain: a study\"'. A tab at the start of a line is another cause.",
    "yaml-refused": "Tags such as !!python/object can run programs, and aliases can make a small file huge, "
    "so neither is read. At most 100 aliases of single values and 50,000 values are accepted.",
    "id-invalid": "Ids become names of files in the dataset. '../01_02', 'a/b' and '.hidden' cannot be one; "
    "'01_02', 'Lantern 3' and '東京_03' can.",
    "id-twice": "Usually a folder that was copied to make the next song, with its manifest_id unchanged.",
    "color-missing": "The color is what the first target predicts. A song without one cannot be labelled.",
    "color-unknown": "The color is compared with ids and names of the ontology, in any "
    "case. 'rebracket init' writes an ontology.yaml from the folders of albums.",
    "time-missing": "The running time is that of the mix, else of the longest stem, else the latest of TRT, "
    "last section and last line. One of them is enough.",
    "song-unfinished": "An album marked 'open: true' in the ontology is still being made. Its songs may lack "
    "mix, lyrics and structure; as soon as one thing tells how long a song runs, it is used.",
    "link-not-followed": "A link could lead out of the catalogue, or back into it for ever.",
    "manifest-missing": "'rebracket init' writes a manifest for each folder with audio, its values estimated "
    "and marked as such; it never overwrites one.",
    # the manifest
    "key-twice": "YAML lets the last one win without a word, which hides a value that somebody wrote.",
    "key-unknown": "'moods:' is told that 'mood' is the nearest key. Keys are compared without case, but "
    "read only as they are listed: 'Title' is not read as 'title'.",
    "value-invalid": "The problem says what was expected in the place: 'vocals: maybe' needs true or false, "
    "'release_date: 2019-02-30' a day that exists, 'intensity: 40' a number from 0 to 1.",
    "bpm-invalid": "'bpm: 94.22' and \"bpm: '94'\" are read; 'bpm: 90-94' and 'bpm: fast' are not.",
    "meter-invalid": "'4/4', '6/8' and '18/32' are read. The lower number is a power of two up to 64.",
    "key-signature-invalid": "'F# minor', 'Gb Major', 'Am', 'E-flat dorian' and 'D harmonic minor' are read, "
    "and 'none' or 'atonal' where there is no key. The spelling is kept: Gb stays Gb.",
    "id-missing": "The folder's name is as good an id, unless the folder is renamed.",
    "id-differs": "Whatever refers to the song, such as a split or a dataset, uses the id of the manifest.",
    "title-missing": "A title is shown to people and never learned from.",
    "title-differs": "Titles are compared by letters and digits alone. One that still differs may mean that "
    "the lyrics of another song were copied here, which would put its words on this music.",
    "lyrics-without-vocals": "Spoken words, samples and vocoders are real cases, so both values stand.",
    "text-encoding": "Old programs write Windows-1252, in which é is one byte. Other encodings of one byte, "
    "such as those of Cyrillic, look the same to a program: read the accents and judge.",
    "text-damaged": "Most signs beyond ASCII are whole, so the file was UTF-8 once. A bad copy took a "
    "byte of some of them.",
    "text-utf-16": "Found by the mark at the start, or, without one, by a zero in every other byte.",
    "values-estimated": "'estimated: {bpm: 0.8, key: 0.6}' says that a program wrote these two, and how sure "
    "it was. They count like any other value until you correct them.",
    "type-unknown": "A section may have 'rebracketing: temporal', a list of types, 'none', or a mapping of "
    "type or types, intensity, coverage, uncertainty, fluidity, complexity, memory_discrepancy, annotator.",
    "consent-differs": "'consent: true' or 'false' stands in a track beside the player, or in the list "
    "'players:' with name and consent. Refused anywhere is refused.",
    # files of annotations
    "annotations-unreadable": "Every file in a song's folder whose name ends in '.annotations.yml' holds "
    "what one person said of the song. A text with a colon needs quotes, as in a manifest.",
    "annotator-missing": "'ada.annotations.yml' without a key annotator counts as written by 'ada'. Two "
    "files with one annotator are one person, whose word counts once.",
    "annotation-place": "'section: Verse 1', 'section: 3' or both start_time and end_time, in the unit of "
    "the manifest. Where two sections are called Chorus, only their numbers tell them apart; where a "
    "section of the manifest was thrown away, numbers would be off by one, so that names are needed.",
    "annotation-outside": "The song ends with its mix. Times written in frames are read in the unit that was "
    "found for the manifest, so that one unit beyond the end is no problem.",
    "annotation-overlap": "'Chorus: temporal' with four seconds of it 'spatial' is a whole and its "
    "exception, and read so. Annotations of different people may overlap as they like.",
    "annotation-empty": "A note alone is no label. Somebody who listened and found none says 'type: none', "
    "which is a label as well.",
    # times
    "time-unit-decided": "The largest fraction, the last digits, the beat and the end of the audio speak for "
    "SMPTE frames. 'rebracket check --times' prints the evidence of every song.",
    "time-unit-undecided": "A few stamps, or stamps that fit several units about as well, prove nothing. Set "
    "time_unit, lrc_time_unit and, for frames, fps in the manifest.",
    "section-hour": "Workstations often start a session at 01:00:00:00, so that music may begin before it.",
    "section-before-start": "start_offset_s is taken off every stamp of the manifest. A section before it "
    "would begin before the mix.",
    "stamp-space": "'[00:18.086 ]' is read as '[00:18.086]'. Other programs may leave the line out.",
    "trt-contradicts": "'TRT: [00:03.000]' on a song of minutes is a slip of the pen. The length of the "
    "audio decides where there is audio, else what the sections and lyrics need.",
    "section-reversed": "Often an end of one unit before the start, where a section was removed and its line "
    "stayed.",
    "section-beyond-end": "Two seconds are left for the tail of the last sound. More is a mistyped minute, "
    "or a TRT of another version of the song.",
    "section-trimmed": "The end of the last section is often rounded up; it is cut where the audio ends.",
    "section-order": "Nothing is lost by sorting; but a section in the wrong place may have a wrong time.",
    "section-overlap": "A segment in the overlap counts to the section that holds most of it, the earlier "
    "one on a tie. Sections that join with a gap or an overlap of one unit are normal.",
    # tracks and their files
    "track-id-invalid": "Ids of tracks are whole numbers up to six digits; they often begin at 2.",
    "track-id-twice": "Rows of the dataset are named by segment and track, so each track has its own number.",
    "file-named-twice": "Two rows with the same sound would look like two instruments that agree. MIDI that "
    "belongs to several tracks is written as midi_group_file, which is no problem.",
    "path-outside": "A manifest names files of its own folder: 'bass.wav' or 'stems/bass.wav'. What leads "
    "elsewhere, as '../bass.wav', '/bass.wav' and some links do, is not opened.",
    "media-missing": "A catalogue without its media is complete in all else. Its tracks count as unknown, "
    "which is not silent.",
    "audio-unreadable": "What a file holds decides, not its name. A file of zero bytes, a text renamed to "
    ".wav, and a download that broke off are typical.",
    "midi-unreadable": "Type 2 holds patterns without a common time and cannot be placed on the mix; export "
    "it as type 0 or 1.",
    "audio-name": "'a.wav' that holds FLAC is read as FLAC. Unknown endings say nothing.",
    "audio-unfinished": "A WAV header says how many bytes of samples follow. A recorder writes 0 or "
    "4294967295 there until it is stopped; a copy that broke off has fewer than it says.",
    "stem-lengths-differ": "A stem that was exported from its first note on, and not from the start of the "
    "song, is shorter by as much, and everything in it is heard too early. Told once a song.",
    "sample-rates-differ": "44100 and 48000 Hz in one song are each read at their own; a file whose header "
    "has the wrong rate runs 9 % fast or slow. Told once a song.",
    "channels-differ": "Mono stems beside stereo ones are common, and a stereo mix of mono stems "
    "is not told at all. Told once a song.",
    "midi-notes-open": "A note-on without its note-off, as where a recording was stopped with keys held. "
    "A pitch struck twice and ended once counts as one such note.",
    "midi-smpte": "A header may count ticks in frames, 24, 25, 29.97 or 30 a second, not beats. One "
    "quarter then stands for one SMPTE second, so that the manifest's bpm has to say where the beats are.",
    # the samples themselves, with check --deep
    "audio-truncated": "A FLAC or MP3 says at its start how long it is. What can be decoded "
    "before the break is measured, and read where the decoder only stops early.",
    "audio-not-finite": "NaN or infinity in a file of floating point, from a plug-in that broke. One such "
    "sample spoils every measure of its segment.",
    "audio-clipped": "Full scale is the largest number that the bits hold, or 1.0 in floating point. A "
    "mix that was clipped and then turned down is not found.",
    "audio-offset": "An offset costs headroom and clicks where the stem is cut. -50 dBFS is 0.3 % of full "
    "scale.",
    "audio-silent": "Frames of 10 ms are measured, each channel alone, without its offset: a stereo pair in "
    "opposite phase sounds, a constant offset does not.",
    # lyrics
    "lrc-missing": "Where the album is still being made this is part of song-unfinished.",
    "lrc-unreadable": "More than 20,000 lines or stamps are no lyrics of a song either.",
    "lrc-not-named": "'01_02.lrc' in the folder '01_02' is taken as meant.",
    "lrc-empty": "Words without stamps cannot be placed. One stamp a line, '[00:12.500]', is all it takes.",
    "lrc-stamp": "'[00:61.000]' has too many seconds, '[1:7x]' a letter. The problem names the words that "
    "stood under it; put a good stamp there and they are back.",
    "lrc-word-stamp": "'[00:12.00]When <00:12.00>the <00:12.40>rain' stamps single words, and so does a "
    "stamp in brackets inside a line. Each has to be at or after the one before it.",
    "lrc-text-before-stamp": "A line such as 'Written by …' belongs into a tag, '[by: …]'. A line that is "
    "sung needs a stamp.",
    "lrc-text-wrapped": "One stamp and two rows of text are one line of lyrics, its rows joined by a space.",
    "lrc-order": "A refrain with several stamps, '[00:10][01:10]', may lead ahead and is no problem.",
    "lrc-offset": "'[offset: 500]' moves every line half a second earlier, as LRC players do it.",
    "lrc-before-start": "'[offset: 5000]' and a first line at '[00:03.00]' do not go together.",
    "lrc-hour": "The lyrics were stamped in a session that starts at 01:00:00:00.",
    "lrc-beyond-end": "The lyrics may be those of a longer version, or a minute is mistyped.",
}
