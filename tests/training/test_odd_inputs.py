"""Inputs that nobody wishes for: not finite, empty, next to nothing, ten minutes long; each has its word."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from rebracket.catalogue import encode_flac
from rebracket.core.errors import InputError, RefusedError
from rebracket.features import AUDIO, MIDI, Bank, Sequences
from rebracket.features.encoders.spectral import Spectral
from rebracket.training import Inputs, Recipe, gather_inputs, open_run, train
from rebracket.training.remarks import remarks
from rows_dataset import RATE_HZ, RowsDataset, flac_tone, midi_line, rows_dataset

QUICK = {"targets": ["color"], "epochs": 1, "hidden": 8, "batch_size": 16}
LEARNED = ("cnn", "piano_roll", "events", "bars")
TEN_MINUTES_S = 600.0


def _reads(encoder: str, **changes: object) -> Recipe:
    modality = "audio" if encoder in AUDIO else "midi"
    return Recipe.model_validate({**QUICK, modality: encoder, **changes})


def _changed(dataset: RowsDataset, row: int, media: bytes, kind: str = "audio", **columns: object) -> None:
    """Another medium for a row, and other columns for all rows of its segment."""
    table = dataset.rows.to_pylist()
    stored = dataset.stems if kind == "audio" else dataset.scores
    stored[table[row]["row_id"]] = media
    table[row][f"{kind}_sha256"] = hashlib.sha256(media).hexdigest()
    for other in table:
        if other["segment_id"] == table[row]["segment_id"]:
            other.update(columns)
    dataset.rows = pa.Table.from_pylist(table, schema=dataset.rows.schema)


class _NotFinite(Spectral):
    """An encoder that breaks on one content."""

    def encode(self, contents: Sequence[object]) -> np.ndarray:
        vectors = super().encode(contents)
        vectors[-1, 3] = np.nan
        return vectors


@pytest.mark.parametrize("features", ["cached", "memory"])
def test_numbers_that_are_not_finite_are_one_line_with_encoder_and_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, features: str
) -> None:
    dataset = rows_dataset(tmp_path / "dataset")
    monkeypatch.setitem(AUDIO, "spectral", lambda weights: _NotFinite())
    last = dataset.audio_hashes()[dataset.rows.column("row_id").to_pylist()[-1]]
    with pytest.raises(InputError, match=f"^spectral: content {last[:12]}….*not finite.*expected") as caught:
        train(_reads("spectral", features=features), dataset, tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("stems", ["rows", "attention"])
@pytest.mark.parametrize("encoder", MIDI)
def test_slices_without_notes_are_absent_and_told(tmp_path: Path, encoder: str, stems: str) -> None:
    dataset = rows_dataset(tmp_path / "dataset")
    assert not remarks(gather_inputs(_reads(encoder), dataset), dataset)
    for row in (0, 4, 8):
        _changed(dataset, row, midi_line(), "midi")
    result = train(_reads(encoder, stems=stems), dataset, tmp_path / "run")
    told = "midi: 3 of 24 rows with MIDI hold no note; they count as absent"
    assert result.remarks == (told,)
    content = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert content["remarks"] == [told]
    of_segment = 2 if stems == "attention" else 1
    assert content["coverage"]["midi"]["present"] == (24 - 3) * of_segment


def test_no_notes_at_all_are_refused(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path / "dataset")
    for row in range(0, 48, 2):
        _changed(dataset, row, midi_line(), "midi")
    with pytest.raises(RefusedError, match="none of 48 rows has midi, and it reads nothing else"):
        train(_reads("bars"), dataset, tmp_path / "run")


@pytest.mark.parametrize("encoder", ["spectral", *LEARNED])
def test_a_twentieth_of_a_second_trains_and_predicts(tmp_path: Path, encoder: str) -> None:
    dataset = rows_dataset(tmp_path / "dataset")
    for row in (0, 6):
        start_s = dataset.rows.column("start_s").to_pylist()[row]
        ends = {"end_s": start_s + 0.05}
        _changed(dataset, row, flac_tone(300 + row, 0.05), **ends)
        _changed(dataset, row, midi_line(60), "midi", **ends)
    recipe = _reads(encoder)
    result = train(recipe, dataset, tmp_path / "run")
    if encoder in AUDIO:
        said = "audio: 2 of 24 segments are shorter than 0.1 s, the shortest 0.05 s; "
        assert [line.startswith(said) for line in result.remarks] == [True]
    _predicts_finite(result.run, gather_inputs(recipe, dataset))


def test_a_segment_counts_as_short_once_however_many_stems_it_has(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path / "dataset")
    for row in (0, 1):
        _changed(dataset, row, flac_tone(300 + row, 0.05), end_s=0.05)
    (line,) = remarks(gather_inputs(_reads("cnn"), dataset), dataset)
    assert line.startswith("audio: 1 of 24 segments is shorter than 0.1 s")


@pytest.mark.slow
@pytest.mark.parametrize("encoder", LEARNED)
def test_ten_minutes_are_read_to_their_last_second(tmp_path: Path, encoder: str) -> None:
    dataset = rows_dataset(tmp_path / "dataset", songs=2, segments=1)
    table = dataset.rows.column("row_id").to_pylist()
    for row, (media, score) in {0: _ten_minutes(220.0, 60), 2: _ten_minutes(440.0, 72)}.items():
        _changed(dataset, row, media, end_s=TEN_MINUTES_S)
        _changed(dataset, row, score, "midi", end_s=TEN_MINUTES_S)
    assert len(table) == 12
    recipe = _reads(encoder, epochs=3, learning_rate=0.02)
    result = train(recipe, dataset, tmp_path / "run")
    assert [": 2 of " in line and "all of it is read" in line for line in result.remarks] == [True]
    inputs = gather_inputs(recipe, dataset)
    probabilities = _predicts_finite(result.run, inputs)
    # Rows 0 and 2 differ in the last second only.
    assert np.abs(probabilities[0] - probabilities[2]).max() > 1e-7


def _ten_minutes(last_hz: float, last_pitch: int) -> tuple[bytes, bytes]:
    """A tone and quarter notes that change in the last second."""
    times_s = np.arange(round(TEN_MINUTES_S * RATE_HZ)) / RATE_HZ
    hz = np.where(times_s < TEN_MINUTES_S - 1, 330.0, last_hz)
    wave = (0.3 * np.sin(2 * np.pi * hz * times_s)).astype(np.float32)
    pitches = [48 + place % 12 for place in range(1198)]
    return encode_flac(wave[:, None], RATE_HZ, "PCM_16"), midi_line(*pitches, last_pitch, last_pitch)


def test_what_stems_say_of_a_segment_together_must_be_one(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path / "dataset")
    table = dataset.rows.to_pylist()
    for row in table:
        row["player"] = "Ada" if row["track"] == 1 else "Bo"
    dataset.rows = pa.Table.from_pylist(table, schema=dataset.rows.schema)
    recipe = _reads("spectral", targets=["player"], stems="attention")
    with pytest.raises(
        RefusedError, match=r"player: found different ones on the stems of .*--set stems=rows"
    ):
        train(recipe, dataset, tmp_path / "run")
    assert train(_reads("spectral", targets=["player"]), dataset, tmp_path / "run").targets == ("player",)


@pytest.mark.parametrize("kind", ["frames", "tokens"])
def test_a_sequence_may_be_as_long_as_is_read_at_once_and_one_longer_is_told(kind: str) -> None:
    dataset = RowsDataset(Path("nowhere"), pa.table({"row_id": ["a", "b"]}))
    most = {"frames": 1500, "tokens": 512}[kind]
    for longest, told in ((most, []), (most + 1, [f"longer than {most} {kind}, the longest {most + 1}"])):
        sequences = Sequences.of([np.zeros((1, 1), np.int32), np.zeros((longest, 1), np.int32)])
        bank = Bank(sequences, np.arange(2), "made", kind=kind, sizes=(2,))
        said = remarks(Inputs({"text": bank}), dataset)
        assert len(said) == len(told)
        assert all(part in line for part, line in zip(told, said, strict=True))
        unused = replace(bank, index=np.array([0, -1]))
        assert not remarks(Inputs({"text": unused}), dataset)


def _predicts_finite(run: Path, inputs: Inputs) -> np.ndarray:
    fitted = open_run(run).fitted("color")
    probabilities = fitted.predict(inputs, np.arange(inputs.n_rows))
    assert np.isfinite(probabilities).all()
    assert np.isfinite([loss.train for loss in fitted.history]).all()
    return probabilities
