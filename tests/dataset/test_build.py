from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import NOTES, RATE_HZ, make_song, tone
from rebracket.catalogue import decode_audio, parse_midi, read_catalogue, write_wav
from rebracket.catalogue.midi import tempo_map
from rebracket.core.errors import InputError, RefusedError
from rebracket.dataset import build, label_columns, open_dataset, row_columns
from rebracket.dataset.exchange import locked
from rebracket.dataset.media import samples_sha256


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def built(catalogue_path: Path, tmp_path: Path) -> Path:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    return tmp_path / "dataset"


def test_rows_are_pairs_of_segment_and_sounding_track(built: Path) -> None:
    dataset = open_dataset(built)
    assert len(dataset.songs) == 4
    for song in dataset.songs.to_pylist():
        pairs = song["segments"] * song["tracks"]
        assert song["rows_present"] + song["rows_silent"] + song["rows_unknown"] == pairs
        assert song["rows_silent"] > 0
        assert song["covered_s"] == pytest.approx(song["running_s"])
    silent = [
        row
        for row in dataset.rows.to_pylist()
        if row["stem_description"] == "Bass" and row["end_s"] <= 4.0 + 1e-9
    ]
    assert silent == []


def test_columns_are_those_of_the_schema(built: Path) -> None:
    dataset = open_dataset(built)
    assert dataset.rows.column_names == [column.name for column in row_columns(dataset.ontology)]


def test_audio_slices_are_exact_to_the_sample(built: Path, catalogue_path: Path) -> None:
    dataset = open_dataset(built)
    rows = {row["row_id"]: row for row in dataset.rows.to_pylist()}
    checked = 0
    for row_id, data in dataset.audio():
        row = rows[row_id]
        if row["track"] != 1:
            continue
        whole, _ = soundfile.read(catalogue_path / row["song_id"] / f"{row['song_id']}_01.wav", dtype="int16")
        part, rate_hz = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
        first = round(row["start_s"] * rate_hz)
        assert np.array_equal(part[:, 0], whole[first : round(row["end_s"] * rate_hz)])
        assert samples_sha256(part, rate_hz) == row["audio_sha256"]
        checked += 1
    assert checked == len([row for row in rows.values() if row["track"] == 1]) > 0


def test_mix_slices_join_to_the_mix(built: Path) -> None:
    dataset = open_dataset(built)
    starts = {row["segment_id"]: (row["song_id"], row["start_s"]) for row in dataset.rows.to_pylist()}
    slices = sorted((*starts[id_], decode_audio(data)[0]) for id_, data in dataset.mix_audio())
    first = [wave for song, _, wave in slices if song == "01_01"]
    assert sum(len(wave) for wave in first) == 12 * RATE_HZ
    assert all(wave.shape[1] == 2 for wave in first)


def test_midi_slices_hold_the_notes_that_sound(built: Path) -> None:
    dataset = open_dataset(built)
    rows = {row["row_id"]: row for row in dataset.rows.to_pylist()}
    for row_id, data in dataset.midi():
        row = rows[row_id]
        score = parse_midi(data, row_id)
        times = tempo_map(score)
        found = sorted(
            (
                row["start_s"] + float(times.seconds_at(note.time)),
                row["start_s"] + float(times.seconds_at(note.end)),
                note.pitch,
            )
            for track in score.tracks
            for note in track.notes
        )
        expected = sorted(
            (max(note.onset_s, row["start_s"]), min(note.end_s, row["end_s"]), note.pitch)
            for note in NOTES
            if note.onset_s < row["end_s"] and note.end_s > row["start_s"]
        )
        assert len(found) == len(expected) == row["n_notes"]
        assert np.allclose(np.array(found), np.array(expected), atol=1 / 960)


def test_the_same_catalogue_gives_the_same_bytes(catalogue_path: Path, tmp_path: Path) -> None:
    content = read_catalogue(catalogue_path)
    build(content, tmp_path / "one", workers=1)
    build(content, tmp_path / "two", workers=2)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_only_what_changed_is_built_again(catalogue_path: Path, tmp_path: Path) -> None:
    first = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert first.rebuilt == ("01_01", "01_02", "02_01", "02_02")
    again = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert again == replace(first, rebuilt=())
    write_wav(catalogue_path / "01_02" / "01_02_01.wav", tone(500), RATE_HZ)
    make_song(catalogue_path, "02_03", "V", 5)
    changed = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert changed.rebuilt == ("01_02", "02_03")
    build(read_catalogue(catalogue_path), tmp_path / "fresh", workers=1)
    assert tree(tmp_path / "dataset") == tree(tmp_path / "fresh")


def test_a_song_that_left_leaves_the_dataset(catalogue_path: Path, tmp_path: Path) -> None:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    (catalogue_path / "02_02").rename(tmp_path / "elsewhere")
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    build(read_catalogue(catalogue_path), tmp_path / "fresh", workers=1)
    assert tree(tmp_path / "dataset") == tree(tmp_path / "fresh")


def test_features_outlive_a_rebuild_and_are_outside_the_hash(catalogue_path: Path, tmp_path: Path) -> None:
    first = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    cache = tmp_path / "dataset" / "features" / "some-encoder" / "vectors.npz"
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"vectors")
    make_song(catalogue_path, "02_03", "V", 5)
    second = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert cache.read_bytes() == b"vectors"
    assert second.data_hash != first.data_hash
    assert not any(name.startswith("features") for name in open_dataset(tmp_path / "dataset").meta["files"])


def test_no_media_keeps_the_measures(catalogue_path: Path, tmp_path: Path) -> None:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", media="none", workers=1)
    dataset = open_dataset(tmp_path / "dataset")
    assert list(dataset.audio()) == list(dataset.mix_audio()) == []
    levels = [row["level_dbfs"] for row in dataset.rows.to_pylist() if row["track"] == 1]
    assert levels == pytest.approx([20 * np.log10(0.3 / np.sqrt(2))] * len(levels), abs=0.1)


def test_a_stem_that_stops_decoding_is_unknown_and_said(catalogue_path: Path, tmp_path: Path) -> None:
    path = catalogue_path / "01_01" / "01_01_02.wav"
    wave = tone(80).copy()
    wave[100] = np.nan
    soundfile.write(path, wave, RATE_HZ, subtype="FLOAT")
    made = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert [(p.song, p.code, p.path) for p in made.problems if p.severity.value == "error"] == [
        ("01_01", "audio-unreadable", "01_01/01_01_02.wav")
    ]
    rows = open_dataset(tmp_path / "dataset").rows.to_pylist()
    assert {row["sounds"] for row in rows if row["song_id"] == "01_01" and row["track"] == 2} == {None}
    again = build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert again.rebuilt == ()
    assert again.problems == made.problems


def test_missing_files_are_unknown_not_silent(catalogue_path: Path, tmp_path: Path) -> None:
    (catalogue_path / "01_01" / "01_01_02.wav").unlink()
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    dataset = open_dataset(tmp_path / "dataset")
    song = dataset.songs.to_pylist()[0]
    rows = [row for row in dataset.rows.to_pylist() if row["song_id"] == "01_01" and row["track"] == 2]
    assert len(rows) == song["segments"] == song["rows_unknown"]
    assert {row["sounds"] for row in rows} == {None}


def test_a_song_without_tracks_is_represented_by_its_mix(catalogue_path: Path, tmp_path: Path) -> None:
    manifest = catalogue_path / "01_01" / "01_01.yml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text[: text.index("audio_tracks:")], "utf-8")
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    rows = [row for row in open_dataset(tmp_path / "dataset").rows.to_pylist() if row["song_id"] == "01_01"]
    assert [row["row_id"] for row in rows] == [f"{row['segment_id']}-mix" for row in rows]
    assert {(row["track"], row["sounds"]) for row in rows} == {(None, True)}
    assert any(row["lyrics"] for row in rows)


def test_labels_and_splits(built: Path) -> None:
    dataset = open_dataset(built)
    labels = label_columns(dataset.rows, dataset.ontology)
    assert set(labels["color"]) == {"R", "V"}
    assert set(labels["temporal_mode"]) == {"past", "present"}
    assert set(labels["player"]) == {"the artist", "Ada Quill"}
    songs = np.array(dataset.column("song_id"))
    split = dataset.splits("color")["songs"]
    assert split.k == 2
    for folds in split.folds:
        for song in set(songs.tolist()):
            assert len(set(folds[songs == song])) == 1
    with pytest.raises(InputError, match="no splits for 'mood'"):
        dataset.splits("mood")


def test_a_second_build_at_once_is_refused(catalogue_path: Path, tmp_path: Path) -> None:
    with (
        locked(tmp_path / "dataset"),
        pytest.raises(RefusedError, match="another command is writing here"),
    ):
        build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)


def test_something_else_in_the_place_is_left_alone(catalogue_path: Path, tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "diary.txt").write_text("dear diary")
    with pytest.raises(InputError, match="no dataset"):
        build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert (tmp_path / "dataset" / "diary.txt").read_text() == "dear diary"


def test_a_newer_schema_is_refused_by_name(built: Path) -> None:
    meta = json.loads((built / "dataset.json").read_text("utf-8"))
    (built / "dataset.json").write_text(json.dumps({**meta, "schema": "rebracket.dataset/9"}))
    with pytest.raises(InputError, match=r"rebracket\.dataset/9"):
        open_dataset(built)
    (built / "dataset.json").write_text("{")
    with pytest.raises(InputError, match="no readable dataset"):
        open_dataset(built)


@pytest.mark.parametrize("name", ["songs.parquet", "segments/part-01_01.parquet", "splits/color.json"])
@pytest.mark.parametrize("damage", ["gone", "garbage"])
def test_a_damaged_dataset_is_said_and_built_again(
    catalogue_path: Path, tmp_path: Path, name: str, damage: str
) -> None:
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    sound = tree(tmp_path / "dataset")
    (tmp_path / "dataset" / name).unlink()
    if damage == "garbage":
        (tmp_path / "dataset" / name).write_bytes(b"garbage")
    with pytest.raises(InputError, match=f"{name}: found it missing or of another size"):
        open_dataset(tmp_path / "dataset")
    build(read_catalogue(catalogue_path), tmp_path / "dataset", workers=1)
    assert tree(tmp_path / "dataset") == sound


@pytest.mark.parametrize("key", ["data_hash", "sources", "files", "counts", "ontology"])
def test_a_description_without_a_key_is_said(built: Path, key: str) -> None:
    meta = json.loads((built / "dataset.json").read_text("utf-8"))
    del meta[key]
    (built / "dataset.json").write_text(json.dumps(meta), "utf-8")
    with pytest.raises(InputError, match=f"dataset.json: {key}: found Field required"):
        open_dataset(built)


def test_a_file_list_that_leaves_the_folder_is_refused(built: Path) -> None:
    meta = json.loads((built / "dataset.json").read_text("utf-8"))
    meta["files"]["../secret"] = {"bytes": 1, "sha256": "0" * 64}
    (built / "dataset.json").write_text(json.dumps(meta), "utf-8")
    with pytest.raises(InputError, match="leaves the dataset's folder"):
        open_dataset(built)


def test_a_part_that_is_not_listed_is_no_part_of_the_dataset(built: Path) -> None:
    rows = len(open_dataset(built).rows)
    part = built / "segments" / "part-01_01.parquet"
    (built / "segments" / "part-99_99.parquet").write_bytes(part.read_bytes())
    assert len(open_dataset(built).rows) == rows > 0
