"""How the times of whole songs are read: a unit for each file, what is taken off, what is said of it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from catalogue_material import LRC, MANIFEST, TRACK, Files, midi, read, song, wav, write

from rebracket.catalogue import read_catalogue, read_lrc, write_lrc, write_manifest, write_wav
from rebracket.catalogue.found import Place
from rebracket.catalogue.manifest import WrittenSection
from rebracket.catalogue.onsets import onset_times_s, vocal_onsets_s
from rebracket.catalogue.times import marks, start_offset_s
from rebracket.catalogue.written_times import section_stamps
from rebracket.core import LyricLine, Section, Song, Span, Stem, Timecode, TimeUnit

MS, FRAMES, SUBFRAMES = TimeUnit
BEAT_S = 60 / 118
# Sections of 8 to 24 beats at 118 bpm, where no two fractions are alike.
EDGES_S = [BEAT_S * beat for beat in (0, 16, 33, 56, 65, 88, 105)]
LINES_S = [BEAT_S * beat for beat in (17, 21, 34, 45, 57, 71, 89, 93, 97)]


def made(root: Path, number: int = 1, **changes: Any) -> Song:
    fields: dict[str, Any] = {
        "song_id": f"01_{number:02d}",
        "album_id": "01",
        "folder": root / f"01_{number:02d}",
        "title": "Paper Lantern",
        "color": "R",
        "running_s": EDGES_S[-1],
        "bpm": 118.0,
        "sections": tuple(Section(f"Part {n}", Span(a, b)) for n, (a, b) in enumerate(pairwise(EDGES_S))),
        "lines": tuple(LyricLine(start_s, "words") for start_s in LINES_S),
    }
    return Song(**(fields | changes))


def put(each: Song, unit: TimeUnit = MS, lrc_unit: TimeUnit | None = None, fps: float = 25.0) -> None:
    """Writes a song whose units are for the reader to find."""
    each.folder.mkdir(parents=True)
    path = each.folder / each.song_id
    write_manifest(each, path.with_suffix(".yml"), unit=unit, fps=fps, declare=False)
    if each.lines:
        write_lrc(each.lines, path.with_suffix(".lrc"), tags={}, unit=lrc_unit or unit, fps=fps)


@pytest.mark.parametrize("unit", TimeUnit)
@pytest.mark.parametrize("lrc_unit", TimeUnit)
def test_manifest_and_lyrics_are_each_read_in_their_own_unit(
    tmp_path: Path, unit: TimeUnit, lrc_unit: TimeUnit
) -> None:
    put(made(tmp_path), unit, lrc_unit)
    catalogue = read_catalogue(tmp_path)
    (times,) = catalogue.times
    assert times.lyrics is not None
    assert (times.sections.unit, times.lyrics.unit, times.decided) == (unit, lrc_unit, True)
    (back,) = catalogue.songs
    # a start is one unit after the end before it, and all are rounded to the unit
    tolerance_s = {MS: 0.001, SUBFRAMES: 0.008, FRAMES: 0.061}
    ends_s = [section.span.start_s for section in back.sections]
    assert ends_s == pytest.approx(EDGES_S[:-1], abs=tolerance_s[unit])
    assert [line.start_s for line in back.lines] == pytest.approx(LINES_S, abs=tolerance_s[lrc_unit])
    notes = {p.path[-3:] for p in catalogue.problems if p.code == "time-unit-decided"}
    assert notes == {name for name, u in (("yml", unit), ("lrc", lrc_unit)) if u is not MS}
    assert times.on_beat(unit, 25.0) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("unit", [FRAMES, SUBFRAMES])
def test_30_frames_a_second_are_found(tmp_path: Path, unit: TimeUnit) -> None:
    edges_s = [0.0, 8.9, 17.97, 30.3, 41.86, 60.2, 71.93]
    sections = tuple(Section("Part", Span(a, b)) for a, b in pairwise(edges_s))
    put(made(tmp_path, bpm=None, sections=sections, running_s=71.93), unit, fps=30.0)
    (times,) = read_catalogue(tmp_path).times
    assert (times.sections.unit, times.sections.fps) == (unit, 30.0)


def test_what_the_manifest_says_goes_before_all_evidence(tmp_path: Path) -> None:
    put(made(tmp_path), FRAMES)
    manifest = tmp_path / "01_01" / "01_01.yml"
    manifest.write_text(manifest.read_text() + "time_unit: ms\nlrc_time_unit: frames_subframes\n")
    catalogue = read_catalogue(tmp_path)
    (times,) = catalogue.times
    assert times.lyrics is not None
    assert (times.sections.unit, times.lyrics.unit) == (MS, SUBFRAMES)
    assert (times.sections.by, times.confidence) == ("manifest", 1.0)
    assert not [p for p in catalogue.problems if p.code.startswith("time-unit")]


def test_two_stamps_decide_nothing_and_are_told_once(tmp_path: Path) -> None:
    put(made(tmp_path, sections=(), bpm=None, lines=(LyricLine(1.013, "a"), LyricLine(2.102, "b"))), MS)
    catalogue = read_catalogue(tmp_path)
    (times,) = catalogue.times
    assert times.lyrics is not None
    assert (times.lyrics.unit, times.lyrics.decided, times.decided) == (MS, False, False)
    assert times.confidence <= 0.8
    told = [p.path for p in catalogue.problems if p.code == "time-unit-undecided"]
    assert told.count("01_01/01_01.lrc") == 1
    assert catalogue.songs[0].lines[0].start_s == 1.013


def test_a_mute_file_is_read_as_its_neighbors_but_never_surely(tmp_path: Path) -> None:
    for number in range(1, 7):
        put(made(tmp_path, number), FRAMES)
    whole = (Section("A", Span(0, 8)), Section("B", Span(8, 16)))
    put(made(tmp_path, 9, sections=whole, lines=(), bpm=120.0, running_s=16.0), FRAMES)
    mute = read_catalogue(tmp_path).times[-1]
    assert (mute.sections.unit, mute.sections.by, mute.sections.decided) == (FRAMES, "neighbors", True)
    assert mute.sections.confidence == 0.8


def test_neighbors_do_not_outvote_what_a_file_says_itself(tmp_path: Path) -> None:
    for number in range(1, 7):
        put(made(tmp_path, number), FRAMES)
    against = (Section("A", Span(0, 8.7)), Section("B", Span(8.7, 16)))
    put(made(tmp_path, 9, sections=against, lines=(), bpm=None, running_s=16.0), MS)
    last = read_catalogue(tmp_path).times[-1]
    assert (last.sections.unit, last.sections.by) == (MS, "evidence")


def test_neighbors_that_disagree_say_nothing(tmp_path: Path) -> None:
    for number, unit in enumerate([FRAMES, SUBFRAMES, MS, FRAMES, SUBFRAMES, MS], start=1):
        put(made(tmp_path, number), unit)
    put(made(tmp_path, 9, sections=(), lines=(), running_s=16.0), FRAMES)
    assert not read_catalogue(tmp_path).times[-1].sections.decided


def test_an_hour_is_taken_off_both_files() -> None:
    hour = song(MANIFEST.replace("[00:", "[60:").replace("[60:20.500]'\nvocals", "[00:20.500]'\nvocals"),
                LRC.replace("[00:", "[60:"))  # fmt: skip
    catalogue = read(hour)
    assert {p.code for p in catalogue.problems} == {"section-hour", "lrc-hour"}
    plain = read(song()).songs[0]
    assert (catalogue.songs[0].sections, catalogue.songs[0].lines) == (plain.sections, plain.lines)
    assert catalogue.times[0].as_dict()["offset_s"] == 3600.0


def test_a_start_offset_is_taken_off_and_needs_no_word() -> None:
    late = MANIFEST.replace("00:10.251", "00:22.251").replace("00:10.250", "00:22.250")
    late = late.replace("'[00:00.000]'", "'[00:12.000]'")
    late = late.replace("end_time: '[00:20.500]'", "end_time: '[00:32.500]'")
    lrc = LRC.replace("00:01", "00:13").replace("00:11", "00:23")
    catalogue = read(song(late + "start_offset_s: 12\n", lrc))
    plain = read(song()).songs[0]
    assert catalogue.problems == ()
    assert (catalogue.songs[0].sections, catalogue.songs[0].lines) == (plain.sections, plain.lines)


@pytest.mark.parametrize(
    ("given_s", "times_s", "song_s", "offset_s"),
    [
        (None, [3600.0, 3700.0], 200.0, 3600.0),
        (None, [3600.0, 3700.0], None, 3600.0),
        (None, [3600.0, 3700.0], 4000.0, 0.0),
        (None, [3599.9, 3700.0], 200.0, 0.0),
        (None, [3600.0, 7300.0], None, 0.0),
        (12.0, [13.0, 20.0], None, 12.0),
        (12.0, [1.0, 2.0], None, 0.0),
        (None, [], None, 0.0),
    ],
)
def test_what_is_taken_off(
    given_s: float | None, times_s: list[float], song_s: float | None, offset_s: float
) -> None:
    assert start_offset_s(given_s, times_s, song_s) == offset_s


def section(start: str, end: str) -> WrittenSection:
    return WrittenSection("", Timecode.parse(start), Timecode.parse(end), "", Place(1, 1))


@pytest.mark.parametrize(
    ("start", "counts"),
    [
        ("00:09.024", False),
        ("00:09.025", False),
        ("00:10.000", False),
        ("00:09.026", True),
        ("00:10.001", True),
    ],
)
def test_a_start_that_repeats_the_end_before_it_does_not_count(start: str, counts: bool) -> None:
    found = marks([section("00:00.000", "00:09.024"), section(start, "00:20.000")])
    assert (Timecode.parse(start) in found[2:3]) == counts


def test_joined_sections_start_one_unit_later_without_a_carry() -> None:
    sections = [Section("A", Span(0, 1.96)), Section("B", Span(1.96, 3)), Section("C", Span(4, 5))]
    written = [(str(a), str(b)) for a, b in section_stamps(sections, FRAMES)]
    assert written == [
        ("[00:00.000]", "[00:01.024]"),
        ("[00:01.025]", "[00:03.000]"),
        ("[00:04.000]", "[00:05.000]"),
    ]
    assert [str(a) for a, _ in section_stamps(sections)] == ["[00:00.000]", "[00:01.960]", "[00:04.000]"]


def test_a_unit_is_declared_only_where_it_could_be_mistaken(tmp_path: Path) -> None:
    clear, doubtful = made(tmp_path), made(tmp_path, sections=(), bpm=None, running_s=9.012)
    write_manifest(clear, tmp_path / "clear.yml", unit=FRAMES)
    write_manifest(doubtful, tmp_path / "doubtful.yml", unit=FRAMES)
    assert "time_unit" not in (tmp_path / "clear.yml").read_text()
    assert "\ntime_unit: frames\nfps: 25\n" in (tmp_path / "doubtful.yml").read_text()


@pytest.mark.parametrize("unit", TimeUnit)
def test_lyrics_survive_in_every_unit(tmp_path: Path, unit: TimeUnit) -> None:
    step_s = {MS: 0.001, FRAMES: 0.04, SUBFRAMES: 0.005}[unit]
    lines = [LyricLine(n * step_s, f"line {n}") for n in range(0, 90_000, 611)]
    write_lrc(lines, tmp_path / "a.lrc", tags={}, unit=unit)
    back = read_lrc(tmp_path / "a.lrc", unit=unit)
    assert [line.text for line in back.lines] == [line.text for line in lines]
    assert [line.start_s for line in back.lines] == pytest.approx([line.start_s for line in lines])


def test_onsets_are_where_a_voice_sets_in() -> None:
    levels = np.full(600, -90.0)
    for start in (50, 200, 380):
        levels[start : start + 90] = -18.0
    levels[450:480] = -70.0  # a breath, far below the loud passages
    assert onset_times_s(levels) == pytest.approx([0.5, 2.0, 3.8], abs=0.011)
    assert onset_times_s(np.zeros(0)) == ()


def test_the_stem_of_a_voice_is_heard_only_where_there_is_one(tmp_path: Path) -> None:
    wave = np.zeros((24_000, 1), dtype=np.float32)
    wave[8_000:16_000] = 0.4 * np.sin(np.arange(8_000) / 5)[:, None]
    write_wav(tmp_path / "a.wav", wave, 8000)
    (tmp_path / "b.wav").write_text("no sound")
    assert vocal_onsets_s(tmp_path, [Stem(1, "Lead vocals", "a.wav")]) == pytest.approx((1.0,), abs=0.02)
    assert vocal_onsets_s(tmp_path, [Stem(1, "Keys", "a.wav", group="Vocals")])
    assert vocal_onsets_s(tmp_path, [Stem(1, "Keys", "a.wav")]) == ()
    assert vocal_onsets_s(tmp_path, [Stem(1, "Vocals", "b.wav")]) == ()


def test_a_voice_is_listened_to_where_lyrics_are_in_doubt(tmp_path: Path) -> None:
    files: Files = {**song(lrc="[00:01.013]\na\n[00:11.103]\nb\n", media=True), "01_02/bass.mid": midi(TRACK)}
    write(tmp_path, files)
    wave = np.zeros((160_000, 1), dtype=np.float32)
    wave[12_000:20_000] = wave[92_000:100_000] = 0.4 * np.sin(np.arange(8_000) / 5)[:, None]
    write_wav(tmp_path / "01_02" / "voice.wav", wave, 8000)
    heard = read_catalogue(tmp_path).times[0]
    assert heard.n_onsets == 2
    wav(20.0)(tmp_path / "01_02" / "voice.wav")
    clear = "".join(f"[00:0{n}.{700 + 31 * n}]\nwords\n" for n in range(1, 9))
    (tmp_path / "01_02" / "01_02.lrc").write_text(clear)
    assert read_catalogue(tmp_path).times[0].n_onsets == 0
