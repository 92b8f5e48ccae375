"""Prints of rows: each content read once, kept, on the clock of the song; damage is made anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import InputError
from rebracket.features.fingerprints import note_prints, sound_prints
from rebracket.signal import FRAME_S, landmarks
from rows_dataset import RATE_HZ, RowsDataset, rows_dataset


def _same(one: object, other: object) -> bool:
    return all(np.array_equal(getattr(one, n), getattr(other, n)) for n in ("hashes", "frames", "rows"))


def test_landmarks_of_a_row_are_on_the_clock_of_the_song(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    row = 2
    row_id, start_s = (dataset.rows.column(name)[row].as_py() for name in ("row_id", "start_s"))
    assert start_s > 0
    hashes, frames = landmarks(decode_audio(dataset.stems[row_id])[0], RATE_HZ)
    found = sound_prints(dataset)
    own = found.rows == row
    assert own.any()
    assert np.array_equal(found.hashes[own], hashes)
    assert np.array_equal(found.frames[own] - frames, np.full(len(frames), round(start_s / FRAME_S)))


@pytest.mark.parametrize(("make", "kept"), [(sound_prints, "landmarks-*"), (note_prints, "patterns-*")])
def test_what_is_kept_is_not_read_again_and_damage_is_made_anew(make, kept: str, tmp_path: Path) -> None:
    first = make(rows_dataset(tmp_path))
    again = rows_dataset(tmp_path)
    assert _same(make(again), first)
    assert again.opened == []
    (place,) = (tmp_path / "features").glob(f"{kept}/*.arrow")
    whole = place.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"nonsense" * 100):
        place.write_bytes(damaged)
        assert _same(make(rows_dataset(tmp_path)), first)
        assert place.read_bytes() == whole


def test_rows_without_media_have_no_prints(tmp_path: Path) -> None:
    empty = RowsDataset(tmp_path, rows_dataset(tmp_path).rows.slice(0, 0))
    assert len(sound_prints(empty).hashes) == len(note_prints(empty).hashes) == 0
    dataset = rows_dataset(tmp_path)
    with_notes = set(np.flatnonzero([track == 1 for track in dataset.rows.column("track").to_pylist()]))
    assert set(note_prints(dataset).rows.tolist()) <= with_notes


def test_media_that_are_not_there_are_told(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    dataset.stems.clear()
    with pytest.raises(InputError, match=r"found no media for (\d+) of \1 contents"):
        sound_prints(dataset)
