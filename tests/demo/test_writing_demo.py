"""The catalogue on disk: whole or not at all, the same bytes for the same seed, read without a word."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import rebracket.demo.write as write
from rebracket.catalogue import read_catalogue, read_midi
from rebracket.core.errors import UsageError
from rebracket.demo import plan, realize, song_keys, write_demo
from rebracket.demo.sizes import knobs_of
from rebracket.demo.write import write_song

ONE_SONG = """
import sys
from pathlib import Path
from rebracket.demo import song_keys
from rebracket.demo.sizes import knobs_of
from rebracket.demo.write import write_song
write_song(Path(sys.argv[1]), 4, song_keys("tiny")[5], renderer="own")
"""


def digest(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One song of each album."""
    root = tmp_path_factory.mktemp("few")
    for key in song_keys("tiny")[::3]:
        write_song(root, 0, key)
    return root


def test_what_is_written_is_read_without_a_problem(few: Path) -> None:
    catalogue = read_catalogue(few)
    assert len(catalogue.songs) == 8
    assert catalogue.problems == ()
    assert catalogue.skipped == ()


def test_what_is_read_is_what_was_made(few: Path) -> None:
    key = song_keys("tiny")[3]
    made = realize(plan(key, 0), few).song
    read = next(song for song in read_catalogue(few).songs if song.song_id == key.song_id)
    assert read.running_s == pytest.approx(made.running_s, abs=1e-9)
    for name in (
        "title",
        "color",
        "album_id",
        "bpm",
        "meter",
        "key",
        "concept",
        "moods",
        "genres",
        "sounds_like",
    ):
        assert getattr(read, name) == getattr(made, name), name
    assert [stem.midi_file for stem in read.stems] == [stem.midi_file for stem in made.stems]
    assert [line.text for line in read.lines] == [line.text for line in made.lines]
    assert [section.name for section in read.sections] == [section.name for section in made.sections]


def test_midi_files_have_notes(few: Path) -> None:
    files = sorted(few.rglob("*.mid"))
    assert len(files) >= 8
    assert all(read_midi(file).note_num() > 0 for file in files)


def test_same_seed_same_bytes_in_another_process_and_another_seed_other_bytes(tmp_path: Path) -> None:
    roots = [tmp_path / name for name in ("one", "two", "other")]
    for root in roots:
        root.mkdir()
    write_song(roots[0], 4, song_keys("tiny")[5], renderer="own")
    environment = {**os.environ, "PYTHONHASHSEED": "123"}
    subprocess.run([sys.executable, "-c", ONE_SONG, str(roots[1])], check=True, env=environment)
    write_song(roots[2], 5, song_keys("tiny")[5], renderer="own")
    one, two, other = (digest(root) for root in roots)
    assert one == two
    assert set(one.values()).isdisjoint(other.values())


def shrink(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """A size of ``count`` songs, so that writing a whole catalogue takes a second."""
    monkeypatch.setattr(write, "song_keys", lambda size, knobs: song_keys(size, knobs)[:count])
    monkeypatch.setattr(write, "_FRESH_SONGS", 8)


def test_a_catalogue_is_written_and_summed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, 2)
    told: list[tuple[int, int]] = []
    out = tmp_path / "new" / "demo"
    summary = write_demo(out, seed=1, progress=lambda done, of: told.append((done, of)), workers=1)
    assert (summary.songs, summary.albums) == (2, 1)
    assert told == [(1, 2), (2, 2)]
    wavs = [path.stat().st_size for path in out.rglob("*_[0-9][0-9].wav")]
    mixes = [path.stat().st_size for path in out.rglob("*_main.wav")]
    assert summary.seconds_of_audio == pytest.approx((sum(wavs) + sum(mixes) / 2) / 44_100, abs=0.1)
    assert [path.name for path in out.parent.iterdir()] == ["demo"]


def test_an_empty_folder_may_be_filled_and_a_full_one_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch, 1)
    (tmp_path / "demo").mkdir()
    write_demo(tmp_path / "demo", workers=1)
    before = digest(tmp_path / "demo")
    with pytest.raises(UsageError, match="expected a new or empty folder"):
        write_demo(tmp_path / "demo", workers=1)
    assert digest(tmp_path / "demo") == before


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(UsageError, match="expected a new or empty folder"):
        write_demo(tmp_path / "demo")
    assert (tmp_path / "demo").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="expected a folder that can be written"):
        write_demo(tmp_path / "file" / "demo")


def test_a_size_that_does_not_exist_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected one of tiny, small, full"):
        write_demo(tmp_path / "demo", size="huge")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, 2)

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_demo(tmp_path / "demo", progress=stop, workers=1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_catalogue_is_the_same_over_processes_and_another_renderer_another(tmp_path: Path) -> None:
    sizes = {"sizes.songs": 4, "sizes.seconds": 8.0, "sizes.stems": 3, "albums.colors_each": 4}
    knobs = knobs_of("tiny").with_(**sizes, **{"cheats.album_mastering": 0.5, "notation": "mixed"})
    first = write_demo(tmp_path / "one", knobs=knobs, renderer="own", workers=1)
    second = write_demo(tmp_path / "two", knobs=knobs, renderer="own", workers=2)
    assert first == second
    assert (first.songs, first.albums) == (8, 2)
    one, two = (digest(tmp_path / name) for name in ("one", "two"))
    assert one == two
    found = {problem.code for problem in read_catalogue(tmp_path / "one").problems}
    assert found <= {"time-unit-decided", "time-unit-undecided"}  # units are drawn, and told to nobody
    write_song(tmp_path, knobs, song_keys("tiny", knobs)[0], renderer="soundfont")
    other = digest(tmp_path / "01_01")
    assert all(
        (value == one[f"01_01/{name}"]) == (not name.endswith(".wav")) for name, value in other.items()
    )
