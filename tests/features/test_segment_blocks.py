"""One vector a segment: the mix where there is one, the stems where not, nothing where nothing."""

from pathlib import Path

import numpy as np
import pytest

import rebracket.features.encoders.minilm as minilm
from rebracket.features import segment_blocks
from rebracket.features.encoders.histogram import Histogram
from rebracket.features.encoders.minilm import MiniLM
from rebracket.features.encoders.spectral import Spectral
from rows_dataset import rows_dataset


def test_segments_in_order_and_every_block_over_all(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    ids, blocks = segment_blocks(dataset)
    assert list(ids) == list(dict.fromkeys(dataset.rows.column("segment_id").to_pylist()))
    assert set(blocks) == {"text", "audio", "midi"}
    for values, present in blocks.values():
        assert len(values) == len(present) == len(ids)
        assert present.all()


def test_audio_is_the_mix_and_without_it_the_mean_of_the_stems(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    gone = next(iter(dataset.mixes))
    kept = list(dataset.mixes)[1]
    del dataset.mixes[gone]
    ids, blocks = segment_blocks(dataset)
    values, present = blocks["audio"]
    stems = [data for row_id, data in dataset.stems.items() if row_id.startswith(gone)]
    assert present.all()
    assert np.allclose(values[ids.index(gone)], Spectral().encode(stems).mean(axis=0), rtol=1e-5)
    assert np.array_equal(values[ids.index(kept)], Spectral().encode([dataset.mixes[kept]])[0])


def test_midi_is_the_mean_over_the_stems_that_have_it(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    ids, blocks = segment_blocks(dataset)
    expected = Histogram().encode([dataset.scores[f"{ids[3]}-1"]])[0]
    assert np.array_equal(blocks["midi"][0][3], expected)


def test_text_is_the_line_sung_and_else_the_section(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    ids, blocks = segment_blocks(dataset)
    rows = {row["segment_id"]: row for row in dataset.rows.to_pylist()}
    silent = next(id_ for id_ in ids if not rows[id_]["lyrics"])
    expected = MiniLM().encode([rows[ids[0]]["lyrics"], "Part 1\nquiet"])
    assert np.array_equal(blocks["text"][0][0], expected[0])
    assert np.array_equal(blocks["text"][0][ids.index(silent)], expected[1])


def test_a_modality_nobody_has_is_no_block(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    dataset.mixes.clear()
    dataset.rows = dataset.rows.set_column(
        dataset.rows.column_names.index("audio_sha256"), "audio_sha256", [[None] * dataset.rows.num_rows]
    )
    assert set(segment_blocks(dataset)[1]) == {"text", "midi"}


def test_without_the_text_extra_there_are_still_sound_and_notes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(minilm, "_WEIGHTS_PACKAGE", "a_package_that_is_not_installed")
    assert set(segment_blocks(rows_dataset(tmp_path))[1]) == {"audio", "midi"}
    assert "rebracket[text]" in caplog.text


def test_the_second_time_nothing_is_decoded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, first = segment_blocks(rows_dataset(tmp_path))

    def never(*_: object) -> None:
        raise AssertionError("encoded again")

    for encoder in (Spectral, Histogram, MiniLM):
        monkeypatch.setattr(encoder, "encode", never)
    _, second = segment_blocks(rows_dataset(tmp_path))
    for name, (values, present) in first.items():
        assert np.array_equal(values, second[name][0])
        assert np.array_equal(present, second[name][1])
