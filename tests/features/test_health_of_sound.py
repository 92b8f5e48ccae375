"""What a codec does to the vectors, and whether texts and sound of one space meet."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rebracket.catalogue.audio import decode_audio, encode_flac
from rebracket.features import Bank, Sequences, Weights, audio_bank, make_encoder
from rebracket.features.encoders import AUDIO
from rebracket.features.encoders.spectral import Spectral
from rebracket.features.health.codec import codec_figures
from rebracket.features.health.health import encoder_health
from rebracket.features.health.joint import joint_figures
from rows_dataset import RowsDataset, rows_dataset
from tiny_networks import save_clap


def _played(dataset: RowsDataset) -> RowsDataset:
    """The tones of the dataset with overtones, in a room that is never silent."""
    rng = np.random.default_rng(0)
    for row_id, data in dataset.stems.items():
        wave, info = decode_audio(data)
        tone = wave[:, 0]
        rough = np.sign(tone) * np.abs(tone) ** rng.uniform(0.3, 0.9)
        air = np.convolve(rng.normal(size=len(tone)), np.ones(int(rng.integers(1, 8))), "same")
        played = 0.4 * rough + 0.02 * air
        dataset.stems[row_id] = encode_flac(played[:, None].astype(np.float32), info.sample_rate_hz, "PCM_16")
    return dataset


class Hand:
    """An encoder of sound made by hand; counts what it read."""

    name, modality, width, version = "hand", "audio", 8, "0" * 64
    licence, provenance = "Apache-2.0", "made by hand"

    def __init__(self) -> None:
        self.read = 0

    def encode(self, contents: Sequence[bytes]) -> np.ndarray:
        self.read += len(contents)
        vectors = [self.one(content) for content in contents]
        return np.array(vectors, dtype=np.float32).reshape(-1, self.width)

    def one(self, content: bytes) -> np.ndarray:
        raise NotImplementedError


class OfBytes(Hand):
    """Reads the hash of the file."""

    def one(self, content: bytes) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(content).digest()[:8], "big")
        return np.random.default_rng(seed).normal(size=self.width)


class OfFloor(Hand):
    """Reads what is hardly heard, eight bands far above the tones, and a little of the tone."""

    def one(self, content: bytes) -> np.ndarray:
        wave, _ = decode_audio(content)
        power = np.abs(np.fft.rfft(wave[:, 0])) ** 2
        top = power[-len(power) // 3 :]  # above 5 kHz, where nobody plays
        floor = [np.log(part.mean() + 1e-12) for part in np.array_split(top, self.width)]
        return np.array(floor) + OfTones().one(content)


class OfTones(Hand):
    """Reads which note is played, and so does not care for the codec."""

    def one(self, content: bytes) -> np.ndarray:
        wave, info = decode_audio(content)
        power = np.abs(np.fft.rfft(wave[:, 0])) ** 2
        loudest = int(power.argmax()) * info.sample_rate_hz / len(wave)
        return np.sin(loudest / np.geomspace(50, 500, self.width))


def _songs(dataset: RowsDataset) -> np.ndarray:
    return np.array(dataset.rows.column("song_id").to_pylist(), dtype=object)


@pytest.mark.parametrize(
    ("encoder", "verdict"),
    [
        (OfBytes(), "codec-dependent"),
        (OfFloor(), "codec-dependent"),
        (OfTones(), "healthy"),
        (Spectral(), "healthy"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_encoder_that_hears_the_codec_is_told(tmp_path: Path, encoder, verdict: str) -> None:
    dataset = rows_dataset(tmp_path, songs=4)
    if not isinstance(encoder, OfFloor):
        _played(dataset)
    codec = codec_figures(encoder, dataset, keep=False)
    assert set(codec) == {"opus", "mp3"}
    values = encoder.encode(list(dataset.stems.values()))
    bank = Bank(values, np.arange(len(values)), "hand-0")
    assert encoder_health(bank, _songs(dataset), {}, codec=codec).verdict == verdict
    for one in codec.values():
        assert one.lost_by_chance == pytest.approx(1 - 1 / one.n)
    moved, lost = (max(getattr(one, name) for one in codec.values()) for name in ("moved", "lost"))
    if verdict == "healthy":
        assert moved < 0.4
        assert lost == 0.0
    else:
        assert moved > 0.7
        assert lost > 0.5


def test_stems_are_drawn_from_all_songs_and_measured_once(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=5, segments=4, tracks=3)
    encoder = OfTones()
    first = codec_figures(encoder, dataset)
    assert first["mp3"].n == 45 == encoder.read / 3  # each tone stands in four segments of its song
    assert codec_figures(encoder, dataset) == first
    assert encoder.read == 135
    kept = tmp_path / "features" / "hand-00000000" / "health.json"
    assert json.loads(kept.read_text("utf-8"))["codec"]["figures"]["mp3"]["n"] == 45
    dataset.rows = dataset.rows.slice(0, 48)
    assert codec_figures(encoder, dataset)["mp3"].n < 45


@pytest.mark.parametrize("content", ["", "[]", "{", '{"codec": 3}', '{"codec": {"of": "x"}}', "\x00"])
def test_figures_that_cannot_be_read_are_measured_again(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    dataset, encoder = rows_dataset(tmp_path, songs=1), OfTones()
    first = codec_figures(encoder, dataset)
    (tmp_path / "features" / "hand-00000000" / "health.json").write_text(content)
    assert codec_figures(encoder, dataset) == first
    assert codec_figures(encoder, dataset) == first
    assert encoder.read == 2 * 3 * first["mp3"].n


def test_nothing_is_kept_where_nothing_shall_be(tmp_path: Path) -> None:
    codec_figures(OfTones(), rows_dataset(tmp_path, songs=1), keep=False)
    assert not (tmp_path / "features").exists()


def test_of_two_stems_a_codec_says_nothing(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=1)
    dataset.rows = dataset.rows.slice(0, 2)
    found = codec_figures(Spectral(), dataset)["opus"]
    assert (found.n, found.lost, found.lost_by_chance, found.moved) == (2, None, None, None)


class States:
    """The same as a sequence of three equal states."""

    name, modality, width, version = "states", "audio", 8, "0" * 64
    licence, provenance, dtype, kind, sizes = "Apache-2.0", "made by hand", "float32", "states", ()

    def encode_sequences(self, contents: Sequence[bytes]) -> list[np.ndarray]:
        return [np.repeat(vector[None], 3, axis=0) for vector in OfFloor().encode(contents)]


def test_sequences_are_compared_by_their_means(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=2)
    found, alone = (codec_figures(one, dataset, keep=False) for one in (States(), OfFloor()))
    for name in found:
        assert found[name].moved == pytest.approx(alone[name].moved, rel=1e-4)


class Paired(Hand):
    """Puts a text where `where` says that the sounds of its segment are."""

    def __init__(self, where: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.where = where
        self.texts = 0

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += len(texts)
        return np.stack([self.where[text] for text in texts]).astype(np.float32)


def _lyrics_of_own(dataset: RowsDataset) -> list[str]:
    """Every segment gets words of its own."""
    words = [f"words of {segment}" for segment in dataset.rows.column("segment_id").to_pylist()]
    place = dataset.rows.column_names.index("lyrics")
    dataset.rows = dataset.rows.set_column(place, "lyrics", [words])
    return words


def test_texts_that_meet_their_sound_are_told_from_those_that_do_not(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=8)
    words = _lyrics_of_own(dataset)
    rng = np.random.default_rng(0)
    of_segment = {text: rng.normal(size=8) for text in words}
    values = np.stack([of_segment[text] + 0.1 * rng.normal(size=8) for text in words]).astype(np.float32)
    bank = Bank(values, np.arange(len(words)), "hand-0")
    near = joint_figures(Paired(of_segment), bank, dataset, keep=False)
    assert near["lyrics"].n == 48
    assert near["lyrics"].first_by_chance == pytest.approx(1 / 48)
    assert near["lyrics"].first > 0.9
    assert near["lyrics"].beaten > 0.99
    assert near["lyrics"].paired_minus_unpaired > 0.8
    assert (near["section_description"].n, near["section_description"].first) == (1, None)
    strangers = {text: rng.normal(size=8) for text in words}
    far = joint_figures(Paired(strangers), bank, dataset, keep=False)["lyrics"]
    assert far.first < 0.15
    assert far.beaten == pytest.approx(0.5, abs=0.15)
    assert far.paired_minus_unpaired == pytest.approx(0, abs=0.15)
    one = joint_figures(Paired(dict.fromkeys(words, np.ones(8))), bank, dataset, keep=False)["lyrics"]
    assert one.first == pytest.approx(one.first_by_chance)
    assert one.beaten == pytest.approx(0.5)


def test_texts_are_read_once(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path, songs=2)
    words = _lyrics_of_own(dataset)
    values = np.random.default_rng(1).normal(size=(len(words), 8)).astype(np.float32)
    bank = Bank(values, np.arange(len(words)), "hand-0")
    encoder = Paired(dict.fromkeys(words, np.arange(8.0)))
    first = joint_figures(encoder, bank, dataset)
    read = encoder.texts
    assert joint_figures(encoder, bank, dataset) == first
    assert encoder.texts == read


def test_an_encoder_of_sound_alone_and_states_have_no_pairs(tmp_path: Path) -> None:
    dataset = rows_dataset(tmp_path)
    bank = audio_bank(dataset, "spectral")
    assert joint_figures(Spectral(), bank, dataset) == {}
    states = Sequences.of([np.ones((2, 8), np.float16)] * dataset.rows.num_rows)
    bank = Bank(states, np.arange(dataset.rows.num_rows), "hand-0", kind="states")
    assert joint_figures(Paired({}), bank, dataset) == {}


def test_a_clap_network_is_asked_and_random_weights_pair_nothing(tmp_path: Path) -> None:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    dataset = rows_dataset(tmp_path / "dataset", songs=4)
    _lyrics_of_own(dataset)
    weights = Weights(str(save_clap(tmp_path / "clap")))
    bank = audio_bank(dataset, "clap", weights=weights)
    found = joint_figures(make_encoder("clap", AUDIO, weights), bank, dataset)["lyrics"]
    assert found.n == 24
    assert found.beaten == pytest.approx(0.5, abs=0.25)
    assert abs(found.paired_minus_unpaired) < 0.1
