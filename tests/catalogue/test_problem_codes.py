"""Each code of a problem: one catalogue that has it, and a near one that has not."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_material import (
    DEEP_CODES,
    LRC,
    MANIFEST,
    TRACK,
    Files,
    flac,
    manifest,
    midi,
    problems,
    read,
    song,
    unfinished,
    wav,
    write,
)

from rebracket.catalogue import CODES, read_catalogue
from rebracket.core import Severity

GOOD_ELSEWHERE: Files = {
    "09_01/09_01.yml": MANIFEST.replace("01_02", "09_01").replace("lrc_file: 09_01.lrc\n", ""),
}
FRAMES_LRC = "".join(f"[00:{second:02d}.0{second:02d}]\nline\n" for second in range(1, 9))
REFUSED = "players:\n  - name: A. Friend\n    consent: false\n"


def sections(*spans: tuple[str, str]) -> str:
    """The manifest with other sections, named A, B and on."""
    head, rest = MANIFEST.split("structure:\n")
    tail = rest[rest.index("mood:") :]
    rows = [
        f"  - section_name: Part {number}\n    start_time: '[{start}]'\n    end_time: '[{end}]'\n"
        for number, (start, end) in enumerate(spans, start=1)
    ]
    return f"{head}structure:\n{''.join(rows)}{tail}"


def without_times() -> str:
    head, rest = MANIFEST.split("TRT:")
    return head + "lyrics: false\n" + rest[rest.index("mood:") :].replace("lrc_file: 01_02.lrc\n", "")


ON_VERSE = "annotations:\n  - {section: Verse, type: causal}\n"


def at(start: str, end: str) -> str:
    """A file with one annotation."""
    span = f"start_time: '[{start}]', end_time: '[{end}]'"
    return f"annotator: Ada\nannotations:\n  - {{{span}, type: causal}}\n"


def said(*files: str) -> Files:
    """The song with files of annotations."""
    return {**song(), **{f"01_02/{n}.annotations.yml": text for n, text in enumerate(files)}}


def tracks(*rows: str) -> str:
    return MANIFEST[: MANIFEST.index("audio_tracks:")] + "audio_tracks:\n" + "".join(rows)


# code -> (files that have the problem, near files that have not)
CASES: dict[str, tuple[Files, Files]] = {
    "manifest-ambiguous": (
        {"01_02/a.yml": MANIFEST, "01_02/b.yml": MANIFEST},
        {"01_02/a.yml": MANIFEST, "01_02/01_02.yml": MANIFEST},
    ),
    "manifest-unreadable": (song("a: b\n" * 250_000), song("# " + "-" * 900_000 + "\n" + MANIFEST)),
    "yaml-invalid": (song(manifest("title: Paper", "title: a: Paper")), song(manifest("Paper", "a:Paper"))),
    "yaml-refused": (
        song(manifest("bpm: 120", "bpm: !!python/object:os.system {}")),
        song(manifest("bpm: 120", "bpm: '120' # !!python")),
    ),
    "id-invalid": (
        song(manifest("manifest_id: '01_02'", "manifest_id: ../01_02")),
        song(manifest("manifest_id: '01_02'", "manifest_id: 01_02..x")),
    ),
    "id-twice": (
        {**song(), "x/01_02/01_02.yml": MANIFEST},
        {**song(), "x/01_03/01_03.yml": MANIFEST.replace("01_02", "01_03")},
    ),
    "color-missing": (song(manifest("rainbow_color: R\n", "")), song(manifest("rainbow_color", "color"))),
    "color-unknown": (
        song(manifest("_color: R", "_color: Mauve")),
        song(manifest("_color: R", "_color: red")),
    ),
    "time-missing": (
        song(without_times(), lrc=None, media=False),
        song(without_times(), lrc=None),
    ),
    "song-unfinished": (
        song(without_times().replace("_color: R", "_color: A"), lrc=None, media=False),
        song(MANIFEST.replace("_color: R", "_color: A"), media=False),
    ),
    "values-estimated": (song(manifest("", "estimated: {bpm: 0.8}\n")), song(manifest("", "estimated:\n"))),
    "type-unknown": (
        song(manifest("It opens", "It opens\n    rebracketing: experiential")),
        song(manifest("It opens", "It opens\n    rebracketing: {types: [Temporal, other]}")),
    ),
    "annotations-unreadable": (said("annotator: a: b\n"), said("annotator: 'a: b'\n" + ON_VERSE)),
    "annotator-missing": (said(ON_VERSE), said("annotator: Ada\n" + ON_VERSE)),
    "annotation-place": (
        said("annotator: Ada\nannotations:\n  - {section: Bridge, type: causal}\n"),
        said("annotator: Ada\nannotations:\n  - {section: ' chorus', type: causal}\n"),
    ),
    "annotation-outside": (said(at("00:10.000", "00:20.600")), said(at("00:10.000", "00:20.540"))),
    "annotation-overlap": (
        said(at("00:01.000", "00:05.000"), at("00:04.000", "00:08.000")),
        said(at("00:01.000", "00:05.000"), at("00:05.000", "00:08.000")),
    ),
    "annotation-empty": (
        said("annotator: Ada\nannotations:\n  - {section: 1, note: odd}\n"),
        said("annotator: Ada\nannotations:\n  - {section: 1, note: odd, type: none}\n"),
    ),
    "consent-differs": (
        song(manifest("A. Friend", "A. Friend\n    consent: true") + REFUSED),
        song(manifest("A. Friend", "a. friend\n    consent: false") + REFUSED),
    ),
    "text-utf-16": (
        song(lrc=LRC.encode("utf-16")),
        song(lrc=LRC.encode("utf-8-sig")),
    ),
    "text-damaged": (
        song(lrc=(LRC + "[00:12]\nÄäöü").encode()[:-1]),
        song(lrc=(LRC + "[00:12]\nÄ").encode()[:-1]),
    ),
    "lrc-word-stamp": (
        song(lrc=LRC.replace("A first line", "A <00:03.00>first <00:02.00>line")),
        song(lrc=LRC.replace("A first line", "A <00:02.00>first <00:02.00>line <3>")),
    ),
    "manifest-missing": (
        {**song(), "demos/take.wav": b"", "demos/notes.txt": b""},
        {**song(), "demos/notes.txt": b"", "01_02/stems/take.wav": b""},
    ),
    "key-twice": (song(manifest("", "title: Other\n")), song(manifest("", "time_unit: ms\n"))),
    "key-unknown": (song(manifest("mood:", "moods:")), song(manifest("mood: [calm]\n", ""))),
    "value-invalid": (
        song(manifest("'2019-01-11'", "'2019-02-30'")),
        song(manifest("'2019-01-11'", "2019-02")),
    ),
    "bpm-invalid": (song(manifest("120", "-120")), song(manifest("120", "'94.22'"))),
    "meter-invalid": (song(manifest("4/4", "4/5")), song(manifest("4/4", "18/32"))),
    "key-signature-invalid": (song(manifest("C major", "H major")), song(manifest("C major", "cb Dorian"))),
    "id-missing": (song(manifest("manifest_id: '01_02'\n", "")), song(manifest("'01_02'", "01_02"))),
    "id-differs": (
        song(manifest("id: '01_02'", "id: '01_03'")),
        song(manifest("id: '01_02'", "id: ' 01_02'")),
    ),
    "title-missing": (
        song(manifest("title: Paper Lantern\n", "")),
        song(manifest("title: Paper", "title: 7")),
    ),
    "title-differs": (
        song(lrc=LRC.replace("Paper", "Glass")),
        song(lrc=LRC.replace("Paper Lantern", "paper-lantern!")),
    ),
    "lyrics-without-vocals": (
        song(manifest("vocals: true", "vocals: false")),
        song(manifest("vocals: true\nlyrics: true", "vocals: true\nlyrics: false")),
    ),
    "text-encoding": (
        song(lrc=LRC.replace("first", "ñrst").encode("cp1252")),
        song(lrc=LRC.replace("first", "ñrst").encode("utf-16")),
    ),
    "time-unit-decided": (song(lrc=FRAMES_LRC), song(lrc=FRAMES_LRC.replace(".0", ".9"))),
    "time-unit-undecided": (song(lrc="[00:01.011]\nline\n"), song(lrc="[00:01.000]\nline\n")),
    "section-hour": (
        song(sections(("60:00.000", "60:10.000"), ("60:10.000", "60:20.000"))),
        song(sections(("00:00.000", "00:10.000"), ("60:10.000", "60:20.000"))),
    ),
    "section-before-start": (
        song(sections(("00:00.000", "00:10.000"), ("00:10.000", "00:20.000")) + "start_offset_s: 0.5\n"),
        song(sections(("00:00.000", "00:10.000"), ("00:10.000", "00:20.000")) + "start_offset_s: 0\n"),
    ),
    "stamp-space": (song(lrc=LRC.replace("01.500", "01.500 ")), song(lrc=LRC.replace("[00:01", " [00:01"))),
    "trt-contradicts": (
        song(manifest("TRT: '[00:20.500]'", "TRT: '[00:03.000]'")),
        song(manifest("TRT: '[00:20.500]'", "TRT: '[00:17.000]'")),
    ),
    "section-reversed": (
        song(sections(("00:00.000", "00:10.000"), ("00:10.001", "00:10.000"))),
        song(sections(("00:00.000", "00:10.000"), ("00:10.001", "00:10.002"))),
    ),
    "section-beyond-end": (
        song(sections(("00:00.000", "00:23.000"))),
        song(sections(("00:00.000", "00:22.000"))),
    ),
    "section-trimmed": (
        song(sections(("00:00.000", "00:21.000"))),
        song(sections(("00:00.000", "00:20.501"))),
    ),
    "section-order": (
        song(sections(("00:10.000", "00:20.000"), ("00:00.000", "00:10.000"))),
        song(sections(("00:00.000", "00:10.000"), ("00:10.000", "00:20.000"))),
    ),
    "section-overlap": (
        song(sections(("00:00.000", "00:10.060"), ("00:10.000", "00:20.000"))),
        song(sections(("00:00.000", "00:10.040"), ("00:10.000", "00:20.000"))),
    ),
    "track-id-invalid": (song(manifest("id: 3", "id: three")), song(manifest("id: 3", "id: '003'"))),
    "track-id-twice": (song(manifest("id: 3", "id: 2")), song(manifest("id: 3", "id: 20"))),
    "file-named-twice": (
        song(manifest("voice.wav", "bass.wav")),
        song(manifest("voice.wav\n", "voice.wav\n    midi_group_file: bass.mid\n")),
    ),
    "path-outside": (song(manifest("voice.wav", "../09_01.wav")), song(manifest("voice.wav", "..voice.wav"))),
    "media-missing": (song(media=False), song()),
    "audio-unreadable": (
        {**song(), "01_02/voice.wav": "This is text."},
        {**song(), "01_02/voice.wav": wav(0.01)},
    ),
    "midi-unreadable": (
        {**song(), "01_02/bass.mid": midi(TRACK)[:-3]},
        {**song(), "01_02/bass.mid": midi(TRACK) + b"end"},
    ),
    "audio-name": (
        {**song(), "01_02/voice.wav": flac(20.0)},
        {**song(manifest("voice.wav", "voice.take")), "01_02/voice.take": flac(20.0)},
    ),
    "audio-unfinished": (
        {**song(), "01_02/voice.wav": unfinished(20.0, claimed=0)},
        {**song(), "01_02/voice.wav": unfinished(20.0, claimed=320_000)},
    ),
    "stem-lengths-differ": (
        {**song(), "01_02/voice.wav": wav(18.4)},
        {**song(), "01_02/voice.wav": wav(18.6)},
    ),
    "sample-rates-differ": (
        {**song(), "01_02/voice.wav": wav(20.5, 16_000)},
        {**song(media=False), "01_02/voice.wav": wav(20.5, 16_000)},
    ),
    "channels-differ": (
        {**song(), "01_02/voice.wav": wav(20.5, channels=2)},
        {**song(), "01_02/01_02_main.wav": wav(20.5, channels=2)},
    ),
    "midi-notes-open": (
        {**song(), "01_02/bass.mid": midi(TRACK.replace(b"\x80\x3c", b"\x80\x3d"))},
        {**song(), "01_02/bass.mid": midi(TRACK.replace(b"\x80\x3c\x40", b"\x90\x3c\x00"))},
    ),
    "midi-smpte": (
        {**song(), "01_02/bass.mid": midi(TRACK, division=0xE728)},
        {**song(), "01_02/bass.mid": midi(TRACK, division=0x7FFF)},
    ),
    "lrc-missing": (song(lrc=None), song(manifest("lrc_file: 01_02.lrc\n", ""), lrc=None)),
    "lrc-unreadable": (song(lrc=b"\x00\x01\x02"), song(lrc=b"\xff\xfe[\x000\x00")),
    "lrc-not-named": (
        song(manifest("lrc_file: 01_02.lrc\n", "")),
        song(manifest("lrc_file: 01_02.lrc", "lrc_file: 01_02.lrc ")),
    ),
    "lrc-empty": (song(lrc="[ti: Paper Lantern]\n"), song(lrc="[00:00.000]\n")),
    "lrc-stamp": (song(lrc=LRC.replace("00:11", "00:61")), song(lrc=LRC.replace("00:11.750", "0:11"))),
    "lrc-text-before-stamp": (song(lrc="Words\n" + LRC), song(lrc="\n[by: somebody]\n" + LRC)),
    "lrc-text-wrapped": (
        song(lrc=LRC.replace("A first line", "A first\nline")),
        song(lrc=LRC.replace("A first line", "\nA first line\n")),
    ),
    "lrc-order": (
        song(lrc=LRC.replace("00:01.500", "00:12.500")),
        song(lrc=LRC.replace("[00:01.500]", "[00:01.500][00:12.500]")),
    ),
    "lrc-offset": (song(lrc="[offset: 500]\n" + LRC), song(lrc="[offset: 0]\n" + LRC)),
    "lrc-before-start": (song(lrc="[offset: +1501]\n" + LRC), song(lrc="[offset: +1500]\n" + LRC)),
    "lrc-hour": (song(lrc=LRC.replace("[00:", "[60:")), song(lrc=LRC.replace("[00:11", "[60:11"))),
    "lrc-beyond-end": (
        song(lrc=LRC.replace("00:11", "00:21")),
        song(lrc=LRC.replace("00:11.750", "00:20.499")),
    ),
}


def test_every_code_has_a_case() -> None:
    assert set(CASES) | {"link-not-followed"} | DEEP_CODES == set(CODES)


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_catalogue_that_has_the_problem_names_it_and_reading_goes_on(code: str) -> None:
    catalogue = read({**CASES[code][0], **GOOD_ELSEWHERE})
    matching = [problem for problem in catalogue.problems if problem.code == code]
    assert matching
    assert {problem.severity for problem in matching} == {CODES[code].severity}
    assert all(problem.found and problem.expected and problem.fix for problem in matching)
    assert "09_01" in [song.song_id for song in catalogue.songs]


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_near_miss_does_not_have_it(code: str) -> None:
    assert problems(CASES[code][1], code) == []


def test_a_song_without_faults_has_no_problem_at_all() -> None:
    assert read(song()).problems == ()


def test_a_link_is_named_and_not_followed(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "catalogue", tmp_path / "elsewhere"
    write(root, song())
    write(elsewhere, {"01_03.yml": MANIFEST.replace("01_02", "01_03")})
    (root / "01_03").symlink_to(elsewhere, target_is_directory=True)
    catalogue = read_catalogue(root)
    assert [(p.code, p.path) for p in catalogue.problems] == [("link-not-followed", "01_03")]
    assert [song.song_id for song in catalogue.songs] == ["01_02"]


def test_severity_counts_what_it_costs() -> None:
    fatal = {"yaml-invalid", "yaml-refused", "color-missing", "color-unknown", "time-missing", "id-twice"}
    assert {CODES[code].severity for code in fatal} == {Severity.ERROR}
    assert CODES["media-missing"].severity is Severity.NOTE
    assert CODES["time-unit-undecided"].severity is Severity.WARNING
