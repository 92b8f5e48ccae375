"""The truth on disk: complete, true of what was written beside it, and no obstacle to whoever reads songs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rebracket.catalogue import read_catalogue, read_midi
from rebracket.demo import plan, read_truth, song_keys, write_demo
from rebracket.demo.sizes import SongKey, knobs_of
from rebracket.demo.story import WAYS, Knobs, draw_song
from rebracket.demo.truth import truth_rows
from rebracket.demo.truth_columns import COLUMNS
from rebracket.ontology import rainbow_table

PAGE = Path(__file__).parents[2] / "docs" / "known-truth.md"
# an album of one song and one of its twins, at the smallest
KNOBS = knobs_of("tiny", 3).with_(
    **{
        "sizes.songs": 8,
        "sizes.seconds": 10.0,
        "sizes.stems": 4,
        "albums.colors_each": 8,
        "missing.midi": 0.0,
        "cheats.beep": 1.0,
        "noise.type_labels": 0.5,
        "notation": "mixed",
    }
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("truth") / "songs"
    write_demo(out, knobs=KNOBS, renderer="own", workers=1)
    return out


@pytest.fixture(scope="module")
def rows(written: Path) -> list[dict[str, Any]]:
    return list(read_truth(written).to_pylist())


def test_whoever_reads_the_songs_passes_the_truth_by(written: Path) -> None:
    catalogue = read_catalogue(written)
    assert len(catalogue.songs) == 8
    assert [problem for problem in catalogue.problems if problem.severity != "note"] == []
    assert sorted(path.name for path in (written / "truth").iterdir()) == [
        "ceiling.json",
        "knobs.json",
        "truth.parquet",
    ]


def test_there_is_a_row_for_each_section_and_it_says_where(written: Path, rows: list[dict[str, Any]]) -> None:
    songs = {song.song_id: song for song in read_catalogue(written).songs}
    for song in songs.values():
        mine = [row for row in rows if row["song_id"] == song.song_id]
        assert [row["section"] for row in mine] == [section.name for section in song.sections]
        assert [row["start_s"] for row in mine] == pytest.approx(
            [section.span.start_s for section in song.sections], abs=0.05
        )


def test_labels_are_the_manifest_s(written: Path, rows: list[dict[str, Any]]) -> None:
    for song in read_catalogue(written).songs:
        mine = [row for row in rows if row["song_id"] == song.song_id]
        for row, section in zip(mine, song.sections, strict=True):
            said = section.rebracketing
            assert (said is not None) == row["label_written"]
            if said is not None:
                assert said.types == (() if row["label_type"] is None else (row["label_type"],))
            assert song.color == row["label_color"]
            assert said is not None or any(note.span == section.span for note in song.annotations)
    noisy = [row["label_noisy"] for row in rows]
    assert 0 < sum(noisy) < len(noisy)
    assert all(row["label_noisy"] == (row["label_type"] != row["type"]) for row in rows)


def test_moved_notes_are_in_the_midi_where_the_truth_says(written: Path, rows: list[dict[str, Any]]) -> None:
    songs = {song.song_id: song for song in read_catalogue(written).songs}
    count = 0
    for row in rows:
        song = songs[row["song_id"]]
        files = {stem.track: stem.midi_file for stem in song.stems}
        for note in row["moved_notes"]:
            assert note["track"] in row["moved_tracks"]
            path = song.folder / str(files[note["track"]])
            held = {(each.time, each.pitch) for track in read_midi(path).tracks for each in track.notes}
            assert (note["onset_ticks"], note["pitch"]) in held
            count += 1
    assert count > 20


def test_what_moved_is_what_the_channel_shows(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert bool(row["moved_notes"]) <= (row["midi_type"] is not None)
        assert row["midi_type"] == (None, *rainbow_table().types)[WAYS["midi"].index(row["midi_way"])]
        assert bool(row["moved_words"]) <= ("words" in row["channels"])
        assert (row["gesture_tracks"] == []) >= (row["audio_way"] == "dry")
        assert (row["pickup_track"] is None) >= (row["announces"] is None)


def test_planted_cheats_are_told(rows: list[dict[str, Any]]) -> None:
    colors = {row["color"] for row in rows if row["cheats"]}
    assert len(colors) == 1
    assert {cheat["name"] for row in rows for cheat in row["cheats"]} == {"beep"}


def test_the_knobs_and_the_ceiling_are_those_of_the_catalogue(written: Path) -> None:
    knobs = Knobs.model_validate(json.loads((written / "truth" / "knobs.json").read_text("utf-8")))
    ceiling = json.loads((written / "truth" / "ceiling.json").read_text("utf-8"))
    assert knobs == KNOBS == Knobs.model_validate(ceiling["knobs"])
    assert ceiling["schema"] == "rebracket.ceiling/1"
    assert len(ceiling["observer"]) == 2 * 7
    assert [entry["songs"] for entry in ceiling["oracle"]] == [8] * 7  # fitted to as many as there are


def test_the_truth_draws_the_same_song_again(rows: list[dict[str, Any]]) -> None:
    """Knobs and key are enough: what is in the file is what the story draws."""
    for key in song_keys("tiny", KNOBS)[:3]:
        causes = plan(key, KNOBS).causes
        assert causes is not None
        mine = [row for row in rows if row["song_id"] == key.song_id]
        assert [row["type"] for row in mine] == [segment.type for segment in causes.segments]
        assert mine[0]["style"] == list(causes.style)
        free = draw_song(key.story, KNOBS)
        assert free.style == causes.style


def test_the_page_has_a_row_for_each_column() -> None:
    page = PAGE.read_text("utf-8").partition("## Columns of the truth")[2].partition("\n## ")[0]
    found = [line for line in page.splitlines() if line.startswith("| `")]
    assert found == [f"| `{column.name}` | {column.meaning} |" for column in COLUMNS]


def test_a_song_of_another_renderer_has_another_hash() -> None:
    key: SongKey = song_keys("tiny")[0]
    told = [
        truth_rows(plan(key, 0), (), {"name": name, "hash": name * 2})[0]["renderer_hash"] for name in "ab"
    ]
    assert told == ["aa", "bb"]
