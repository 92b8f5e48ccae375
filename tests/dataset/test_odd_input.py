"""Odd places, files and options: one clear line, and nothing left behind."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from conftest import RATE_HZ, make_song
from rebracket.catalogue import read_catalogue
from rebracket.core.errors import InputError, UsageError
from rebracket.dataset import build, open_dataset
from rebracket.dataset.parts import safe_name
from rebracket.dataset.store import read_media
from rebracket.dataset.verify import verify


def test_no_lock_is_left_beside_something_else(catalogue_path: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    with pytest.raises(InputError, match="no dataset"):
        build(read_catalogue(catalogue_path), tmp_path / "letters")
    assert not (tmp_path / "letters.lock").exists()


def test_a_file_of_more_channels_than_media_hold_is_said_and_the_rest_is_built(
    catalogue_path: Path, tmp_path: Path
) -> None:
    stem = next(read_catalogue(catalogue_path).songs[0].folder.glob("*_02.wav"))
    soundfile.write(stem, np.random.default_rng(0).uniform(-0.5, 0.5, (RATE_HZ, 10)), RATE_HZ)
    made = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert [(p.code, "10 channels" in p.found) for p in made.problems] == [("audio-unreadable", True)]
    assert verify(tmp_path / "dataset")[1] == ()


def test_here_is_a_place_too(catalogue_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dataset").mkdir()
    monkeypatch.chdir(tmp_path / "dataset")
    build(read_catalogue(catalogue_path), Path(), media=("none",), workers=1)
    assert open_dataset(tmp_path / "dataset").songs.num_rows > 0


@pytest.mark.parametrize("address", ["", "files.example.org"])
def test_an_address_that_is_none_is_refused(catalogue_path: Path, tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="audio_url: found"):
        build(read_catalogue(catalogue_path), tmp_path / "dataset", audio_url=address)


def test_a_problem_names_where_its_song_is_now(catalogue_path: Path, tmp_path: Path) -> None:
    song = read_catalogue(catalogue_path).songs[0]
    stem = next(song.folder.glob("*_02.wav"))
    soundfile.write(stem, np.full((RATE_HZ, 1), np.nan), RATE_HZ, subtype="FLOAT")
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    song.folder.rename(song.folder.with_name("elsewhere"))
    again = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert [problem.path for problem in again.problems] == [f"elsewhere/{stem.name}"]


def test_a_copy_with_the_time_and_size_of_what_it_replaces_is_seen(
    catalogue_path: Path, tmp_path: Path
) -> None:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    song = read_catalogue(catalogue_path).songs[0]
    stem = next(song.folder.glob("*_02.wav"))
    before, data = stem.stat(), bytearray(stem.read_bytes())
    data[-1000] ^= 1
    stem.write_bytes(data)
    os.utime(stem, ns=(before.st_atime_ns, before.st_mtime_ns))
    again = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert again.rebuilt == (song.song_id,)


@pytest.mark.parametrize("song_id", ["長い名前" * 20 + "_01", "ünï & cödé#_02"])
def test_names_of_songs_need_not_be_names_of_files(song_id: str, tmp_path: Path) -> None:
    """Escaped, the first is 723 bytes long, of the 255 that a file's name may have."""
    make_song(tmp_path / "songs", song_id, "R", 0)
    catalogue = read_catalogue(tmp_path / "songs")
    for url in (None, "https://example.org/tapes"):
        build(catalogue, tmp_path / "dataset", audio_url=url, workers=1)
        assert verify(tmp_path / "dataset")[1] == ()
    opened = open_dataset(tmp_path / "dataset")
    rows = zip(opened.column("row_id"), opened.column("has_audio"), strict=True)
    stored = {media_id for media_id, _, _ in read_media(opened.path, "flac")}
    assert {row_id for row_id, has_audio in rows if has_audio} <= stored
    for part in (opened.path / "media" / "flac").glob("*.parquet"):
        for audio in pq.read_table(part).column("audio").to_pylist():
            path = urlsplit(audio["path"]).path.removeprefix("/tapes/")
            assert (opened.path / unquote(path)).is_file()  # as a server of files reads it


@given(st.lists(st.text(min_size=1, max_size=300), unique=True))
def test_each_name_has_a_file_name_of_its_own(names: list[str]) -> None:
    safe = [safe_name(name) for name in names]
    assert len(set(safe)) == len(names)
    assert all(len(name.encode()) < 200 and not set(name) & set("./\\+") for name in safe)
