"""Reading whole catalogues: which songs there are, what they become, and what hostile files do."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from catalogue_material import (
    LRC,
    MANIFEST,
    MEDIA,
    TRACK,
    manifest,
    midi,
    problems,
    read,
    refusal,
    song,
    wav,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from rebracket.catalogue import manifest_text, read_catalogue, write_lrc, write_manifest
from rebracket.core import Artist, Key, LyricLine, Meter, Player, Rebracketing, Section, Song, Span, Stem
from rebracket.core.errors import InputError

SETTINGS = settings(max_examples=60, deadline=None)


def renamed(song_id: str) -> str:
    return MANIFEST.replace("01_02", song_id)


def test_a_song_as_it_is_read() -> None:
    (read_song,) = read(song()).songs
    assert (read_song.song_id, read_song.album_id, read_song.title) == ("01_02", "01", "Paper Lantern")
    assert (read_song.color, read_song.album_title) == ("R", "Light Reading")
    assert (read_song.bpm, read_song.meter, read_song.key, read_song.sequence) == (
        120,
        Meter(4, 4),
        Key("C", "major"),
        2,
    )
    assert read_song.running_s == 20.5
    assert read_song.mix_file == "01_02_main.wav"
    assert read_song.lines == (LyricLine(1.5, "A first line"), LyricLine(11.75, "A second line"))
    assert read_song.sections == (
        Section("Verse", Span(0, 10.251), "It opens"),  # joined with the next, one unit later
        Section("Chorus", Span(10.251, 20.5), "It answers"),
    )
    assert read_song.stems == (
        Stem(2, "Bass", "bass.wav", "bass.mid"),
        Stem(3, "Voice", "voice.wav", player="A. Friend"),
    )


def test_missing_media_are_one_note_and_unknown_tracks() -> None:
    catalogue = read(song(media=False))
    (problem,) = catalogue.problems
    assert problem.found.startswith(
        "3 of 3 audio files and 1 of 1 MIDI files named here are not in the folder"
    )
    (read_song,) = catalogue.songs
    assert read_song.mix_file is None
    assert [(s.audio_file, s.audio_missing, s.midi_file) for s in read_song.stems] == [(None, True, None)] * 2


def test_a_stem_that_is_text_counts_as_without_audio() -> None:
    catalogue = read({**song(), "01_02/voice.wav": "text", "01_02/bass.mid": midi(TRACK)[:-2]})
    assert sorted(p.code for p in catalogue.problems) == ["audio-unreadable", "midi-unreadable"]
    bass, voice = catalogue.songs[0].stems
    assert (voice.audio_file, voice.audio_missing) == (None, True)
    assert (bass.audio_file, bass.audio_missing, bass.midi_file) == ("bass.wav", False, None)


def test_shared_midi_belongs_to_a_group() -> None:
    files = song(MANIFEST.replace("midi_file: bass.mid", "midi_group_file: bass.mid"))
    assert [(s.midi_file, s.midi_shared) for s in read(files).songs[0].stems] == [
        ("bass.mid", True),
        (None, False),
    ]


def test_tracks_without_a_number_of_their_own_get_the_next_free_one() -> None:
    files = song(MANIFEST.replace("id: 3", "id: 2"))
    assert [stem.track for stem in read(files).songs[0].stems] == [2, 3]


@pytest.mark.parametrize(
    ("gone", "trt", "lrc", "running_s"),
    [
        ((), "00:20.500", LRC, 20.5),
        (("01_02_main",), "00:20.500", LRC, 20.25),
        (("01_02_main", "bass", "voice"), "00:25.000", LRC, 25.0),
        (("01_02_main", "bass", "voice"), "00:19.000", LRC, 20.5),
        (("01_02_main", "bass", "voice"), "00:20.500", LRC.replace("00:11.750", "00:21.000"), 23.0),
        (("01_02_main", "bass", "voice"), "00:03.000", LRC, 20.5),  # a TRT of 3 s is thrown away
        (("01_02_main", "bass", "voice"), "20:05.000", LRC, 20.5),
        (("01_02_main", "bass", "voice"), "00:20.500", LRC.replace("00:11.750", "11:00.750"), 20.5),
    ],
)
def test_running_time_is_that_of_the_mix_the_longest_stem_or_the_latest_time(
    gone: tuple[str, ...], trt: str, lrc: str, running_s: float
) -> None:
    files = song(MANIFEST.replace("TRT: '[00:20.500]", f"TRT: '[{trt}]"), lrc)
    files = {**files, "01_02/bass.wav": wav(20.25)}
    kept = {
        name: content for name, content in files.items() if not any(f"/{part}.wav" in name for part in gone)
    }
    assert read(kept).songs[0].running_s == running_s


def test_sections_and_lines_end_with_the_audio() -> None:
    files = {**song(lrc=LRC.replace("00:11", "00:16")), "01_02/01_02_main.wav": wav(15.0)}
    (read_song,) = read(files).songs
    assert read_song.sections[-1].span == Span(10.251, 15.0)
    assert [line.text for line in read_song.lines] == ["A first line"]


def test_one_mistyped_section_does_not_make_the_song_long() -> None:
    files = song(MANIFEST.replace("end_time: '[00:20.500]'", "end_time: '[20:00.500]'"), media=False)
    (read_song,) = read(files).songs
    assert read_song.running_s == 20.5
    assert read_song.sections[-1].span == Span(10.251, 20.5)


def test_lyrics_with_an_hour_of_smpte_start_at_the_mix() -> None:
    (read_song,) = read(song(lrc=LRC.replace("[00:", "[01:00:"))).songs
    assert [line.start_s for line in read_song.lines] == pytest.approx([1.5, 11.75])


@pytest.mark.parametrize(
    ("path", "song_id", "extra", "album_id"),
    [
        ("01_02/01_02.yml", "01_02", "", "01"),
        ("01_02/01_02.yml", "01_02", "album: first\n", "first"),
        ("live_set_07/live_set_07.yml", "live_set_07", "", "live_set"),
        ("Spring/lantern/lantern.yml", "lantern", "", "Spring"),
        ("lantern/lantern.yml", "lantern", "", "lantern"),
        ("lantern/manifest.yaml", "lantern", "", "lantern"),
        ("a/b/lantern/lantern.yml", "lantern", "album: ../x\n", "b"),
    ],
)
def test_the_album_of_a_song(path: str, song_id: str, extra: str, album_id: str) -> None:
    (read_song,) = read({path: renamed(song_id) + extra}).songs
    assert (read_song.song_id, read_song.album_id) == (song_id, album_id)


def test_songs_are_found_three_deep_and_not_in_hidden_folders() -> None:
    where = ["08_01", "x/02_01", "x/y/03_01", "x/y/z/04_01", ".x/05_01"]
    files = {f"{path}/{path[-5:]}.yml": renamed(path[-5:]) for path in where}
    catalogue = read(files)
    assert [s.song_id for s in catalogue.songs] == ["02_01", "03_01", "08_01"]
    assert list(catalogue.problems) == sorted(catalogue.problems, key=lambda p: p.sort_key())


def test_what_is_skipped_says_why() -> None:
    catalogue = read(
        {
            **song(),
            "01_03/01_03.yml": "[",
            "01_04/01_04.yml": renamed("01_04").replace("_color: R", "_color: Q"),
        }
    )
    assert catalogue.skipped == (("01_03", "yaml-invalid"), ("01_04", "color-unknown"))
    assert len(catalogue.songs) == 1


def test_a_song_that_cannot_be_used_leaves_its_id_to_the_next() -> None:
    broken = renamed("01_02").replace("rainbow_color: R\n", "")
    catalogue = read({"a/01_02/01_02.yml": broken, "b/01_02/01_02.yml": MANIFEST})
    assert (len(catalogue.songs), catalogue.skipped) == (1, (("01_02", "color-missing"),))


@pytest.mark.parametrize(
    ("files", "match"),
    [(None, "found nothing"), ({}, "found no song"), ({"a.wav": ""}, "found no song")],
)
def test_a_folder_without_songs_is_one_clear_line(
    tmp_path: Path, files: dict[str, str] | None, match: str
) -> None:
    root = tmp_path / "catalogue"
    if files is not None:
        root.mkdir()
        write(root, files)
    with pytest.raises(InputError, match=f"catalogue: {match}") as raised:
        read_catalogue(root)
    assert "\n" not in str(raised.value)


def test_a_file_is_no_catalogue_and_a_broken_ontology_is_no_ontology(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(InputError, match="found a file, expected the folder"):
        read_catalogue(tmp_path / "a")
    write(tmp_path, {**song(), "ontology.yaml": "colors: []"})
    with pytest.raises(InputError, match=r"ontology\.yaml"):
        read_catalogue(tmp_path)


def test_a_catalogue_brings_its_own_ontology() -> None:
    own = "name: Seasons\naxes: {}\ncolors:\n  spring: {name: Spring, album: Thaw}\n"
    catalogue = read({**song(manifest("_color: R", "_color: Spring")), "ontology.yaml": own})
    assert catalogue.ontology.name == "Seasons"
    assert [(s.color, s.album_title) for s in catalogue.songs] == [("spring", "Thaw")]
    (problem,) = [p for p in read({**song(), "ontology.yaml": own}).problems if p.code == "color-unknown"]
    assert "one of spring" in problem.expected


def test_no_path_leaves_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {**song(MANIFEST.replace("voice.wav", "linked.wav")), "secret.wav": wav(1)})
    (tmp_path / "01_02/linked.wav").symlink_to(tmp_path / "secret.wav")
    catalogue = read_catalogue(tmp_path)
    assert [p.code for p in catalogue.problems] == ["path-outside"]
    assert catalogue.songs[0].stems[1].audio_file is None


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../../x.wav", "..", ".", "a\\..\\b.wav", '"\\0.wav"', "x" * 400]
)
def test_hostile_file_names_are_problems_or_missing(name: str) -> None:
    catalogue = read(song(MANIFEST.replace("audio_file: voice.wav", f"audio_file: {name}")))
    assert {p.code for p in catalogue.problems} <= {"path-outside", "media-missing", "audio-unreadable"}
    assert catalogue.problems
    assert catalogue.songs[0].stems[1].audio_missing


def test_a_folder_or_pipe_in_place_of_a_file_blocks_nothing(tmp_path: Path) -> None:
    files = {name: content for name, content in song().items() if "voice" not in name and ".lrc" not in name}
    write(tmp_path, files)
    os.mkfifo(tmp_path / "01_02/voice.wav")
    (tmp_path / "01_02/01_02.lrc").mkdir()
    assert [p.code for p in read_catalogue(tmp_path).problems] == ["lrc-unreadable", "audio-unreadable"]


def test_a_folder_whose_name_is_no_text_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, song())
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    odd.mkdir()
    (odd / "a.yml").write_text(MANIFEST.replace("manifest_id: '01_02'\n", ""))
    catalogue = read_catalogue(tmp_path)
    assert [code for _, code in catalogue.skipped] == ["id-invalid"]
    assert all("\ufffd" in p.path for p in catalogue.problems)
    assert all(str(p).encode() for p in catalogue.problems)


@SETTINGS
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_as_a_manifest_give_a_song_or_problems(data: bytes) -> None:
    catalogue = read({**song(media=False), "01_03/01_03.yml": data})
    assert "01_02" in [s.song_id for s in catalogue.songs]
    assert [code for _, code in catalogue.skipped] != [] or len(catalogue.songs) == 2


ODD = st.one_of(
    st.sampled_from(
        [
            "[]",
            "{}",
            "null",
            "-1",
            "''",
            "[[1]]",
            "{a: {b: c}}",
            "'[99:99.999]'",
            "99999999999",
            "!!x y",
            "*a",
        ]
    ),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Z"]), max_size=12),
)


@SETTINGS
@given(st.sampled_from([line for line in MANIFEST.splitlines() if ": " in line]), ODD)
def test_any_value_for_any_key_gives_a_song_or_problems(line: str, value: str) -> None:
    key = line.split(": ")[0]
    catalogue = read(
        {**song(MANIFEST.replace(line, f"{key}: {value}"), media=False), "09_01/09_01.yml": renamed("09_01")}
    )
    assert "09_01" in [s.song_id for s in catalogue.songs]
    assert len(catalogue.songs) + len(catalogue.skipped) == 2
    for read_song in catalogue.songs:
        assert all(section.span.end_s <= read_song.running_s for section in read_song.sections)
        assert all(each.start_s < read_song.running_s for each in read_song.lines)


@SETTINGS
@given(st.binary(max_size=120), st.binary(max_size=120), st.binary(max_size=120))
def test_any_bytes_as_media_and_lyrics_give_a_song(audio: bytes, notes: bytes, lyrics: bytes) -> None:
    files = {**song(lrc=lyrics, media=False), "01_02/bass.wav": audio, "01_02/bass.mid": notes}
    assert [s.song_id for s in read(files).songs] == ["01_02"]


NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
MAYBE = st.one_of(st.none(), NAMES)

DISCOGS_IDS = st.one_of(st.none(), st.integers(0, 999_999_999))
PLAYERS = st.sampled_from(["Ada Quill", "Bo", "Zoë Marsh"])
SHARE = st.one_of(st.none(), st.integers(0, 1000).map(lambda n: n / 1000))
TYPES = st.sampled_from([None, (), ("temporal",), ("spatial", "memory"), ("other",)])
ANNOTATIONS = st.one_of(
    st.none(),
    st.builds(Rebracketing, TYPES.filter(lambda types: types is not None), *[SHARE] * 6, annotator=MAYBE),
)


@st.composite
def songs(draw: st.DrawFn) -> Song:
    """A song that its writer could have meant, all its times in whole milliseconds."""
    edges = sorted(draw(st.sets(st.integers(1, 5_000), max_size=5)) | {0, 5_000})
    spans = [Span(a / 10, b / 10) for a, b in pairwise(edges)]
    starts = sorted(draw(st.lists(st.integers(0, 498_000), max_size=5)))
    song_id = draw(st.sampled_from(["01_02", "lantern", "a_b_3", "Été 1"]))
    return Song(
        song_id=song_id,
        album_id=draw(st.sampled_from(["01", "Other album", "x_1"])),
        folder=Path("replaced"),
        title=draw(NAMES),
        color=draw(st.sampled_from(["R", "Z", "A"])),
        running_s=500.0,
        bpm=draw(st.one_of(st.none(), st.integers(16, 222), st.sampled_from([94.22, 129.77]))),
        meter=draw(st.sampled_from([None, Meter(4, 4), Meter(18, 32)])),
        key=draw(st.sampled_from([None, Key("F#", "minor"), Key("Bb", "major"), Key("D", "dorian")])),
        released=draw(st.sampled_from([None, "2019-01-11", "2019"])),
        sequence=draw(st.one_of(st.none(), st.integers(0, 99))),
        concept=draw(st.one_of(st.just(""), NAMES)),
        moods=tuple(draw(st.lists(NAMES, max_size=2))),
        genres=tuple(draw(st.lists(NAMES, max_size=2))),
        sounds_like=tuple(draw(st.lists(st.builds(Artist, NAMES, DISCOGS_IDS), max_size=2))),
        sections=tuple(
            Section(draw(NAMES), span, draw(st.one_of(st.just(""), NAMES)), draw(ANNOTATIONS))
            for span in spans
        ),
        lines=tuple(LyricLine(start / 1000, "word by word") for start in starts),
        stems=tuple(
            Stem(number, draw(NAMES), group=draw(MAYBE), player=draw(MAYBE))
            for number in draw(st.sets(st.integers(0, 40), max_size=3))
        ),
        lrc_file=f"{song_id}.lrc" if starts else None,
        has_vocals=draw(st.booleans()),
        has_lyrics=draw(st.booleans()),
        players=tuple(Player(name, name < "N") for name in sorted(draw(st.sets(PLAYERS)))),
        estimated=draw(st.sampled_from([(), (("bpm", 0.75), ("key", 0.5))])),
    )


ALLOWED = {
    "time-unit-undecided",
    "title-differs",
    "values-estimated",
    "lyrics-without-vocals",
    "song-unfinished",
}


@SETTINGS
@given(songs())
def test_a_written_song_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, made: Song) -> None:
    root = tmp_path_factory.mktemp("catalogue")
    home = root / made.song_id
    home.mkdir()
    write_manifest(made, home / f"{made.song_id}.yml")
    if made.lines:
        write_lrc(made.lines, home / f"{made.song_id}.lrc", tags={"ti": made.title.strip("[]") or "t"})
    catalogue = read_catalogue(root)
    (back,) = catalogue.songs
    assert {p.code for p in catalogue.problems} <= ALLOWED
    names = set(Song.__dataclass_fields__) - {"folder", "album_title"}
    assert {name: getattr(back, name) for name in names} == {name: getattr(made, name) for name in names}
    assert manifest_text(back) == manifest_text(made)


def test_a_written_song_with_media_reads_back_without_a_problem(tmp_path: Path) -> None:
    (made,) = read(song()).songs
    home = write(tmp_path, MEDIA) / "01_02"
    write_manifest(made, home / "01_02.yml")
    write_lrc(made.lines, home / "01_02.lrc", tags={"ti": made.title})
    catalogue = read_catalogue(tmp_path)
    assert catalogue.problems == ()
    assert catalogue.songs[0].stems == made.stems
    assert catalogue.songs[0].sections == made.sections


def test_a_rewrite_loses_nothing_of_what_is_not_there(tmp_path: Path) -> None:
    text = MANIFEST.replace("midi_file: bass.mid", "midi_file: bass.mid\n    midi_group_file: all.mid")
    first = read(song(text, lrc=None, media=False)).songs[0]
    assert first.unused_files == (("main_audio_file", "01_02_main.wav"), ("lrc_file", "01_02.lrc"))
    assert first.stems[0].unused_files == (
        ("audio_file", "bass.wav"),
        ("midi_file", "bass.mid"),
        ("midi_group_file", "all.mid"),
    )
    home = write(tmp_path, {"01_02/keep": b""}) / "01_02"
    write_manifest(first, home / "01_02.yml")
    back = read_catalogue(tmp_path).songs[0]
    assert replace(back, folder=first.folder) == first
    assert back.sounds_like == (Artist("Nobody Known", 12),)
    assert (back.has_vocals, back.has_lyrics) == (True, True)


def test_of_two_midi_files_the_own_is_used_and_the_shared_one_kept_by_name(tmp_path: Path) -> None:
    text = MANIFEST.replace("midi_file: bass.mid", "midi_file: bass.mid\n    midi_group_file: all.mid")
    made = read({**song(text), "01_02/all.mid": midi(TRACK)}).songs[0]
    assert (made.stems[0].midi_file, made.stems[0].midi_shared) == ("bass.mid", False)
    assert made.stems[0].unused_files == (("midi_group_file", "all.mid"),)
    assert "midi_group_file: all.mid" in manifest_text(made)


def test_reading_needs_no_order_of_files_and_repeats_exactly(tmp_path: Path) -> None:
    write(tmp_path, {**song(), "01_03/01_03.yml": renamed("01_03").replace("mood:", "moood:")})
    assert read_catalogue(tmp_path) == read_catalogue(tmp_path)
    assert refusal(lambda: read_catalogue(tmp_path)) is None
    assert problems(song(), "key-unknown") == []
