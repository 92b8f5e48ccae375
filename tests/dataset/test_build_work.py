"""What a build costs is a law too: every file decoded once, memory of one stem, no room said in a line."""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from test_build import tree

from conftest import make_song
from rebracket.catalogue import read_catalogue
from rebracket.core.errors import InputError, UsageError
from rebracket.dataset import build, open_dataset
from rebracket.dataset import parts as parts_room
from rebracket.dataset import song as song_room
from rebracket.dataset import stems as stems_room
from rebracket.dataset.media import TIERS
from rebracket.dataset.verify import verify


@pytest.fixture
def one_song(catalogue_path: Path) -> Path:
    """A catalogue of one song: encoding takes its time."""
    for name in ("01_02", "02_01", "02_02"):
        shutil.rmtree(catalogue_path / name)
    return catalogue_path


@pytest.mark.parametrize("measures", ["basic", "full"])
def test_every_file_is_decoded_once(
    one_song: Path, tmp_path: Path, measures: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: Counter[str] = Counter()

    def counted(read: Any) -> Any:
        def wrapper(path: Path) -> Any:
            opened[path.name] += 1
            return read(path)

        return wrapper

    monkeypatch.setattr(stems_room, "read_pcm", counted(stems_room.read_pcm))
    monkeypatch.setattr(song_room, "read_midi", counted(song_room.read_midi))
    content = read_catalogue(one_song)
    build(content, tmp_path / "d", media=("flac", "preview", "features"), measures=measures, workers=1)
    named = {s.audio_file for song in content.songs for s in song.stems} | {s.mix_file for s in content.songs}
    assert {name for name in opened if name.endswith(".wav")} == {name for name in named if name}
    assert set(opened.values()) == {1}


def test_several_tiers_give_the_rows_of_one(one_song: Path, tmp_path: Path) -> None:
    content = read_catalogue(one_song)
    build(content, tmp_path / "flac", workers=1)
    build(content, tmp_path / "all", media=tuple(TIERS), workers=1)
    one, all_ = open_dataset(tmp_path / "flac"), open_dataset(tmp_path / "all")
    assert one.rows.equals(all_.rows)
    assert all_.tiers == tuple(TIERS)
    for tier in TIERS:
        ids = [id_ for id_, _ in (all_.features() if tier == "features" else all_.audio(tier))]
        assert ids == [id_ for id_, _ in one.audio()]
    assert dict(one.midi()) == dict(all_.midi())
    assert one.audio_hashes() == all_.audio_hashes()
    with pytest.raises(InputError, match="no audio of tier 'opus'"):
        one.audio("opus")
    assert verify(tmp_path / "all")[1] == ()


def test_a_lossy_tier_is_another_content_than_the_samples(one_song: Path, tmp_path: Path) -> None:
    content = read_catalogue(one_song)
    for tier in ("flac", "preview"):
        build(content, tmp_path / tier, media=(tier,), workers=1)
    exact, small = (open_dataset(tmp_path / tier).audio_hashes() for tier in ("flac", "preview"))
    assert exact.keys() == small.keys() != set()
    assert not set(exact.values()) & set(small.values())


def test_files_beside_the_tables_hold_the_same_sound(catalogue_path: Path, tmp_path: Path) -> None:
    content, url = read_catalogue(catalogue_path), "https://example.org/media"
    build(content, tmp_path / "inside", workers=1)
    build(content, tmp_path / "beside", audio_url=url, workers=1)
    inside, beside = open_dataset(tmp_path / "inside"), open_dataset(tmp_path / "beside")
    assert dict(inside.audio()) == dict(beside.audio())
    assert dict(inside.mix_audio()) == dict(beside.mix_audio())
    row = parts_room.read_table(tmp_path / "beside" / "media" / "flac" / "part-01_01.parquet").to_pylist()[0]
    assert row["audio"]["bytes"] is None
    name = row["audio"]["path"].removeprefix(f"{url}/")
    assert (tmp_path / "beside" / name).is_file()
    make_song(catalogue_path, "02_03", "V", 5)
    build(read_catalogue(catalogue_path), tmp_path / "beside", audio_url=url, workers=1)
    build(read_catalogue(catalogue_path), tmp_path / "fresh", audio_url=url, workers=1)
    assert tree(tmp_path / "beside") == tree(tmp_path / "fresh")


@pytest.mark.parametrize("media", [(), ("none", "flac"), ("wav",), "pcm"])
def test_tiers_that_do_not_exist_or_go_together_are_refused(catalogue_path: Path, media: Any) -> None:
    with pytest.raises(UsageError, match="'none' stands alone"):
        build(read_catalogue(catalogue_path), catalogue_path.parent / "d", media=media)


def test_memory_does_not_grow_with_the_songs(tmp_path: Path) -> None:
    peaks = []
    for n_songs in (2, 8):
        for number in range(n_songs):
            make_song(tmp_path / f"songs{n_songs}", f"01_{number:02d}", "R", number)
        content = read_catalogue(tmp_path / f"songs{n_songs}")
        build(content, tmp_path / f"warm{n_songs}", workers=1)
        tracemalloc.start()
        build(content, tmp_path / f"d{n_songs}", workers=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_a_full_disk_is_said_and_the_old_dataset_stays(
    catalogue_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "place" / "d"
    build(read_catalogue(catalogue_path), out, workers=1)
    before, beside = tree(out), sorted(path.name for path in out.parent.iterdir())
    make_song(catalogue_path, "02_03", "V", 5)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(parts_room.pq, "ParquetWriter", full)
    with pytest.raises(InputError, match="the disk is full") as caught:
        build(read_catalogue(catalogue_path), out, workers=1)
    assert re.search(r"d: the disk is full: .* MB are needed .* MB are free", str(caught.value))
    assert "\n" not in str(caught.value)
    assert tree(out) == before
    assert sorted(path.name for path in out.parent.iterdir()) == beside


_ON_A_SMALL_DISK = """
mount -t tmpfs -o size=600k none "$2" || exit 77
"$1" -m rebracket build "$3" "$2/d" 2>"$4"
echo $? >>"$4"
ls "$2" >>"$4"
"""


@pytest.mark.slow
def test_a_disk_that_is_really_full_is_said(catalogue_path: Path, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    told = tmp_path / "told"
    arguments = [sys.executable, tmp_path / "small", catalogue_path, told]
    if shutil.which("unshare") is None:
        pytest.skip("there is no 'unshare' to make a small disk with")
    command = ["unshare", "-rm", "sh", "-c", _ON_A_SMALL_DISK, "sh", *map(str, arguments)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    lines = told.read_text().splitlines()
    assert "the disk is full" in " ".join(lines)
    assert "Traceback" not in " ".join(lines)
    assert "1" in lines
    assert "d.new" not in lines
