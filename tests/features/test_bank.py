"""Banks: each distinct input once, absence kept as absence."""

from pathlib import Path

import numpy as np
import pytest

from rebracket.catalogue.audio import decode_audio
from rebracket.core.errors import UsageError
from rebracket.features import AUDIO, MIDI, TEXT, Bank, Weights, audio_bank, midi_bank, text_bank
from rebracket.features.encoders import describe
from rebracket.signal import spectral_statistics
from rows_dataset import RATE_HZ, rows_dataset
from tiny_networks import SAVES


def test_text_of_a_row_is_its_columns_joined(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    bank = text_bank(dataset, "tfidf", ["concept", "lyrics"])
    assert isinstance(bank.values, tuple)
    first = dataset.rows.to_pylist()[0]
    assert bank.values[bank.index[0]] == f"{first['concept']}\n{first['lyrics']}"


def test_rows_that_are_one_song_share_their_concept(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=4, segments=3)
    bank = text_bank(dataset, "tfidf", ["concept"])
    songs = dataset.rows.column("song_id").to_pylist()
    assert len(bank.values) == len(set(songs)) == len(set(zip(songs, bank.index.tolist(), strict=True)))


def test_empty_text_is_absent(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    bank = text_bank(dataset, "tfidf", ["lyrics"])
    assert (bank.present == [bool(text) for text in dataset.rows.column("lyrics").to_pylist()]).all()
    assert not bank.present.all()


def test_audio_is_the_spectrum_of_the_row(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    bank = audio_bank(dataset, "spectral")
    row = 5
    wave, info = decode_audio(dataset.stems[dataset.rows.column("row_id")[row].as_py()])
    assert info.sample_rate_hz == RATE_HZ
    assert np.array_equal(bank.values[bank.index[row]], spectral_statistics(wave, RATE_HZ))


def test_midi_is_absent_where_a_row_has_none(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    bank = midi_bank(dataset, "histogram")
    assert (bank.present == [track == 1 for track in dataset.rows.column("track").to_pylist()]).all()


@pytest.mark.parametrize(("make", "encoder"), [(audio_bank, "spectral"), (midi_bank, "histogram")])
def test_a_cached_bank_opens_no_media_and_is_the_same(make, encoder: str, tmp_path: Path) -> None:
    first = make(rows_dataset(tmp_path), encoder)
    again = rows_dataset(tmp_path)
    second = make(again, encoder)
    assert again.opened == []
    assert np.array_equal(first.values, second.values)
    assert np.array_equal(first.index, second.index)


def test_mistakes_name_what_was_meant(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    with pytest.raises(UsageError, match="'concpt'; did you mean 'concept'"):
        text_bank(dataset, "tfidf", ["concpt"])
    with pytest.raises(UsageError, match="'start_s' holds float"):
        text_bank(dataset, "tfidf", ["start_s"])
    with pytest.raises(UsageError, match="no encoder 'wav2vec'"):
        audio_bank(dataset, "wav2vec")


def test_a_bank_that_points_beyond_its_values_cannot_be() -> None:
    with pytest.raises(ValueError, match="need -1 <= index < 1"):
        Bank(("text",), np.array([0, 1]), "tfidf")


@pytest.mark.parametrize(
    ("modality", "registry", "name"),
    [
        (modality, registry, name)
        for modality, registry in (("text", TEXT), ("audio", AUDIO), ("midi", MIDI))
        for name in registry
    ],
)
def test_every_encoder_says_what_it_is(modality: str, registry: dict, name: str, tmp_path: Path) -> None:
    source = str(SAVES[name](tmp_path)) if name in SAVES else None
    encoder = registry[name](Weights(source))
    assert (encoder.name, encoder.modality) == (name, modality)
    assert len(encoder.version) == 64
    assert encoder.width > 0
    assert encoder.licence
    assert encoder.provenance
    assert str(tmp_path) not in describe(encoder)
    assert describe(encoder).startswith(f"{modality}: {name}, ")
    if hasattr(encoder, "encode"):
        assert encoder.encode([]).shape == (0, encoder.width)
    else:
        assert encoder.kind in ("frames", "tokens", "states", "ids")
        assert encoder.encode_sequences([]) == []
