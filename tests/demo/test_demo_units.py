"""A catalogue written in any unit is read in it: what the demo means, without a sound of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rebracket.catalogue import read_catalogue, write_lrc, write_manifest
from rebracket.core import TimeUnit
from rebracket.demo.plan import plan, song_keys
from rebracket.demo.realize import song_of
from rebracket.demo.sizes import knobs_of
from rebracket.demo.write import write_song

MANY_SECTIONS = 6


@pytest.mark.parametrize("unit", TimeUnit)
def test_the_unit_of_a_whole_catalogue_is_found(tmp_path: Path, unit: TimeUnit) -> None:
    songs = [song_of(plan(key, 5), tmp_path) for key in song_keys("small")]
    for song in songs:
        song.folder.mkdir()
        write_manifest(song, song.folder / f"{song.song_id}.yml", unit=unit, declare=False)
        if song.lines:
            write_lrc(song.lines, song.folder / f"{song.song_id}.lrc", tags={}, unit=unit)
    many = {song.song_id for song in songs if len(song.sections) >= MANY_SECTIONS}
    told = read_catalogue(tmp_path).times
    of_many = [times.sections.unit is unit for times in told if times.song_id in many]
    assert len(of_many) >= 6
    assert sum(of_many) >= 0.95 * len(of_many)
    choices = [choice for times in told for choice in (times.sections, times.lyrics) if choice]
    assert all(choice.confidence <= 0.8 for choice in choices if choice.unit is not unit)


def test_a_written_song_keeps_its_times_in_frames(tmp_path: Path) -> None:
    key = song_keys("tiny")[0]
    write_song(tmp_path, knobs_of("tiny").with_(notation="frames"), key)
    manifest = tmp_path / key.song_id / f"{key.song_id}.yml"
    assert "time_unit" not in manifest.read_text()  # left for the reader to find
    manifest.write_text(manifest.read_text() + "time_unit: frames\nlrc_time_unit: frames\n")
    catalogue = read_catalogue(tmp_path)
    assert [problem for problem in catalogue.problems if problem.severity != "note"] == []
    (back,), meant = catalogue.songs, song_of(plan(key, 0))
    starts_s = [section.span.start_s for section in meant.sections]
    assert [section.span.start_s for section in back.sections] == pytest.approx(starts_s, abs=0.061)
    assert [line.start_s for line in back.lines] == pytest.approx([x.start_s for x in meant.lines], abs=0.021)
