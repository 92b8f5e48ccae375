"""wav2vec 2.0, MERT and CLAP of a folder: long and short sounds, silence, and folders that hold others."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import normalize

from rebracket.core.errors import InputError
from rebracket.models.pretrained.clap import CLAPNetwork
from rebracket.models.pretrained.loading import load_config
from rebracket.models.pretrained.mert import MERTNetwork
from rebracket.models.pretrained.wav2vec2 import Wav2Vec2Network
from rebracket.models.pretrained.waves import FRAMES_PER_S, at_most, windows
from rebracket.models.threads import one_thread
from tiny_networks import save_clap, save_hubert, save_roberta, save_wav2vec2

NETWORKS = {
    "wav2vec2": (Wav2Vec2Network, save_wav2vec2),
    "mert": (MERTNetwork, save_hubert),
    "clap": (CLAPNetwork, save_clap),
}


@pytest.fixture(autouse=True)
def _small_networks_on_one_thread() -> Iterator[None]:
    with one_thread():
        yield


@pytest.fixture(scope="module", params=NETWORKS)
def network(request, tmp_path_factory: pytest.TempPathFactory):
    kind, save = NETWORKS[request.param]
    return kind(save(tmp_path_factory.mktemp("networks") / "tiny"))


def _noise(n_samples: int, seed: int = 0) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(0, 0.1, n_samples).astype(np.float32))


@given(st.integers(0, 500), st.integers(1, 90), st.integers(1, 20))
@settings(deadline=None)
def test_windows_are_the_whole_sound(n_samples: int, longest: int, least: int) -> None:
    wave = torch.arange(n_samples, dtype=torch.float32) + 1
    found = windows(wave, longest + least, least)
    assert torch.equal(torch.cat(found)[:n_samples], wave)
    assert not torch.cat(found)[n_samples:].any()
    sizes = list(map(len, found))
    assert max(sizes) <= longest + least
    assert max(sizes) - min(sizes) <= 1
    assert sum(sizes) == max(n_samples, least)


@given(st.integers(1, 200), st.floats(0.5, 200))
@settings(deadline=None)
def test_states_are_at_most_ten_a_second(n_states: int, frames_per_s: float) -> None:
    states = torch.randn(n_states, 3, generator=torch.Generator().manual_seed(0))
    pooled = at_most(states, frames_per_s)
    step = max(1, math.ceil(frames_per_s / FRAMES_PER_S))
    assert len(pooled) == math.ceil(n_states / step)
    assert len(pooled) - 1 <= n_states / frames_per_s * FRAMES_PER_S
    torch.testing.assert_close(pooled[0], states[:step].mean(dim=0))
    if frames_per_s <= FRAMES_PER_S:
        assert torch.equal(pooled, states)


@pytest.mark.parametrize("seconds", [0, 0.001, 0.05, 1, 7])
@pytest.mark.parametrize("loudness", [0, 1e-4, 1])
def test_any_sound_has_finite_numbers(network, seconds: float, loudness: float) -> None:
    wave = loudness * _noise(round(seconds * network.rate_hz))
    vector, states = network.embed(wave), network.states(wave)
    assert vector.shape == (network.width,)
    assert len(states) >= 1
    assert torch.isfinite(vector).all()
    assert torch.isfinite(states).all()
    assert len(states) <= max(1, FRAMES_PER_S * seconds + 4)


def test_ten_minutes_are_read_to_their_end(network) -> None:
    wave = _noise(600 * network.rate_hz)
    other = torch.cat([wave[: -60 * network.rate_hz], torch.zeros(60 * network.rate_hz)])
    vector = network.embed(wave)
    assert torch.isfinite(vector).all()
    assert not torch.allclose(vector, network.embed(other), atol=1e-4)
    assert 1000 <= len(network.states(wave)) <= 6100


@pytest.mark.parametrize("name", ["wav2vec2", "mert"])
def test_waves_are_pooled_as_by_hand(name: str, tmp_path: Path) -> None:
    kind, save = NETWORKS[name]
    own = kind(save(tmp_path))
    theirs = transformers.AutoModel.from_pretrained(tmp_path).eval()
    extractor = transformers.Wav2Vec2FeatureExtractor.from_pretrained(tmp_path)
    wave = _noise(70 * own.rate_hz + 11)  # three windows
    read = extractor(wave.numpy(), sampling_rate=own.rate_hz, return_tensors="pt").input_values[0]
    with torch.inference_mode():
        states = [theirs(part[None]).last_hidden_state[0] for part in read.tensor_split(3)]
    torch.testing.assert_close(own.embed(wave), torch.cat(states).mean(dim=0), atol=1e-4, rtol=1e-3)
    step = 2 if name == "wav2vec2" else 3  # 20 and 30 states a second
    first = states[0][:step].mean(dim=0)
    torch.testing.assert_close(own.states(wave)[0], first, atol=1e-4, rtol=1e-3)
    assert len(own.states(wave)) == sum(-(-len(part) // step) for part in states)


def test_clap_is_pooled_as_by_hand(tmp_path: Path) -> None:
    own = CLAPNetwork(save_clap(tmp_path))
    theirs = transformers.ClapModel.from_pretrained(tmp_path).eval()
    extractor = transformers.ClapFeatureExtractor.from_pretrained(tmp_path)
    wave = _noise(25 * own.rate_hz + 1)  # three windows
    expected = torch.zeros(own.width)
    for part in wave.tensor_split(3):
        read = extractor(part.numpy(), sampling_rate=own.rate_hz, return_tensors="pt")
        with torch.inference_mode():
            expected += len(part) * theirs.get_audio_features(**read).pooler_output[0]
    torch.testing.assert_close(own.embed(wave), normalize(expected, dim=0))


def test_clap_draws_nothing_at_random(tmp_path: Path) -> None:
    own, wave = CLAPNetwork(save_clap(tmp_path)), _noise(133_333)
    np.random.seed(1)  # the extractor draws from it
    first = own.embed(wave)
    np.random.seed(2)
    assert torch.equal(own.embed(wave), first)


def test_repetitions_of_a_short_sound_are_not_its_states(tmp_path: Path) -> None:
    own = CLAPNetwork(save_clap(tmp_path))
    short, long = (own.states(_noise(round(seconds * own.rate_hz))) for seconds in (2.5, 10))
    assert len(long) == 4 * len(short)


def test_clap_has_texts_in_the_space_of_sounds(tmp_path: Path) -> None:
    own = CLAPNetwork(save_clap(tmp_path))
    short, long = own.embed_text("the sound of rain"), own.embed_text("the sound of rain " * 20)
    theirs = transformers.ClapModel.from_pretrained(tmp_path).eval()
    ids = transformers.AutoTokenizer.from_pretrained(tmp_path)("the sound of rain", add_special_tokens=False)
    with torch.inference_mode():
        expected = theirs.get_text_features(torch.tensor([[0, *ids["input_ids"], 2]])).pooler_output[0]
    torch.testing.assert_close(short, expected)
    assert short.shape == long.shape == (own.width,)
    assert float(long.norm()) == pytest.approx(1, abs=1e-5)
    assert not torch.allclose(short, long, atol=1e-4)


def _as_mert(folder: Path, **changed: object) -> Path:
    config = json.loads((save_hubert(folder) / "config.json").read_text())
    config |= {"model_type": "mert_model", "auto_map": {"AutoModel": "modeling_MERT.MERTModel"}}
    config |= {"feature_extractor_cqt": False, "deepnorm": False, "attention_relax": -1.0, **changed}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "modeling_MERT.py").write_text("raise SystemExit('code of theirs was run')")
    return folder


def test_mert_of_its_own_type_is_the_hubert_it_is(tmp_path: Path) -> None:
    wave = _noise(9000)
    hubert = MERTNetwork(save_hubert(tmp_path / "hubert")).embed(wave)
    assert torch.equal(MERTNetwork(_as_mert(tmp_path / "mert")).embed(wave), hubert)


@pytest.mark.parametrize(
    ("switch", "value"), [("feature_extractor_cqt", True), ("deepnorm", True), ("attention_relax", 32.0)]
)
def test_mert_that_needs_code_of_its_own_is_refused(tmp_path: Path, switch: str, value: object) -> None:
    with pytest.raises(InputError, match=f"MERT with {switch}.*is not run"):
        MERTNetwork(_as_mert(tmp_path, **{switch: value}))


@pytest.mark.parametrize("content", ["{", "[]", '{"model_type": ["mert_model"]}', "{}", '{"model_type": 3}'])
def test_a_broken_mert_is_one_line(tmp_path: Path, content: str) -> None:
    save_hubert(tmp_path)
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(InputError) as caught:
        MERTNetwork(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [Wav2Vec2Network, MERTNetwork, CLAPNetwork])
def test_a_network_that_reads_text_is_refused(kind, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found a network of type 'roberta', expected"):
        kind(save_roberta(tmp_path))


def test_without_an_extractor_the_rate_is_not_guessed(tmp_path: Path) -> None:
    (save_wav2vec2(tmp_path) / "preprocessor_config.json").unlink()
    with pytest.raises(InputError, match="cannot be read as Wav2Vec2FeatureExtractor"):
        Wav2Vec2Network(tmp_path)


def test_an_extractor_of_another_network_is_refused(tmp_path: Path) -> None:
    save_clap(tmp_path)
    transformers.ClapFeatureExtractor(feature_size=16, max_length_s=10).save_pretrained(tmp_path)
    with pytest.raises(InputError, match="found files that do not fit each other"):
        CLAPNetwork(tmp_path)


def test_a_processor_as_saved_today_is_an_extractor_too(tmp_path: Path) -> None:
    expected = CLAPNetwork(save_clap(tmp_path)).embed(_noise(9000))
    extractor = transformers.ClapFeatureExtractor.from_pretrained(tmp_path)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    (tmp_path / "preprocessor_config.json").unlink()
    transformers.ClapProcessor(extractor, tokenizer).save_pretrained(tmp_path)
    assert not (tmp_path / "preprocessor_config.json").exists()
    assert torch.equal(CLAPNetwork(tmp_path).embed(_noise(9000)), expected)


def test_half_precision_on_disk_is_read_in_full(tmp_path: Path) -> None:
    save_wav2vec2(tmp_path)
    transformers.Wav2Vec2Model.from_pretrained(tmp_path).half().save_pretrained(tmp_path)
    assert "16" in str(load_config(tmp_path).dtype)
    assert Wav2Vec2Network(tmp_path).embed(_noise(3000)).dtype == torch.float32
