"""Which folders are songs, which are albums, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.init_material import lay
from rebracket.catalogue.init.names import description_of, is_plain, slug, title_of, words_of
from rebracket.catalogue.init.search import search


def _found(root: Path, **options: bool) -> dict[str, tuple[str, list[str]]]:
    """Id of each song, its album, its audio files."""
    found = search(root, **options)
    return {song.song_id: (song.album, [file.name for file in song.audio]) for song in found.songs}


def _said(root: Path, **options: bool) -> str:
    return "\n".join(map(str, search(root, **options).remarks))


def test_a_folder_with_audio_is_a_song_and_the_folder_around_it_an_album(tmp_path: Path) -> None:
    lay(tmp_path, "Dawn/Tide/mix.wav", "Dawn/Tide/bass.wav", "Dusk/Ferry/mix.wav")
    assert _found(tmp_path) == {
        "Tide": ("Dawn", ["bass.wav", "mix.wav"]),
        "Ferry": ("Dusk", ["mix.wav"]),
    }


def test_songs_without_an_album_belong_to_the_folder_of_all(tmp_path: Path) -> None:
    root = lay(tmp_path / "Sketches", "Tide/mix.wav", "Ferry/mix.wav")
    assert {album for album, _ in _found(root).values()} == {"Sketches"}


def test_folders_named_by_album_and_track_tell_their_album(tmp_path: Path) -> None:
    lay(tmp_path, "01_01/mix.wav", "01_02/mix.wav", "02_01/mix.wav", "take_2/mix.wav")
    albums = {song_id: album for song_id, (album, _) in _found(tmp_path).items()}
    assert albums == {"01_01": "01", "01_02": "01", "02_01": "02", "take_2": tmp_path.name}


def test_audio_right_in_the_folder_makes_it_one_song(tmp_path: Path) -> None:
    lay(tmp_path / "Tide", "mix.wav", "bass.wav")
    assert _found(tmp_path / "Tide") == {"Tide": ("Tide", ["bass.wav", "mix.wav"])}


def test_stems_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    lay(tmp_path, "Tide/mix.wav", "Tide/Stems/bass.wav", "Tide/Stems/.old.wav")
    assert _found(tmp_path)["Tide"][1] == ["mix.wav", "Stems/bass.wav"]


def test_ids_are_each_song_s_own(tmp_path: Path) -> None:
    lay(tmp_path, "Dawn/Intro/a.wav", "Dusk/Intro/a.wav", "Dusk/intro/a.wav", "Dusk/What?/a.wav")
    assert set(_found(tmp_path)) == {"Intro", "Intro-dusk", "intro-dusk-2", "what"}


def test_what_has_a_manifest_is_left_alone(tmp_path: Path) -> None:
    lay(tmp_path, "Dawn/Tide/mix.wav", "Dawn/Ferry/mix.wav")
    (tmp_path / "Dawn/Tide/anything.yaml").write_text("title: Tide\n")
    assert list(_found(tmp_path)) == ["Ferry"]
    assert "has anything.yaml already" in _said(tmp_path)


def test_several_songs_in_a_folder_are_told_and_can_be_taken_apart(tmp_path: Path) -> None:
    for number, name in enumerate(("one.wav", "two.wav", "three.wav"), start=1):
        lay(tmp_path, f"Dawn/{name}", seconds=0.2 * number)
    assert list(_found(tmp_path)) == ["Dawn"]
    assert "--files-are-songs" in _said(tmp_path)
    assert {k: v[0] for k, v in _found(tmp_path, files_are_songs=True).items()} == dict.fromkeys(
        ("one", "three", "two"), "Dawn"
    )


def test_stems_of_one_length_are_not_taken_for_songs(tmp_path: Path) -> None:
    lay(tmp_path, "Tide/a.wav", "Tide/b.wav")
    assert _said(tmp_path) == ""


def test_loose_files_beside_songs_are_told_and_left_out(tmp_path: Path) -> None:
    lay(tmp_path, "Dawn/Tide/mix.wav", "Dawn/loose.wav")
    assert list(_found(tmp_path)) == ["Tide"]
    assert "1 loose audio files" in _said(tmp_path)
    assert set(_found(tmp_path, files_are_songs=True)) == {"Tide", "loose"}


def test_nothing_is_taken_from_outside_or_from_what_is_hidden(tmp_path: Path) -> None:
    root = lay(tmp_path / "songs", "Tide/mix.wav", ".trash/Old/mix.wav", "Tide/.hidden.wav")
    lay(tmp_path, "elsewhere/Away/mix.wav")
    (root / "Tide" / "leak.wav").symlink_to(tmp_path / "elsewhere" / "Away" / "mix.wav")
    (root / "Linked").symlink_to(tmp_path / "elsewhere")
    (root / "Tide" / "again.wav").symlink_to(root / "Tide" / "mix.wav")
    assert _found(root) == {"Tide": ("songs", ["again.wav", "mix.wav"])}
    said = _said(root)
    assert "Tide/leak.wav: left out" in said
    assert "Linked: a symbolic link to a folder" in said


def test_what_is_no_audio_is_told_by_name(tmp_path: Path) -> None:
    lay(tmp_path, "Tide/mix.wav")
    (tmp_path / "Tide" / "song.m4a").write_bytes(b"\0" * 50)
    (tmp_path / "Tide" / "empty.wav").write_bytes(b"")
    (tmp_path / "Tide" / "cover.jpg").write_bytes(b"\0" * 50)
    assert _found(tmp_path)["Tide"][1] == ["mix.wav"]
    said = _said(tmp_path)
    assert "Tide/song.m4a: left out" in said
    assert "Tide/empty.wav: left out" in said
    assert "cover.jpg" not in said


def test_names_of_any_script_and_bytes_do_no_harm(tmp_path: Path) -> None:
    lay(tmp_path, "海/mix.wav", "Café Ω/mix two.wav")
    folder = tmp_path / "odd"
    lay(folder, "fine.wav")
    for name in (b"bad\xff.wav", b"back\\slash.wav", b"line\nbreak.wav", b" space.wav"):
        (Path(folder) / name.decode("utf-8", "surrogateescape")).write_bytes(
            (folder / "fine.wav").read_bytes()
        )
    found = _found(tmp_path)
    assert set(found) == {"海", "Café Ω", "odd"}
    assert found["odd"][1] == ["fine.wav"]
    assert _said(tmp_path).count("a name that a manifest cannot hold") == 4


def test_folders_deeper_than_a_catalogue_is_read_are_told(tmp_path: Path) -> None:
    lay(tmp_path, "a/b/c/mix.wav", "a/b/d/e/mix.wav")
    assert list(_found(tmp_path)) == ["c"]
    assert "deeper than 3" in _said(tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("03 - Low_Tide", ("Low Tide", 3)),
        ("03. Low Tide", ("Low Tide", 3)),
        ("Low Tide", ("Low Tide", None)),
        ("1999", ("1999", None)),
        ("01_02", ("01 02", None)),
        ("12 bars", ("bars", 12)),
    ],
)
def test_titles_of_folders(name: str, expected: tuple[str, int | None]) -> None:
    assert title_of(name) == expected


def test_words_and_slugs_of_names() -> None:
    assert words_of("MainMix_02-final") == ["main", "mix", "02", "final"]
    assert (slug("Über Nacht!", "x"), slug("海", "album-1")) == ("uber-nacht", "album-1")
    assert len(slug("a" * 200, "x")) == 40
    assert (description_of("Tide_bass gtr", "Tide"), description_of("01_01_02", "01_01")) == (
        "bass gtr",
        "02",
    )
    assert is_plain("a b.wav")
    assert not is_plain("a\\b.wav")
