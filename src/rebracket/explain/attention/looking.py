"""Reads the attention of a network: of its poolings, and between its modalities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

from rebracket.core.errors import RefusedError
from rebracket.explain.asking import Given
from rebracket.explain.asking.asked import Asked
from rebracket.explain.attention.attention import Attention, Looks, Weights
from rebracket.explain.attention.tokens import TokensOf, tokens_of
from rebracket.explain.inside.placing import Array
from rebracket.explain.inside.question import Question, question_of
from rebracket.models.fusion.cross_attention import CrossAttentionFusion
from rebracket.models.threads import one_thread

__all__ = ["attention_of", "has_attention"]

_SOME = (
    "fusion: cross_attention with two inputs, text_pooling: attention, audio_pooling: attention, "
    "stems: attention, audio: cnn, midi: piano_roll, events or bars, or text_tuning"
)


def has_attention(asked: Asked) -> bool:
    """Whether a model pools tokens or lets modalities look at each other."""
    fusion = asked.fitted.network.fusion
    looks = isinstance(fusion, CrossAttentionFusion) and len(asked.fitted.modalities) > 1
    return looks or bool(fusion.shape.several)


def attention_of(asked: Asked, given: Given) -> Attention:
    """Where a model looks in a segment.

    Tokens are told as words by their places in the text, as seconds, as notes, and sound and notes also as
    stems; a modality that is one vector a stem has one token a stem, and one that is one vector has one.
    Where rows of a segment are read one by one, it is their mean.

    Raises:
        RefusedError: where the model has no attention, or reads nothing of the segment.
    """
    if not has_attention(asked):
        raise RefusedError(f"found no attention in the model, expected a recipe with one of {_SOME}")
    with one_thread(), torch.no_grad():
        question = question_of(asked, given)
        if not question.present:
            raise RefusedError(f"{given.segment_id}: found nothing that the model reads")
        tokens = {name: tokens_of(question, name) for name in question.present}
        maps = tuple(_maps(question, {name: own[0] for name, own in tokens.items()}))
        pooled = question.network.fusion.pooling_weights(question.tokens)
        pools = [
            _pooled(question, pooled[name], own)
            for name in question.present
            if name in pooled
            for own in tokens[name]
        ]
    received = [own for name in question.present if (own := _received(maps, name)) is not None]
    return Attention(given.segment_id, (*pools, *received), maps)


def _pooled(question: Question, weights: Tensor, tokens: TokensOf) -> Weights:
    """The weights [R, T] of a pooling, in the mean of the rows that have the modality."""
    own = weights.double().numpy()
    say = question.share.double().numpy() * (own.sum(axis=1) > 0)
    found = np.einsum("r,rt,rtu->u", say / say.sum(), own, tokens.share)
    rest = max(0.0, 1.0 - float(found.sum()))
    return Weights(tokens.modality, tokens.kind, "pooling", tokens.units, found, rest)


def _maps(question: Question, tokens: Mapping[str, TokensOf]) -> Iterator[Looks]:
    fusion = question.network.fusion
    if not isinstance(fusion, CrossAttentionFusion) or len(fusion.shape.modalities) < 2:
        return
    for name, own in tokens.items():
        weights = fusion.attention_weights(question.tokens, name)
        for other, looked in tokens.items():
            if other != name:
                yield _looks(question, weights[other].double().numpy(), own, looked)


def _looks(question: Question, weights: Array, rows: TokensOf, columns: TokensOf) -> Looks:
    """[R, H, T, S] of tokens -> of units."""
    say = question.share.double().numpy()[:, None, None] * rows.share
    total = say.sum(axis=(0, 1))
    look = say / np.where(total > 0, total, 1.0)
    heads = np.einsum("rtu,rhts,rsv->huv", look, weights, columns.share, optimize=True)
    all_ = np.einsum("rtu,rht->hu", look, weights.sum(axis=-1))
    rest = np.maximum(0.0, all_ - heads.sum(axis=-1))
    kinds = (rows.kind, columns.kind)
    return Looks(rows.modality, columns.modality, kinds, rows.units, columns.units, heads, rest)


def _received(maps: tuple[Looks, ...], name: str) -> Weights | None:
    """How all others look at a modality, 1 together; None where nobody does."""
    own = [looks for looks in maps if looks.at == name and len(looks.rows)]
    if not own:
        return None
    found = np.sum([looks.mean.mean(axis=0) for looks in own], axis=0)
    rest = float(np.sum([looks.rest.mean() for looks in own]))
    total = float(found.sum()) + rest
    if total <= 0:
        return None
    return Weights(name, own[0].kinds[1], "others", own[0].columns, found / total, rest / total)
