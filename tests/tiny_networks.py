"""Random networks of the classes that pretrained ones are of, small enough to be made in a test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import sentencepiece
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers

__all__ = ["SAVES", "save_clap", "save_deberta", "save_hubert", "save_roberta", "save_wav2vec2"]

WORDS = (
    "the",
    "river",
    "moves",
    "a",
    "house",
    "that",
    "was",
    "well",
    "stone",
    "orchard",
    "sound",
    "of",
    "rain",
)
NAMES = ("<s>", "<pad>", "</s>", "<unk>", "<mask>", *WORDS)
CONV = {"conv_dim": (8, 8), "conv_kernel": (10, 8), "conv_stride": (10, 8)}
SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
}
WAVES = {**SMALL, **CONV, "num_conv_pos_embeddings": 8, "num_conv_pos_embedding_groups": 2}


def save_deberta(folder: Path, *, longest: int = 16, seed: int = 0) -> Path:
    """DeBERTa v3 as it is published: `spm.model`, a configuration of the tokenizer, safetensors."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "spm.model").open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([" ".join(WORDS)] * 50), model_writer=file, vocab_size=60,
            pad_id=0, pad_piece="[PAD]", bos_id=1, bos_piece="[CLS]", eos_id=2, eos_piece="[SEP]",
            unk_id=3, unk_piece="[UNK]", user_defined_symbols=["[MASK]"],
            hard_vocab_limit=False, minloglevel=2,
        )  # fmt: skip
    settings = {"tokenizer_class": "DebertaV2Tokenizer", "vocab_type": "spm", "do_lower_case": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    config = transformers.DebertaV2Config(
        vocab_size=80, max_position_embeddings=longest, relative_attention=True, position_buckets=8,
        norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type=["p2c", "c2p"],
        position_biased_input=False, type_vocab_size=0, pad_token_id=0, **SMALL,
    )  # fmt: skip
    return _save(transformers.DebertaV2Model, config, folder, seed)


def save_roberta(folder: Path, *, longest: int = 16, seed: int = 0) -> Path:
    """RoBERTa with a tokenizer of whole words."""
    _word_tokenizer(NAMES).save_pretrained(folder)
    config = transformers.RobertaConfig(
        vocab_size=len(NAMES), max_position_embeddings=longest + 2, type_vocab_size=1,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, **SMALL,
    )  # fmt: skip
    return _save(transformers.RobertaModel, config, folder, seed)


def save_wav2vec2(folder: Path, *, rate_hz: int = 1600, seed: int = 0) -> Path:
    """wav2vec 2.0 at a tenth of the usual rate, with 20 states a second."""
    _extractor(folder, rate_hz)
    return _save(transformers.Wav2Vec2Model, transformers.Wav2Vec2Config(**WAVES), folder, seed)


def save_hubert(folder: Path, *, rate_hz: int = 2400, seed: int = 0) -> Path:
    """HuBERT at a tenth of MERT's rate, with 30 states a second."""
    _extractor(folder, rate_hz)
    return _save(transformers.HubertModel, transformers.HubertConfig(**WAVES), folder, seed)


def save_clap(folder: Path, *, rate_hz: int = 4800, seed: int = 0) -> Path:
    """CLAP that hears 10 s at a tenth of the usual rate, and reads by RoBERTa."""
    _word_tokenizer(NAMES).save_pretrained(folder)
    transformers.ClapFeatureExtractor(
        feature_size=16, sampling_rate=rate_hz, hop_length=rate_hz // 6, max_length_s=10,
        fft_window_size=1024, frequency_min=50, frequency_max=rate_hz // 2,
        truncation="rand_trunc", padding="repeatpad",
    ).save_pretrained(folder)  # fmt: skip
    text = {"vocab_size": len(NAMES), "max_position_embeddings": 18, "type_vocab_size": 1, **SMALL}
    audio = {
        "num_mel_bins": 16, "spec_size": 64, "patch_size": 4, "patch_stride": [4, 4], "window_size": 4,
        "hidden_size": 16, "patch_embeds_hidden_size": 8, "depths": [1, 1], "num_attention_heads": [2, 2],
        "intermediate_size": 24, "num_hidden_layers": 2, "aff_block_r": 2,
    }  # fmt: skip
    config = transformers.ClapConfig(text_config=text, audio_config=audio, projection_dim=12)
    return _save(transformers.ClapModel, config, folder, seed)


def _word_tokenizer(names: Sequence[str]) -> transformers.PreTrainedTokenizerFast:
    words = Tokenizer(models.WordLevel(dict(zip(names, range(len(names)), strict=True)), "<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    marks = {"cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=words, **marks)


def _extractor(folder: Path, rate_hz: int) -> None:
    transformers.Wav2Vec2FeatureExtractor(sampling_rate=rate_hz).save_pretrained(folder)


def _save(kind, config, folder: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    network = kind(config)
    with torch.no_grad():
        for weight in network.parameters():  # as drawn, states of a small network hardly differ
            if weight.dim() > 1:
                weight.mul_(4)
    network.save_pretrained(folder)
    return folder


SAVES = {
    "deberta-v3-base": save_deberta,
    "hf": save_roberta,
    "wav2vec2": save_wav2vec2,
    "clap": save_clap,
    "mert": save_hubert,
}
"""How to make the weights of each encoder that has none of its own."""
