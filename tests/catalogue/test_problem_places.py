"""What each problem says: the place, what was found and what was expected, word for word."""

from __future__ import annotations

import pytest
from catalogue_material import MANIFEST, problems, read, song
from test_problem_codes import CASES

from rebracket.catalogue import CODES

SAID = [
    ("manifest-unreadable", "01_02/01_02.yml", "'01_02.yml': more than 1000000 bytes", "a smaller file"),
    ("yaml-invalid", "01_02/01_02.yml:6:9", "mapping values are not allowed in this context", "valid YAML"),
    (
        "yaml-refused",
        "01_02/01_02.yml:1:6",
        "the tag 'tag:yaml.org,2002:python/object:os.system'",
        "plain YAML",
    ),
    ("id-invalid", "01_02/01_02.yml:2:1", "the id '../01_02'", "what a file's name may hold"),
    ("id-twice", "x/01_02", "the id '01_02', which 01_02 has", "an id of its own"),
    ("color-missing", "01_02/01_02.yml", "no rainbow_color", "one of Z, R, O, Y, G, B, I, V, A"),
    ("color-unknown", "01_02/01_02.yml:5:1", "'Mauve'", "one of Z, R, O, Y, G, B, I, V, A"),
    ("time-missing", "01_02/01_02.yml", "no audio, TRT, section or stamp", "one of them"),
    (
        "song-unfinished",
        "01_02/01_02.yml",
        "no running time, structure yet",
        "them when the song is made",
    ),
    (
        "values-estimated",
        "01_02/01_02.yml:38:1",
        "'bpm' (0.8)",
        "values that somebody checked",
    ),
    (
        "type-unknown",
        "01_02/01_02.yml:14:5",
        "the type 'experiential'",
        "one of spatial, temporal, causal, perceptual, memory, ontological, narrative, identity, other",
    ),
    (
        "consent-differs",
        "01_02/01_02.yml:34:5",
        "consent given and refused for 'A. Friend'",
        "one answer",
    ),
    ("text-utf-16", "01_02/01_02.lrc", "UTF-16", "UTF-8"),
    ("text-damaged", "01_02/01_02.lrc", "a few bytes that are not UTF-8", "UTF-8"),
    ("lrc-word-stamp", "01_02/01_02.lrc:3:1", "words of 'A first line' out of order", "rising stamps"),
    ("manifest-missing", "demos", "'take.wav' and no manifest", "a 'demos.yml'"),
    ("key-twice", "01_02/01_02.yml:38:1", "'title'", "each key once"),
    ("key-unknown", "01_02/01_02.yml:22:1", "'moods'", "perhaps 'mood'"),
    ("value-invalid", "01_02/01_02.yml:7:15", "release_date: '2019-02-30'", "a date such as 2017-07-18"),
    ("bpm-invalid", "01_02/01_02.yml:1:6", "bpm: '-120'", "a number above 0 and at most 1000"),
    ("meter-invalid", "01_02/01_02.yml:3:8", "tempo: '4/5'", "a time signature such as 4/4"),
    ("key-signature-invalid", "01_02/01_02.yml:4:6", "key: 'H major'", "a note and a mode, such as F# minor"),
    ("id-missing", "01_02/01_02.yml", "no manifest_id", "'01_02', as the folder"),
    ("id-differs", "01_02/01_02.yml:2:1", "the id '01_03'", "'01_02', as the folder"),
    ("title-missing", "01_02/01_02.yml", "no title", "the key title"),
    ("title-differs", "01_02/01_02.lrc", "the title 'Glass Lantern'", "'Paper Lantern', as in the manifest"),
    (
        "lyrics-without-vocals",
        "01_02/01_02.yml:12:1",
        "lyrics: true and vocals: false",
        "both or neither, for words that are sung",
    ),
    ("text-encoding", "01_02/01_02.lrc", "bytes that are not UTF-8", "UTF-8"),
    (
        "time-unit-decided",
        "01_02/01_02.lrc",
        "SMPTE frames, 25 a second, in 8 stamps",
        "milliseconds, or a unit that the manifest names",
    ),
    (
        "time-unit-undecided",
        "01_02/01_02.lrc",
        "too little in 1 stamp to tell their unit, SMPTE frames being the likeliest",
        "enough to tell",
    ),
    ("section-hour", "01_02/01_02.yml:14:5", "a first start of [60:00.000]", "times from the start"),
    (
        "section-before-start",
        "01_02/01_02.yml:14:5",
        "'Part 1' from [00:00.000]",
        "a start from [00:00.500] on",
    ),
    ("stamp-space", "01_02/01_02.lrc:3:1", "'[00:01.500 ]'", "no space inside"),
    ("trt-contradicts", "01_02/01_02.yml:10:1", "a TRT of [00:03.000]", "about [00:20.500]"),
    (
        "section-reversed",
        "01_02/01_02.yml:17:5",
        "'Part 2' from [00:10.001] to [00:10.000]",
        "an end after the start",
    ),
    ("section-beyond-end", "01_02/01_02.yml:14:5", "'Part 1' ending at [00:23.000]", "an end by [00:20.500]"),
    ("section-trimmed", "01_02/01_02.yml:14:5", "'Part 1' ending at [00:21.000]", "an end by [00:20.500]"),
    ("section-order", "01_02/01_02.yml:14:5", "'Part 1'", "sections in order of time"),
    (
        "section-overlap",
        "01_02/01_02.yml:17:5",
        "'Part 2' from [00:10.000]",
        "a start at [00:10.060], where 'Part 1' ends",
    ),
    ("track-id-invalid", "01_02/01_02.yml:34:5", "'three'", "a whole number"),
    ("track-id-twice", "01_02/01_02.yml:34:5", "the id 2 again", "each track id once"),
    (
        "file-named-twice",
        "01_02/01_02.yml:34:5",
        "'bass.wav', named by the track in line 30 as well",
        "a file of its own",
    ),
    (
        "path-outside",
        "01_02/01_02.yml:34:5",
        "'../09_01.wav': a way out of the song's folder",
        "a file in it",
    ),
    (
        "media-missing",
        "01_02/01_02.yml:29:1",
        "3 of 3 audio files and 1 of 1 MIDI files named here are not in the folder, '01_02_main.wav' first",
        "the files in the song's folder",
    ),
    ("audio-unreadable", "01_02/01_02.yml:34:5", "'voice.wav': Format not recognised", "an audio file"),
    ("midi-unreadable", "01_02/01_02.yml:30:5", "'bass.mid': 0 whole tracks in a file cut short", "1"),
    ("lrc-missing", "01_02/01_02.yml:27:1", "'01_02.lrc', which is not there", "the file"),
    ("lrc-unreadable", "01_02/01_02.lrc", "'01_02.lrc': bytes that are no text", "text in UTF-8"),
    ("lrc-not-named", "01_02/01_02.yml", "'01_02.lrc' in the folder", "the key lrc_file"),
    ("lrc-empty", "01_02/01_02.lrc", "no line with a stamp", "lines with stamps"),
    (
        "lrc-stamp",
        "01_02/01_02.lrc:5:1",
        "'[00:61.750]' before 'A second line'",
        "[mm:ss.fff] with seconds below 60",
    ),
    ("lrc-text-before-stamp", "01_02/01_02.lrc:1:1", "'Words'", "a stamp first"),
    ("lrc-text-wrapped", "01_02/01_02.lrc:5:1", "'line'", "a stamp before the line"),
    ("lrc-order", "01_02/01_02.lrc:5:1", "'A second line' at 11.750 s after 12.500 s", "rising stamps"),
    ("lrc-offset", "01_02/01_02.lrc:1:1", "an offset of 500 ms", "stamps that need none"),
    ("lrc-before-start", "01_02/01_02.lrc:4:1", "'A first line' at -0.001 s", "0 s or later"),
    ("lrc-hour", "01_02/01_02.lrc:3:1", "a first stamp of [60:01.500]", "stamps from the start of the mix"),
    ("lrc-beyond-end", "01_02/01_02.lrc:5:1", "'A second line' at [00:21.750]", "a stamp before [00:20.500]"),
]


@pytest.mark.parametrize(("code", "place", "found", "expected"), SAID, ids=[row[0] for row in SAID])
def test_a_problem_as_it_is_printed(code: str, place: str, found: str, expected: str) -> None:
    first = problems(CASES[code][0], code)[0]
    known = CODES[code]
    said = f"{place}: {known.severity}: {code}: found {found}, expected {expected}; "
    assert str(first).startswith(said)
    assert str(first).removeprefix(said) in (known.fix, first.fix)
    assert "\n" not in str(first)


def test_problems_come_in_order_of_song_file_and_line() -> None:
    late = MANIFEST.replace("bpm: 120", "bpm: fast").replace("4/4", "four")
    early = MANIFEST.replace("01_02", "01_01").replace("key: C major", "key: H")
    catalogue = read({**song(late, lrc="[00:99]\nx\n[00:01]\ny\n"), "01_01/01_01.yml": early})
    places = [(p.path, p.line) for p in catalogue.problems if p.severity == "error"]
    assert places == [
        ("01_01/01_01.yml", 4),
        ("01_02/01_02.lrc", 1),
        ("01_02/01_02.yml", 1),
        ("01_02/01_02.yml", 3),
    ]


def test_every_problem_of_a_song_names_the_song() -> None:
    for code, (files, _) in CASES.items():
        if code not in ("manifest-ambiguous", "manifest-missing"):
            assert all(p.song for p in read(files).problems), code
