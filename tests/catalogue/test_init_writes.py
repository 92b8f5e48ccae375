"""``initialize``: what it writes is read without an error, and nothing that was there changes."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest
import yaml

from catalogue.catalogue_material import TRACK, midi
from catalogue.init_material import lay, quiet
from conftest import Rebracket
from rebracket.catalogue import Catalogue, read_catalogue
from rebracket.catalogue.init import Initialized, initialize
from rebracket.catalogue.init.taxonomy import new_ontology_text
from rebracket.core.errors import InputError, MissingExtraError
from rebracket.ontology import load_ontology


def _init(root: Path, **options: bool) -> tuple[Initialized, Catalogue]:
    made = initialize(root, workers=1, **options)
    return made, read_catalogue(root)


def _wrong(catalogue: Catalogue) -> list[str]:
    """What is wrong; not that values are estimated, nor that one stamp tells no unit."""
    meant = ("values-estimated", "time-unit-undecided")
    return [str(problem) for problem in catalogue.problems if problem.code not in meant]


def _hashes(root: Path) -> dict[str, str]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_what_is_written_is_read_without_a_problem(tmp_path: Path) -> None:
    lay(tmp_path, "Dawn/03 - Tide/mix.wav", "Dawn/03 - Tide/bass.wav", "Dusk/Ferry/only.wav", "Dusk/海/a.wav")
    (tmp_path / "Dawn/03 - Tide/bass.mid").write_bytes(midi(TRACK))
    (tmp_path / "Dusk/Ferry/words.lrc").write_text("[ti: Night Ferry]\n[00:00.200]\nA line\n")
    made, catalogue = _init(tmp_path)
    assert _wrong(catalogue) == []
    tide, ferry, _ = catalogue.songs
    assert (tide.title, tide.sequence, tide.bpm, tide.mix_file) == ("Tide", 3, 120.0, "mix.wav")
    assert [(s.audio_file, s.midi_file) for s in tide.stems] == [("bass.wav", "bass.mid")]
    assert (ferry.title, ferry.lrc_file, len(ferry.lines)) == ("Night Ferry", "words.lrc", 1)
    assert ferry.stems == ()
    assert [song.album_id for song in catalogue.songs] == ["Dawn", "Dusk", "Dusk"]
    assert {song.color for song in catalogue.songs} == {"dawn", "dusk"} == set(catalogue.ontology.colors)
    assert made.ontology
    assert [w.song.song_id for w in made.written] == ["03 - Tide", "Ferry", "海"]


def test_every_value_that_was_not_said_is_marked(tmp_path: Path) -> None:
    lay(tmp_path, "Tide/a.wav")
    _, catalogue = _init(tmp_path)
    content = yaml.safe_load((tmp_path / "Tide/Tide.yml").read_text("utf-8"))
    said = {"manifest_id", "rainbow_color", "album", "time_unit", "main_audio_file", "estimated"}
    assert set(content) - said == set(content["estimated"]) == {"tempo", "TRT", "structure", "title"}
    assert all(0 <= confidence <= 1 for confidence in content["estimated"].values())
    assert [p.code for p in catalogue.problems] == ["values-estimated"]
    assert dict(catalogue.songs[0].estimated) == content["estimated"]


def test_a_second_call_changes_nothing_and_new_songs_join(tmp_path: Path) -> None:
    lay(tmp_path, "Dawn/Tide/a.wav")
    _init(tmp_path)
    before = _hashes(tmp_path)
    again, _ = _init(tmp_path)
    assert (again.written, again.kept, again.ontology) == ((), ("Dawn/Tide/Tide.yml",), False)
    assert _hashes(tmp_path) == before
    lay(tmp_path, "Dawn/Ferry/a.wav", "Noon/Gull/a.wav")
    joined, catalogue = _init(tmp_path)
    assert [w.song.song_id for w in joined.written] == ["Ferry"]
    assert [song.color for song in catalogue.songs] == ["dawn", "dawn"]
    assert "ontology.yaml has no color for the album 'Noon'" in "\n".join(map(str, joined.remarks))
    assert {k: v for k, v in _hashes(tmp_path).items() if k in before} == before


def test_a_catalogue_of_the_shipped_taxonomy_keeps_it(tmp_path: Path) -> None:
    lay(tmp_path, "01_01/a.wav", "01_02/a.wav", "02_01/a.wav")
    (tmp_path / "01_01/01_01.yml").write_text(
        "manifest_id: '01_01'\ntitle: Tide\nrainbow_color: R\nTRT: '[03:00]'\n"
    )
    made, catalogue = _init(tmp_path)
    assert not (tmp_path / "ontology.yaml").exists()
    assert [(song.song_id, song.color, song.album_id) for song in catalogue.songs] == [
        ("01_01", "R", "01"),
        ("01_02", "R", "01"),
    ]
    assert "has no color for the album '02'" in "\n".join(map(str, made.remarks))


def test_files_that_are_songs_are_linked_and_stay_where_they_are(tmp_path: Path) -> None:
    for number, name in enumerate(("one.wav", "two.wav"), start=1):
        quiet(0.2 * number)(tmp_path / "Dawn" / name)
    before = _hashes(tmp_path)
    _, catalogue = _init(tmp_path, files_are_songs=True)
    assert _wrong(catalogue) == []
    assert [(s.song_id, s.album_id, s.mix_file) for s in catalogue.songs] == [
        ("one", "Dawn", "one.wav"),
        ("two", "Dawn", "two.wav"),
    ]
    assert (tmp_path / "Dawn/one/one.wav").samefile(tmp_path / "Dawn/one.wav")
    assert {k: v for k, v in _hashes(tmp_path).items() if k in before} == before
    again, _ = _init(tmp_path, files_are_songs=True)
    assert again.written == ()


def test_a_folder_that_is_a_song_itself_can_be_read(tmp_path: Path) -> None:
    root = lay(tmp_path / "Tide", "mix.wav", "stems/bass.wav")
    _, catalogue = _init(root)
    assert _wrong(catalogue) == []
    assert [(song.song_id, song.album_id) for song in catalogue.songs] == [("Tide", "Tide")]


def test_albums_of_one_name_stay_apart(tmp_path: Path) -> None:
    lay(tmp_path, "Anna/Live/One/a.wav", "Berta/Live/Two/a.wav")
    _, catalogue = _init(tmp_path)
    assert _wrong(catalogue) == []
    assert len({song.album_id for song in catalogue.songs}) == len(catalogue.ontology.colors) == 2


def test_files_that_cannot_be_used_are_told_and_the_song_is_written(tmp_path: Path) -> None:
    lay(tmp_path, "Tide/a.wav", "Ferry/a.wav")
    (tmp_path / "Tide/bad.mid").write_bytes(b"MThd")
    (tmp_path / "Tide/bad.lrc").write_bytes(b"\0" * 2_000_000)
    made, catalogue = _init(tmp_path)
    assert len(catalogue.songs) == 2
    said = "\n".join(map(str, made.remarks))
    assert "Tide/bad.mid: left out: found" in said
    assert "Tide/bad.lrc: left out: found" in said


def test_midi_of_a_tempo_alone_is_used_for_it_and_told(tmp_path: Path) -> None:
    lay(tmp_path, "Tide/a.wav")
    (tmp_path / "Tide/beat.mid").write_bytes(midi(b"\x00\xff\x51\x03\x09\x89\x68\x60\xff\x2f\x00"))
    made, catalogue = _init(tmp_path)
    assert catalogue.songs[0].bpm == pytest.approx(96, abs=0.01)
    assert catalogue.songs[0].stems == ()
    assert "beat.mid: holds no pitches; used for tempo only" in "\n".join(map(str, made.remarks))


def test_nothing_to_work_on_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no audio"):
        initialize(tmp_path)
    with pytest.raises(InputError, match="found nothing, expected a folder"):
        initialize(tmp_path / "gone")
    with pytest.raises(InputError, match="found a file"):
        initialize(lay(tmp_path, "a.wav") / "a.wav")


def test_without_librosa_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, "Tide/a.wav")
    monkeypatch.setitem(sys.modules, "librosa", None)
    with pytest.raises(MissingExtraError, match=r"rebracket\[init\]"):
        initialize(tmp_path)
    assert not (tmp_path / "ontology.yaml").exists()


@pytest.mark.parametrize("count", [1, 2, 9, 40])
def test_the_ontology_of_albums_can_be_read_and_told_apart(tmp_path: Path, count: int) -> None:
    albums = {f"a{n}": f"海 {n % 7}: 'album' #{n}" for n in range(count)}
    text, color_of = new_ontology_text("My: songs", albums)
    path = tmp_path / "ontology.yaml"
    path.write_text(text, "utf-8")
    colors = load_ontology(path).colors
    assert sorted(str(color) for color in color_of.values()) == sorted(colors)
    assert {color.album for color in colors.values()} == set(albums.values())
    assert len({color.hex for color in colors.values()}) == count


@pytest.mark.slow
def test_init_check_and_run_on_plain_songs(tmp_path: Path, rebracket: Rebracket) -> None:
    """From plain folders to a report; and on one album, where there is nothing to tell apart."""
    for name in ("Dawn/Tide", "Dawn/Ferry", "Dusk/Gull", "Dusk/Reed"):
        quiet(4.0)(tmp_path / "songs" / name / "mix.wav")
    for words in (["init"], ["check"]):
        done = rebracket(*words, tmp_path / "songs")
        assert done.status == 0, done.stderr
    done = rebracket("run", tmp_path / "songs", tmp_path / "out", "--set", "epochs=2", "--explained", "0")
    assert done.status == 0, done.stderr
    assert "no song has a concept: recipe audio" in done.stdout
    assert (tmp_path / "out/runs/audio/evaluation.json").is_file()
    done = rebracket(
        "run", tmp_path / "songs/Dawn", tmp_path / "one", "--ontology", tmp_path / "songs/ontology.yaml"
    )
    assert done.status == 0, done.stderr
    assert "two classes" in done.stdout
    assert (tmp_path / "one/report.html").is_file()
